//! Where blocking work runs: never on a thread that serves requests, and never more of it at once than was set.
//!
//! Invariant: work that nobody waits for any more is told so, and keeps its place in the pool until it has ended.

use std::{panic, sync::Arc};

use tokio::{sync::Semaphore, task};
use tokio_util::sync::CancellationToken;

use crate::backend::{EngineError, EngineErrorKind};

/// A bounded number of blocking tasks.
#[derive(Debug, Clone)]
pub(super) struct BlockingPool {
    permits: Arc<Semaphore>,
}

impl BlockingPool {
    /// A pool for `size` tasks at once, at least one.
    pub(super) fn new(size: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(size.clamp(1, Semaphore::MAX_PERMITS))) }
    }

    /// Runs `work` once there is room; its panic goes on in the caller. The token it gets is set when the caller is
    /// gone.
    pub(super) async fn run<T, E, W>(&self, work: W) -> Result<T, EngineError>
    where
        T: Send + 'static,
        E: Into<EngineError> + Send + 'static,
        W: FnOnce(&CancellationToken) -> Result<T, E> + Send + 'static,
    {
        let closed = |error| EngineError::new(EngineErrorKind::Unavailable, error);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?;
        let given_up = CancellationToken::new();
        let _gone = given_up.clone().drop_guard();
        let outcome = task::spawn_blocking(move || {
            let _permit = permit;
            work(&given_up)
        });
        match outcome.await {
            Ok(result) => result.map_err(Into::into),
            Err(ended) => match ended.try_into_panic() {
                // Whoever answers the caller tells a panic from a failure.
                Ok(panic) => panic::resume_unwind(panic),
                Err(cancelled) => Err(EngineError::new(EngineErrorKind::Unavailable, cancelled)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    fn pool(size: usize) -> BlockingPool {
        BlockingPool::new(size)
    }

    #[tokio::test]
    async fn no_more_tasks_run_at_once_than_was_set() {
        let pool = pool(2);
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let tasks = (0..16).map(|_| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            pool.run(move |_| {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(2));
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, EngineError>(())
            })
        });
        futures_util::future::try_join_all(tasks).await.unwrap();
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_panic_reaches_the_caller_with_its_text_and_the_pool_goes_on() {
        let pool = pool(1);
        let broken = pool.run::<(), EngineError, _>(|_| panic!("on purpose"));
        let panic = panic::AssertUnwindSafe(broken).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        assert_eq!(pool.run(|_| Ok::<_, EngineError>(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn work_is_told_when_its_caller_is_gone() {
        let pool = pool(1);
        let (started, wait_for_start) = oneshot::channel();
        let (ended, wait_for_end) = oneshot::channel();
        let work = pool.run(move |given_up: &CancellationToken| {
            let _ = started.send(());
            while !given_up.is_cancelled() {
                std::thread::yield_now();
            }
            let _ = ended.send(());
            Ok::<_, EngineError>(())
        });
        tokio::select! {
            _ = work => panic!("it cannot end before its caller is gone"),
            started = wait_for_start => started.unwrap(),
        }
        wait_for_end.await.unwrap();
    }
}
