//! The language of changing: what a write asks for, what it makes of the product that is there, and what becomes of it.
//!
//! An engine finds the product that a [`Change`] meets ([`Change::look_ups`]), asks what to do ([`Change::plan`]), checks
//! that nothing unique is taken and carries the [`Plan`] out, all of it as one step that no other write comes between.
//! Invariant: the rules of writing are here alone, and nothing here asks an engine.

mod limits;
mod plan;
#[cfg(test)]
mod plan_tests;

pub use limits::ChangeLimits;
pub use plan::Plan;

use crate::product::{KeyKind, Product, ProductContent, ProductId, ProductPatch, Timestamp, VersionToken};

/// One change of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "most changes are insertions, and a box for each would cost them more")]
pub enum Change {
    /// Stores a product as new, or what is asked for when it is there already.
    Insert(Insert),
    /// Changes a product that is there.
    Modify(Modify),
}

/// A product to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// The product as it is stored when it is new.
    pub product: Product,
    /// Which product counts as the same.
    pub sameness: Sameness,
    /// The time of the write.
    pub at: Timestamp,
    /// Which times of `product` were given, and are kept even when it replaces another one.
    pub brings: Brought,
    /// What to do when the same product is there already.
    pub on_duplicate: OnDuplicate,
}

/// Times that were given with a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brought {
    /// The creation time.
    pub created_at: bool,
    /// The time of the last write.
    pub updated_at: bool,
}

/// Which product counts as the same as one that is to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    /// The one of the same sku.
    Sku,
    /// The one of the same id, else of the same sku, else of the same name where names are unique.
    IdSkuOrName,
}

/// What to do with a product that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Refuse it.
    #[default]
    Refuse,
    /// Leave what is there.
    Skip,
    /// Replace what is there; its id stays, its creation time and uploaded image too unless others are given.
    Replace,
}

/// A change of a product that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modify {
    /// The product.
    pub id: ProductId,
    /// The token of the version that it must have, as the caller gave it; `None` takes every version.
    pub if_version: Option<String>,
    /// What is to become of it.
    pub modification: Modification,
}

/// What is to become of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modification {
    /// Every field is set; id, creation time and, unless another image is given, an uploaded image stay.
    Replace {
        /// The fields.
        content: Box<ProductContent>,
        /// The time of the write.
        at: Timestamp,
    },
    /// Some fields are set or cleared.
    Patch {
        /// Which and how.
        patch: Box<ProductPatch>,
        /// The time of the write.
        at: Timestamp,
    },
    /// It goes; its id, sku and name are free at once.
    Delete,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The product is new.
    Created(Product),
    /// The product is another one now.
    Changed(Product),
    /// The product is gone.
    Deleted,
    /// Nothing was done, as asked for when the product is there.
    Skipped,
}

/// Why the products that are there do not allow a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such product.
    #[error("product does not exist")]
    NotFound,
    /// The product has another version than the one asked for.
    #[error("product has another version")]
    VersionConflict {
        /// The version that it has.
        current: VersionToken,
    },
    /// Something unique belongs to another product.
    #[error("another product has this {}", .by.name())]
    Duplicate {
        /// What is taken.
        by: TakenBy,
        /// The product that has it, where known.
        owner: Option<ProductId>,
    },
}

/// What two products may not share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBy {
    /// The id.
    Id,
    /// The sku.
    Sku,
    /// The name.
    Name,
}

impl From<KeyKind> for TakenBy {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Sku => Self::Sku,
            KeyKind::Name => Self::Name,
        }
    }
}

impl TakenBy {
    /// The name of the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Sku => "sku",
            Self::Name => "name",
        }
    }
}

/// When searches see an acknowledged write; look-ups see it at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Some time later.
    None,
    /// After the next refresh, which is waited for.
    #[default]
    Wait,
    /// At once, by a refresh of its own.
    Now,
}
