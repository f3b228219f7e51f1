//! Every value that a document gives to an argument, with the type that is wanted there and the default of the place.
//!
//! Invariant: values within lists and objects are visited too, after what they are in; spreads are not followed.

use apollo_compiler::{
    Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value},
    executable::{Selection, SelectionSet},
};

/// Visits the values of arguments.
pub(super) struct ArgumentWalk<'a, Visit> {
    schema: &'a Schema,
    visit: Visit,
}

impl<'a, Visit: FnMut(&'a Node<Value>, &'a Type, Option<&'a Node<Value>>)> ArgumentWalk<'a, Visit> {
    /// Calls `visit` for each value, with its type and with the default of its place.
    pub(super) fn new(schema: &'a Schema, visit: Visit) -> Self {
        Self { schema, visit }
    }

    /// The values of fields and directives in a selection.
    pub(super) fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// The values of directives.
    pub(super) fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives {
            let definition = self.schema.directive_definitions.get(&directive.name);
            let definitions = definition.map(|definition| definition.arguments.as_slice()).unwrap_or_default();
            self.arguments(&directive.arguments, definitions);
        }
    }

    /// One value where `wanted` is.
    pub(super) fn value(&mut self, value: &'a Node<Value>, wanted: &'a Type) {
        self.value_or(value, wanted, None);
    }

    /// One value where `wanted` is, and `default` when nothing is given.
    fn value_or(&mut self, value: &'a Node<Value>, wanted: &'a Type, default: Option<&'a Node<Value>>) {
        (self.visit)(value, wanted, default);
        for item in value.as_list().unwrap_or_default() {
            self.value(item, wanted.item_type());
        }
        let Some(definition) = self.schema.get_input_object(wanted.inner_named_type()) else { return };
        for (name, field) in value.as_object().unwrap_or_default() {
            if let Some(definition) = definition.fields.get(name) {
                self.value_or(field, &definition.ty, definition.default_value.as_ref());
            }
        }
    }

    fn arguments(&mut self, arguments: &'a [Node<Argument>], definitions: &'a [Node<InputValueDefinition>]) {
        for argument in arguments {
            if let Some(definition) = definitions.iter().find(|definition| definition.name == argument.name) {
                self.value_or(&argument.value, &definition.ty, definition.default_value.as_ref());
            }
        }
    }
}
