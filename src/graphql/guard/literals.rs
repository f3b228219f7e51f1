//! The rules of validation about literals that the compiler leaves out: an input object names each of its fields once,
//! and a scalar of our own is a text.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Type, Value},
};

use super::{arguments::ArgumentWalk, diagnosis};
use crate::graphql::failure::LocatedFailure;

/// What is wrong with the literals of `document`.
pub(super) fn problems(schema: &Schema, document: &ExecutableDocument) -> Vec<LocatedFailure> {
    let mut problems = Vec::new();
    let mut walk = ArgumentWalk::new(schema, |value, wanted| {
        problems.extend(repeated(value).map(|name| {
            let message = format!("the input field `{name}` is given more than once");
            diagnosis::failure_at(message, name.location(), &document.sources)
        }));
        if is_of_our_scalars(schema, wanted) && !may_be_text(value, wanted) {
            let message = format!("a {} is a text, {value} is none", wanted.inner_named_type());
            problems.push(diagnosis::failure_at(message, value.location(), &document.sources));
        }
    });
    for operation in document.operations.iter() {
        walk.directives(&operation.directives);
        for variable in &operation.variables {
            walk.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                walk.value(default, &variable.ty);
            }
        }
        walk.selections(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        walk.directives(&fragment.directives);
        walk.selections(&fragment.selection_set);
    }
    problems
}

/// Whether `ty` is a scalar that the specification does not define, or lists of one: all of ours are texts.
pub(super) fn is_of_our_scalars(schema: &Schema, ty: &Type) -> bool {
    schema.get_scalar(ty.inner_named_type()).is_some_and(|scalar| !scalar.is_built_in())
}

/// Whether a literal may stand for a text; what is in a list is looked at by itself.
fn may_be_text(value: &Value, wanted: &Type) -> bool {
    match value {
        Value::String(_) | Value::Null | Value::Variable(_) => true,
        Value::List(_) => wanted.is_list(),
        Value::Int(_) | Value::Float(_) | Value::Boolean(_) | Value::Enum(_) | Value::Object(_) => false,
    }
}

/// The fields that an object names once more.
fn repeated(value: &Node<Value>) -> impl Iterator<Item = &Name> {
    let mut seen = HashSet::new();
    let fields = value.as_object().unwrap_or_default();
    fields.iter().map(|(name, _)| name).filter(move |name| !seen.insert(*name))
}
