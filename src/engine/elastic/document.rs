//! Products as documents: the stored form, beside it the write that made it, and what is derived for filters, orders
//! and words.
//!
//! Invariant: what is derived can be made again from the stored form, so nodes keep it out of `_source`; the write is
//! no part of the product and never leaves the engine.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{bulk::Revision, multi_get::DocumentBody, problem::Problem, query::term_name};
use crate::{
    backend::EngineError,
    exchange::{from_json, to_json},
    product::{Attribute, Product, ProductId, UniqueKey, name_sort_key},
    search::{KeyColumn, TextColumn, columns::ProductColumns},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Derived<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sku_key: Option<&'a str>,
    name_key: &'a str,
    name_sort: String,
    price: i64,
    created_at: i64,
    updated_at: i64,
    attributes: Vec<String>,
    attribute_names: BTreeSet<&'a str>,
    brand_words: Option<&'a str>,
    category_words: Option<&'a str>,
    terms: BTreeMap<&'static str, Vec<&'a str>>,
}

/// A product that is there, as one write left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredProduct {
    /// The product.
    pub(super) product: Product,
    /// The write that made it so.
    pub(super) write: String,
    /// Where its document stands.
    pub(super) revision: Revision,
}

#[derive(Default, Deserialize)]
struct Mark<'a> {
    #[serde(borrow, default)]
    write: Cow<'a, str>,
}

impl StoredProduct {
    /// Reads a whole document.
    pub(super) fn read(document: &DocumentBody<'_>) -> Result<Self, EngineError> {
        let product = from_json(document.source().as_bytes())
            .map_err(|_| Problem::Content("a document that is no product").unexpected())?;
        let mark: Mark<'_> = document.read()?;
        let revision = document.revision().ok_or_else(|| Problem::Content("no revision").unexpected())?;
        Ok(Self { product, write: mark.write.into_owned(), revision })
    }
}

/// The document of a product as `write` leaves it.
pub(super) fn document(product: &Product, write: &str) -> Result<Bytes, EngineError> {
    let content = &product.content;
    let (sku_key, name_key) = (product.sku_key(), product.name_key());
    let columns = ProductColumns::of(content);
    let terms = TextColumn::ALL.into_iter().map(|column| (term_name(column), columns.parts(column)));
    let derived = Derived {
        sku_key: sku_key.as_ref().map(UniqueKey::value),
        name_key: name_key.value(),
        name_sort: name_sort_key(&content.name),
        price: content.price.minor(),
        created_at: product.created_at.millis(),
        updated_at: product.updated_at.millis(),
        attributes: content.attributes.iter().map(Attribute::pair).collect(),
        attribute_names: content.attributes.iter().map(|attribute| attribute.name.as_str()).collect(),
        brand_words: columns.words(KeyColumn::BrandWords),
        category_words: columns.words(KeyColumn::CategoryWords),
        terms: terms.filter(|(_, parts)| !parts.is_empty()).collect(),
    };
    let mut document = to_json(product);
    // The stored form is an object, which gets further members.
    if document.pop() != Some(b'}') {
        return Err(Problem::Content("a stored form that is no object").unexpected());
    }
    document.extend_from_slice(b",\"write\":");
    serde_json::to_writer(&mut document, write).map_err(|error| Problem::Request(error).unexpected())?;
    document.extend_from_slice(b",\"derived\":");
    serde_json::to_writer(&mut document, &derived).map_err(|error| Problem::Request(error).unexpected())?;
    document.push(b'}');
    Ok(document.into())
}

/// The id in an answer of a node.
pub(super) fn product_id(text: &str) -> Result<ProductId, EngineError> {
    ProductId::parse(text).ok_or_else(|| Problem::Content("a malformed id").unexpected())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::product::{Price, ProductContent, Timestamp};

    #[test]
    fn a_document_is_the_stored_form_and_what_is_derived() {
        let product = Product {
            id: ProductId::parse("p-1").unwrap(),
            content: ProductContent {
                sku: Some("WM 1".to_owned()),
                name: "Élan's Wireless Mice".to_owned(),
                description: "Quiet mice, 2 buttons.".to_owned(),
                price: Price::from_minor(2499).unwrap(),
                category: "mice".to_owned(),
                brand: "TechGear".to_owned(),
                in_stock: true,
                tags: vec!["office".to_owned()],
                attributes: vec![Attribute { name: "colour".to_owned(), value: "red".to_owned() }],
                image_url: None,
            },
            image: None,
            created_at: Timestamp::from_millis(1_700_000_000_000),
            updated_at: Timestamp::from_millis(1_700_000_000_001),
            version: 3,
        };
        let document: Value = serde_json::from_slice(&document(&product, "w-1").unwrap()).unwrap();
        insta::assert_json_snapshot!(document);
    }
}
