//! What a search found, in a form that many fields of one operation can share.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    product::PartialProduct,
    search::{Facet, FacetOutcome, FacetPlan, Position, Search, SearchAnswer, SearchResults},
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
    pub(super) sought: BTreeSet<String>,
}

/// One product of a listing.
pub(super) struct ListedProduct {
    /// The product.
    pub(super) product: Arc<PartialProduct>,
    /// Where it stands in the list.
    pub(super) position: Position,
    /// How well the words match; `None` without words.
    pub(super) score: Option<f32>,
}

impl Listing {
    /// What was answered to a search.
    pub(super) fn new(search: &Search, answer: SearchAnswer) -> Self {
        let SearchAnswer { results, stage: _, did_you_mean, sought } = answer;
        let facets = facets(search, &results);
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
        }
    }
}

/// What each facet of a search counted; where nothing can be found and no engine was asked, nothing.
fn facets(search: &Search, results: &SearchResults) -> HashMap<Facet, FacetOutcome> {
    let wanted: Vec<Facet> = search.wants.facets.iter().cloned().collect();
    if results.searches == 0 && results.facets.is_empty() {
        let plans = search.own.spread(&wanted).facets.into_iter();
        let counted = |plan: FacetPlan| (plan.facet.clone(), Ok(plan.of_nothing()));
        return plans.map(counted).collect();
    }
    wanted.into_iter().zip(results.facets.iter().cloned()).collect()
}
