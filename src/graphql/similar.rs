//! Products that are like one, asked for together for all products of an answer.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::Context;

use super::{loader::OperationLoader, product::Product, selection::product_fields};
use crate::{
    failure::Failure,
    product::{PartialProduct, Rule, Violation},
    search::{SearchLimits, SimilarQuery},
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
    let size = size(first, loader.loader().catalog().limits())?;
    let query = SimilarQuery { product: Arc::clone(product), size, fields: product_fields(context.field()) };
    let found = loader.load_one(SimilarRequest(query)).await?.transpose()?;
    Ok(found.map(|found| found.iter().map(|product| Product::from(Arc::clone(product))).collect()))
}

fn size(first: i32, limits: &SearchLimits) -> Result<u32, Failure> {
    let most = limits.similar;
    let refused = |rule, bound| {
        let message = format!("first must be {bound}, not {first}");
        Failure::invalid(vec![Violation::new("first", rule, message)])
    };
    match u32::try_from(first) {
        Ok(size) if (1..=most).contains(&size) => Ok(size),
        Ok(size) if size > most => Err(refused(Rule::Max, format!("at most {most}"))),
        _ => Err(refused(Rule::Min, "at least 1".to_owned())),
    }
}
