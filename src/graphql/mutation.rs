//! The changes that callers can ask for.
//!
//! Invariant: resolvers hold no rule and handle no error; every one is nullable and `isolated`, so that a change that
//! fails takes no answer of another with it.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::{
    bulk::BulkResult,
    isolation::isolated,
    product::Product,
    product_input::{CreateProductInput, ReplaceProductInput, UpdateProductInput},
    visibility::WriteVisibility,
    writer::OperationWriter,
};
use crate::{
    catalog::Subject,
    failure::Failure,
    product::{ProductDraft, ProductId},
};

/// The root of all changes.
pub(super) struct Mutation;

/// Changes of the catalogue. Several in one operation are made one after the other, each for itself: one that fails is
/// null with an error at its path, and those before and behind it are made all the same. What is answered with a
/// product is durable. After a TIMEOUT, or when the engine broke off, the change may have been made: look before you
/// repeat it.
#[Object]
impl Mutation {
    /// Stores a new product.
    async fn create_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The product.")] input: CreateProductInput,
        #[graphql(desc = "Whether the next search sees it.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<Product, Failure>> {
        let writer = OperationWriter::of(context);
        isolated(writer.change(writer.catalog().create(input.into(), visibility.into()))).await
    }

    /// Sets every field; what the input leaves out becomes empty. Id, creation time and an uploaded image stay.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field, agreed with its callers")]
    async fn replace_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The product to replace.")] id: ID,
        #[graphql(desc = "All that is to be said about it.")] input: ReplaceProductInput,
        #[graphql(desc = "The `version` that the product must have; null takes every version.")] if_version: Option<
            String,
        >,
        #[graphql(desc = "Whether the next search sees it.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<Product, Failure>> {
        let writer = OperationWriter::of(context);
        isolated(writer.change(writer.catalog().replace(subject(id, if_version), input.into(), visibility.into())))
            .await
    }

    /// Sets or clears some fields: absent keeps, null clears, a value sets.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field, agreed with its callers")]
    async fn update_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The product to change.")] id: ID,
        #[graphql(desc = "What to change of it, at least one field.")] input: UpdateProductInput,
        #[graphql(desc = "The `version` that the product must have; null takes every version.")] if_version: Option<
            String,
        >,
        #[graphql(desc = "Whether the next search sees it.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<Product, Failure>> {
        let writer = OperationWriter::of(context);
        isolated(writer.change(writer.catalog().update(subject(id, if_version), input.into(), visibility.into()))).await
    }

    /// Removes a product; its sku and its name are free at once.
    async fn delete_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The product to remove.")] id: ID,
        #[graphql(desc = "The `version` that the product must have; null takes every version.")] if_version: Option<
            String,
        >,
        #[graphql(desc = "Whether the next search sees it.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<DeletedProduct, Failure>> {
        let writer = OperationWriter::of(context);
        isolated(writer.change(writer.catalog().delete(subject(id, if_version), visibility.into()))).await
    }

    /// Stores new products, each for itself; at most 1,000. A result for each row, in their order.
    async fn create_products(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The products.")] inputs: Vec<CreateProductInput>,
        #[graphql(desc = "Whether the next search sees them.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<BulkResult, Failure>> {
        let writer = OperationWriter::of(context);
        let drafts = inputs.into_iter().map(ProductDraft::from).collect();
        isolated(writer.change_all(context, writer.catalog().create_all(drafts, visibility.into()))).await
    }

    /// Creates or replaces products by sku, each for itself; each needs one; at most 1,000. A product that is replaced
    /// keeps its id and creation time. A result for each row, in their order.
    async fn upsert_products(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The products.")] inputs: Vec<ReplaceProductInput>,
        #[graphql(desc = "Whether the next search sees them.", default_with = "WriteVisibility::Wait")]
        visibility: WriteVisibility,
    ) -> Option<Result<BulkResult, Failure>> {
        let writer = OperationWriter::of(context);
        let drafts = inputs.into_iter().map(ProductDraft::from).collect();
        isolated(writer.change_all(context, writer.catalog().upsert_all(drafts, visibility.into()))).await
    }
}

/// A product that is gone.
#[derive(SimpleObject)]
struct DeletedProduct {
    /// The id that it had.
    id: ID,
}

impl From<ProductId> for DeletedProduct {
    fn from(id: ProductId) -> Self {
        Self { id: ID(id.as_str().to_owned()) }
    }
}

fn subject(id: ID, if_version: Option<String>) -> Subject {
    Subject { id: id.0, if_version }
}
