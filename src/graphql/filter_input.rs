//! The filter as callers write it: names and nothing else; its rules are in `search`.

use async_graphql::{ID, InputObject};

use super::date_time::DateTime;
use crate::search::{AttributeDraft, FilterDraft, IntervalDraft, TagsDraft, ValuesDraft};

/// Which products may be found: every field that is given must be met. A null anywhere means that the condition is
/// absent; `{}` is met by every product.
#[derive(InputObject)]
pub(super) struct ProductFilter {
    /// All of these; an empty list is met by every product.
    and: Option<Vec<ProductFilter>>,
    /// At least one of these; an empty list is met by no product.
    or: Option<Vec<ProductFilter>>,
    /// Not this.
    not: Option<Box<ProductFilter>>,
    /// By id; unknown ids match nothing.
    id: Option<IdFilter>,
    /// By stock keeping unit, ignoring case and spaces.
    sku: Option<StringFilter>,
    /// By category, ignoring case.
    category: Option<StringFilter>,
    /// By brand, exactly.
    brand: Option<StringFilter>,
    /// By tags, exactly.
    tags: Option<TagsFilter>,
    /// By price, in units of the currency.
    price: Option<FloatRange>,
    /// Whether it can be bought now.
    in_stock: Option<bool>,
    /// By the time it entered the catalogue.
    created_at: Option<DateTimeRange>,
    /// By the time of the last change.
    updated_at: Option<DateTimeRange>,
    /// By attributes; each entry must be met.
    attributes: Option<Vec<AttributeFilter>>,
}

/// Conditions on an id.
#[derive(InputObject)]
struct IdFilter {
    /// Exactly this id.
    eq: Option<ID>,
    /// One of these ids; an empty list is met by no product.
    #[graphql(name = "in")]
    any: Option<Vec<ID>>,
    /// None of these ids.
    #[graphql(name = "notIn")]
    none: Option<Vec<ID>>,
}

/// Conditions on a text.
#[derive(InputObject)]
struct StringFilter {
    /// Exactly this value.
    eq: Option<String>,
    /// One of these values; an empty list is met by no product.
    #[graphql(name = "in")]
    any: Option<Vec<String>>,
    /// None of these values; a product without a value meets it.
    #[graphql(name = "notIn")]
    none: Option<Vec<String>>,
}

/// Conditions on the tags; at most 10 in a list.
#[derive(InputObject)]
#[expect(clippy::struct_field_names, reason = "they are the names of the API")]
struct TagsFilter {
    /// At least one of these tags.
    any_of: Option<Vec<String>>,
    /// Each of these tags.
    all_of: Option<Vec<String>>,
    /// None of these tags.
    none_of: Option<Vec<String>>,
}

/// Bounds of a number; all that are given hold.
#[derive(InputObject)]
struct FloatRange {
    /// Above this.
    gt: Option<f64>,
    /// This or above.
    gte: Option<f64>,
    /// Below this.
    lt: Option<f64>,
    /// This or below.
    lte: Option<f64>,
}

/// Bounds of a moment; all that are given hold.
#[derive(InputObject)]
struct DateTimeRange {
    /// After this.
    gt: Option<DateTime>,
    /// At this moment or later.
    gte: Option<DateTime>,
    /// Before this.
    lt: Option<DateTime>,
    /// At this moment or earlier.
    lte: Option<DateTime>,
}

/// The product has an attribute of this name with one of these values.
#[derive(InputObject)]
struct AttributeFilter {
    /// Name of the attribute, exactly.
    name: String,
    /// Values of which one must be there, exactly; an empty list is met by no product.
    #[graphql(name = "in")]
    any: Vec<String>,
}

impl From<ProductFilter> for FilterDraft {
    fn from(filter: ProductFilter) -> Self {
        Self {
            and: filter.and.map(drafts),
            or: filter.or.map(drafts),
            not: filter.not.map(|part| Box::new((*part).into())),
            id: filter.id.map(ValuesDraft::from),
            sku: filter.sku.map(ValuesDraft::from),
            category: filter.category.map(ValuesDraft::from),
            brand: filter.brand.map(ValuesDraft::from),
            tags: filter.tags.map(TagsDraft::from),
            price: filter.price.map(IntervalDraft::from),
            in_stock: filter.in_stock,
            created_at: filter.created_at.map(IntervalDraft::from),
            updated_at: filter.updated_at.map(IntervalDraft::from),
            attributes: filter.attributes.map(|list| list.into_iter().map(AttributeDraft::from).collect()),
        }
    }
}

fn drafts(filters: Vec<ProductFilter>) -> Vec<FilterDraft> {
    filters.into_iter().map(FilterDraft::from).collect()
}

impl From<IdFilter> for ValuesDraft {
    fn from(filter: IdFilter) -> Self {
        let texts = |ids: Vec<ID>| ids.into_iter().map(String::from).collect();
        Self { eq: filter.eq.map(String::from), any: filter.any.map(texts), none: filter.none.map(texts) }
    }
}

impl From<StringFilter> for ValuesDraft {
    fn from(filter: StringFilter) -> Self {
        Self { eq: filter.eq, any: filter.any, none: filter.none }
    }
}

impl From<TagsFilter> for TagsDraft {
    fn from(filter: TagsFilter) -> Self {
        Self { any_of: filter.any_of, all_of: filter.all_of, none_of: filter.none_of }
    }
}

impl From<FloatRange> for IntervalDraft<f64> {
    fn from(range: FloatRange) -> Self {
        Self { gt: range.gt, gte: range.gte, lt: range.lt, lte: range.lte }
    }
}

impl From<DateTimeRange> for IntervalDraft<String> {
    fn from(range: DateTimeRange) -> Self {
        Self {
            gt: range.gt.map(DateTime::into_text),
            gte: range.gte.map(DateTime::into_text),
            lt: range.lt.map(DateTime::into_text),
            lte: range.lte.map(DateTime::into_text),
        }
    }
}

impl From<AttributeFilter> for AttributeDraft {
    fn from(filter: AttributeFilter) -> Self {
        Self { name: filter.name, any: filter.any }
    }
}
