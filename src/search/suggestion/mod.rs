//! What a shopper may be about to type: products, categories and brands for the beginning of a query.
//!
//! The words before the last are complete and have to match; the last one is the beginning of a word. Invariant: an
//! engine gets at most one plan for each kind of suggestion, and a second one only when too few were found.

mod choice;
mod corrections;
mod draft;
mod marks;
mod plans;

pub use choice::{Found, Suggestion, choose};
pub use corrections::Corrections;
pub use draft::SuggestionDraft;

use crate::product::FieldSet;

/// What can be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// A product, by its name.
    Product,
    /// A category.
    Category,
    /// A brand.
    Brand,
}

impl SuggestionKind {
    /// Every kind, in the order of their plans.
    pub const ALL: [Self; 3] = [Self::Product, Self::Category, Self::Brand];
}

/// The checked beginning of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SuggestionQuery {
    /// The words, in the order in which they were typed; without any, nothing is suggested.
    pub words: Vec<TypedWord>,
    /// Most suggestions.
    pub size: u32,
    /// The fields of products that are read; the name comes always.
    pub fields: FieldSet,
}

/// One word as far as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypedWord {
    /// As it is spelt, cut to the longest prefix that is indexed.
    pub beginning: String,
    /// The token of a word that is complete; `None` for one that may go on.
    pub token: Option<String>,
}
