//! The one stored JSON form: of a record in the embedded store, of a document on a node, of a row of an export.
//!
//! Invariant: fields come in the order of `ProductField::ALL`, absent ones are left out, and equal products have
//! equal bytes.

use serde::Serialize;
use serde::de::DeserializeSeed;
use thiserror::Error;

use super::stored_fields::{Selection, StoredAttribute, StoredFields};
use crate::product::{FieldSet, PartialProduct, Product, ProductContent, ProductField};

/// Why bytes are not the stored form of a product.
#[derive(Debug, Error)]
pub enum StoredError {
    /// They are not JSON, or a value has another type.
    #[error("the stored product cannot be decoded")]
    Json(#[from] serde_json::Error),
    /// A field is not there.
    #[error("the stored product lacks its {}", .0.stored_name())]
    Missing(ProductField),
    /// A field's value has not the form that was once written.
    #[error("the stored product has a malformed {}", .0.stored_name())]
    Malformed(ProductField),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredProduct<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
    name: &'a str,
    description: &'a str,
    price: f64,
    category: &'a str,
    brand: &'a str,
    in_stock: bool,
    tags: &'a [String],
    attributes: Vec<StoredAttribute<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    created_at: String,
    updated_at: String,
    version: u64,
}

impl<'a> From<&'a Product> for StoredProduct<'a> {
    fn from(product: &'a Product) -> Self {
        let content = &product.content;
        let attributes = content.attributes.iter().map(|attribute| StoredAttribute {
            name: attribute.name.as_str().into(),
            value: attribute.value.as_str().into(),
        });
        Self {
            id: product.id.as_str(),
            sku: content.sku.as_deref(),
            name: &content.name,
            description: &content.description,
            price: content.price.decimal(),
            category: &content.category,
            brand: &content.brand,
            in_stock: content.in_stock,
            tags: &content.tags,
            attributes: attributes.collect(),
            image_url: content.image_url.as_deref(),
            image: product.image.as_deref(),
            created_at: product.created_at.to_string(),
            updated_at: product.updated_at.to_string(),
            version: product.version,
        }
    }
}

/// Writes the stored form, without a line break in it.
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "text, finite numbers and lists of them have a JSON form"
)]
pub fn to_json(product: &Product) -> Vec<u8> {
    serde_json::to_vec(&StoredProduct::from(product)).expect("a stored product has a JSON form")
}

/// Writes one row of an export: the stored form and a line feed.
pub fn export_row(product: &Product) -> Vec<u8> {
    let mut row = to_json(product);
    row.push(b'\n');
    row
}

/// Reads a whole product; names that are not fields are passed over.
pub fn from_json(json: &[u8]) -> Result<Product, StoredError> {
    let stored: StoredFields<'_> = serde_json::from_slice(json)?;
    whole(stored.into_partial()?)
}

/// Reads of a stored product the id and the fields of `wanted`, and skips the rest without copying it.
pub fn partial_from_json(json: &[u8], wanted: FieldSet) -> Result<PartialProduct, StoredError> {
    let mut decoder = serde_json::Deserializer::from_slice(json);
    let stored = Selection(wanted.with(ProductField::Id)).deserialize(&mut decoder)?;
    decoder.end()?;
    stored.into_partial()
}

fn whole(partial: PartialProduct) -> Result<Product, StoredError> {
    use ProductField as Field;
    Ok(Product {
        id: partial.id,
        content: ProductContent {
            sku: partial.sku,
            name: partial.name.ok_or(StoredError::Missing(Field::Name))?,
            description: partial.description.ok_or(StoredError::Missing(Field::Description))?,
            price: partial.price.ok_or(StoredError::Missing(Field::Price))?,
            category: partial.category.ok_or(StoredError::Missing(Field::Category))?,
            brand: partial.brand.ok_or(StoredError::Missing(Field::Brand))?,
            in_stock: partial.in_stock.ok_or(StoredError::Missing(Field::InStock))?,
            tags: partial.tags.ok_or(StoredError::Missing(Field::Tags))?,
            attributes: partial.attributes.ok_or(StoredError::Missing(Field::Attributes))?,
            image_url: partial.image_url,
        },
        image: partial.image,
        created_at: partial.created_at.ok_or(StoredError::Missing(Field::CreatedAt))?,
        updated_at: partial.updated_at.ok_or(StoredError::Missing(Field::UpdatedAt))?,
        version: partial.version.ok_or(StoredError::Missing(Field::Version))?,
    })
}

#[cfg(test)]
mod tests;
