//! Facets: what is counted beside a list, and the rules that both engines and every client obey.
//!
//! Invariant: a [`Facet`] obeys every limit; equal facets are equal values, so that one answer serves all who ask.

mod counts;
mod draft;
#[cfg(test)]
mod draft_tests;
mod impossible;
mod listing;
mod nothing;
mod own;
#[cfg(test)]
mod own_tests;
mod part;
mod pattern;

use std::collections::BTreeSet;

pub use counts::{
    AttributeCounts, FacetCounts, FacetOutcome, FacetProblem, PriceBucket, PriceCounts, StockCounts, ValueCount,
};
pub use draft::{AttributesFacetDraft, PriceBandDraft, PriceFacetDraft, ValuesFacetDraft};
pub use listing::{Counted, listed_names, listed_values};
pub use own::{Own, OwnFilters, SpreadFilter};
pub(in crate::search) use part::{Owner, Part};
pub use pattern::ValuePattern;

use super::Filter;

/// One checked question to count something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// The values of a field.
    Values(ValuesFacet),
    /// How many are in stock, and how many are not.
    Stock,
    /// Prices.
    Price(PriceFacet),
    /// Attributes and their values.
    Attributes(AttributesFacet),
}

impl Facet {
    /// Whether there is nothing to count, so that no engine needs to be asked.
    pub fn asks_nothing(&self) -> bool {
        matches!(self, Self::Attributes(AttributesFacet { names: Some(names), .. }) if names.is_empty())
    }

    /// The same facet without its inner list, for callers who do not read it: no buckets of prices, no values of
    /// attributes.
    #[must_use]
    pub fn without_list(self) -> Self {
        match self {
            Self::Price(_) => Self::Price(PriceFacet { buckets: PriceBuckets::None }),
            Self::Attributes(facet) => Self::Attributes(AttributesFacet { values: 0, ..facet }),
            other @ (Self::Values(_) | Self::Stock) => other,
        }
    }
}

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValuesFacet {
    /// Which field.
    pub field: ValueField,
    /// Most values, selected ones not counted.
    pub size: u32,
    /// Which come first.
    pub order: FacetOrder,
    /// Only values that match; selected ones are listed all the same.
    pub matching: Option<ValuePattern>,
}

/// A field whose values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueField {
    /// The category.
    Category,
    /// The brand.
    Brand,
    /// The tags; a product counts once for each.
    Tags,
}

/// Which values come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FacetOrder {
    /// By count, descending, then by the bytes of the value.
    Count,
    /// By the bytes of the value.
    Value,
}

/// Statistics of prices, and buckets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PriceFacet {
    /// Into what prices are sorted.
    pub buckets: PriceBuckets,
}

/// Into what prices are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PriceBuckets {
    /// Nothing.
    None,
    /// Bands, in this order, which may overlap.
    Bands(Vec<PriceBand>),
    /// Buckets of so many minor units each, from 0; at most `most` from the first to the last that is not empty.
    Every {
        /// Minor units, at least 1.
        width: i64,
        /// Most buckets.
        most: u32,
    },
}

/// Prices in minor units, from `from` and below `to`; at least one of them is set, and `from` is below `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PriceBand {
    /// The lowest price.
    pub from: Option<i64>,
    /// The price that is no longer in it.
    pub to: Option<i64>,
}

/// Attributes by name, with their values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributesFacet {
    /// These names, in this order; `None` for those that the result has, most frequent first, then by bytes.
    pub names: Option<Vec<String>>,
    /// Most names when none were asked for; names that are selected follow beyond.
    pub size: u32,
    /// Most values of each, selected ones not counted; 0 where values are not wanted, selected ones neither.
    pub values: u32,
}

/// A facet with what it counts over.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetPlan {
    /// What is asked.
    pub facet: Facet,
    /// What counted products obey beyond the plan's filter: the conditions on all other fields.
    pub filter: Filter,
    /// Values that are listed whatever their count.
    pub selected: BTreeSet<String>,
    /// Of an attributes facet: what differs for names that are filtered by.
    pub own: Vec<OwnAttribute>,
}

/// An attribute that is filtered by, whose own facet ignores that filter.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnAttribute {
    /// Its name.
    pub name: String,
    /// What counted products obey beyond the plan's filter.
    pub filter: Filter,
    /// Values that are listed whatever their count.
    pub selected: BTreeSet<String>,
}
