//! The fields that a selection comes to, as the specification collects them: fragments unfolded, fields that are skipped
//! left out, and all of one response key together.
//!
//! The executor would run each of them by itself, a mutation too, and put their answers into one afterwards. Invariant:
//! a response key occurs once, so that what is asked for twice runs once and fails once.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{DirectiveList, Value},
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::{Value as ResultValue, Variables, indexmap::IndexMap};

/// Fields by response key, in the order of their first appearance.
pub(super) type Fields<'a> = IndexMap<&'a Name, Vec<&'a Node<Field>>>;

/// Collects fields of one document with the values of its variables.
#[derive(Clone, Copy)]
pub(super) struct Collection<'a> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) variables: &'a Variables,
}

impl<'a> Collection<'a> {
    /// What `sets` together select of an object of this type.
    pub(super) fn fields(&self, sets: &[&'a SelectionSet], object: &str) -> Fields<'a> {
        let mut walk = Walk { collection: self, object, fragments: HashSet::new(), fields: Fields::new() };
        sets.iter().for_each(|set| walk.selections(set));
        walk.fields
    }

    /// The types that an object of the type `name` can have; nothing where it is an object type itself.
    pub(super) fn possible_types(&self, name: &str) -> Vec<&'a Name> {
        if self.schema.get_object(name).is_some() {
            return Vec::new();
        }
        let objects = self.schema.types.values().filter_map(|definition| definition.as_object());
        objects.map(|object| &object.name).filter(|object| self.schema.is_subtype(name, object)).collect()
    }

    fn is_left_out(&self, directives: &DirectiveList) -> bool {
        self.condition(directives, "skip") == Some(true) || self.condition(directives, "include") == Some(false)
    }

    fn condition(&self, directives: &DirectiveList, name: &str) -> Option<bool> {
        match &**directives.get(name)?.specified_argument_by_name("if")? {
            Value::Boolean(truth) => Some(*truth),
            Value::Variable(variable) => match self.variables.get(variable.as_str()) {
                Some(ResultValue::Boolean(truth)) => Some(*truth),
                _ => None,
            },
            Value::Null
            | Value::Enum(_)
            | Value::String(_)
            | Value::Float(_)
            | Value::Int(_)
            | Value::List(_)
            | Value::Object(_) => None,
        }
    }
}

/// One object's fields while they are being collected.
struct Walk<'a, 'w> {
    collection: &'w Collection<'a>,
    object: &'w str,
    fragments: HashSet<&'a Name>,
    fields: Fields<'a>,
}

impl<'a> Walk<'a, '_> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            if self.collection.is_left_out(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => self.fields.entry(field.response_key()).or_default().push(field),
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| self.meets(condition)) {
                        self.selections(&fragment.selection_set);
                    }
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            }
        }
    }

    fn fragment(&mut self, name: &'a Name) {
        let Some(fragment) = self.collection.document.fragments.get(name) else { return };
        if self.fragments.insert(name) && self.meets(fragment.type_condition()) {
            self.selections(&fragment.selection_set);
        }
    }

    fn meets(&self, condition: &Name) -> bool {
        condition == self.object || self.collection.schema.is_subtype(condition, self.object)
    }
}
