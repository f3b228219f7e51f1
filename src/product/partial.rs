//! A product of which only some fields were read.

use super::{Attribute, Price, ProductId, Timestamp};

/// A product as far as it was asked for: a field that was not read, or that the product lacks, is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of `Product` and `ProductContent`")]
pub struct PartialProduct {
    /// Always known.
    pub id: ProductId,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub price: Option<Price>,
    pub category: Option<String>,
    pub brand: Option<String>,
    pub in_stock: Option<bool>,
    pub tags: Option<Vec<String>>,
    pub attributes: Option<Vec<Attribute>>,
    pub image_url: Option<String>,
    pub image: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub version: Option<u64>,
}
