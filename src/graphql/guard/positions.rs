//! A rule of validation that the compiler applies to whole arguments only, and there takes null for a default: a
//! variable has a type that its place takes, within a list or an object too.
//!
//! Invariant: each definition is walked once, whatever the number of operations that use it, and what operations look
//! at is each variable once for each type of place, whatever the number of its uses.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{DirectiveList, Type, Value, VariableDefinition},
    executable::{Operation, SelectionSet},
};

use super::{arguments::ArgumentWalk, diagnosis, places::Places, spreads};
use crate::graphql::failure::LocatedFailure;

/// Refuses a document in which a variable stands where its type does not fit.
pub(super) fn check(
    document: &ExecutableDocument,
    schema: &Schema,
    places: &Places,
) -> Result<(), Vec<LocatedFailure>> {
    let fragments = document.fragments.iter();
    let fragments: HashMap<&Name, Vec<Use<'_>>> =
        fragments.map(|(name, fragment)| (name, uses(schema, &fragment.selection_set, &fragment.directives))).collect();
    document.operations.iter().try_for_each(|operation| {
        let own = uses(schema, &operation.selection_set, &operation.directives);
        let spread = spreads::reached(document, operation).into_iter().filter_map(|one| fragments.get(&one.name));
        match first_misfit(operation, own.iter().chain(spread.flatten())) {
            Some(misfit) => Err(vec![diagnosis::failure_at(misfit.message(), misfit.used.value.location(), places)]),
            None => Ok(()),
        }
    })
}

/// A variable as a value, or within one.
struct Use<'a> {
    name: &'a Name,
    value: &'a Node<Value>,
    wanted: &'a Type,
    /// Whether the place has something when nothing is given.
    has_default: bool,
}

impl Use<'_> {
    fn fits(&self, variable: &VariableDefinition) -> bool {
        let has_default = self.has_default || variable.default_value.as_ref().is_some_and(|own| !own.is_null());
        if self.wanted.is_non_null() && !variable.ty.is_non_null() && has_default {
            return variable.ty.is_assignable_to(&self.wanted.clone().nullable());
        }
        variable.ty.is_assignable_to(self.wanted)
    }
}

/// A variable where its type does not fit.
struct Misfit<'a> {
    variable: &'a VariableDefinition,
    used: &'a Use<'a>,
}

impl Misfit<'_> {
    fn message(&self) -> String {
        let Self { variable, used } = self;
        format!("the variable ${} of type {} stands where {} is wanted", variable.name, variable.ty, used.wanted)
    }
}

fn first_misfit<'a>(operation: &'a Operation, mut uses: impl Iterator<Item = &'a Use<'a>>) -> Option<Misfit<'a>> {
    let variables = operation.variables.iter().map(|variable| (&variable.name, variable));
    let variables: HashMap<&Name, &Node<VariableDefinition>> = variables.collect();
    uses.find_map(|used| {
        let variable = variables.get(used.name).filter(|variable| !used.fits(variable))?;
        Some(Misfit { variable, used })
    })
}

/// The variables in a definition, each once for each type of place; the fragments that it spreads are left out.
fn uses<'a>(schema: &'a Schema, selections: &'a SelectionSet, directives: &'a DirectiveList) -> Vec<Use<'a>> {
    let (mut uses, mut seen) = (Vec::new(), HashSet::new());
    let mut walk = ArgumentWalk::new(schema, |value: &'a Node<Value>, wanted, default| {
        let has_default = default.is_some();
        let fresh = value.as_variable().filter(|name| seen.insert((*name, wanted, has_default)));
        uses.extend(fresh.map(|name| Use { name, value, wanted, has_default }));
    });
    walk.directives(directives);
    walk.selections(selections);
    uses
}
