//! What an engine answers to a search, and what the catalogue makes of it.

use super::{FacetOutcome, Position, Sought, Stage};
use crate::product::PartialProduct;

/// The products of one window and what was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResults {
    /// The products in the order of the list, also when it was read from its end.
    pub hits: Vec<Hit>,
    /// Whether the list goes on beyond the window, in the direction of reading.
    pub has_more: bool,
    /// How many products match, as far as they were counted; `None` when that was off.
    pub total: Option<u64>,
    /// What each facet of the plan counted.
    pub facets: Vec<FacetOutcome>,
    /// For each word of the plan's spelling, the words near it that the catalogue has; in no order.
    pub spellings: Vec<Vec<Spelling>>,
    /// What the engine says it took, in milliseconds.
    pub took_ms: u64,
    /// Whether every part of the index answered in time.
    pub complete: bool,
    /// Whether counts are exact; false when shards gave estimates.
    pub exact_counts: bool,
    /// How many searches the engine ran for this one; whatever it needed to count its facets belongs to it.
    pub searches: u32,
}

impl Default for SearchResults {
    /// Nothing was found by no search, and that is exact.
    fn default() -> Self {
        Self {
            hits: Vec::new(),
            has_more: false,
            total: None,
            facets: Vec::new(),
            spellings: Vec::new(),
            took_ms: 0,
            complete: true,
            exact_counts: true,
            searches: 0,
        }
    }
}

/// One product of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The selected fields.
    pub product: PartialProduct,
    /// Where it stands in the list.
    pub position: Position,
    /// How well the words match; `None` where the plan [is not scored](super::SearchPlan::is_scored).
    pub score: Option<f32>,
}

/// A word of the dictionary that is near one asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// The word.
    pub word: String,
    /// How many products have it.
    pub products: u64,
}

/// The answer to a search, after as many questions to the engine as it took.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// What the last question found, with the time and the number of all of them.
    pub results: SearchResults,
    /// What was looked for in the end; cursors carry it.
    pub stage: Stage,
    /// A better spelling of the query that finds more products, where that was wanted and there is one.
    pub did_you_mean: Option<String>,
    /// The tokens that texts were searched for, synonyms and corrections included: what highlights mark; empty unless
    /// highlights are wanted.
    pub sought: Sought,
}
