//! Changes of products on nodes, of which no two win and none is lost.
//!
//! Each change is made by itself, step after step; what the steps of many changes ask of a node at the same time goes
//! there as one request ([`batcher`]). Changes of one call come out as if one had followed the other ([`sequence`]): those
//! that have to do with each other do follow one another. Invariant: a product is stored only while its new keys are
//! reserved for it, and only over the very revision that was read.
//!
//! # Why no two products have one key
//!
//! A key is a document that says which product it is for, which write took it, and when. It is got in two ways, each of
//! which leaves it to one contender: by creating it, and by a compare-and-set over a key that is 30 s old and whose
//! product, read in real time, does not have it. So each reservation has one write that is responsible for it; others
//! wait for it, those of the same product too, and while they wait they hold none themselves. Keys are given back by
//! their revision, so what somebody else has taken meanwhile stays.
//!
//! So a key can be lost only by a write that is between its key and its product for 30 s. A write whose key is 10 s old
//! stamps it anew before it sends the product, and when it hears of the product only after those 10 s, it looks at its
//! keys again and takes the product back if one of them is gone. What is left is a request that its gateway has given
//! up, and that a node obeys more than 20 s later; and clocks of gateways that differ by more than 20 s.
//!
//! # What becomes of a write without an answer
//!
//! The document holds the nonce of the write that made it. A write that got no answer reads the product: with its own
//! nonce it was made; at the revision from before it may be sent again, since only one of both can be obeyed; with the
//! nonce of another write and the very next version it was not and will not be made. In all other cases nobody can say,
//! which is what the caller hears; the keys stay then, and whoever wants them gets them when they are abandoned.

mod backoff;
mod batcher;
mod product_locks;
mod requests;
mod reservation;
mod saga;
mod sequence;
mod store;
mod target;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::coop::unconstrained,
    time::timeout,
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use self::{
    backoff::Backoff,
    batcher::Concurrency,
    requests::{Requests, Sources},
    saga::Saga,
    sequence::concerns,
    target::{Target, meet_patiently},
};
use super::{layout::IndexNames, settings::ElasticSettings, wire::Wire};
use crate::{
    backend::{EngineError, EngineErrorKind, WriteError},
    change::{Change, Effect, Visibility},
    product::{Clock, RandomIds},
};

/// Requests that a write may make after its time is over: it looks what became of it, at its keys, and releases them.
const TIDYING_REQUESTS: u32 = 3;

/// What became of one change.
pub(super) type Outcome = Result<Effect, WriteError>;

/// The writes of one engine.
pub(super) struct Writes {
    wire: Wire,
    settings: ElasticSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<RandomIds>,
    concurrency: Concurrency,
    /// Room for further changes.
    room: Arc<Semaphore>,
    /// The requests to the indices that were written last.
    requests: Mutex<Option<Arc<Requests>>>,
}

impl Writes {
    /// Writes over that wire.
    pub(super) fn new(wire: &Wire, settings: &ElasticSettings, clock: Arc<dyn Clock>) -> Self {
        let concurrency = Concurrency { most: settings.concurrent_writes.max(1), tasks: TaskTracker::new() };
        let room = Arc::new(Semaphore::new(settings.pending_changes.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            wire: wire.clone(),
            settings: settings.clone(),
            clock,
            ids: Arc::default(),
            concurrency,
            room,
            requests: Mutex::default(),
        }
    }

    /// Makes changes as if one after the other; whoever drops the future does not stop them.
    pub(super) async fn write(
        &self,
        names: Arc<IndexNames>,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Outcome>, EngineError> {
        let limit = Duration::from_millis(self.settings.write_timeout_ms.max(1));
        let until = Instant::now() + limit;
        let admitted = timeout(limit, self.admit(changes.len())).await;
        let permit = admitted.map_err(|_| EngineError::from(EngineErrorKind::Unavailable))?;
        let requests = self.requests(names);
        let work = async move {
            let outcomes = perform(&requests, changes, visibility, until).await;
            drop(permit);
            outcomes
        };
        // The steps of many changes go on together, for what they ask is to leave together.
        let work = self.concurrency.tasks.spawn(unconstrained(work.in_current_span()));
        work.await.map_err(|error| EngineError::new(EngineErrorKind::Panicked, error))
    }

    /// Waits until nothing is being written, no longer than a write and what tidies up after it may take.
    pub(super) async fn finish(&self) {
        self.concurrency.tasks.close();
        let tidying = self.wire.bulk_timeout.saturating_mul(TIDYING_REQUESTS);
        let longest = Duration::from_millis(self.settings.write_timeout_ms).saturating_add(tidying);
        if timeout(longest, self.concurrency.tasks.wait()).await.is_err() {
            tracing::warn!("writes were cut off");
        }
    }

    /// Waits for room; a call that is larger than all of it takes all of it.
    async fn admit(&self, changes: usize) -> Option<OwnedSemaphorePermit> {
        let permits = u32::try_from(changes.min(self.settings.pending_changes.max(1))).unwrap_or(u32::MAX);
        // It is never closed.
        Arc::clone(&self.room).acquire_many_owned(permits).await.ok()
    }

    /// The requests to these indices: those to others never share a batch with them.
    fn requests(&self, names: Arc<IndexNames>) -> Arc<Requests> {
        let mut last = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(requests) = last.as_ref().filter(|requests| requests.names == names) {
            return Arc::clone(requests);
        }
        let (clock, ids) = (Arc::clone(&self.clock), Arc::clone(&self.ids));
        let requests = Requests::new(&self.wire, names, &self.settings, Sources { clock, ids }, &self.concurrency);
        Arc::clone(last.insert(Arc::new(requests)))
    }
}

async fn perform(requests: &Requests, changes: Vec<Change>, visibility: Visibility, until: Instant) -> Vec<Outcome> {
    let saga = || Saga::new(requests, visibility, Backoff::new(until));
    if let [change] = changes.as_slice() {
        return vec![saga().run_locked(change).await];
    }
    let met = join_all(changes.iter().map(|change| meet_patiently(requests, change, Backoff::new(until)))).await;
    let steps = changes.iter().zip(met).enumerate().map(|(number, (change, met))| {
        let concerns = concerns(change, met.as_ref().ok().and_then(Target::product), requests.rule);
        (concerns, Step { number, change, met })
    });
    let lines = sequence::lines(steps).into_iter().map(|line| work_off(line, saga));
    let outcomes: BTreeMap<usize, Outcome> = join_all(lines).await.into_iter().flatten().collect();
    outcomes.into_values().collect()
}

/// One change of a call of many.
struct Step<'a> {
    number: usize,
    change: &'a Change,
    /// What it met before any change of the call was made.
    met: Result<Target, WriteError>,
}

/// Makes the changes of one line, each when the one before it is over.
async fn work_off<'a>(line: Vec<Step<'a>>, saga: impl Fn() -> Saga<'a>) -> Vec<(usize, Outcome)> {
    let mut outcomes = Vec::with_capacity(line.len());
    for Step { number, change, met } in line {
        let is_first = outcomes.is_empty();
        let outcome = match met {
            Ok(met) => saga().run(change, Some(met).filter(|_| is_first)).await,
            Err(error) => Err(error),
        };
        outcomes.push((number, outcome));
    }
    outcomes
}
