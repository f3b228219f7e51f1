//! What an engine answers to a search.

use super::Position;
use crate::product::PartialProduct;

/// The products of one window and what was counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchResults {
    /// The products in the order of the list, also when it was read from its end.
    pub hits: Vec<Hit>,
    /// Whether the list goes on beyond the window, in the direction of reading.
    pub has_more: bool,
    /// How many products match; counted only when wanted.
    pub total: Option<u64>,
    /// What the engine says it took, in milliseconds.
    pub took_ms: u64,
    /// Whether every part of the index answered in time.
    pub complete: bool,
}

impl SearchResults {
    /// The answer to a search that nothing can match.
    pub fn nothing() -> Self {
        Self { total: Some(0), complete: true, ..Self::default() }
    }
}

/// One product of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The selected fields.
    pub product: PartialProduct,
    /// Where it stands in the list.
    pub position: Position,
    /// How well the words match; `None` without words.
    pub score: Option<f32>,
}
