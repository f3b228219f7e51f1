//! What a shopper may be about to type: products, categories and brands for the beginning of a query.
//!
//! The last word may go on; those before it match whole words, or where that finds nothing, beginnings. Words of three
//! letters and more may be misspelt, the first letter excepted, where nothing is found as it was typed. Invariant: an
//! engine gets one plan for each kind of suggestion, and at most two more only when all of these found nothing.

mod choice;
mod corrections;
mod draft;
mod found;
mod marks;
mod plans;
mod reading;

pub use choice::{Suggestion, choose};
pub use corrections::Corrections;
pub use draft::SuggestionDraft;
pub use found::Found;
pub use reading::Reading;

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
