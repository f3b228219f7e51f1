//! When an attempt begins and who waits for it, without a thread that makes any.

use std::{
    path::Path,
    sync::{
        atomic::AtomicBool,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
};

use futures_util::poll;

use super::*;
use crate::{
    engine::embedded::{index::Index, store::Store},
    product::NameRule,
};

/// A schedule of which the index lacks one change more than it may.
fn lagging(folder: &Path) -> Arc<Schedule> {
    let store = Store::open(folder, 0, NameRule::Unique).unwrap();
    let index = Index::open(&folder.join("index"), &store, 15_000_000, &|_| {}).unwrap();
    let core = StoreAndIndex { store, index, is_suspect: AtomicBool::new(false), writer: mpsc::channel().0 };
    let schedule = Schedule::new(Arc::new(core), 1, Duration::ZERO);
    schedule.written(2);
    Arc::new(schedule)
}

fn end_with(schedule: &Schedule, failure: Option<EngineError>) {
    let now = Instant::now();
    schedule.next(Rest { least: now, full: now }).unwrap();
    schedule.ended(failure);
}

#[test]
fn a_hurry_ends_a_rest_but_not_the_least_one() {
    let folder = tempfile::tempdir().unwrap();
    let schedule = lagging(folder.path());
    let now = Instant::now();
    let rest = Rest { least: now + Duration::from_millis(100), full: now + Duration::from_hours(1) };
    schedule.urgent_ticket(2);
    schedule.next(rest).unwrap();
    assert!(Instant::now() >= rest.least, "the attempt began too early");
}

#[test]
fn writes_wait_for_the_first_attempt_and_not_for_an_index_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let schedule = lagging(folder.path());
    let (passed, news) = mpsc::channel();
    let writer = Arc::clone(&schedule);
    let writing = thread::spawn(move || {
        for _ in 0..3 {
            writer.wait_for_room();
            passed.send(()).unwrap();
        }
    });
    assert_eq!(news.recv_timeout(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout));
    end_with(&schedule, Some(EngineErrorKind::Storage.into()));
    for _ in 0..3 {
        news.recv_timeout(Duration::from_mins(1)).expect("it waits for an attempt that nobody makes");
    }
    writing.join().unwrap();
}

#[tokio::test]
async fn whoever_publishes_after_a_failure_hears_of_the_next_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let schedule = lagging(folder.path());
    end_with(&schedule, Some(EngineErrorKind::Storage.into()));
    let mut publishing = Box::pin(schedule.publish());
    assert!(poll!(&mut publishing).is_pending(), "the failed attempt began before");
    end_with(&schedule, Some(EngineErrorKind::Panicked.into()));
    assert_eq!(publishing.await, Err(EngineErrorKind::Panicked.into()));
}
