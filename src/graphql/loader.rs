//! The way from the resolvers of one operation to the catalogue: each kind of question is asked once, for all of them.
//!
//! Invariant: nothing else in this module's parent reads from an engine.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::dataloader::{DataLoader, Loader};

use super::{
    batching::{BatchQueue, NoDelay},
    caching::Completeness,
    deadline::Deadline,
    listing::Listing,
    similar::SimilarRequest,
};
use crate::{
    catalog::Catalog,
    failure::Failure,
    product::{FieldSet, LookUp, PartialProduct},
    search::{
        Search, SimilarQuery,
        suggestion::{Suggestion, SuggestionQuery},
    },
};

/// Asks the catalogue on behalf of one operation.
pub(super) struct CatalogLoader {
    catalog: Arc<Catalog>,
    deadline: Deadline,
    completeness: Completeness,
}

/// Collects the questions of one operation.
pub(super) type OperationLoader = DataLoader<CatalogLoader>;

/// One product that a field asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ProductRequest {
    /// Which product.
    pub(super) look_up: LookUp,
    /// The fields selected of it.
    pub(super) fields: FieldSet,
}

impl CatalogLoader {
    /// A loader for an operation that ends at `deadline`; what searches leave out is noted in `completeness`, and its
    /// batches go to `queue`.
    pub(super) fn for_operation(
        catalog: Arc<Catalog>,
        deadline: Deadline,
        completeness: Completeness,
        queue: BatchQueue,
    ) -> OperationLoader {
        // A batch is full when the operation has stalled, not before: limits of the document bound its size.
        DataLoader::new(Self { catalog, deadline, completeness }, queue, NoDelay).max_batch_size(usize::MAX)
    }

    /// The catalogue.
    pub(super) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Notes what an answer left out.
    fn heed(&self, complete: bool) {
        if !complete {
            self.completeness.broken();
        }
    }
}

impl Loader<ProductRequest> for CatalogLoader {
    type Value = Arc<PartialProduct>;
    type Error = Failure;

    async fn load(&self, requests: &[ProductRequest]) -> Result<HashMap<ProductRequest, Self::Value>, Failure> {
        let fields = requests.iter().fold(FieldSet::empty(), |fields, request| fields.union(request.fields));
        let look_ups: HashSet<&LookUp> = requests.iter().map(|request| &request.look_up).collect();
        let look_ups: Vec<LookUp> = look_ups.into_iter().cloned().collect();
        let answers = self.deadline.answer(self.catalog.look_up(&look_ups, fields)).await??;
        let found: HashMap<&LookUp, Arc<PartialProduct>> =
            look_ups.iter().zip(answers).filter_map(|(look_up, product)| Some((look_up, Arc::new(product?)))).collect();
        let answer = |request: &ProductRequest| Some((request.clone(), Arc::clone(found.get(&request.look_up)?)));
        Ok(requests.iter().filter_map(answer).collect())
    }
}

impl Loader<Search> for CatalogLoader {
    type Value = Result<Arc<Listing>, Failure>;
    type Error = Failure;

    async fn load(&self, searches: &[Search]) -> Result<HashMap<Search, Self::Value>, Failure> {
        let answers = self.deadline.answer(self.catalog.search(searches)).await?;
        let listings = searches.iter().zip(answers).map(|(search, answer)| {
            let listing = answer.map_err(Failure::from).map(|answer| {
                self.heed(answer.results.complete);
                Arc::new(Listing::new(search, answer))
            });
            (search.clone(), listing)
        });
        Ok(listings.collect())
    }
}

impl Loader<SimilarRequest> for CatalogLoader {
    type Value = Result<Arc<[Arc<PartialProduct>]>, Failure>;
    type Error = Failure;

    async fn load(&self, requests: &[SimilarRequest]) -> Result<HashMap<SimilarRequest, Self::Value>, Failure> {
        let queries: Vec<SimilarQuery> = requests.iter().map(|SimilarRequest(query)| query.clone()).collect();
        let answers = self.deadline.answer(self.catalog.similar(&queries)).await??;
        let found = requests.iter().zip(answers).map(|(request, answer)| {
            let products = answer.map_err(Failure::from).map(|found| {
                self.heed(found.complete);
                found.products.into_iter().map(Arc::new).collect()
            });
            (request.clone(), products)
        });
        Ok(found.collect())
    }
}

impl Loader<SuggestionQuery> for CatalogLoader {
    type Value = Result<Arc<[Suggestion]>, Failure>;
    type Error = Failure;

    async fn load(&self, queries: &[SuggestionQuery]) -> Result<HashMap<SuggestionQuery, Self::Value>, Failure> {
        let answers = self.deadline.answer(self.catalog.suggest(queries)).await??;
        let found = queries.iter().zip(answers).map(|(query, answer)| {
            let suggestions = answer.map_err(Failure::from).map(|found| {
                self.heed(found.complete);
                found.list.into()
            });
            (query.clone(), suggestions)
        });
        Ok(found.collect())
    }
}
