//! Tasks beside the requests.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::backend::Engine;

/// Time before a task that panicked starts again.
const PAUSE_AFTER_PANIC: Duration = Duration::from_secs(1);

/// Longest time for tasks to end after they were told to.
const LONGEST_END: Duration = Duration::from_secs(5);

/// The tasks of one process, and the signal that stops them.
#[derive(Clone, Default)]
pub(super) struct Background {
    tasks: TaskTracker,
    stop: CancellationToken,
    engine: Arc<OnceLock<Arc<dyn Engine>>>,
}

impl Background {
    /// The signal that stops all of them.
    pub(super) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs what `task` makes, and again when it panics (the panic hook has logged it by then).
    pub(super) fn keep<F>(&self, name: &'static str, task: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop();
        self.tasks.spawn(async move {
            while AssertUnwindSafe(task()).catch_unwind().await.is_err() {
                tracing::error!(task = name, "background task starts again after a panic");
                if stop.run_until_cancelled(tokio::time::sleep(PAUSE_AFTER_PANIC)).await.is_none() {
                    return;
                }
            }
        });
    }

    /// Has the writes of this engine waited for at the end.
    pub(super) fn wait_for_writes_of(&self, engine: Arc<dyn Engine>) {
        // One process opens one engine.
        let _ = self.engine.set(engine);
    }

    /// Stops all tasks and waits for their end, at most five seconds, and then for writes under way, whose end is an
    /// engine's own matter; false when tasks needed more.
    pub(super) async fn end(&self) -> bool {
        self.stop.cancel();
        self.tasks.close();
        let ended = tokio::time::timeout(LONGEST_END, self.tasks.wait()).await.is_ok();
        if let Some(engine) = self.engine.get() {
            engine.finish().await;
        }
        ended
    }
}
