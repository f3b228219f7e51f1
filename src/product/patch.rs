//! What a caller wants changed of a product, field by field.
//!
//! Invariant: a [`ProductPatch`] changes at least one field, and what it sets is valid and normalised.

use super::inspection::{Inspection, RawAttribute, Refused};
use super::{Attribute, Price, Product, Rule, Violation};

/// What is to become of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldPatch<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It becomes empty.
    Clear,
    /// It gets this value.
    Set(T),
}

/// A patch as it arrived: nothing has been judged or normalised yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatchDraft {
    /// Stock keeping unit.
    pub sku: FieldPatch<String>,
    /// Name; cannot be cleared.
    pub name: FieldPatch<String>,
    /// Description; cannot be cleared.
    pub description: FieldPatch<String>,
    /// Price in major units; cannot be cleared.
    pub price: FieldPatch<f64>,
    /// Category in any case; cannot be cleared.
    pub category: FieldPatch<String>,
    /// Brand; cannot be cleared.
    pub brand: FieldPatch<String>,
    /// Whether it can be bought now; cannot be cleared.
    pub in_stock: FieldPatch<bool>,
    /// Tags, all of them.
    pub tags: FieldPatch<Vec<String>>,
    /// Attributes, all of them.
    pub attributes: FieldPatch<Vec<Attribute>>,
    /// https address of an image kept elsewhere; whatever becomes of it, an uploaded image goes.
    pub image_url: FieldPatch<String>,
}

/// A patch that every product may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductPatch {
    sku: FieldPatch<String>,
    name: Option<String>,
    description: Option<String>,
    price: Option<Price>,
    category: Option<String>,
    brand: Option<String>,
    in_stock: Option<bool>,
    tags: FieldPatch<Vec<String>>,
    attributes: FieldPatch<Vec<Attribute>>,
    image_url: FieldPatch<String>,
}

impl PatchDraft {
    /// Judges and normalises what is set; fails with all problems, their fields below `path`, which is itself the field
    /// of a patch that changes nothing.
    pub fn validate(self, path: &str) -> Result<ProductPatch, Vec<Violation>> {
        if self == Self::default() {
            let message = format!("{path} must change at least one field");
            return Err(vec![Violation::new(path, Rule::Required, message)]);
        }
        let mut inspection = Inspection::new(path);
        let inspected = self.inspect(&mut inspection);
        inspection.finish(inspected)
    }

    fn inspect(self, inspection: &mut Inspection<'_>) -> Result<ProductPatch, Refused> {
        let sku = self.sku.checked(|sku| inspection.sku(Some(&sku)));
        let name = self.name.required("name", inspection, |name, inspection| inspection.name(&name));
        let description = self
            .description
            .required("description", inspection, |description, inspection| inspection.description(&description));
        let price = self.price.required("price", inspection, |price, inspection| inspection.price(price));
        let category =
            self.category.required("category", inspection, |category, inspection| inspection.category(&category));
        let brand = self.brand.required("brand", inspection, |brand, inspection| inspection.brand(&brand));
        let in_stock = self.in_stock.required("inStock", inspection, |in_stock, _| Ok(in_stock));
        let tags =
            self.tags.checked(|tags| inspection.tags(tags.len(), tags.iter().map(|tag| Ok(tag.as_str()))).map(Some));
        let attributes = self.attributes.checked(|attributes| {
            let pairs = attributes.iter().map(|pair| RawAttribute { name: Ok(&pair.name), value: Ok(&pair.value) });
            inspection.attributes(attributes.len(), pairs).map(Some)
        });
        let image_url = self.image_url.checked(|image_url| inspection.image_url(Some(&image_url)));
        Ok(ProductPatch {
            sku: sku?,
            name: name?,
            description: description?,
            price: price?,
            category: category?,
            brand: brand?,
            in_stock: in_stock?,
            tags: tags?,
            attributes: attributes?,
            image_url: image_url?,
        })
    }
}

impl<T> FieldPatch<T> {
    /// The same patch of the value that `check` makes of this one.
    fn checked<U>(self, check: impl FnOnce(T) -> Result<Option<U>, Refused>) -> Result<FieldPatch<U>, Refused> {
        Ok(match self {
            Self::Keep => FieldPatch::Keep,
            Self::Clear => FieldPatch::Clear,
            Self::Set(value) => check(value)?.map_or(FieldPatch::Clear, FieldPatch::Set),
        })
    }

    /// The value that `check` makes of this one, `None` when the field stays; a field that has to have a value cannot
    /// be cleared.
    fn required<'a, U>(
        self,
        field: &str,
        inspection: &mut Inspection<'a>,
        check: impl FnOnce(T, &mut Inspection<'a>) -> Result<U, Refused>,
    ) -> Result<Option<U>, Refused> {
        match self {
            Self::Keep => Ok(None),
            Self::Clear => {
                let message = format!("{field} is required and cannot be null");
                Err(inspection.refuse(field, Rule::Required, message))
            }
            Self::Set(value) => check(value, inspection).map(Some),
        }
    }

    /// Puts the new value, if there is one, in place of `value`.
    fn apply(self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::Set(new) => *value = Some(new),
        }
    }
}

impl ProductPatch {
    /// The sku that it sets.
    pub fn sku(&self) -> Option<&str> {
        match &self.sku {
            FieldPatch::Set(sku) => Some(sku),
            FieldPatch::Keep | FieldPatch::Clear => None,
        }
    }

    /// The name that it sets.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Changes `product`; its record (times, version) is left to the caller.
    pub fn apply(self, product: &mut Product) {
        if self.image_url != FieldPatch::Keep {
            product.image = None;
        }
        let content = &mut product.content;
        self.sku.apply(&mut content.sku);
        self.image_url.apply(&mut content.image_url);
        set(&mut content.name, self.name);
        set(&mut content.description, self.description);
        set(&mut content.price, self.price);
        set(&mut content.category, self.category);
        set(&mut content.brand, self.brand);
        set(&mut content.in_stock, self.in_stock);
        set(&mut content.tags, self.tags.emptied());
        set(&mut content.attributes, self.attributes.emptied());
    }
}

impl<T> FieldPatch<Vec<T>> {
    /// The list to set: clearing a list empties it.
    fn emptied(self) -> Option<Vec<T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(Vec::new()),
            Self::Set(list) => Some(list),
        }
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}
