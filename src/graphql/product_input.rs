//! A product as callers write it: names and nothing else; its rules are in `product`.

use async_graphql::{InputObject, MaybeUndefined};

use crate::product::{self, FieldPatch, PatchDraft, ProductDraft};

/// A new product.
#[derive(InputObject)]
pub(super) struct CreateProductInput {
    /// Stock keeping unit, at most 64 characters; no two products have the same, ignoring case and spaces.
    sku: Option<String>,
    /// 1 to 200 characters; no two products have the same, ignoring case and repeated spaces.
    name: String,
    /// 10 to 1,000 characters; may have several lines.
    description: String,
    /// In units of the currency, above 0, at most 9,999,999.99 and of at most two decimals.
    price: f64,
    /// 1 to 50 characters; kept in lower case.
    category: String,
    /// 1 to 50 characters.
    brand: String,
    /// Whether it can be bought now.
    #[graphql(default = true)]
    in_stock: bool,
    /// Keywords, at most 10 of 1 to 50 characters, none twice.
    #[graphql(default)]
    tags: Vec<String>,
    /// Properties without a field of their own, at most 50; a name may occur several times, with different values.
    #[graphql(default)]
    attributes: Vec<AttributeInput>,
    /// https address of an image kept elsewhere.
    image_url: Option<String>,
}

/// All that is said about a product: what is left out, or null, becomes empty.
#[derive(InputObject)]
pub(super) struct ReplaceProductInput {
    /// Stock keeping unit, at most 64 characters; no two products have the same, ignoring case and spaces.
    sku: Option<String>,
    /// 1 to 200 characters; no two products have the same, ignoring case and repeated spaces.
    name: String,
    /// 10 to 1,000 characters; may have several lines.
    description: String,
    /// In units of the currency, above 0, at most 9,999,999.99 and of at most two decimals.
    price: f64,
    /// 1 to 50 characters; kept in lower case.
    category: String,
    /// 1 to 50 characters.
    brand: String,
    /// Whether it can be bought now.
    in_stock: bool,
    /// Keywords, at most 10 of 1 to 50 characters, none twice.
    tags: Option<Vec<String>>,
    /// Properties without a field of their own, at most 50; a name may occur several times, with different values.
    attributes: Option<Vec<AttributeInput>>,
    /// https address of an image kept elsewhere; when it is given, an uploaded image goes.
    image_url: Option<String>,
}

/// Changes of a product, at least one: a field that is left out stays, null clears it, a value sets it. Name,
/// description, price, category, brand and stock cannot be null.
#[derive(InputObject)]
pub(super) struct UpdateProductInput {
    /// Stock keeping unit, at most 64 characters; no two products have the same, ignoring case and spaces.
    sku: MaybeUndefined<String>,
    /// 1 to 200 characters; no two products have the same, ignoring case and repeated spaces.
    name: MaybeUndefined<String>,
    /// 10 to 1,000 characters; may have several lines.
    description: MaybeUndefined<String>,
    /// In units of the currency, above 0, at most 9,999,999.99 and of at most two decimals.
    price: MaybeUndefined<f64>,
    /// 1 to 50 characters; kept in lower case.
    category: MaybeUndefined<String>,
    /// 1 to 50 characters.
    brand: MaybeUndefined<String>,
    /// Whether it can be bought now.
    in_stock: MaybeUndefined<bool>,
    /// All keywords, at most 10 of 1 to 50 characters, none twice.
    tags: MaybeUndefined<Vec<String>>,
    /// All properties without a field of their own, at most 50.
    attributes: MaybeUndefined<Vec<AttributeInput>>,
    /// https address of an image kept elsewhere; whether it is set or cleared, an uploaded image goes.
    image_url: MaybeUndefined<String>,
}

/// A property of a product without a field of its own.
#[derive(InputObject)]
struct AttributeInput {
    /// Such as `colour`; 1 to 50 characters.
    name: String,
    /// Such as `red`; 1 to 200 characters.
    value: String,
}

impl From<CreateProductInput> for ProductDraft {
    fn from(input: CreateProductInput) -> Self {
        Self {
            sku: input.sku,
            name: input.name,
            description: input.description,
            price: input.price,
            category: input.category,
            brand: input.brand,
            in_stock: input.in_stock,
            tags: input.tags,
            attributes: attributes(input.attributes),
            image_url: input.image_url,
        }
    }
}

impl From<ReplaceProductInput> for ProductDraft {
    fn from(input: ReplaceProductInput) -> Self {
        Self {
            sku: input.sku,
            name: input.name,
            description: input.description,
            price: input.price,
            category: input.category,
            brand: input.brand,
            in_stock: input.in_stock,
            tags: input.tags.unwrap_or_default(),
            attributes: attributes(input.attributes.unwrap_or_default()),
            image_url: input.image_url,
        }
    }
}

impl From<UpdateProductInput> for PatchDraft {
    fn from(input: UpdateProductInput) -> Self {
        Self {
            sku: patch(input.sku),
            name: patch(input.name),
            description: patch(input.description),
            price: patch(input.price),
            category: patch(input.category),
            brand: patch(input.brand),
            in_stock: patch(input.in_stock),
            tags: patch(input.tags),
            attributes: patch(input.attributes.map_value(attributes)),
            image_url: patch(input.image_url),
        }
    }
}

fn patch<Value>(given: MaybeUndefined<Value>) -> FieldPatch<Value> {
    match given {
        MaybeUndefined::Undefined => FieldPatch::Keep,
        MaybeUndefined::Null => FieldPatch::Clear,
        MaybeUndefined::Value(value) => FieldPatch::Set(value),
    }
}

fn attributes(inputs: Vec<AttributeInput>) -> Vec<product::Attribute> {
    inputs.into_iter().map(|input| product::Attribute { name: input.name, value: input.value }).collect()
}
