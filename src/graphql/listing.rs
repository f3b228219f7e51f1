//! What a search found, in a form that many fields of one operation can share.

use std::{collections::HashMap, sync::Arc};

use crate::{
    product::PartialProduct,
    search::{Facet, FacetOutcome, Position, Search, SearchAnswer, Sought, Stage},
};

/// The products of one window and what was counted.
pub(super) struct Listing {
    /// The products in the order of the list.
    pub(super) products: Vec<ListedProduct>,
    /// Whether the list goes on beyond the window, in the direction of reading.
    pub(super) has_more: bool,
    /// How many products match, where that was wanted.
    pub(super) total: Option<u64>,
    /// What the engine says it took, in milliseconds.
    pub(super) took_ms: u64,
    /// Whether every part of the index answered in time.
    pub(super) complete: bool,
    /// Whether counts are exact.
    pub(super) exact_counts: bool,
    /// How many searches the engine was asked for.
    pub(super) searches: u32,
    /// What each facet counted.
    pub(super) facets: HashMap<Facet, FacetOutcome>,
    /// A better spelling of the query, where that was wanted and there is one.
    pub(super) did_you_mean: Option<String>,
    /// The tokens that were looked for.
    pub(super) sought: Sought,
    /// What was looked for in the end.
    pub(super) stage: Stage,
}

/// One product of a listing.
pub(super) struct ListedProduct {
    /// The product.
    pub(super) product: Arc<PartialProduct>,
    /// Where it stands in the list.
    pub(super) position: Position,
    /// How well the words match, where that was wanted; `None` without words.
    pub(super) score: Option<f32>,
}

impl Listing {
    /// What was answered to a search.
    pub(super) fn new(search: &Search, answer: SearchAnswer) -> Self {
        let SearchAnswer { results, stage, did_you_mean, sought } = answer;
        let facets = search.wants.facets.iter().cloned().zip(results.facets).collect();
        let products = results.hits.into_iter().map(|hit| ListedProduct {
            product: Arc::new(hit.product),
            position: hit.position,
            score: hit.score,
        });
        Self {
            products: products.collect(),
            has_more: results.has_more,
            total: results.total,
            took_ms: results.took_ms,
            complete: results.complete,
            exact_counts: results.exact_counts,
            searches: results.searches,
            facets,
            did_you_mean,
            sought,
            stage,
        }
    }
}
