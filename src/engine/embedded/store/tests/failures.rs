//! What callers notice of a disk that fails, or that takes its time.

use std::{
    fs::{self, File},
    path::Path,
    time::Duration,
};

use futures_util::{future::join_all, poll};
use tokio::time::sleep;

use super::{
    disk::{BROKEN, HOLDS, IS_BROKEN, IS_FULL, Moody, PANICS, Recorder, WORKS},
    insertion, product,
};
use crate::{
    backend::{Engine as _, EngineError, EngineErrorKind, ProductReader as _, ProductWriter as _, WriteError},
    change::Visibility,
    engine::embedded::{
        EmbeddedEngine, EmbeddedSettings,
        index::Index,
        store::{Store, opening::fill},
    },
    product::{FieldSet, LookUp, NameRule, Product},
};

/// A disk that holds an empty store.
fn disk_with_a_store(folder: &Path) -> Moody {
    let path = folder.join("new");
    fill(&path).unwrap();
    Moody::on(Recorder::of(fs::read(&path).unwrap()))
}

/// An engine whose store lies on `disk`.
fn engine_on(folder: &Path, disk: &Moody) -> EmbeddedEngine {
    let path = folder.join("new");
    let lock = File::create(folder.join("lock")).unwrap();
    let store = Store::connect(disk.opener(), path, lock, NameRule::Unique).unwrap();
    let index = Index::open(&folder.join("index"), &store, 15_000_000, &|_| {}).unwrap();
    EmbeddedEngine::start(store, index, &EmbeddedSettings::default()).unwrap()
}

async fn become_ready(engine: &EmbeddedEngine) {
    // Far longer than it takes: attempts are made after one, two and four seconds.
    for _ in 0..6_000 {
        if engine.is_ready() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it stays closed");
}

async fn names(engine: &EmbeddedEngine, numbers: &[u64]) -> Vec<Option<String>> {
    let look_ups: Vec<LookUp> = numbers.iter().map(|number| LookUp::Id(product(*number).id)).collect();
    let found = engine.look_up(&look_ups, FieldSet::all()).await.unwrap();
    found.into_iter().map(|product| product.and_then(|product| product.name)).collect()
}

#[tokio::test]
async fn a_store_whose_disk_failed_is_unavailable_until_the_disk_works_again() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk_with_a_store(folder.path());
    let engine = engine_on(folder.path(), &disk);
    store(&engine, product(1)).await.unwrap();
    assert!(engine.is_ready());
    disk.become_one_that(IS_FULL);
    assert_eq!(store(&engine, product(2)).await.unwrap_err().kind, EngineErrorKind::Unavailable);
    assert!(!engine.is_ready());
    assert_eq!(store(&engine, product(3)).await.unwrap_err().kind, EngineErrorKind::Unavailable);
    let look_up = engine.look_up(&[LookUp::Id(product(1).id)], FieldSet::all()).await;
    assert_eq!(look_up.unwrap_err().kind, EngineErrorKind::Unavailable);
    disk.become_one_that(WORKS);
    become_ready(&engine).await;
    store(&engine, product(4)).await.unwrap();
    engine.publish().await.unwrap();
    let kept = names(&engine, &[1, 3, 4]).await;
    assert_eq!(kept, [Some("Lamp 1".to_owned()), None, Some("Lamp 4".to_owned())]);
    let status = engine.status().await.unwrap();
    assert_eq!(status.products, status.searchable);
}

#[tokio::test]
async fn a_panic_in_a_group_fails_its_callers_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk_with_a_store(folder.path());
    let engine = engine_on(folder.path(), &disk);
    store(&engine, product(1)).await.unwrap();
    disk.become_one_that(PANICS);
    assert_eq!(store(&engine, product(2)).await.unwrap_err().kind, EngineErrorKind::Panicked);
    disk.become_one_that(WORKS);
    become_ready(&engine).await;
    store(&engine, product(3)).await.unwrap();
    engine.publish().await.unwrap();
    assert_eq!(names(&engine, &[1, 3]).await, [Some("Lamp 1".to_owned()), Some("Lamp 3".to_owned())]);
}

#[tokio::test]
async fn a_request_that_panics_takes_none_of_its_group_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk_with_a_store(folder.path());
    let engine = engine_on(folder.path(), &disk);
    let mut broken = product(10);
    // Enough for pages of its own.
    broken.content.description = BROKEN.repeat(1_000);
    for product in (20..40).map(product).chain([broken]) {
        store(&engine, product).await.unwrap();
    }
    engine.publish().await.unwrap();
    disk.become_one_that(HOLDS);
    let mut first = Box::pin(store(&engine, product(50)));
    assert!(poll!(&mut first).is_pending());
    held(&disk).await;
    let mut group = join_all([51, 10, 52].map(|number| store(&engine, product(number))));
    assert!(poll!(&mut group).is_pending());
    disk.become_one_that(IS_BROKEN);
    first.await.unwrap();
    let outcomes = group.await.into_iter().map(|outcome| outcome.map_err(|error| error.kind));
    assert_eq!(outcomes.collect::<Vec<_>>(), [Ok(()), Err(EngineErrorKind::Panicked), Ok(())]);
    disk.become_one_that(WORKS);
    assert!(engine.is_ready(), "nothing was lost but the one change");
    let kept = names(&engine, &[10, 50, 51, 52]).await;
    assert_eq!(kept, [10, 50, 51, 52].map(|number| Some(format!("Lamp {number}"))));
}

/// Until somebody waits for a disk that takes its time.
async fn held(disk: &Moody) {
    while !disk.is_holding() {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn writes_that_wait_share_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk_with_a_store(folder.path());
    let engine = engine_on(folder.path(), &disk);
    let before = disk.disk.syncs();
    store(&engine, product(1)).await.unwrap();
    let of_one_commit = disk.disk.syncs() - before;
    assert!(of_one_commit > 0);
    disk.become_one_that(HOLDS);
    let mut first = Box::pin(store(&engine, product(2)));
    assert!(poll!(&mut first).is_pending());
    held(&disk).await;
    let before = disk.disk.syncs();
    let mut others = join_all((3..43).map(|number| store(&engine, product(number))));
    assert!(poll!(&mut others).is_pending());
    disk.become_one_that(WORKS);
    first.await.unwrap();
    assert!(others.await.into_iter().all(|outcome| outcome.is_ok()));
    assert_eq!(disk.disk.syncs() - before, 2 * of_one_commit, "40 writes share the second commit");
}

#[tokio::test]
async fn a_write_that_has_begun_is_made_and_one_that_nobody_waits_for_any_more_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk_with_a_store(folder.path());
    let engine = engine_on(folder.path(), &disk);
    disk.become_one_that(HOLDS);
    let mut begun = Box::pin(store(&engine, product(1)));
    assert!(poll!(&mut begun).is_pending());
    held(&disk).await;
    let mut waiting = Box::pin(store(&engine, product(2)));
    let mut patient = Box::pin(store(&engine, product(3)));
    assert!(poll!(&mut waiting).is_pending() && poll!(&mut patient).is_pending());
    drop((begun, waiting));
    disk.become_one_that(WORKS);
    patient.await.unwrap();
    let kept = names(&engine, &[1, 2, 3]).await;
    assert_eq!(kept, [Some("Lamp 1".to_owned()), None, Some("Lamp 3".to_owned())]);
}

async fn store(engine: &EmbeddedEngine, product: Product) -> Result<(), EngineError> {
    match engine.write(vec![insertion(product)], Visibility::None).await?.remove(0) {
        Ok(_) => Ok(()),
        Err(WriteError::Failed(error)) => Err(error),
        Err(WriteError::Refused(refusal)) => panic!("{refusal}"),
    }
}
