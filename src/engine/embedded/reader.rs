//! Look-ups and searches.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;

use super::{
    EmbeddedEngine, StoreAndIndex, StoreError, measured,
    query::{Found, View},
};
use crate::{
    backend::{EngineError, ProductReader},
    product::{FieldSet, LookUp, PartialProduct},
    search::{Hit, SearchPlan, SearchResults},
};

#[async_trait]
impl ProductReader for EmbeddedEngine {
    async fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        let core = Arc::clone(&self.core);
        let look_ups = look_ups.to_vec();
        let work = self.searches.run(move |_| core.heeding(core.look_up(&look_ups, fields)));
        measured("multi_get", work).await
    }

    async fn search(&self, searches: &[SearchPlan]) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError> {
        let core = Arc::clone(&self.core);
        let searches = searches.to_vec();
        let work = self.searches.run(move |given_up| {
            let view = View::new(&core.index, given_up);
            let answers = searches.iter().map(|search| core.heeding(core.answer(search, &view)));
            Ok::<_, EngineError>(answers.collect())
        });
        measured("search", work).await
    }
}

impl StoreAndIndex {
    fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, StoreError> {
        self.store.snapshot()?.look_up(look_ups, fields)
    }

    fn answer(&self, search: &SearchPlan, view: &View<'_>) -> Result<SearchResults, EngineError> {
        let start = Instant::now();
        let Found { places, has_more, total, facets, spellings } = view.find(search)?;
        let mut hits = Vec::with_capacity(places.len());
        if let Some(hits_plan) = &search.hits {
            let ids = places.iter().map(|place| &place.position.id);
            let products = self.store.snapshot()?.products(ids, hits_plan.fields)?;
            for (place, product) in places.into_iter().zip(products) {
                // The store is ahead of the index: what is gone from it is no answer.
                if let Some(product) = product {
                    hits.push(Hit { product, position: place.position, score: place.score });
                }
            }
        }
        let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(SearchResults { hits, has_more, total, facets, spellings, took_ms, searches: 1, ..SearchResults::default() })
    }
}
