//! A product as callers see it.
//!
//! Invariant: a field that is resolved was read, for the same selection decided both (`selection`).

#![expect(clippy::unused_async, reason = "the library takes asynchronous resolvers only")]

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, SimpleObject};

use super::{ApiSettings, date_time::DateTime, isolation::isolated, similar};
use crate::{
    failure::Failure,
    product::{self, PartialProduct, ProductField, VersionToken},
};

/// Anything with an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Unique among all objects of the service."))]
pub(super) enum Node {
    Product(Product),
}

/// A product of the catalogue.
#[derive(Clone)]
pub(super) struct Product(Arc<PartialProduct>);

impl From<Arc<PartialProduct>> for Product {
    fn from(product: Arc<PartialProduct>) -> Self {
        Self(product)
    }
}

impl From<product::Product> for Product {
    fn from(product: product::Product) -> Self {
        Self(Arc::new(product.into()))
    }
}

/// A resolved field was not read: a mistake in `selection`.
#[derive(Debug, thiserror::Error)]
#[error("the field {} of a product was resolved but not read", .0.stored_name())]
struct NotRead(ProductField);

/// The value of a field that the selection has to have asked for.
pub(super) fn read<Value>(value: Option<Value>, field: ProductField) -> Result<Value, Failure> {
    value.ok_or_else(|| Failure::internal(NotRead(field)))
}

/// A product of the catalogue.
#[Object]
impl Product {
    /// Never changes; address products by it.
    async fn id(&self) -> ID {
        ID(self.0.id.as_str().to_owned())
    }

    /// Stock keeping unit; unique where present, ignoring case and spaces.
    async fn sku(&self) -> Option<&str> {
        self.0.sku.as_deref()
    }

    /// Unique, ignoring case and repeated spaces, unless the shop lets variants share one.
    async fn name(&self) -> Result<&str, Failure> {
        read(self.0.name.as_deref(), ProductField::Name)
    }

    /// Plain text; may have several lines.
    async fn description(&self) -> Result<&str, Failure> {
        read(self.0.description.as_deref(), ProductField::Description)
    }

    /// In units of `currency`, at most two decimals.
    async fn price(&self) -> Result<f64, Failure> {
        read(self.0.price, ProductField::Price).map(product::Price::decimal)
    }

    /// ISO 4217; one for the whole catalogue.
    async fn currency<'a>(&self, context: &Context<'a>) -> &'a str {
        &context.data_unchecked::<ApiSettings>().currency
    }

    /// In lower case.
    async fn category(&self) -> Result<&str, Failure> {
        read(self.0.category.as_deref(), ProductField::Category)
    }

    /// As the maker writes it.
    async fn brand(&self) -> Result<&str, Failure> {
        read(self.0.brand.as_deref(), ProductField::Brand)
    }

    /// Whether it can be bought now.
    async fn in_stock(&self) -> Result<bool, Failure> {
        read(self.0.in_stock, ProductField::InStock)
    }

    /// Keywords, at most 10.
    async fn tags(&self) -> Result<&[String], Failure> {
        read(self.0.tags.as_deref(), ProductField::Tags)
    }

    /// Properties without a field of their own, such as colour or size; at most 50, a name may occur several times.
    async fn attributes(&self) -> Result<Vec<Attribute>, Failure> {
        let attributes = read(self.0.attributes.as_deref(), ProductField::Attributes)?;
        Ok(attributes.iter().map(Attribute::from).collect())
    }

    /// Address of an image.
    async fn image_url(&self) -> Option<&str> {
        self.0.image_url.as_deref()
    }

    /// When it entered the catalogue.
    async fn created_at(&self) -> Result<DateTime, Failure> {
        read(self.0.created_at, ProductField::CreatedAt).map(DateTime::from)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Result<DateTime, Failure> {
        read(self.0.updated_at, ProductField::UpdatedAt).map(DateTime::from)
    }

    /// Opaque; another one after every change of the product. Give it back as `ifVersion` to refuse overwriting somebody
    /// else's change.
    async fn version(&self) -> Result<String, Failure> {
        let created_at = read(self.0.created_at, ProductField::CreatedAt)?;
        let version = read(self.0.version, ProductField::Version)?;
        Ok(VersionToken::of(&self.0.id, created_at, version).as_str().to_owned())
    }

    /// Products that are like this one by name, tags, attributes, category and brand, the most alike first; those in
    /// stock come before all others. Never this product, nor another of its name. Not within `similar`.
    async fn similar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most products, 1 to 20.", default = 5)] first: i32,
    ) -> Option<Result<Vec<Product>, Failure>> {
        isolated(similar::similar(context, &self.0, first)).await
    }
}

/// A property of a product without a field of its own.
#[derive(SimpleObject)]
struct Attribute {
    /// Such as `colour`.
    name: String,
    /// Such as `red`.
    value: String,
}

impl From<&product::Attribute> for Attribute {
    fn from(attribute: &product::Attribute) -> Self {
        Self { name: attribute.name.clone(), value: attribute.value.clone() }
    }
}
