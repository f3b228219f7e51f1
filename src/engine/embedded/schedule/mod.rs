//! What the index is to be told and when, between the threads that write, refresh and wait.
//!
//! Invariant: whoever waits is woken by the end of an attempt that began after the waiting did, whatever comes of it:
//! nobody waits for a success that may never come, and no hurry shortens the rest after a failure.

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::timeout};

use super::StoreAndIndex;
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::Visibility,
};

/// How the refreshes stand.
#[derive(Debug, Clone, Default)]
struct Attempts {
    /// Attempts that ended.
    ended: u64,
    /// The last change that searches see.
    covered: u64,
    /// Why the last attempt did not cover more.
    failure: Option<EngineError>,
}

/// What there is to do.
#[derive(Debug)]
struct Work {
    /// The last change that is durable in the store.
    written: u64,
    /// Whether somebody asked not to wait for the interval.
    is_urgent: bool,
    is_over: bool,
    /// Attempts that began.
    begun: u64,
}

/// When the index is refreshed, and who waits for it.
pub(super) struct Schedule {
    core: Arc<StoreAndIndex>,
    work: Mutex<Work>,
    /// Told of every change of `work` and of every end of an attempt.
    bell: Condvar,
    attempts: watch::Sender<Attempts>,
    /// Changes that the index may lack.
    pending: u64,
    longest_wait: Duration,
}

/// The time between two attempts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    /// Its end while somebody is in a hurry.
    pub(super) least: Instant,
    /// Its end while nobody is.
    pub(super) full: Instant,
}

/// An end of an attempt to wait for.
struct Ticket {
    /// The change that is to be covered.
    change: u64,
    /// Or so many attempts to have ended.
    ended: u64,
}

impl Ticket {
    fn is_served(&self, attempts: &Attempts) -> bool {
        attempts.covered >= self.change || attempts.ended >= self.ended
    }
}

impl Schedule {
    /// A schedule for an index that covers everything in the store.
    pub(super) fn new(core: Arc<StoreAndIndex>, pending: u64, longest_wait: Duration) -> Self {
        let covered = core.index.covered();
        let work = Work { written: covered, is_urgent: false, is_over: false, begun: 0 };
        let attempts = watch::Sender::new(Attempts { covered, ..Attempts::default() });
        Self { core, work: Mutex::new(work), bell: Condvar::new(), attempts, pending: pending.max(1), longest_wait }
    }

    /// Tells that changes up to `last` are durable.
    pub(super) fn written(&self, last: u64) {
        let mut work = self.work();
        work.written = work.written.max(last);
        self.bell.notify_all();
    }

    /// Waits until searches see `change` as asked, until the attempt to show it failed, or as long as is set.
    pub(super) async fn show(&self, change: u64, visibility: Visibility) {
        let ticket = match visibility {
            Visibility::None => return,
            Visibility::Wait => self.ticket(change),
            Visibility::Now => self.urgent_ticket(change),
        };
        // In time or not: what was written is acknowledged.
        let _ = timeout(self.longest_wait, self.serve(&ticket)).await;
    }

    /// Waits until searches see everything that is durable by now; fails when the attempt to show it does.
    pub(super) async fn publish(&self) -> Result<(), EngineError> {
        let written = self.work().written;
        let ticket = self.urgent_ticket(written);
        let attempts = self.serve(&ticket).await?;
        if attempts.covered >= written {
            return Ok(());
        }
        Err(attempts.failure.unwrap_or_else(|| EngineErrorKind::Unexpected.into()))
    }

    /// Waits while the index lacks more changes than it may, but for no more than one attempt, and not at all since one
    /// failed: what the index lacks is listed on disk, and the list takes as much as the disk does.
    pub(super) fn wait_for_room(&self) {
        let mut work = self.work();
        if self.has_room(&work) || self.attempts.borrow().failure.is_some() {
            return;
        }
        work.is_urgent = true;
        self.bell.notify_all();
        let ended = work.begun + 1;
        while !self.has_room(&work) && !work.is_over && self.attempts.borrow().ended < ended {
            work = self.bell.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the next time to refresh, which comes after `rest`; `None` when it is over.
    pub(super) fn next(&self, rest: Rest) -> Option<()> {
        let mut work = self.work();
        while !work.is_over {
            let end = if work.is_urgent { rest.least } else { rest.full };
            let left = end.saturating_duration_since(Instant::now());
            if work.written <= self.core.index.covered() {
                work.is_urgent = false;
                work = self.bell.wait(work).unwrap_or_else(PoisonError::into_inner);
            } else if left.is_zero() {
                work.is_urgent = false;
                work.begun += 1;
                return Some(());
            } else {
                work = self.bell.wait_timeout(work, left).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        None
    }

    /// Tells how an attempt ended.
    pub(super) fn ended(&self, failure: Option<EngineError>) {
        // Under the lock, so that nobody falls asleep between the news and the bell.
        let work = self.work();
        let covered = self.core.index.covered();
        self.attempts.send_modify(|attempts| {
            *attempts = Attempts { ended: work.begun, covered, failure };
        });
        self.bell.notify_all();
    }

    /// Ends the refreshing; whoever waits goes on.
    pub(super) fn finish(&self) {
        let mut work = self.work();
        work.is_over = true;
        self.attempts.send_modify(|attempts| {
            *attempts = Attempts { ended: u64::MAX, failure: Some(EngineErrorKind::Unavailable.into()), ..*attempts };
        });
        self.bell.notify_all();
    }

    fn has_room(&self, work: &Work) -> bool {
        work.written.saturating_sub(self.core.index.covered()) < self.pending
    }

    fn ticket(&self, change: u64) -> Ticket {
        Ticket { change, ended: self.work().begun + 1 }
    }

    fn urgent_ticket(&self, change: u64) -> Ticket {
        let mut work = self.work();
        work.is_urgent = true;
        self.bell.notify_all();
        Ticket { change, ended: work.begun + 1 }
    }

    async fn serve(&self, ticket: &Ticket) -> Result<Attempts, EngineError> {
        let mut attempts = self.attempts.subscribe();
        let served = attempts.wait_for(|attempts| ticket.is_served(attempts)).await;
        served.map(|attempts| attempts.clone()).map_err(|_| EngineErrorKind::Unavailable.into())
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
