//! Products that are like one, asked for together for all products of an answer.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::Context;

use super::{loader::OperationLoader, product::Product, selection::product_fields};
use crate::{
    failure::Failure,
    product::PartialProduct,
    search::{SimilarDraft, SimilarQuery},
};

/// What one product asks for; two that name the same product are one question, whoever read it.
#[derive(Debug, Clone)]
pub(super) struct SimilarRequest(pub(super) SimilarQuery);

impl PartialEq for SimilarRequest {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&self.0, &other.0);
        (&one.product.id, one.size, one.fields) == (&other.product.id, other.size, other.fields)
    }
}

impl Eq for SimilarRequest {}

impl Hash for SimilarRequest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.product.id, self.0.size, self.0.fields).hash(state);
    }
}

/// The products that are like `product`, with the selected fields.
pub(super) async fn similar(
    context: &Context<'_>,
    product: &Arc<PartialProduct>,
    first: i32,
) -> Result<Option<Vec<Product>>, Failure> {
    let loader = context.data_unchecked::<OperationLoader>();
    let fields = product_fields(context.field());
    let draft = SimilarDraft { product: Arc::clone(product), first: i64::from(first), fields };
    let query = draft.check(loader.loader().catalog().limits())?;
    let found = loader.load_one(SimilarRequest(query)).await?.transpose()?;
    Ok(found.map(|found| found.iter().map(|product| Product::from(Arc::clone(product))).collect()))
}
