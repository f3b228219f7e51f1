//! The default engine: redb holds the truth, tantivy an index derived from it, both in one data folder.
//!
//! Invariant: what is acknowledged is durable in the store; the index may lag behind or be missing, and is made up for
//! from the store alone.

mod archive;
mod error;
mod index;
mod pool;
mod query;
mod reader;
mod settings;
mod store;

use std::{
    error::Error,
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;

pub use self::{
    error::{IndexError, OpenError, StoreError},
    index::RebuildProgress,
    settings::EmbeddedSettings,
};
use self::{index::Index, pool::BlockingPool, store::Store};
use crate::backend::{Engine, EngineError, EngineErrorKind, IndexStatus};

/// Products in a folder of this machine.
pub struct EmbeddedEngine {
    core: Arc<StoreAndIndex>,
    searches: BlockingPool,
    /// One write at a time: the store takes no more, and a waiting one needs no thread.
    writes: BlockingPool,
    pending_products: u64,
}

/// What blocking work needs.
struct StoreAndIndex {
    store: Store,
    index: Index,
    /// Set for good once the store refuses everything until it is opened again.
    is_lost: AtomicBool,
}

impl EmbeddedEngine {
    /// Opens the folder, brings its index up to date, and makes what is missing; blocks for as long as that takes.
    pub fn open(settings: EmbeddedSettings, progress: &dyn Fn(RebuildProgress)) -> Result<Arc<Self>, OpenError> {
        let EmbeddedSettings { data_dir, cache_bytes, writer_memory_bytes, search_threads, pending_products } =
            settings;
        let store = Store::open(&data_dir, cache_bytes)?;
        let folder = data_dir.join("index");
        let index = Index::open(&folder, &store, writer_memory_bytes, progress)
            .map_err(|source| OpenError::Index { path: folder, source })?;
        Ok(Arc::new(Self {
            core: Arc::new(StoreAndIndex { store, index, is_lost: AtomicBool::new(false) }),
            searches: BlockingPool::new(search_threads),
            writes: BlockingPool::new(1),
            pending_products,
        }))
    }
}

#[async_trait]
impl Engine for EmbeddedEngine {
    fn name(&self) -> &'static str {
        "embedded"
    }

    async fn status(&self) -> Result<IndexStatus, EngineError> {
        let core = Arc::clone(&self.core);
        self.searches.run(move |_| core.heeding(core.status())).await
    }

    fn is_ready(&self) -> bool {
        !self.core.is_lost.load(Ordering::Acquire)
    }
}

impl StoreAndIndex {
    /// The outcome of work, which may tell that the store is lost.
    fn heeding<T>(&self, outcome: Result<T, impl Into<EngineError>>) -> Result<T, EngineError> {
        let outcome = outcome.map_err(Into::into);
        if let Err(error) = &outcome
            && error.kind == EngineErrorKind::Unavailable
            && !self.is_lost.swap(true, Ordering::AcqRel)
        {
            let cause = error.cause.as_deref().map(|cause| cause as &dyn Error);
            tracing::error!(error = cause, "product store failed and stays closed until a restart");
        }
        outcome
    }

    fn status(&self) -> Result<IndexStatus, IndexError> {
        Ok(IndexStatus {
            index: self.index.folder().display().to_string(),
            products: self.store.snapshot()?.count()?,
            searchable: self.index.searcher().num_docs(),
            bytes: self.store.bytes()? + folder_bytes(self.index.folder())?,
            differences: Vec::new(),
        })
    }
}

fn folder_bytes(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        match entry?.metadata() {
            Ok(metadata) => bytes += metadata.len(),
            // Merging replaces files all the time.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}

/// Counts and times one request to the engine; a request that is given up is counted when it starts, and not timed.
async fn measured<T>(kind: &'static str, request: impl Future<Output = T>) -> T {
    metrics::counter!("engine_requests_total", "engine" => "embedded", "kind" => kind).increment(1);
    let start = Instant::now();
    let answer = request.await;
    metrics::histogram!("engine_request_seconds", "engine" => "embedded", "kind" => kind).record(start.elapsed());
    answer
}
