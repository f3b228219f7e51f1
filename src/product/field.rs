//! The fields of a product by name, and sets of them.
//!
//! Invariant: the stored names are the names of the public schema; a set never holds anything but fields.

use std::fmt;

/// A field of the stored product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProductField {
    /// The id.
    Id,
    /// The stock keeping unit, optional.
    Sku,
    /// The name.
    Name,
    /// The description.
    Description,
    /// The price.
    Price,
    /// The category, in lower case.
    Category,
    /// The brand.
    Brand,
    /// Whether it is in stock.
    InStock,
    /// The tags.
    Tags,
    /// The attributes.
    Attributes,
    /// The address of an image kept elsewhere, optional.
    ImageUrl,
    /// The content address of an uploaded image, optional.
    Image,
    /// When it was made.
    CreatedAt,
    /// When it was last written.
    UpdatedAt,
    /// The revision counter.
    Version,
}

impl ProductField {
    /// Every field, in the order of the stored form.
    pub const ALL: [Self; 15] = [
        Self::Id,
        Self::Sku,
        Self::Name,
        Self::Description,
        Self::Price,
        Self::Category,
        Self::Brand,
        Self::InStock,
        Self::Tags,
        Self::Attributes,
        Self::ImageUrl,
        Self::Image,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::Version,
    ];

    /// The name of the field in the stored form.
    pub const fn stored_name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Sku => "sku",
            Self::Name => "name",
            Self::Description => "description",
            Self::Price => "price",
            Self::Category => "category",
            Self::Brand => "brand",
            Self::InStock => "inStock",
            Self::Tags => "tags",
            Self::Attributes => "attributes",
            Self::ImageUrl => "imageUrl",
            Self::Image => "image",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::Version => "version",
        }
    }

    /// The field of that name in the stored form.
    pub fn from_stored_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.stored_name() == name)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of fields, as cheap as a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FieldSet(u16);

impl FieldSet {
    /// No field.
    pub const fn empty() -> Self {
        Self(0)
    }

    /// Every field.
    pub const fn all() -> Self {
        Self((1 << ProductField::ALL.len()) - 1)
    }

    /// These fields and `field`.
    #[must_use]
    pub const fn with(self, field: ProductField) -> Self {
        Self(self.0 | field.bit())
    }

    /// The fields of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `field` is among them.
    pub const fn contains(self, field: ProductField) -> bool {
        self.0 & field.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The fields in the order of the stored form.
    pub fn iter(self) -> impl Iterator<Item = ProductField> {
        ProductField::ALL.into_iter().filter(move |&field| self.contains(field))
    }
}

impl FromIterator<ProductField> for FieldSet {
    fn from_iter<I: IntoIterator<Item = ProductField>>(fields: I) -> Self {
        fields.into_iter().fold(Self::empty(), Self::with)
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_stored_name() {
        for field in ProductField::ALL {
            assert_eq!(ProductField::from_stored_name(field.stored_name()), Some(field));
        }
        assert_eq!(ProductField::from_stored_name("instock"), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: FieldSet = [ProductField::Version, ProductField::Name].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [ProductField::Name, ProductField::Version]);
        assert!(set.contains(ProductField::Name) && !set.contains(ProductField::Id));
        assert_eq!(format!("{set:?}"), "{Name, Version}");
    }

    #[test]
    fn all_and_empty_are_the_ends() {
        assert_eq!(ProductField::ALL.into_iter().collect::<FieldSet>(), FieldSet::all());
        assert_eq!(FieldSet::all().iter().count(), ProductField::ALL.len());
        assert!(FieldSet::empty().is_empty() && !FieldSet::empty().with(ProductField::Id).is_empty());
        assert_eq!(FieldSet::empty().union(FieldSet::all()), FieldSet::all());
    }
}
