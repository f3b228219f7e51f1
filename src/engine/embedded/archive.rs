//! Giving products out in bulk.

use std::sync::Arc;

use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use super::{EmbeddedEngine, StoreAndIndex, StoreError, pool::BlockingPool, store::Snapshot};
use crate::{
    backend::{EngineError, ProductArchive},
    product::{Product, ProductId},
};

/// Products that an export reads at once: at most some megabytes.
const EXPORT_CHUNK: usize = 256;

impl ProductArchive for EmbeddedEngine {
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        let export = Export { core: Arc::clone(&self.core), pool: self.searches.clone(), snapshot: None, last: None };
        stream::try_unfold(export, Export::next).map_ok(|products| stream::iter(products).map(Ok)).try_flatten().boxed()
    }
}

impl StoreAndIndex {
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
