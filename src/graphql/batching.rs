//! Runs an operation and the engine requests that its resolvers gather, without a timer and without a task.
//!
//! Resolvers ask a data loader, which hands the future of a whole batch to [`BatchQueue`]. [`Batched`] polls the
//! operation first and starts what is queued only when the operation can go no further on its own and no batch is under
//! way: by then every resolver has asked, so that each level of an operation is one batch of a kind, whatever the
//! machine's load and whichever engine request ends first. Invariant: dropping the future drops its batches, and with
//! them their engine requests.

use std::{
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures_util::{
    StreamExt,
    future::BoxFuture,
    stream::FuturesUnordered,
    task::{AtomicWaker, FutureObj, Spawn, SpawnError},
};

/// Times an operation is polled in a row before other tasks of the thread get their turn.
const ROUNDS: usize = 64;

/// Batches that wait for their operation to stall.
#[derive(Clone, Default)]
pub(super) struct BatchQueue(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl BatchQueue {
    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        // A push or a take cannot leave the list half written.
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Spawn for BatchQueue {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

/// A timer for data loaders that never waits: [`Batched`] knows when a batch is full.
pub(super) struct NoDelay;

impl Timer for NoDelay {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// An operation together with the batches that it queues.
pub(super) struct Batched<Operation> {
    operation: Pin<Box<Operation>>,
    queue: BatchQueue,
    batches: FuturesUnordered<FutureObj<'static, ()>>,
    progress: Arc<Progress>,
}

impl<Operation> Batched<Operation> {
    /// `operation`, whose data loaders put their batches into `queue`.
    pub(super) fn new(operation: Operation, queue: BatchQueue) -> Self {
        let progress = Arc::new(Progress::default());
        Self { operation: Box::pin(operation), queue, batches: FuturesUnordered::new(), progress }
    }
}

/// Tells whether the operation was woken, also by itself while it was polled.
#[derive(Default)]
struct Progress {
    woken: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.task.wake();
    }
}

impl<Operation: Future> Future for Batched<Operation> {
    type Output = Operation::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.progress.task.register(context.waker());
        let waker = Waker::from(Arc::clone(&this.progress));
        for _ in 0..ROUNDS {
            this.progress.woken.store(false, Ordering::Release);
            if let Poll::Ready(output) = this.operation.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
            if this.progress.woken.load(Ordering::Acquire) {
                continue;
            }
            if this.batches.is_empty() {
                this.batches.extend(this.queue.take());
            }
            if !matches!(this.batches.poll_next_unpin(context), Poll::Ready(Some(()))) {
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures_util::{FutureExt, task::SpawnExt};
    use tokio::sync::oneshot;

    use super::*;

    /// Pending once, ready to go on at once.
    async fn woken_at_once() {
        let mut is_woken = false;
        std::future::poll_fn(|context| {
            if is_woken {
                return Poll::Ready(());
            }
            is_woken = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[tokio::test]
    async fn a_batch_starts_only_after_the_operation_has_stalled() {
        let queue = BatchQueue::default();
        let started = Arc::new(AtomicUsize::new(0));
        let (sender, receiver) = oneshot::channel();
        let batch = {
            let started = Arc::clone(&started);
            async move {
                started.fetch_add(1, Ordering::SeqCst);
                sender.send(()).unwrap();
            }
        };
        let spawner = queue.clone();
        let seen = Arc::clone(&started);
        let operation = async move {
            spawner.spawn(batch).unwrap();
            // An operation that wakes itself has more to do: it has not stalled.
            for _ in 0..200 {
                woken_at_once().await;
            }
            let before = seen.load(Ordering::SeqCst);
            receiver.await.unwrap();
            (before, seen.load(Ordering::SeqCst))
        };
        assert_eq!(Batched::new(operation, queue).await, (0, 1));
    }

    #[tokio::test]
    async fn two_batches_run_at_the_same_time() {
        let queue = BatchQueue::default();
        let (first_sender, first) = oneshot::channel::<()>();
        let (second_sender, second) = oneshot::channel::<()>();
        let (done_sender, done) = oneshot::channel::<()>();
        // Each batch waits for the other.
        queue.spawn(async move { drop((first_sender.send(()), second.await)) }).unwrap();
        queue.spawn(async move { drop((second_sender.send(()), first.await, done_sender.send(()))) }).unwrap();
        Batched::new(done, queue).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_asked_after_one_batch_waits_for_the_others() {
        let queue = BatchQueue::default();
        let (first_sender, first) = oneshot::channel();
        let (second_sender, second) = oneshot::channel();
        let (told, begun) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        queue.spawn(async move { first_sender.send(()).unwrap() }).unwrap();
        let seen = Arc::clone(&begun);
        let ended = Arc::clone(&told);
        queue
            .spawn(async move {
                woken_at_once().await;
                ended.store(1 + seen.load(Ordering::SeqCst), Ordering::SeqCst);
                second_sender.send(()).unwrap();
            })
            .unwrap();
        let (spawner, counter) = (queue.clone(), Arc::clone(&begun));
        let operation = async move {
            first.await.unwrap();
            let (sender, third) = oneshot::channel();
            spawner
                .spawn(async move {
                    counter.fetch_add(1, Ordering::SeqCst);
                    sender.send(()).unwrap();
                })
                .unwrap();
            second.await.unwrap();
            third.await.unwrap();
        };
        Batched::new(operation, queue).await;
        assert_eq!((told.load(Ordering::SeqCst), begun.load(Ordering::SeqCst)), (1, 1), "the third came last");
    }

    #[tokio::test]
    async fn dropping_the_operation_drops_its_batches() {
        let queue = BatchQueue::default();
        let (_sender, never) = oneshot::channel::<()>();
        let alive = Arc::new(());
        let held = Arc::clone(&alive);
        let batch = async move {
            never.await.ok();
            drop(held);
        };
        queue.spawn(batch).unwrap();
        let mut operation = Batched::new(std::future::pending::<()>(), queue);
        assert!((&mut operation).now_or_never().is_none());
        assert_eq!(Arc::strong_count(&alive), 2);
        drop(operation);
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
