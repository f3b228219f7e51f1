//! Availability.
//!
//! Invariant: what the node does not list is 0.

use serde::Deserialize;
use serde_json::json;

use super::{Aggregated, Leaf};
use crate::{
    backend::EngineError,
    engine::elastic::problem::Problem,
    search::{FacetPlan, facet::StockCounts},
};

/// Most buckets that a node makes for a facet.
pub(super) const BUCKETS: u64 = 2;

#[derive(Deserialize)]
struct FlagsBody {
    buckets: Vec<FlagBody>,
}

#[derive(Deserialize)]
struct FlagBody {
    key: u8,
    doc_count: u64,
}

/// What is asked for one facet.
pub(super) fn leaves(place: usize, plan: &FacetPlan) -> Vec<Leaf> {
    let body = json!({"terms": {"field": "inStock", "size": BUCKETS}});
    vec![Leaf { name: name(place), filter: plan.filter.clone(), body }]
}

/// What was counted for it.
pub(super) fn read(place: usize, aggregated: &Aggregated<'_>) -> Result<StockCounts, EngineError> {
    let mut counts = StockCounts::default();
    for flag in aggregated.leaf::<FlagsBody>(&name(place))?.buckets {
        match flag.key {
            0 => counts.out_of_stock = flag.doc_count,
            1 => counts.in_stock = flag.doc_count,
            _ => return Err(Problem::Content("a third kind of availability").unexpected()),
        }
    }
    Ok(counts)
}

fn name(place: usize) -> String {
    format!("{place}-stock")
}
