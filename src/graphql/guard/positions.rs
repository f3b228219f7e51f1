//! A rule of validation that the compiler applies to whole arguments only: a variable within a list or an object has a
//! type that its place takes.
//!
//! Invariant: each definition is walked once, whatever the number of operations that use it.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Operation, Selection, SelectionSet},
};

use super::diagnosis;
use crate::graphql::failure::LocatedFailure;

/// Refuses a document in which a variable stands where its type does not fit.
pub(super) fn check(document: &ExecutableDocument, schema: &Schema) -> Result<(), Vec<LocatedFailure>> {
    let fragments = document.fragments.iter();
    let fragments: HashMap<&Name, Found<'_>> = fragments
        .map(|(name, fragment)| {
            let found = Walk::over(schema, &fragment.selection_set, &fragment.directives);
            (name, found)
        })
        .collect();
    document.operations.iter().try_for_each(|operation| {
        let own = Walk::over(schema, &operation.selection_set, &operation.directives);
        match first_misfit(operation, &own, &fragments) {
            Some(wrong) => {
                Err(vec![diagnosis::failure_at(wrong.message(operation), wrong.value.location(), &document.sources)])
            }
            None => Ok(()),
        }
    })
}

/// A variable within a value.
struct Use<'a> {
    name: &'a Name,
    value: &'a Node<Value>,
    wanted: &'a Type,
    /// What the place has when nothing is given.
    default: Option<&'a Node<Value>>,
}

impl Use<'_> {
    fn fits(&self, variable: &VariableDefinition) -> bool {
        let has_default = self.default.is_some() || variable.default_value.as_ref().is_some_and(|own| !own.is_null());
        if self.wanted.is_non_null() && !variable.ty.is_non_null() && has_default {
            return variable.ty.is_assignable_to(&self.wanted.clone().nullable());
        }
        variable.ty.is_assignable_to(self.wanted)
    }

    fn message(&self, operation: &Operation) -> String {
        let own = variable(operation, self.name).map(|variable| variable.ty.to_string()).unwrap_or_default();
        format!("the variable ${} of type {own} stands where {} is wanted", self.name, self.wanted)
    }
}

/// What a definition holds, the fragments that it spreads left out.
#[derive(Default)]
struct Found<'a> {
    uses: Vec<Use<'a>>,
    spreads: Vec<&'a Name>,
}

fn first_misfit<'a>(
    operation: &Operation,
    own: &'a Found<'a>,
    fragments: &'a HashMap<&Name, Found<'a>>,
) -> Option<&'a Use<'a>> {
    let (mut reached, mut open) = (HashSet::new(), vec![own]);
    while let Some(found) = open.pop() {
        let misfit = |used: &&Use<'_>| variable(operation, used.name).is_some_and(|variable| !used.fits(variable));
        if let Some(wrong) = found.uses.iter().find(misfit) {
            return Some(wrong);
        }
        let fresh = found.spreads.iter().filter(|name| reached.insert(**name));
        open.extend(fresh.filter_map(|name| fragments.get(*name)));
    }
    None
}

fn variable<'a>(operation: &'a Operation, name: &Name) -> Option<&'a Node<VariableDefinition>> {
    operation.variables.iter().find(|variable| variable.name == *name)
}

struct Walk<'a> {
    schema: &'a Schema,
    found: Found<'a>,
}

impl<'a> Walk<'a> {
    fn over(schema: &'a Schema, selections: &'a SelectionSet, directives: &'a DirectiveList) -> Found<'a> {
        let mut walk = Self { schema, found: Found::default() };
        walk.directives(directives);
        walk.selections(selections);
        walk.found
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives);
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives);
                    self.selections(&fragment.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    self.found.spreads.push(&spread.fragment_name);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives {
            let definition = self.schema.directive_definitions.get(&directive.name);
            let definitions = definition.map(|definition| definition.arguments.as_slice()).unwrap_or_default();
            self.arguments(&directive.arguments, definitions);
        }
    }

    fn arguments(&mut self, arguments: &'a [Node<Argument>], definitions: &'a [Node<InputValueDefinition>]) {
        for argument in arguments {
            let definition = definitions.iter().find(|definition| definition.name == argument.name);
            if let Some(definition) = definition {
                self.within(&argument.value, &definition.ty);
            }
        }
    }

    fn within(&mut self, value: &'a Node<Value>, ty: &'a Type) {
        for item in value.as_list().unwrap_or_default() {
            self.value(item, ty.item_type(), None);
        }
        let Some(fields) = value.as_object() else { return };
        let Some(definition) = self.schema.get_input_object(ty.inner_named_type()) else { return };
        for (name, field) in fields {
            if let Some(definition) = definition.fields.get(name) {
                self.value(field, &definition.ty, definition.default_value.as_ref());
            }
        }
    }

    fn value(&mut self, value: &'a Node<Value>, wanted: &'a Type, default: Option<&'a Node<Value>>) {
        match value.as_variable() {
            Some(name) => self.found.uses.push(Use { name, value, wanted, default }),
            None => self.within(value, wanted),
        }
    }
}
