//! The product itself.

use super::{Attribute, NameRule, Price, ProductId, Timestamp, UniqueKey, VersionToken};

/// What the seller says about a product, valid and normalised: made by `ProductDraft::validate` or read from a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductContent {
    /// Stock keeping unit, 1–64 code points, unique where present.
    pub sku: Option<String>,
    /// 1–200 code points.
    pub name: String,
    /// 10–1000 code points, may have several lines.
    pub description: String,
    /// 0.01 to 9,999,999.99.
    pub price: Price,
    /// 1–50 code points in lower case.
    pub category: String,
    /// 1–50 code points.
    pub brand: String,
    /// Whether it can be bought now.
    pub in_stock: bool,
    /// At most 10 of 1–50 code points, none twice.
    pub tags: Vec<String>,
    /// At most 50, no pair twice.
    pub attributes: Vec<Attribute>,
    /// https address of an image kept elsewhere, at most 2048 code points.
    pub image_url: Option<String>,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// What it is known by, for ever.
    pub id: ProductId,
    /// What the seller says about it.
    pub content: ProductContent,
    /// Content address of an uploaded image.
    pub image: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Revision counter: 1, then one more with every write.
    pub version: u64,
}

impl Product {
    /// The key that no other product's name may have.
    pub fn name_key(&self) -> UniqueKey {
        UniqueKey::name(&self.content.name)
    }

    /// The key that no other product's sku may have.
    pub fn sku_key(&self) -> Option<UniqueKey> {
        self.content.sku.as_deref().map(UniqueKey::sku)
    }

    /// What no other product may have: the sku, and the name where names are unique.
    pub fn unique_keys(&self, names: NameRule) -> Vec<UniqueKey> {
        let name = match names {
            NameRule::Unique => Some(self.name_key()),
            NameRule::Shared => None,
        };
        self.sku_key().into_iter().chain(name).collect()
    }

    /// What callers name this revision by.
    pub fn version_token(&self) -> VersionToken {
        VersionToken::of(&self.id, self.created_at, self.version)
    }
}
