//! The language of searching: what a caller may ask, checked once, and what an engine answers.
//!
//! A [`SearchDraft`] holds arguments as they came; its check gives a [`Search`], an immutable value that every engine
//! understands. Invariant: a `Search` obeys every limit, and equal searches are equal values.

pub mod analysis;
mod cursor;
mod draft;
#[cfg(test)]
mod draft_tests;
mod filter;
mod filter_draft;
mod fingerprint;
mod interval;
mod interval_draft;
mod limits;
mod problems;
mod results;
mod simplify;
mod sort;
mod text_query;
mod window;

pub use cursor::{Cursor, Position, SortValue};
pub use draft::SearchDraft;
pub use filter::{Condition, Filter};
pub use filter_draft::{AttributeDraft, FilterDraft, TagsDraft, ValuesDraft};
pub use interval::Interval;
pub use interval_draft::IntervalDraft;
pub use limits::SearchLimits;
pub use problems::{CursorProblem, Problems, SearchProblem};
pub use results::{Hit, SearchResults};
pub use sort::{Direction, SortDraft, SortField, SortKey};
pub use text_query::{EXACT_WEIGHT, FUZZY_PREFIX, FUZZY_WEIGHT, MAX_EXPANSIONS, TextField, TextQuery, Word};
pub use window::{Place, Window, WindowDraft};

use crate::product::FieldSet;

/// One checked search.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Search {
    /// What to look for in texts; `None` finds everything.
    pub text: Option<TextQuery>,
    /// Which products may be found, simplified.
    pub filter: Filter,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Wants {
    /// The products of the window with at least these fields; `None` when no product is selected.
    pub hits: Option<FieldSet>,
    /// How many products match.
    pub total: bool,
}

impl Search {
    /// Whether nothing can match, so that no engine needs to be asked.
    pub fn is_hopeless(&self) -> bool {
        self.filter.is_nothing() || self.text.as_ref().is_some_and(|text| text.words.is_empty())
    }

    /// Whether there are words, so that hits have scores.
    pub fn is_ranked(&self) -> bool {
        self.text.is_some()
    }

    /// The cursor of a place in this search's list.
    pub fn cursor(&self, position: Position) -> Cursor {
        Cursor { fingerprint: self.fingerprint, position }
    }
}
