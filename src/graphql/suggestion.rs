//! What a shopper may be about to type, as callers see it.

use async_graphql::{Context, Enum, SimpleObject};
use std::sync::Arc;

use super::{loader::OperationLoader, product::Product, selection::suggested_fields};
use crate::{
    failure::Failure,
    search::suggestion::{self, SuggestionDraft},
};

/// Something to search for, or to open.
#[derive(SimpleObject)]
pub(super) struct Suggestion {
    /// The name of a product, a category or a brand.
    text: String,
    /// The text as HTML: everything is escaped, and what was typed of it stands in `<em>`.
    highlighted: String,
    /// What the text is.
    kind: SuggestionKind,
    /// The product; null for categories and brands.
    product: Option<Product>,
}

/// What can be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "suggestion::SuggestionKind")]
pub(super) enum SuggestionKind {
    /// A product, by its name.
    Product,
    /// A category, for a filter.
    Category,
    /// A brand, for a filter.
    Brand,
}

impl From<&suggestion::Suggestion> for Suggestion {
    fn from(found: &suggestion::Suggestion) -> Self {
        Self {
            text: found.text.clone(),
            highlighted: found.highlighted.clone(),
            kind: found.kind.into(),
            product: found.product.clone().map(|product| Product::from(Arc::new(product))),
        }
    }
}

/// The suggestions to what was typed so far.
pub(super) async fn suggestions(
    context: &Context<'_>,
    prefix: String,
    first: i32,
) -> Result<Option<Vec<Suggestion>>, Failure> {
    let loader = context.data_unchecked::<OperationLoader>();
    let draft = SuggestionDraft { prefix, first: i64::from(first), fields: suggested_fields(context.field()) };
    let query = draft.check(loader.loader().catalog().limits())?;
    let found = loader.load_one(query).await?.transpose()?;
    Ok(found.map(|found| found.iter().map(Suggestion::from).collect()))
}
