//! What a search found, in a form that many fields of one operation can share.

use std::sync::Arc;

use crate::{
    product::PartialProduct,
    search::{Position, SearchAnswer, Stage},
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
    /// What was looked for in the end.
    pub(super) stage: Stage,
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

impl From<SearchAnswer> for Listing {
    fn from(SearchAnswer { results, stage, .. }: SearchAnswer) -> Self {
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
            stage,
        }
    }
}
