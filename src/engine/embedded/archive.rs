//! Taking products in and giving them out in bulk.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use super::{EmbeddedEngine, IndexError, StoreAndIndex, StoreError, measured, pool::BlockingPool, store::Snapshot};
use crate::{
    backend::{EngineError, ImportOutcome, ProductArchive, ProductWriter, WriteError, outcomes_of, products_of},
    change::{Change, Effect, Visibility},
    product::{Product, ProductId},
};

/// Products that an export reads at once: at most some megabytes.
const EXPORT_CHUNK: usize = 256;

#[async_trait]
impl ProductWriter for EmbeddedEngine {
    async fn write(
        &self,
        changes: Vec<Change>,
        _visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError> {
        let core = Arc::clone(&self.core);
        let pending = self.pending_products;
        let products = products_of(&changes);
        let work = self.writes.run(move |_| core.heeding(core.import(&products, pending)));
        Ok(outcomes_of(&changes, measured("import", work).await?))
    }

    async fn publish(&self) -> Result<(), EngineError> {
        let core = Arc::clone(&self.core);
        self.writes.run(move |_| core.heeding(core.index.catch_up(&core.store))).await
    }
}

impl ProductArchive for EmbeddedEngine {
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        let export = Export { core: Arc::clone(&self.core), pool: self.searches.clone(), snapshot: None, last: None };
        stream::try_unfold(export, Export::next).map_ok(|products| stream::iter(products).map(Ok)).try_flatten().boxed()
    }
}

impl StoreAndIndex {
    fn import(&self, products: &[Product], pending: u64) -> Result<Vec<ImportOutcome>, StoreError> {
        let outcomes = self.store.import(products)?;
        if let Err(error) = self.heeding(self.catch_up_with(pending)) {
            // The products are stored; the next change, publication or start brings the index up to date.
            let cause = error.cause.as_deref().map(|cause| cause as &dyn std::error::Error);
            tracing::error!(error = cause, "index could not be brought up to date");
        }
        Ok(outcomes)
    }

    /// Brings the index up to date when so many changes are pending.
    fn catch_up_with(&self, pending: u64) -> Result<(), IndexError> {
        let behind = self.store.changes()?.last.saturating_sub(self.index.covered());
        if behind >= pending { self.index.catch_up(&self.store) } else { Ok(()) }
    }

    /// The products behind `last` in `snapshot`, else in the present state.
    fn chunk(
        &self,
        snapshot: Option<Snapshot>,
        last: Option<&ProductId>,
    ) -> Result<(Snapshot, Vec<Product>), StoreError> {
        let snapshot = match snapshot {
            Some(snapshot) => snapshot,
            None => self.store.snapshot()?,
        };
        let products = snapshot.after(last, EXPORT_CHUNK)?;
        Ok((snapshot, products))
    }
}

/// A walk through one state of the store. Between two chunks it takes no thread and no place in the pool.
struct Export {
    core: Arc<StoreAndIndex>,
    pool: BlockingPool,
    snapshot: Option<Snapshot>,
    last: Option<ProductId>,
}

impl Export {
    async fn next(mut self) -> Result<Option<(Vec<Product>, Self)>, EngineError> {
        let (core, snapshot, last) = (Arc::clone(&self.core), self.snapshot.take(), self.last.take());
        let chunk = self.pool.run(move |_| core.heeding(core.chunk(snapshot, last.as_ref())));
        let (snapshot, products) = chunk.await?;
        self.snapshot = Some(snapshot);
        self.last = products.last().map(|product| product.id.clone());
        Ok(if products.is_empty() { None } else { Some((products, self)) })
    }
}
