//! The default engine: redb holds the truth, tantivy an index derived from it, both in one data folder.
//!
//! Invariant: what is acknowledged is durable in the store; the index may lag behind or be missing, and is made up for
//! from the store alone.

mod archive;
mod error;
mod index;
mod pause;
mod pool;
mod query;
mod reader;
mod refresh;
mod schedule;
mod settings;
mod store;
mod writer;

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

pub use self::{
    error::{IndexError, OpenError, StoreError},
    index::RebuildProgress,
    settings::EmbeddedSettings,
};
use self::{
    index::Index,
    pool::BlockingPool,
    refresh::Refresher,
    schedule::Schedule,
    store::Store,
    writer::{Task, Writer},
};
use crate::{
    backend::{Engine, EngineError, EngineErrorKind, IndexStatus, ProductWriter, WriteError},
    change::{Change, Effect, Visibility},
};

/// Products in a folder of this machine.
pub struct EmbeddedEngine {
    /// Dropped first: what was asked for is written.
    writer: Writer,
    schedule: Arc<Schedule>,
    /// Dropped behind the writer, which may wait for it.
    _refresher: Refresher,
    searches: BlockingPool,
    core: Arc<StoreAndIndex>,
    /// Dropped last: nothing of the engine is in use any more, whoever still reads.
    _closing: Closing,
}

/// What blocking work needs.
struct StoreAndIndex {
    store: Store,
    index: Index,
    /// Set while the store has to be examined.
    is_suspect: AtomicBool,
    writer: Sender<Task>,
}

/// Closes the store of an engine that goes.
struct Closing(Arc<StoreAndIndex>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.store.close();
    }
}

impl EmbeddedEngine {
    /// Opens the folder, brings its index up to date, and makes what is missing; blocks for as long as that takes.
    #[expect(clippy::needless_pass_by_value, reason = "whoever opens an engine has no further use for its settings")]
    pub fn open(settings: EmbeddedSettings, progress: &dyn Fn(RebuildProgress)) -> Result<Arc<Self>, OpenError> {
        let store = Store::open(&settings.data_dir, settings.cache_bytes, settings.names)?;
        let folder = settings.data_dir.join("index");
        let index = Index::open(&folder, &store, settings.writer_memory_bytes, progress)
            .map_err(|source| OpenError::Index { path: folder, source })?;
        Self::start(store, index, &settings).map(Arc::new).map_err(OpenError::Thread)
    }

    /// An engine at work on an index that covers its store.
    fn start(store: Store, index: Index, settings: &EmbeddedSettings) -> io::Result<Self> {
        let (writer, tasks): (_, Receiver<Task>) = mpsc::channel();
        let core = Arc::new(StoreAndIndex { store, index, is_suspect: AtomicBool::new(false), writer });
        let closing = Closing(Arc::clone(&core));
        let longest_wait = Duration::from_millis(settings.visibility_timeout_ms);
        let schedule = Arc::new(Schedule::new(Arc::clone(&core), settings.pending_products, longest_wait));
        let interval = Duration::from_millis(settings.refresh_ms);
        let refresher = Refresher::start(Arc::clone(&core), Arc::clone(&schedule), interval)?;
        let writer = Writer::start(Arc::clone(&core), tasks, Arc::clone(&schedule), settings.queued_writes)?;
        let searches = BlockingPool::new(settings.search_threads);
        Ok(Self { writer, schedule, _refresher: refresher, searches, core, _closing: closing })
    }
}

#[async_trait]
impl ProductWriter for EmbeddedEngine {
    async fn write(
        &self,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError> {
        let written = measured("write", self.writer.write(changes)).await?;
        if let Some(last) = written.last {
            self.schedule.show(last, visibility).await;
        }
        Ok(written.outcomes)
    }

    async fn publish(&self) -> Result<(), EngineError> {
        self.schedule.publish().await
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
        self.core.store.is_open() && !self.core.is_suspect.load(Ordering::Acquire)
    }
}

impl StoreAndIndex {
    /// The outcome of work, which may tell that the store has to be examined.
    fn heeding<T>(&self, outcome: Result<T, impl Into<EngineError>>) -> Result<T, EngineError> {
        let outcome = outcome.map_err(Into::into);
        if outcome.as_ref().is_err_and(|error| error.kind == EngineErrorKind::Unavailable) {
            self.suspect();
        }
        outcome
    }

    /// Lets the writer see whether the store still works, if it is not about to.
    fn suspect(&self) {
        if !self.is_suspect.swap(true, Ordering::AcqRel) {
            self.tell_writer(Task::Examine);
        }
    }

    /// Ends a suspicion: the store works, or is closed.
    fn trust(&self) {
        self.is_suspect.store(false, Ordering::Release);
    }

    fn tell_writer(&self, task: Task) {
        // A writer that is gone is missed by nobody but those who wait for its answer, and they hear of it.
        let _ = self.writer.send(task);
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
