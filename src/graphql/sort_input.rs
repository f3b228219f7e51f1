//! The order as callers write it.

use async_graphql::{Enum, InputObject};

use crate::search::{self, SortDraft};

/// One key of the order. Default direction: ascending for NAME and PRICE, descending for the rest. Products that are
/// equal by every key come by id, so that pages never overlap.
#[derive(InputObject)]
pub(super) struct ProductSort {
    /// What is compared.
    by: ProductSortField,
    /// Which end comes first.
    direction: Option<SortDirection>,
}

/// What products can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "search::SortField")]
enum ProductSortField {
    /// How well the words match, best first; without words newest first. Takes DESC only.
    Relevance,
    /// The name, ignoring case and accents.
    Name,
    /// The price.
    Price,
    /// The time it entered the catalogue.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
}

/// Which end of an order comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "search::Direction")]
enum SortDirection {
    /// Smallest, oldest or A first.
    #[graphql(name = "ASC")]
    Ascending,
    /// Largest, newest or Z first.
    #[graphql(name = "DESC")]
    Descending,
}

impl From<ProductSort> for SortDraft {
    fn from(sort: ProductSort) -> Self {
        Self { field: sort.by.into(), direction: sort.direction.map(search::Direction::from) }
    }
}
