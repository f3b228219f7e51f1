//! A real engine whose requests are counted, and which fails or hangs on purpose.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use aisle::{
    backend::{
        Engine, EngineError, EngineErrorKind, IndexStatus, ProductArchive, ProductReader, ProductWriter, WriteError,
    },
    change::{Change, Effect, Visibility},
    product::{FieldSet, LookUp, PartialProduct, Product},
    search::{SearchPlan, SearchResults},
};
use async_trait::async_trait;
use futures_util::stream::BoxStream;

/// What goes wrong.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// Every request fails.
    Fails(EngineErrorKind),
    /// Searches for pages of this size fail, each alone.
    FailsAlone(u32, EngineErrorKind),
    /// Searches that only count fail, each alone.
    CountsFail(EngineErrorKind),
    /// Searches are answered without some of the products.
    LeavesOut,
    /// The same for searches of which this is true.
    LeavesOutOf(fn(&SearchPlan) -> bool),
    /// The product with this id comes without its name.
    Nameless(&'static str),
    /// Searches come without a count.
    Uncounted,
    /// No look-up is ever answered.
    LookUpsHang,
    /// No search is ever answered.
    SearchesHang,
    /// No write is ever answered, nor made.
    WritesHang,
    /// From this one of a list of changes on, each fails, alone.
    ChangesFailAfter(usize, EngineErrorKind),
    /// Writing panics.
    WritesPanic,
    /// So many writes are made, then writing panics.
    WritesPanicAfter(usize),
    /// Searching panics.
    SearchesPanic,
    /// Asking whether the engine is ready panics.
    ReadinessPanics,
}

/// A real engine under watch.
pub(crate) struct WatchedEngine {
    engine: Arc<dyn Engine>,
    fault: Mutex<Option<Fault>>,
    look_ups: Mutex<Vec<(Vec<LookUp>, FieldSet)>>,
    searches: Mutex<Vec<Vec<SearchPlan>>>,
    writes: Mutex<Vec<(Vec<Change>, Visibility)>>,
    publications: AtomicUsize,
    cancelled: AtomicBool,
    unready: AtomicBool,
}

impl WatchedEngine {
    pub(crate) fn new(engine: Arc<dyn Engine>) -> Arc<Self> {
        Arc::new(Self {
            engine,
            fault: Mutex::default(),
            look_ups: Mutex::default(),
            searches: Mutex::default(),
            writes: Mutex::default(),
            publications: AtomicUsize::default(),
            cancelled: AtomicBool::default(),
            unready: AtomicBool::default(),
        })
    }

    pub(crate) fn break_with(&self, fault: Fault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn be_unready(&self) {
        self.unready.store(true, Ordering::SeqCst);
    }

    /// Every look-up request so far.
    pub(crate) fn look_ups(&self) -> Vec<(Vec<LookUp>, FieldSet)> {
        self.look_ups.lock().unwrap().clone()
    }

    /// Every search request so far.
    pub(crate) fn searches(&self) -> Vec<Vec<SearchPlan>> {
        self.searches.lock().unwrap().clone()
    }

    /// Every write request so far.
    pub(crate) fn writes(&self) -> Vec<(Vec<Change>, Visibility)> {
        self.writes.lock().unwrap().clone()
    }

    /// How often everything written was published.
    pub(crate) fn publications(&self) -> usize {
        self.publications.load(Ordering::SeqCst)
    }

    /// Whether a request was given up before its answer.
    pub(crate) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap()
    }

    fn take_name(&self, product: &mut PartialProduct) {
        if matches!(self.fault(), Some(Fault::Nameless(id)) if product.id.as_str() == id) {
            product.name = None;
        }
    }

    async fn hang(&self) {
        struct Cancelled<'a>(&'a AtomicBool);
        impl Drop for Cancelled<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let _cancelled = Cancelled(&self.cancelled);
        pending::<()>().await;
    }
}

/// The cause of every failure on purpose; nothing of it may reach a client.
#[derive(Debug, thiserror::Error)]
#[error("secret-host.internal:9200 said no")]
struct SecretCause;

fn error(kind: EngineErrorKind) -> EngineError {
    EngineError::new(kind, SecretCause)
}

#[async_trait]
impl ProductReader for WatchedEngine {
    async fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        self.look_ups.lock().unwrap().push((look_ups.to_vec(), fields));
        match self.fault() {
            Some(Fault::Fails(kind)) => return Err(error(kind)),
            Some(Fault::LookUpsHang) => self.hang().await,
            _ => {}
        }
        let mut products = self.engine.look_up(look_ups, fields).await?;
        products.iter_mut().flatten().for_each(|product| self.take_name(product));
        Ok(products)
    }

    async fn search(&self, searches: &[SearchPlan]) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError> {
        self.searches.lock().unwrap().push(searches.to_vec());
        match self.fault() {
            Some(Fault::Fails(kind)) => return Err(error(kind)),
            Some(Fault::SearchesHang) => self.hang().await,
            Some(Fault::SearchesPanic) => panic!("secret-host.internal:9200 is on fire"),
            _ => {}
        }
        let mut answers = self.engine.search(searches).await?;
        for (search, results) in searches.iter().zip(&mut answers) {
            let Ok(results) = results else { continue };
            results.hits.iter_mut().for_each(|hit| self.take_name(&mut hit.product));
            match self.fault() {
                Some(Fault::LeavesOut) => results.complete = false,
                Some(Fault::LeavesOutOf(is_hit)) => results.complete = !is_hit(search),
                Some(Fault::Uncounted) => results.total = None,
                _ => {}
            }
        }
        if let Some(Fault::CountsFail(kind)) = self.fault() {
            let counts = searches.iter().zip(&mut answers).filter(|(search, _)| search.hits.is_none());
            counts.for_each(|(_, answer)| *answer = Err(error(kind)));
        }
        if let Some(Fault::FailsAlone(size, kind)) = self.fault() {
            for (search, answer) in searches.iter().zip(&mut answers) {
                if search.hits.as_ref().is_some_and(|hits| hits.window.size == size) {
                    *answer = Err(error(kind));
                }
            }
        }
        Ok(answers)
    }
}

#[async_trait]
impl ProductWriter for WatchedEngine {
    async fn write(
        &self,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError> {
        self.writes.lock().unwrap().push((changes.clone(), visibility));
        match self.fault() {
            Some(Fault::Fails(kind)) => return Err(error(kind)),
            Some(Fault::WritesHang) => self.hang().await,
            Some(Fault::WritesPanic) => panic!("secret-host.internal:9200 is on fire"),
            Some(Fault::WritesPanicAfter(made)) if self.writes().len() > made => panic!("the disk is on fire"),
            _ => {}
        }
        let mut outcomes = self.engine.write(changes, visibility).await?;
        if let Some(Fault::ChangesFailAfter(first, kind)) = self.fault() {
            outcomes.iter_mut().skip(first).for_each(|outcome| *outcome = Err(error(kind).into()));
        }
        Ok(outcomes)
    }

    async fn publish(&self) -> Result<(), EngineError> {
        self.publications.fetch_add(1, Ordering::SeqCst);
        self.engine.publish().await
    }
}

impl ProductArchive for WatchedEngine {
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        self.engine.export()
    }
}

#[async_trait]
impl Engine for WatchedEngine {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    async fn status(&self) -> Result<IndexStatus, EngineError> {
        self.engine.status().await
    }

    fn is_ready(&self) -> bool {
        assert!(!matches!(self.fault(), Some(Fault::ReadinessPanics)), "secret-host.internal:9200 is on fire");
        !self.unready.load(Ordering::SeqCst) && self.engine.is_ready()
    }
}
