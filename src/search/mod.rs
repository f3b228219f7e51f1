//! The language of searching: what a caller may ask, checked once, and what an engine answers.
//!
//! A [`SearchDraft`] holds arguments as they came; its check gives a [`Search`], an immutable value that every engine
//! understands. Invariant: a `Search` obeys every limit, and equal searches are equal values.

pub mod analysis;
pub mod columns;
mod compiler;
mod cursor;
mod draft;
#[cfg(test)]
mod draft_tests;
pub mod facet;
mod filter;
mod filter_draft;
mod filter_field;
mod fingerprint;
pub mod highlight;
mod interval;
mod interval_draft;
mod limits;
mod plan;
mod planning;
mod problems;
mod ranking;
mod relevance;
mod results;
mod similar;
mod simplify;
mod sort;
mod sought;
mod spelling;
mod stage;
pub mod suggestion;
mod synonyms;
mod text_query;
mod tuning;
mod window;

pub use cursor::{Cursor, Position, SortValue};
pub use draft::SearchDraft;
pub use facet::{Facet, FacetCounts, FacetOutcome, FacetPlan, FacetProblem, OwnFilters};
pub use filter::{Condition, Filter};
pub use filter_draft::{AttributeDraft, FilterDraft, TagsDraft, ValuesDraft};
pub use interval::Interval;
pub use interval_draft::IntervalDraft;
pub use limits::SearchLimits;
pub use plan::{Counting, DoubtfulWord, HitsPlan, MAX_CANDIDATES, SearchPlan, SpellingPlan};
pub use problems::{CursorProblem, Problems, SearchProblem};
pub use ranking::{Ranking, RankingProblem};
pub use relevance::{Clause, Factor, KeyColumn, Relevance, TextColumn};
pub use results::{Hit, SearchAnswer, SearchResults, Spelling};
pub use similar::{SimilarDraft, SimilarQuery};
pub use sort::{Direction, SortDraft, SortField, SortKey};
pub use sought::Sought;
pub use spelling::FUZZY_PREFIX;
pub use stage::{Correction, Stage};
pub use synonyms::{SYNONYM_WORDS_OF_QUERY, SynonymLimits, SynonymProblem, Synonyms, Term};
pub use text_query::{TextQuery, Word};
pub use tuning::Tuning;
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
    /// What was looked for on the page whose cursor this search goes on from; `None` when that is still to be found out.
    pub stage: Option<Stage>,
    /// What is to be computed.
    pub wants: Wants,
    /// The list that cursors of this search belong to.
    pub fingerprint: u64,
}

/// What the caller selected, so that nothing else is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of an answer that is selected, or not, by itself")]
pub struct Wants {
    /// The products of the window with at least these fields; `None` when no product is selected.
    pub hits: Option<FieldSet>,
    /// How well the words match each product of the window.
    pub scores: bool,
    /// How many products match.
    pub total: bool,
    /// What else is counted; each once, in any order.
    pub facets: BTreeSet<Facet>,
    /// A better spelling of the query.
    pub did_you_mean: bool,
    /// The tokens that texts were searched for, which highlights mark.
    pub highlights: bool,
}

impl Search {
    /// Whether nothing can match and nothing be counted, so that no engine needs to be asked.
    pub fn is_hopeless(&self) -> bool {
        let is_wordless = self.text.as_ref().is_some_and(|text| text.words.is_empty());
        is_wordless || (self.finds_nothing() && (self.wants.facets.is_empty() || self.spread().filter.is_nothing()))
    }

    /// Whether no product can be in the list, though facets that ignore a part of the filter may count some.
    pub fn finds_nothing(&self) -> bool {
        self.filter.is_nothing()
    }

    /// What there is to say about no product at all.
    pub fn nothing(&self) -> SearchResults {
        let facets = self.spread().facets.iter().map(|facet| Ok(facet.of_nothing())).collect();
        SearchResults { total: Some(0), facets, ..SearchResults::default() }
    }

    /// The cursor of a place in this search's list, as it was found at a stage.
    pub fn cursor(&self, stage: &Stage, position: Position) -> Cursor {
        Cursor { fingerprint: self.fingerprint, stage: stage.clone(), position }
    }

    fn spread(&self) -> SpreadFilter {
        let facets: Vec<Facet> = self.wants.facets.iter().cloned().collect();
        self.own.spread(&facets)
    }
}
