//! A product of which only some fields were read.

use super::{Attribute, Price, Product, ProductId, Timestamp};

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

impl From<Product> for PartialProduct {
    fn from(product: Product) -> Self {
        let Product { id, content, image, created_at, updated_at, version } = product;
        Self {
            id,
            sku: content.sku,
            name: Some(content.name),
            description: Some(content.description),
            price: Some(content.price),
            category: Some(content.category),
            brand: Some(content.brand),
            in_stock: Some(content.in_stock),
            tags: Some(content.tags),
            attributes: Some(content.attributes),
            image_url: content.image_url,
            image,
            created_at: Some(created_at),
            updated_at: Some(updated_at),
            version: Some(version),
        }
    }
}
