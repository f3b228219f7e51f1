//! The rules of validation about literals that the compiler leaves out: an input object names each of its fields once,
//! and a scalar of our own is a text.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Type, Value},
};

use super::{arguments::ArgumentWalk, diagnosis, places::Places};
use crate::{failure::quoted, graphql::failure::LocatedFailure};

/// What is wrong with the literals of `document`; at most `most` problems.
pub(super) fn problems(
    schema: &Schema,
    document: &ExecutableDocument,
    places: &Places,
    most: usize,
) -> Vec<LocatedFailure> {
    let mut problems = Vec::new();
    let mut walk = ArgumentWalk::new(schema, |value: &Node<Value>, wanted: &Type, _| {
        let left = most.saturating_sub(problems.len());
        problems.extend(repeated(value).take(left).map(|name| {
            let message = format!("the input field {} is given more than once", quoted(name));
            diagnosis::failure_at(message, name.location(), places)
        }));
        if problems.len() < most && is_of_our_scalars(schema, wanted) && !may_be_text(value, wanted) {
            let message = format!("a {} is a text, {} is none", wanted.inner_named_type(), named(value));
            problems.push(diagnosis::failure_at(message, value.location(), places));
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

/// A value in a message: what has values within it is told by its kind, as it may be as long as the document.
fn named(value: &Value) -> String {
    match value {
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => quoted(text),
        Value::Null | Value::Variable(_) | Value::Int(_) | Value::Float(_) | Value::Boolean(_) | Value::Enum(_) => {
            value.to_string()
        }
    }
}

/// The fields that an object names once more.
fn repeated(value: &Node<Value>) -> impl Iterator<Item = &Name> {
    let mut seen = HashSet::new();
    let fields = value.as_object().unwrap_or_default();
    fields.iter().map(|(name, _)| name).filter(move |name| !seen.insert(*name))
}
