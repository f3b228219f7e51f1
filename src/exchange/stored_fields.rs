//! The stored form as it is read: borrowed, and only as much of it as is wanted.
//!
//! Invariant: a field that was not selected is skipped without being copied.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::stored::StoredError;
use crate::product::{Attribute, FieldSet, PartialProduct, Price, ProductField, ProductId, Timestamp};

/// Text that borrows from the input where it holds no escape.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct StoredText<'a>(#[serde(borrow)] Cow<'a, str>);

impl StoredText<'_> {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

/// An attribute in the stored form.
#[derive(Debug, Deserialize, Serialize)]
pub struct StoredAttribute<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
}

/// The stored form of a product, as far as it is there; names that are not fields are passed over.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of the stored product")]
pub struct StoredFields<'a> {
    pub id: Option<StoredText<'a>>,
    pub sku: Option<StoredText<'a>>,
    pub name: Option<StoredText<'a>>,
    pub description: Option<StoredText<'a>>,
    /// In major units.
    pub price: Option<f64>,
    pub category: Option<StoredText<'a>>,
    pub brand: Option<StoredText<'a>>,
    pub in_stock: Option<bool>,
    pub tags: Option<Vec<StoredText<'a>>>,
    pub attributes: Option<Vec<StoredAttribute<'a>>>,
    pub image_url: Option<StoredText<'a>>,
    pub image: Option<StoredText<'a>>,
    /// As text, in RFC 3339.
    pub created_at: Option<StoredText<'a>>,
    /// As text, in RFC 3339.
    pub updated_at: Option<StoredText<'a>>,
    pub version: Option<u64>,
}

impl StoredFields<'_> {
    /// The product with its id as stored; fails if the id was not read or a value is not of the stored form.
    pub fn into_partial(self) -> Result<PartialProduct, StoredError> {
        let id = self.id.as_ref().ok_or(StoredError::Missing(ProductField::Id))?;
        let id = ProductId::parse(id.as_str()).ok_or(StoredError::Malformed(ProductField::Id))?;
        self.into_partial_of(id)
    }

    /// The product with an id that is known from elsewhere; fails if a value is not of the stored form.
    pub fn into_partial_of(self, id: ProductId) -> Result<PartialProduct, StoredError> {
        let price = self.price.map(Price::from_decimal).transpose();
        let attribute = |stored: StoredAttribute<'_>| Attribute {
            name: stored.name.into_owned(),
            value: stored.value.into_owned(),
        };
        Ok(PartialProduct {
            id,
            sku: self.sku.map(StoredText::into_owned),
            name: self.name.map(StoredText::into_owned),
            description: self.description.map(StoredText::into_owned),
            price: price.map_err(|_| StoredError::Malformed(ProductField::Price))?,
            category: self.category.map(StoredText::into_owned),
            brand: self.brand.map(StoredText::into_owned),
            in_stock: self.in_stock,
            tags: self.tags.map(|tags| tags.into_iter().map(StoredText::into_owned).collect()),
            attributes: self.attributes.map(|attributes| attributes.into_iter().map(attribute).collect()),
            image_url: self.image_url.map(StoredText::into_owned),
            image: self.image.map(StoredText::into_owned),
            created_at: moment(self.created_at.as_ref(), ProductField::CreatedAt)?,
            updated_at: moment(self.updated_at.as_ref(), ProductField::UpdatedAt)?,
            version: self.version,
        })
    }
}

fn moment(text: Option<&StoredText<'_>>, field: ProductField) -> Result<Option<Timestamp>, StoredError> {
    let Some(text) = text else { return Ok(None) };
    let parsed = Timestamp::parse(text.as_str()).ok_or(StoredError::Malformed(field))?;
    Ok(Some(parsed.time))
}

impl<'de: 'a, 'a> Deserialize<'de> for StoredFields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Selection(FieldSet::all()).deserialize(deserializer)
    }
}

/// Reads the fields of a set and skips the rest.
pub(super) struct Selection(pub(super) FieldSet);

impl<'de> DeserializeSeed<'de> for Selection {
    type Value = StoredFields<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Selection {
    type Value = StoredFields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a stored product")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = StoredFields::default();
        while let Some(name) = map.next_key::<StoredText<'de>>()? {
            match ProductField::from_stored_name(name.as_str()).filter(|&field| self.0.contains(field)) {
                Some(field) => read_field(&mut fields, field, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

fn read_field<'de, A: MapAccess<'de>>(
    fields: &mut StoredFields<'de>,
    field: ProductField,
    map: &mut A,
) -> Result<(), A::Error> {
    match field {
        ProductField::Id => fields.id = map.next_value()?,
        ProductField::Sku => fields.sku = map.next_value()?,
        ProductField::Name => fields.name = map.next_value()?,
        ProductField::Description => fields.description = map.next_value()?,
        ProductField::Price => fields.price = map.next_value()?,
        ProductField::Category => fields.category = map.next_value()?,
        ProductField::Brand => fields.brand = map.next_value()?,
        ProductField::InStock => fields.in_stock = map.next_value()?,
        ProductField::Tags => fields.tags = map.next_value()?,
        ProductField::Attributes => fields.attributes = map.next_value()?,
        ProductField::ImageUrl => fields.image_url = map.next_value()?,
        ProductField::Image => fields.image = map.next_value()?,
        ProductField::CreatedAt => fields.created_at = map.next_value()?,
        ProductField::UpdatedAt => fields.updated_at = map.next_value()?,
        ProductField::Version => fields.version = map.next_value()?,
    }
    Ok(())
}
