//! Batches requests of one kind: each takes along whatever waits when it leaves.
//!
//! Invariant: at most so many requests are under way, what comes alone leaves at once, and every item is answered: with
//! what became of it, with "never sent" when its time ran out before it left, or with "lost" when its request died.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// A kind of request that takes many items.
#[async_trait]
pub(super) trait BatchRequest: Send + Sync + 'static {
    /// What it takes.
    type Item: Send + 'static;
    /// What becomes of an item.
    type Answer: Send + 'static;

    /// How much of a request the item takes, in units of `capacity`.
    fn size(&self, item: &Self::Item) -> usize;

    /// How much fits into one request; an item that is larger goes alone.
    fn capacity(&self) -> usize;

    /// The answers to the items of one request, in their order.
    async fn send_batch(&self, items: Vec<Self::Item>) -> Vec<Self::Answer>;

    /// The answer to an item whose time ran out before it left.
    fn never_sent(&self) -> Self::Answer;

    /// The answer to an item of which nothing is known.
    fn lost(&self) -> Self::Answer;
}

/// How many requests there may be, and where they run.
#[derive(Debug, Clone)]
pub(super) struct Concurrency {
    /// Requests of one batcher under way at once, at least one.
    pub(super) most: usize,
    /// What is waited for when the process ends.
    pub(super) tasks: TaskTracker,
}

/// The way of one kind of request.
pub(super) struct Batcher<C: BatchRequest>(Arc<Shared<C>>);

struct Shared<C: BatchRequest> {
    request: C,
    concurrency: Concurrency,
    queue: Mutex<Queue<C>>,
}

struct Queue<C: BatchRequest> {
    waiting: VecDeque<Entry<C>>,
    under_way: usize,
    /// Whether a request was begun that has not taken its items yet: what comes until then goes with it.
    is_loading: bool,
}

struct Entry<C: BatchRequest> {
    item: C::Item,
    until: Instant,
    answer: oneshot::Sender<C::Answer>,
}

impl<C: BatchRequest> Batcher<C> {
    /// A batcher with nothing waiting.
    pub(super) fn new(request: C, concurrency: Concurrency) -> Self {
        let queue = Queue { waiting: VecDeque::new(), under_way: 0, is_loading: false };
        Self(Arc::new(Shared { request, concurrency, queue: Mutex::new(queue) }))
    }

    /// What becomes of an item that may leave until `until`.
    pub(super) async fn send(&self, item: C::Item, until: Instant) -> C::Answer {
        let (answer, answered) = oneshot::channel();
        {
            let mut queue = self.0.queue();
            queue.waiting.push_back(Entry { item, until, answer });
            Shared::load(&self.0, &mut queue);
        }
        answered.await.unwrap_or_else(|_| self.0.request.lost())
    }
}

impl<C: BatchRequest> Shared<C> {
    fn queue(&self) -> MutexGuard<'_, Queue<C>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a request when something waits and there may be one more.
    fn load(shared: &Arc<Self>, queue: &mut Queue<C>) {
        if !queue.waiting.is_empty() && !queue.is_loading && queue.under_way < shared.concurrency.most.max(1) {
            queue.is_loading = true;
            queue.under_way += 1;
            shared.concurrency.tasks.spawn(Arc::clone(shared).drive());
        }
    }

    async fn drive(self: Arc<Self>) {
        let entries = {
            let mut queue = self.queue();
            queue.is_loading = false;
            let entries = self.take(&mut queue);
            Self::load(&self, &mut queue);
            entries
        };
        let (items, answers): (Vec<_>, Vec<_>) = entries.into_iter().map(|entry| (entry.item, entry.answer)).unzip();
        if !items.is_empty() {
            // A panic loses this request alone: whoever waits for it hears so by the end of its channel.
            let sent = AssertUnwindSafe(self.request.send_batch(items)).catch_unwind().await.unwrap_or_default();
            for (answer, sent) in answers.into_iter().zip(sent) {
                // Nobody waits any longer when the process ends.
                let _ = answer.send(sent);
            }
        }
        let mut queue = self.queue();
        queue.under_way = queue.under_way.saturating_sub(1);
        Self::load(&self, &mut queue);
    }

    /// As much as fits of what waits, without what came too late.
    fn take(&self, queue: &mut Queue<C>) -> Vec<Entry<C>> {
        let now = Instant::now();
        let mut room = self.request.capacity();
        let mut taken = Vec::new();
        while let Some(entry) = queue.waiting.pop_front() {
            if entry.until <= now {
                let _ = entry.answer.send(self.request.never_sent());
                continue;
            }
            let size = self.request.size(&entry.item);
            if size > room && !taken.is_empty() {
                queue.waiting.push_front(entry);
                break;
            }
            room = room.saturating_sub(size);
            taken.push(entry);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Answers each item with the number of items beside it, when it is let through.
    struct Ferry {
        departures: Arc<Semaphore>,
    }

    #[async_trait]
    impl BatchRequest for Ferry {
        type Item = &'static str;
        type Answer = Result<usize, &'static str>;

        fn size(&self, item: &&'static str) -> usize {
            item.len()
        }

        fn capacity(&self) -> usize {
            6
        }

        async fn send_batch(&self, items: Vec<&'static str>) -> Vec<Self::Answer> {
            self.departures.acquire().await.unwrap().forget();
            assert!(!items.contains(&"storm"), "the ferry sinks");
            items.iter().map(|_| Ok(items.len())).collect()
        }

        fn never_sent(&self) -> Self::Answer {
            Err("never sent")
        }

        fn lost(&self) -> Self::Answer {
            Err("lost")
        }
    }

    fn batcher(most: usize, departures: usize) -> (Arc<Semaphore>, Batcher<Ferry>) {
        let departures = Arc::new(Semaphore::new(departures));
        let concurrency = Concurrency { most, tasks: TaskTracker::new() };
        (Arc::clone(&departures), Batcher::new(Ferry { departures }, concurrency))
    }

    async fn answers(batcher: &Batcher<Ferry>, items: &[&'static str]) -> Vec<Result<usize, &'static str>> {
        let until = Instant::now() + Duration::from_mins(1);
        join_all(items.iter().map(|item| batcher.send(item, until))).await
    }

    #[tokio::test]
    async fn what_comes_together_leaves_together_as_far_as_it_fits() {
        let (_, batcher) = batcher(4, 9);
        assert_eq!(answers(&batcher, &["a"]).await, [Ok(1)]);
        assert_eq!(answers(&batcher, &["a", "bb", "ccc", "dd"]).await, [Ok(3), Ok(3), Ok(3), Ok(1)]);
        assert_eq!(answers(&batcher, &["too large for it", "a"]).await, [Ok(1), Ok(1)]);
    }

    #[tokio::test]
    async fn what_comes_while_no_more_may_leave_gathers() {
        let (departures, batcher) = batcher(1, 0);
        let until = Instant::now() + Duration::from_mins(1);
        let first = batcher.send("a", until);
        let others = async {
            tokio::task::yield_now().await;
            let others = answers(&batcher, &["b", "c", "d"]);
            departures.add_permits(2);
            others.await
        };
        assert_eq!(tokio::join!(first, others), (Ok(1), vec![Ok(3), Ok(3), Ok(3)]));
    }

    #[tokio::test]
    async fn an_item_whose_time_is_over_never_leaves() {
        let (_, batcher) = batcher(1, 0);
        assert_eq!(batcher.send("a", Instant::now()).await, Err("never sent"));
    }

    #[tokio::test]
    async fn a_request_that_dies_is_lost_and_the_next_one_goes() {
        let (_, batcher) = batcher(1, 9);
        assert_eq!(answers(&batcher, &["storm", "a"]).await, [Err("lost"), Err("lost")]);
        assert_eq!(answers(&batcher, &["a"]).await, [Ok(1)]);
    }
}
