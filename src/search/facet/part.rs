//! One condition of the outermost filter, with what facets make of it.
//!
//! Invariant: a part keeps its condition whole; only who obeys it differs.

use std::collections::BTreeSet;

use crate::search::{Condition, Filter};

/// A field, or an attribute by its name, that may have a facet of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Owner<Name> {
    /// The category.
    Category,
    /// The brand.
    Brand,
    /// The tags.
    Tags,
    /// The price.
    Price,
    /// Availability.
    Stock,
    /// The attribute of this name.
    Attribute(Name),
}

/// A condition and who obeys it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) enum Part {
    /// Every facet obeys it.
    Kept(Filter),
    /// Every facet obeys it, the field's own as well, where these values are selected.
    Required(Owner<String>, Filter, BTreeSet<String>),
    /// The field's own facet ignores it; these values are selected there.
    Own(Owner<String>, Condition, BTreeSet<String>),
}

impl Part {
    /// The condition, for a place that no facet ignores.
    pub(in crate::search) fn into_filter(self) -> Filter {
        match self {
            Self::Kept(filter) | Self::Required(_, filter, _) => filter,
            Self::Own(_, condition, _) => Filter::Is(condition),
        }
    }
}
