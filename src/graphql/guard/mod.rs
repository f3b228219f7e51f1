//! What stands before the executor: only a document that was parsed, validated and found affordable gets through.
//!
//! What no request changes is done once for a document (`preparation`), the rest for each request (`admission`).
//! Invariant: no document of any shape costs more than some milliseconds to refuse, and what is let through fails at
//! no value in the middle of its execution.

mod admission;
mod arguments;
mod coercion;
mod collection;
mod cost;
mod descriptions;
mod diagnosis;
mod extent;
mod grammar;
mod inputs;
mod literals;
mod nulls;
mod omission;
mod places;
mod positions;
mod preparation;
mod prepared;
mod pricing;
mod spreads;
mod translation;
mod weight;

use apollo_compiler::{Schema, validation::Valid};

pub(super) use self::{
    admission::Admitted,
    cost::OperationCost,
    prepared::{Prepared, PreparedOperation},
};
use super::{ApiSettings, SetupError, failure::LocatedFailure};
use crate::failure::Failure;

/// Judges documents against one schema.
pub(super) struct Guard {
    schema: Valid<Schema>,
    settings: ApiSettings,
    page_sizes: PageSizes,
}

/// Lengths of lists in force, for their cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSizes {
    /// When a caller asks for none.
    pub(super) default: u32,
    /// The most a caller gets.
    pub(super) most: u32,
    /// The most rows in a list of changes.
    pub(super) rows: usize,
}

impl Guard {
    /// A guard for the schema that `sdl` describes.
    pub(super) fn new(sdl: &str, settings: ApiSettings, page_sizes: PageSizes) -> Result<Self, SetupError> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|problem| SetupError::Schema(problem.errors.to_string()))?;
        Ok(Self { schema, settings, page_sizes })
    }
}

fn within(what: &str, limit: u64, actual: u64) -> Result<(), Vec<LocatedFailure>> {
    if actual <= limit { Ok(()) } else { Err(vec![Failure::too_complex(what, limit, actual).into()]) }
}
