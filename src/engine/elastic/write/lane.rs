//! Requests of one kind, each of which carries whatever waits when it leaves.
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

/// A kind of request that carries many items.
#[async_trait]
pub(super) trait Carrier: Send + Sync + 'static {
    /// What it carries.
    type Item: Send + 'static;
    /// What becomes of an item.
    type Answer: Send + 'static;

    /// How much of a request the item takes, in units of `capacity`.
    fn size(&self, item: &Self::Item) -> usize;

    /// How much fits into one request; an item that is larger goes alone.
    fn capacity(&self) -> usize;

    /// The answers to the items of one request, in their order.
    async fn carry(&self, items: Vec<Self::Item>) -> Vec<Self::Answer>;

    /// The answer to an item whose time ran out before it left.
    fn never_sent(&self) -> Self::Answer;

    /// The answer to an item of which nothing is known.
    fn lost(&self) -> Self::Answer;
}

/// How many requests there may be, and where they run.
#[derive(Debug, Clone)]
pub(super) struct Traffic {
    /// Requests of one lane under way at once, at least one.
    pub(super) most: usize,
    /// What is waited for when the process ends.
    pub(super) tasks: TaskTracker,
}

/// The way of one kind of request.
pub(super) struct Lane<C: Carrier>(Arc<Road<C>>);

struct Road<C: Carrier> {
    carrier: C,
    traffic: Traffic,
    queue: Mutex<Queue<C>>,
}

struct Queue<C: Carrier> {
    waiting: VecDeque<Ticket<C>>,
    under_way: usize,
    /// Whether a request was begun that has not taken its items yet: what comes until then goes with it.
    is_loading: bool,
}

struct Ticket<C: Carrier> {
    item: C::Item,
    until: Instant,
    answer: oneshot::Sender<C::Answer>,
}

impl<C: Carrier> Lane<C> {
    /// A lane with nothing on it.
    pub(super) fn new(carrier: C, traffic: Traffic) -> Self {
        let queue = Queue { waiting: VecDeque::new(), under_way: 0, is_loading: false };
        Self(Arc::new(Road { carrier, traffic, queue: Mutex::new(queue) }))
    }

    /// What becomes of an item that may leave until `until`.
    pub(super) async fn send(&self, item: C::Item, until: Instant) -> C::Answer {
        let (answer, answered) = oneshot::channel();
        {
            let mut queue = self.0.queue();
            queue.waiting.push_back(Ticket { item, until, answer });
            Road::load(&self.0, &mut queue);
        }
        answered.await.unwrap_or_else(|_| self.0.carrier.lost())
    }
}

impl<C: Carrier> Road<C> {
    fn queue(&self) -> MutexGuard<'_, Queue<C>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a request when something waits and there may be one more.
    fn load(road: &Arc<Self>, queue: &mut Queue<C>) {
        if !queue.waiting.is_empty() && !queue.is_loading && queue.under_way < road.traffic.most.max(1) {
            queue.is_loading = true;
            queue.under_way += 1;
            road.traffic.tasks.spawn(Arc::clone(road).drive());
        }
    }

    async fn drive(self: Arc<Self>) {
        let tickets = {
            let mut queue = self.queue();
            queue.is_loading = false;
            let tickets = self.take(&mut queue);
            Self::load(&self, &mut queue);
            tickets
        };
        let (items, answers): (Vec<_>, Vec<_>) = tickets.into_iter().map(|ticket| (ticket.item, ticket.answer)).unzip();
        if !items.is_empty() {
            // A panic loses this request alone: whoever waits for it hears so by the end of its channel.
            let carried = AssertUnwindSafe(self.carrier.carry(items)).catch_unwind().await.unwrap_or_default();
            for (answer, carried) in answers.into_iter().zip(carried) {
                // Nobody waits any longer when the process ends.
                let _ = answer.send(carried);
            }
        }
        let mut queue = self.queue();
        queue.under_way = queue.under_way.saturating_sub(1);
        Self::load(&self, &mut queue);
    }

    /// As much as fits of what waits, without what came too late.
    fn take(&self, queue: &mut Queue<C>) -> Vec<Ticket<C>> {
        let now = Instant::now();
        let mut room = self.carrier.capacity();
        let mut taken = Vec::new();
        while let Some(ticket) = queue.waiting.pop_front() {
            if ticket.until <= now {
                let _ = ticket.answer.send(self.carrier.never_sent());
                continue;
            }
            let size = self.carrier.size(&ticket.item);
            if size > room && !taken.is_empty() {
                queue.waiting.push_front(ticket);
                break;
            }
            room = room.saturating_sub(size);
            taken.push(ticket);
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
    impl Carrier for Ferry {
        type Item = &'static str;
        type Answer = Result<usize, &'static str>;

        fn size(&self, item: &&'static str) -> usize {
            item.len()
        }

        fn capacity(&self) -> usize {
            6
        }

        async fn carry(&self, items: Vec<&'static str>) -> Vec<Self::Answer> {
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

    fn lane(most: usize, departures: usize) -> (Arc<Semaphore>, Lane<Ferry>) {
        let departures = Arc::new(Semaphore::new(departures));
        let traffic = Traffic { most, tasks: TaskTracker::new() };
        (Arc::clone(&departures), Lane::new(Ferry { departures }, traffic))
    }

    async fn answers(lane: &Lane<Ferry>, items: &[&'static str]) -> Vec<Result<usize, &'static str>> {
        let until = Instant::now() + Duration::from_mins(1);
        join_all(items.iter().map(|item| lane.send(item, until))).await
    }

    #[tokio::test]
    async fn what_comes_together_leaves_together_as_far_as_it_fits() {
        let (_, lane) = lane(4, 9);
        assert_eq!(answers(&lane, &["a"]).await, [Ok(1)]);
        assert_eq!(answers(&lane, &["a", "bb", "ccc", "dd"]).await, [Ok(3), Ok(3), Ok(3), Ok(1)]);
        assert_eq!(answers(&lane, &["too large for it", "a"]).await, [Ok(1), Ok(1)]);
    }

    #[tokio::test]
    async fn what_comes_while_no_more_may_leave_gathers() {
        let (departures, lane) = lane(1, 0);
        let until = Instant::now() + Duration::from_mins(1);
        let first = lane.send("a", until);
        let others = async {
            tokio::task::yield_now().await;
            let others = answers(&lane, &["b", "c", "d"]);
            departures.add_permits(2);
            others.await
        };
        assert_eq!(tokio::join!(first, others), (Ok(1), vec![Ok(3), Ok(3), Ok(3)]));
    }

    #[tokio::test]
    async fn an_item_whose_time_is_over_never_leaves() {
        let (_, lane) = lane(1, 0);
        assert_eq!(lane.send("a", Instant::now()).await, Err("never sent"));
    }

    #[tokio::test]
    async fn a_request_that_dies_is_lost_and_the_next_one_goes() {
        let (_, lane) = lane(1, 9);
        assert_eq!(answers(&lane, &["storm", "a"]).await, [Err("lost"), Err("lost")]);
        assert_eq!(answers(&lane, &["a"]).await, [Ok(1)]);
    }
}
