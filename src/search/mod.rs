//! The language of searching: what a caller may ask, checked once, and what an engine answers.
//!
//! A [`SearchDraft`] holds arguments as they came; its check gives a [`Search`], an immutable value that every engine
//! understands. Invariant: a `Search` obeys every limit, and equal searches are equal values.

pub mod analysis;
pub mod columns;
mod cursor;
mod draft;
#[cfg(test)]
mod draft_tests;
pub mod facet;
mod filter;
mod filter_draft;
mod fingerprint;
pub mod highlight;
mod interval;
mod interval_draft;
mod limits;
mod plan;
mod problems;
mod ranking;
mod relevance;
mod results;
mod similar;
mod simplify;
mod sort;
mod stage;
pub mod suggestion;
mod text_query;
mod window;

pub use cursor::{Cursor, Position, SortValue};
pub use draft::SearchDraft;
pub use facet::{Facet, FacetCounts, FacetOutcome, FacetPlan, FacetProblem, OwnFilters};
pub use filter::{Condition, Filter};
pub use filter_draft::{AttributeDraft, FilterDraft, TagsDraft, ValuesDraft};
pub use interval::Interval;
pub use interval_draft::IntervalDraft;
pub use limits::SearchLimits;
pub use plan::{Counting, HitsPlan, MAX_CANDIDATES, SearchPlan, SpellingPlan};
pub use problems::{CursorProblem, Problems, SearchProblem};
pub use ranking::Ranking;
pub use relevance::{Clause, Factor, KeyColumn, Relevance, TextColumn};
pub use results::{Hit, SearchAnswer, SearchResults, Spelling};
pub use similar::SimilarQuery;
pub use sort::{Direction, SortDraft, SortField, SortKey};
pub use stage::{Correction, Stage};
pub use text_query::{FUZZY_PREFIX, TextQuery, Word};
pub use window::{Place, Window, WindowDraft};

use std::collections::BTreeSet;

use self::facet::SpreadFilter;
use crate::product::FieldSet;

/// One checked search.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Search {
    /// What to look for in texts; `None` finds everything.
    pub text: Option<TextQuery>,
    /// Which products may be found, simplified.
    pub filter: Filter,
    /// The same filter by the facets that ignore parts of it.
    pub own: OwnFilters,
    /// The order; the id, ascending, always follows.
    pub order: Vec<SortKey>,
    /// Which part of the list.
    pub window: Window,
    /// What is to be computed.
    pub wants: Wants,
    /// The list that cursors of this search belong to.
    pub fingerprint: u64,
}

/// What the caller selected, so that nothing else is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wants {
    /// The products of the window with at least these fields; `None` when no product is selected.
    pub hits: Option<FieldSet>,
    /// How many products match.
    pub total: bool,
    /// What else is counted; each once, in any order.
    pub facets: BTreeSet<Facet>,
    /// A better spelling of the query.
    pub did_you_mean: bool,
}

impl Search {
    /// Whether nothing can match, so that no engine needs to be asked.
    pub fn is_hopeless(&self) -> bool {
        let finds_nothing = self.text.as_ref().is_some_and(|text| text.words.is_empty());
        finds_nothing || (self.filter.is_nothing() && self.wants.facets.is_empty())
    }

    /// What an engine is asked at a stage of this search.
    pub fn plan(&self, stage: &Stage, ranking: &Ranking) -> SearchPlan {
        let facets: Vec<Facet> = self.wants.facets.iter().cloned().collect();
        let SpreadFilter { filter, narrowing, facets } = self.own.spread(&facets);
        let (order, window) = (self.order.clone(), self.window.clone());
        SearchPlan {
            relevance: self.text.as_ref().map(|text| ranking.relevance(text, stage)),
            filter,
            narrowing,
            hits: self.wants.hits.map(|fields| HitsPlan { fields, order, window }),
            counting: if self.wants.total { Counting::Exact } else { Counting::Off },
            facets,
            spelling: None,
            preference: self.fingerprint,
        }
    }

    /// The cursor of a place in this search's list.
    pub fn cursor(&self, position: Position) -> Cursor {
        Cursor { fingerprint: self.fingerprint, position }
    }
}
