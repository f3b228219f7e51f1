//! The one rule of execution that needs the variables: what has to have a value does not get null from one.
//!
//! A nullable variable may stand where null is not taken if either has a default; that a null was given is known only
//! with the request. Invariant: the executor meets no null that it would have to refuse in the middle of an operation.

use std::collections::HashSet;

use apollo_compiler::{
    Schema,
    executable::{Fragment, Operation},
};
use async_graphql::{Value, Variables};

use super::{arguments::ArgumentWalk, diagnosis, places::Places};
use crate::graphql::failure::{LocatedFailure, Location};

/// A place that takes no null, where a variable stands that may be null.
#[derive(Debug)]
pub(super) struct NonNullPlace {
    variable: String,
    wanted: String,
    location: Option<Location>,
}

impl NonNullPlace {
    /// Every such place of an operation with the fragments that it spreads.
    pub(super) fn all(schema: &Schema, places: &Places, operation: &Operation, fragments: &[&Fragment]) -> Vec<Self> {
        let nullable: HashSet<&str> = operation
            .variables
            .iter()
            .filter(|variable| !variable.ty.is_non_null())
            .map(|variable| variable.name.as_str())
            .collect();
        let mut found = Vec::new();
        if nullable.is_empty() {
            return found;
        }
        let mut walk = ArgumentWalk::new(schema, |value, wanted, _| {
            let variable = value.as_variable().filter(|name| wanted.is_non_null() && nullable.contains(name.as_str()));
            found.extend(variable.map(|name| Self {
                variable: name.as_str().to_owned(),
                wanted: wanted.to_string(),
                location: diagnosis::location(value.location(), places),
            }));
        });
        walk.directives(&operation.directives);
        walk.selections(&operation.selection_set);
        for fragment in fragments {
            walk.directives(&fragment.directives);
            walk.selections(&fragment.selection_set);
        }
        found
    }

    /// What is wrong when `variables` bring null to this place.
    pub(super) fn refusal(&self, variables: &Variables) -> Option<LocatedFailure> {
        let Self { variable, wanted, location } = self;
        let is_null = variables.get(variable.as_str()).is_some_and(|value| *value == Value::Null);
        is_null.then(|| {
            let message =
                format!("the variable ${variable} is null where {wanted} is wanted: leave it out to use the default");
            diagnosis::invalid(message, *location)
        })
    }
}
