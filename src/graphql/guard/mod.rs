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
mod lengths;
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
    list_limits: ListLimits,
}

/// Lengths of lists in force, for their cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListLimits {
    /// Products on a page when a caller does not say how many.
    pub(super) usual_page: u32,
    /// Most products on a page.
    pub(super) page: u32,
    /// Most rows in a list of changes.
    pub(super) rows: usize,
    /// Most values of a facet.
    pub(super) facet_values: u32,
    /// Most attributes in a facet.
    pub(super) attribute_facets: u32,
    /// Most values of an attribute in a facet.
    pub(super) attribute_values: u32,
    /// Most buckets that an interval of prices makes.
    pub(super) price_buckets: u32,
    /// Most bands of prices that are asked for.
    pub(super) price_bands: usize,
    /// Most suggestions.
    pub(super) suggestions: u32,
    /// Most similar products.
    pub(super) similar: u32,
}

impl Guard {
    /// A guard for the schema that `sdl` describes.
    pub(super) fn new(sdl: &str, settings: ApiSettings, list_limits: ListLimits) -> Result<Self, SetupError> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|problem| SetupError::Schema(problem.errors.to_string()))?;
        Ok(Self { schema, settings, list_limits })
    }
}

#[cfg(test)]
impl ListLimits {
    /// The limits of the contract.
    pub(super) const OF_THE_CONTRACT: Self = Self {
        usual_page: 10,
        page: 100,
        rows: 1_000,
        facet_values: 250,
        attribute_facets: 50,
        attribute_values: 250,
        price_buckets: 200,
        price_bands: 50,
        suggestions: 20,
        similar: 20,
    };
}

fn within(what: &str, limit: u64, actual: u64) -> Result<(), Vec<LocatedFailure>> {
    if actual <= limit { Ok(()) } else { Err(vec![Failure::too_complex(what, limit, actual).into()]) }
}
