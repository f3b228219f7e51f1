//! Fields that a filter compares with lists of texts.
//!
//! Invariant: a value is compared in the form in which it would be stored.

use std::collections::BTreeSet;

use super::{
    Condition, Filter,
    facet::{Owner, Part},
};
use crate::product::{
    self, ProductId, TextProblem, UniqueKey,
    limits::{LABEL_LENGTH, MAX_SKU_KEY_BYTES},
};

/// Brings a value into the form in which it would be stored.
pub(super) type Normaliser = fn(&str) -> Result<String, TextProblem>;

/// Fields that are compared with lists of texts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    /// The id.
    Id,
    /// The sku.
    Sku,
    /// The category.
    Category,
    /// The brand.
    Brand,
    /// The tags.
    Tag,
}

impl Field {
    /// How its values are stored.
    pub(super) fn normaliser(self) -> Normaliser {
        match self {
            // A malformed id is an unknown one, so its text is left alone.
            Self::Id => |value| Ok(value.to_owned()),
            Self::Category => product::category_value,
            Self::Sku | Self::Brand | Self::Tag => product::label_value,
        }
    }

    /// "One of these values", which are in their stored form; those that no product can have are left out, for nodes
    /// refuse to look for texts of more than 32,766 bytes.
    pub(super) fn one_of(self, mut values: BTreeSet<String>) -> Condition {
        values.retain(|value| self.is_possible(value));
        match self {
            Self::Id => Condition::Id(values.iter().filter_map(|value| ProductId::parse(value)).collect()),
            Self::Sku => Condition::Sku(values.iter().map(|value| UniqueKey::sku(value)).collect()),
            Self::Category => Condition::Category(values),
            Self::Brand => Condition::Brand(values),
            Self::Tag => Condition::Tag(values),
        }
    }

    fn is_possible(self, value: &str) -> bool {
        match self {
            Self::Id => ProductId::parse(value).is_some(),
            Self::Sku => UniqueKey::sku(value).value().len() <= MAX_SKU_KEY_BYTES,
            Self::Category | Self::Brand | Self::Tag => LABEL_LENGTH.contains(&value.chars().count()),
        }
    }

    /// "One of these values", which the field's own facet ignores, where it has one.
    pub(super) fn selection(self, values: BTreeSet<String>) -> Part {
        let condition = self.one_of(values.clone());
        match self {
            Self::Id | Self::Sku => Part::Kept(Filter::Is(condition)),
            Self::Category => Part::Own(Owner::Category, condition, values),
            Self::Brand => Part::Own(Owner::Brand, condition, values),
            Self::Tag => Part::Own(Owner::Tags, condition, values),
        }
    }
}
