//! The one rule of execution that needs the variables: what has to have a value does not get null from one.
//!
//! A nullable variable may stand where null is not taken if either has a default; that a null was given is known only
//! with the request. Each fragment is looked at once for all operations, and of each variable one place is kept: a null is
//! as wrong at the first as at all of them. Invariant: the executor meets no null that it would have to refuse in the
//! middle of an operation.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{DirectiveList, Type, Value},
    executable::{Fragment, Operation, SelectionSet},
};

use super::{arguments::ArgumentWalk, diagnosis, places::Places};
use crate::graphql::failure::{LocatedFailure, Location};

/// The first place of a variable that takes no null.
#[derive(Debug)]
pub(super) struct NonNullPlace {
    wanted: String,
    location: Option<Location>,
}

impl NonNullPlace {
    /// What is wrong when `variable`, which stands here, is null.
    pub(super) fn refusal(&self, variable: &str) -> LocatedFailure {
        let Self { wanted, location } = self;
        let message =
            format!("the variable ${variable} is null where {wanted} is wanted: leave it out to use the default");
        diagnosis::invalid(message, *location)
    }
}

/// The places of one document that take no null.
pub(super) struct NonNullPlaces<'a> {
    schema: &'a Schema,
    places: &'a Places,
    fragments: HashMap<&'a str, Vec<Use<'a>>>,
}

/// The first use of a variable in a definition where null is not taken.
struct Use<'a> {
    variable: &'a str,
    value: &'a Node<Value>,
    wanted: &'a Type,
}

impl<'a> NonNullPlaces<'a> {
    /// The places of `document`.
    pub(super) fn of(schema: &'a Schema, document: &'a ExecutableDocument, places: &'a Places) -> Self {
        let fragment = |fragment: &'a Node<Fragment>| {
            (fragment.name.as_str(), uses(schema, &fragment.directives, &fragment.selection_set))
        };
        let fragments = document.fragments.values().map(fragment).collect();
        Self { schema, places, fragments }
    }

    /// The first place of each nullable variable of an operation that spreads these fragments, by the variable's name.
    pub(super) fn in_operation(
        &self,
        operation: &'a Operation,
        fragments: &[&'a Fragment],
    ) -> HashMap<&'a str, NonNullPlace> {
        let nullable = operation.variables.iter().filter(|variable| !variable.ty.is_non_null());
        let mut open: HashSet<&str> = nullable.map(|variable| variable.name.as_str()).collect();
        if open.is_empty() {
            return HashMap::new();
        }
        let own = uses(self.schema, &operation.directives, &operation.selection_set);
        let spread = fragments.iter().filter_map(|fragment| self.fragments.get(fragment.name.as_str()));
        let reached = own.iter().chain(spread.flatten());
        reached.filter(|used| open.remove(used.variable)).map(|used| (used.variable, self.place(used))).collect()
    }

    fn place(&self, used: &Use<'_>) -> NonNullPlace {
        let location = diagnosis::location(used.value.location(), self.places);
        NonNullPlace { wanted: used.wanted.to_string(), location }
    }
}

/// The first of each variable's uses in a definition where null is not taken.
fn uses<'a>(schema: &'a Schema, directives: &'a DirectiveList, selections: &'a SelectionSet) -> Vec<Use<'a>> {
    let mut seen = HashSet::new();
    let mut uses = Vec::new();
    let mut walk = ArgumentWalk::new(schema, |value: &'a Node<Value>, wanted: &'a Type, _| {
        let variable = value.as_variable().filter(|_| wanted.is_non_null()).map(Name::as_str);
        let fresh = variable.filter(|name| seen.insert(*name));
        uses.extend(fresh.map(|variable| Use { variable, value, wanted }));
    });
    walk.directives(directives);
    walk.selections(selections);
    uses
}
