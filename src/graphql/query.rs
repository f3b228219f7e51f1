//! The questions that callers can ask.
//!
//! Invariant: resolvers hold no rule and handle no error; every one that asks an engine is nullable and `isolated`.

use async_graphql::{Context, ID, Object};

use super::{
    arguments,
    connection::ProductConnection,
    error_definition::ErrorDefinition,
    filter_input::ProductFilter,
    isolation::isolated,
    loader::OperationLoader,
    product::{Node, Product},
    retrieval,
    selection::wants,
    sort_input::ProductSort,
    suggestion::{self, Suggestion},
};
use crate::{
    failure::{ErrorCode, Failure},
    search::{SearchDraft, SortDraft, WindowDraft},
};

/// The root of all questions.
pub(super) struct Query;

/// Questions to the catalogue.
#[Object]
impl Query {
    /// The product with this id; null when there is none.
    async fn product(&self, context: &Context<'_>, id: ID) -> Option<Result<Product, Failure>> {
        isolated(retrieval::product(context, arguments::id(&id))).await
    }

    /// The product with this stock keeping unit, ignoring case and spaces; null when there is none.
    async fn product_by_sku(&self, context: &Context<'_>, sku: String) -> Option<Result<Product, Failure>> {
        isolated(async { retrieval::product(context, arguments::sku(&sku)?).await }).await
    }

    /// The product of this name, ignoring case and repeated spaces; null when there is none. Of several that share
    /// it the oldest.
    async fn product_by_name(&self, context: &Context<'_>, name: String) -> Option<Result<Product, Failure>> {
        isolated(async { retrieval::product(context, arguments::name(&name)?).await }).await
    }

    /// The products with these ids, in the order asked, null where there is none; at most 100.
    async fn products_by_ids(
        &self,
        context: &Context<'_>,
        ids: Vec<ID>,
    ) -> Option<Result<Vec<Option<Product>>, Failure>> {
        isolated(retrieval::products(context, &ids)).await
    }

    /// The object with this id (Relay); null when there is none.
    async fn node(&self, context: &Context<'_>, id: ID) -> Option<Result<Node, Failure>> {
        isolated(async { Ok(retrieval::product(context, arguments::id(&id)).await?.map(Node::from)) }).await
    }

    /// The objects with these ids (Relay), in the order asked, null where there is none; at most 100.
    async fn nodes(&self, context: &Context<'_>, ids: Vec<ID>) -> Option<Result<Vec<Option<Node>>, Failure>> {
        isolated(async { Ok(retrieval::products(context, &ids).await?.map(retrieval::as_nodes)) }).await
    }

    /// Lists products, newest first; with `query` searches by relevance.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field, agreed with its callers")]
    async fn products(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Words to look for, at most 100 characters; blank or `*` means everything.")] query: Option<
            String,
        >,
        #[graphql(desc = "Which products may be found.")] filter: Option<ProductFilter>,
        #[graphql(desc = "In which order, at most 4 keys; none means by relevance with words, newest first without.")]
        sort: Option<Vec<ProductSort>>,
        #[graphql(desc = "Page size, 1 to 100; 10 when neither `first` nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Go on behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Page size, 1 to 100, counted from the end of the list or back from `before`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "1-based page number, instead of a cursor; page × first at most 10,000.")] page: Option<i32>,
    ) -> Option<Result<ProductConnection, Failure>> {
        let sort = sort.map(|keys| keys.into_iter().map(SortDraft::from).collect());
        let [first, last, page] = [first, last, page].map(|number| number.map(i64::from));
        let window = WindowDraft { first, after, last, before, page };
        let loader = context.data_unchecked::<OperationLoader>();
        let wants = wants(context.field(), loader.loader().catalog().limits());
        let draft = SearchDraft { query, filter: filter.map(Into::into), sort, window, wants };
        isolated(retrieval::listing(loader, draft)).await
    }

    /// Products, categories and brands that have in their names what a shopper has typed so far. The last word may be
    /// the beginning of one; the words before it match whole words, or beginnings where that finds nothing. Words of
    /// three letters and more may be misspelt where nothing is found as typed, if their first letter is right. A few
    /// categories and brands come first, then products, the best first. Ask at every key.
    async fn suggestions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was typed, at most 100 characters; a space at its end completes the last word. Blank \
            gets no suggestion.")]
        prefix: String,
        #[graphql(desc = "Most suggestions, 1 to 20.", default = 8)] first: i32,
    ) -> Option<Result<Vec<Suggestion>, Failure>> {
        isolated(suggestion::suggestions(context, prefix, first)).await
    }

    /// Every error that this service can answer with.
    async fn error_codes(&self) -> Vec<ErrorDefinition> {
        ErrorCode::ALL.into_iter().map(|code| ErrorDefinition::from(code.definition())).collect()
    }
}
