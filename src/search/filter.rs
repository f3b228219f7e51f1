//! What a product must be to be found: a small tree that every engine understands.
//!
//! Invariant: lists in a condition are sorted and free of doubles, so equal filters are equal values.

use std::{collections::BTreeSet, fmt};

use super::Interval;
use crate::product::{Attribute, ProductId, UniqueKey};

/// A condition tree; `All` and `Nothing` occur only at the root once [simplified](Filter::simplified).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Filter {
    /// Every product.
    All,
    /// No product.
    Nothing,
    /// Products that meet every part.
    And(Vec<Filter>),
    /// Products that meet at least one part.
    Or(Vec<Filter>),
    /// Products that do not meet the part.
    Not(Box<Filter>),
    /// Products that meet one condition.
    Is(Condition),
}

/// One question about one field; lists mean "one of these".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// The id is one of these.
    Id(BTreeSet<ProductId>),
    /// The sku, compared by its key, is one of these; a product without sku never meets it.
    Sku(BTreeSet<UniqueKey>),
    /// The category is one of these (lower-case, as stored).
    Category(BTreeSet<String>),
    /// The brand is exactly one of these.
    Brand(BTreeSet<String>),
    /// At least one tag is one of these.
    Tag(BTreeSet<String>),
    /// At least one attribute is one of these pairs.
    Attribute(BTreeSet<Attribute>),
    /// Whether the product can be bought now.
    InStock(bool),
    /// The price, in minor units, lies inside.
    Price(Interval),
    /// The creation time, in UTC milliseconds, lies inside.
    CreatedAt(Interval),
    /// The time of the last change, in UTC milliseconds, lies inside.
    UpdatedAt(Interval),
}

impl Filter {
    /// Whether no product can meet this filter, so that no engine needs to be asked.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The opposite of this filter.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            Self::Not(part) => *part,
            other @ (Self::And(_) | Self::Or(_) | Self::Is(_)) => Self::Not(Box::new(other)),
        }
    }
}

/// The canonical text: equal for equal filters, different for different ones (values are quoted).
impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |formatter: &mut fmt::Formatter<'_>, name: &str, parts: &[Self]| {
            write!(formatter, "{name}(")?;
            parts.iter().try_for_each(|part| write!(formatter, "{part};"))?;
            formatter.write_str(")")
        };
        match self {
            Self::All => formatter.write_str("all"),
            Self::Nothing => formatter.write_str("nothing"),
            Self::And(parts) => list(formatter, "and", parts),
            Self::Or(parts) => list(formatter, "or", parts),
            Self::Not(part) => write!(formatter, "not({part})"),
            Self::Is(condition) => condition.fmt(formatter),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(values) => {
                formatter.debug_tuple("id").field(&values.iter().map(ProductId::as_str).collect::<Vec<_>>()).finish()
            }
            Self::Sku(values) => {
                formatter.debug_tuple("sku").field(&values.iter().map(UniqueKey::value).collect::<Vec<_>>()).finish()
            }
            Self::Category(values) => formatter.debug_tuple("category").field(values).finish(),
            Self::Brand(values) => formatter.debug_tuple("brand").field(values).finish(),
            Self::Tag(values) => formatter.debug_tuple("tag").field(values).finish(),
            Self::Attribute(values) => formatter
                .debug_tuple("attribute")
                .field(&values.iter().map(|pair| (&pair.name, &pair.value)).collect::<Vec<_>>())
                .finish(),
            Self::InStock(value) => write!(formatter, "in_stock({value})"),
            Self::Price(interval) => write!(formatter, "price({interval})"),
            Self::CreatedAt(interval) => write!(formatter, "created_at({interval})"),
            Self::UpdatedAt(interval) => write!(formatter, "updated_at({interval})"),
        }
    }
}
