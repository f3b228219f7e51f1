//! Products that are like others.

use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    product::PartialProduct,
    search::{SearchPlan, SearchResults, SimilarQuery},
};

/// The products that are like one, the most similar first.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarProducts {
    /// In stock first.
    pub products: Vec<PartialProduct>,
    /// Whether every part of the index answered in time.
    pub complete: bool,
}

impl Catalog {
    /// What is like each product, in order, by one request to the engine.
    pub async fn similar(
        &self,
        queries: &[SimilarQuery],
    ) -> Result<Vec<Result<SimilarProducts, EngineError>>, EngineError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let plans: Vec<SearchPlan> = queries.iter().map(SimilarQuery::plan).collect();
        let mut answers = self.engine.search(&plans).await?.into_iter();
        let answer = |query: &SimilarQuery| {
            let results = answers.next().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into()))?;
            Ok(without_twins(query, results))
        };
        Ok(queries.iter().map(answer).collect())
    }
}

fn without_twins(query: &SimilarQuery, results: SearchResults) -> SimilarProducts {
    let products = results.hits.into_iter().map(|hit| hit.product).filter(|product| !query.is_twin(product));
    SimilarProducts { products: products.collect(), complete: results.complete }
}
