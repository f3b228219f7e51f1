//! The score of one match.
//!
//! Invariant: it is computed when it is asked for, and once: most matches are too far away for anybody to read it.

use tantivy::{Score, query::Scorer};

/// The score of the match that a scorer stands at.
pub(super) struct MatchScore<'a> {
    matches: &'a mut dyn Scorer,
    known: Option<Score>,
}

impl<'a> MatchScore<'a> {
    /// A score that was not computed.
    pub(super) fn of(matches: &'a mut dyn Scorer) -> Self {
        Self { matches, known: None }
    }

    /// The score.
    pub(super) fn get(&mut self) -> Score {
        *self.known.get_or_insert_with(|| self.matches.score())
    }
}
