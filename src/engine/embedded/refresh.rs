//! The one thread that refreshes the index: batches of changes, not more often than is set unless somebody asks.
//!
//! Invariant: an attempt that fails, or panics, is made again; the thread ends only when it is told to.

use std::{
    io, mem,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    IndexError, StoreAndIndex,
    schedule::{Rest, Schedule},
};
use crate::backend::EngineError;

/// Shortest time before a refresh that failed is tried again, whoever asks: each attempt takes up all that the index
/// lacks.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The thread, which ends with the value.
pub(super) struct Refresher {
    schedule: Arc<Schedule>,
    thread: Option<JoinHandle<()>>,
}

impl Refresher {
    /// Starts the thread, which rests for `interval` after each refresh.
    pub(super) fn start(core: Arc<StoreAndIndex>, schedule: Arc<Schedule>, interval: Duration) -> io::Result<Self> {
        let work = Work { core, schedule: Arc::clone(&schedule), interval, is_failing: false };
        let thread = thread::Builder::new().name("aisle-refresher".to_owned()).spawn(move || work.run())?;
        Ok(Self { schedule, thread: Some(thread) })
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        self.schedule.finish();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the refresher ended with a panic");
        }
    }
}

struct Work {
    core: Arc<StoreAndIndex>,
    schedule: Arc<Schedule>,
    interval: Duration,
    is_failing: bool,
}

impl Work {
    fn run(mut self) {
        let start = Instant::now();
        let mut rest = Rest { least: start, full: start };
        while self.schedule.next(rest).is_some() {
            let failure = self.attempt().err();
            let least = if failure.is_some() { RETRY_INTERVAL } else { Duration::ZERO };
            self.log(failure.as_ref());
            self.schedule.ended(failure);
            let end = Instant::now();
            rest = Rest { least: end + least, full: end + self.interval.max(least) };
        }
        self.core.index.put_down();
    }

    fn attempt(&self) -> Result<(), EngineError> {
        let caught_up = panic::catch_unwind(AssertUnwindSafe(|| self.core.index.catch_up(&self.core.store)));
        // The panic hook has logged it.
        let outcome = caught_up.unwrap_or_else(|_| Err(IndexError::Panicked));
        self.core.heeding(outcome)
    }

    /// A failure is told once, however often it repeats.
    fn log(&mut self, failure: Option<&EngineError>) {
        let was_failing = mem::replace(&mut self.is_failing, failure.is_some());
        match failure {
            Some(error) if !was_failing => {
                let cause = error.cause.as_deref().map(|cause| cause as &dyn std::error::Error);
                tracing::error!(error = cause, "searches do not see what is written: the index cannot be refreshed");
            }
            None if was_failing => tracing::info!("searches see what is written again"),
            Some(_) | None => {}
        }
    }
}
