//! What a crash or a power failure leaves of a store, at every moment of its writing.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use redb::{Database, ReadableDatabase as _, ReadableTableMetadata as _, StorageBackend};
use tokio::time::sleep;

use super::{
    META, NAMES, PRODUCTS, Store,
    inspection::{Flaw, identity, inspect},
    opening::{Opener, fill},
};
use crate::{
    backend::{Engine as _, EngineError, EngineErrorKind, ProductReader as _, ProductWriter as _, WriteError},
    change::{Brought, Change, Effect, Insert, OnDuplicate, Sameness, Visibility},
    engine::embedded::{EmbeddedEngine, EmbeddedSettings, OpenError, index::Index},
    product::{FieldSet, LookUp, NameRule, Price, Product, ProductContent, ProductId, Timestamp},
};

/// One thing that was done to a file.
#[derive(Debug, Clone)]
enum Step {
    Write(u64, Vec<u8>),
    Resize(u64),
    Sync,
    /// So many products were acknowledged.
    Acknowledged(u64),
}

/// What a disk does when it is to keep something.
const WORKS: u8 = 0;
const IS_FULL: u8 = 1;
const PANICS: u8 = 2;

/// A disk that does what it is told to.
#[derive(Debug, Clone, Default)]
struct Moody {
    disk: Recorder,
    mood: Arc<AtomicU8>,
}

impl Moody {
    fn become_one_that(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }
}

impl StorageBackend for Moody {
    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.mood.load(Ordering::SeqCst) {
            IS_FULL => Err(io::ErrorKind::StorageFull.into()),
            PANICS => panic!("the disk panics on purpose"),
            _ => Ok(()),
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.disk.write(offset, data)
    }
}

/// A file in memory that remembers how it came about.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<(Vec<u8>, Vec<Step>)>>);

impl Recorder {
    fn take(&self, step: Step) {
        let mut state = self.0.lock().unwrap();
        apply(&mut state.0, &step);
        state.1.push(step);
    }
}

fn apply(bytes: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Write(offset, data) => {
            let start = usize::try_from(*offset).unwrap();
            bytes.resize(bytes.len().max(start + data.len()), 0);
            bytes[start..start + data.len()].copy_from_slice(data);
        }
        Step::Resize(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Step::Sync | Step::Acknowledged(_) => {}
    }
}

impl StorageBackend for Recorder {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().0.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap();
        let length = out.len();
        out.copy_from_slice(&self.0.lock().unwrap().0[start..start + length]);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.take(Step::Resize(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.take(Step::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.take(Step::Write(offset, data.to_vec()));
        Ok(())
    }
}

fn product(number: u64) -> Product {
    Product {
        id: ProductId::parse(&format!("id-{number}")).unwrap(),
        content: ProductContent {
            sku: None,
            name: format!("Lamp {number}"),
            description: "A lamp to read by. ".repeat(20),
            price: Price::from_minor(1_999).unwrap(),
            category: "home".to_owned(),
            brand: "Acme".to_owned(),
            in_stock: true,
            tags: Vec::new(),
            attributes: Vec::new(),
            image_url: None,
        },
        image: None,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
        version: 1,
    }
}

/// A new store that was imported into and trimmed several times: the file at first, and what was done to it.
fn history(folder: &Path) -> (Vec<u8>, Vec<Step>) {
    let path = folder.join("new");
    fill(&path).unwrap();
    let beginning = fs::read(&path).unwrap();
    let recorder = Recorder::default();
    recorder.0.lock().unwrap().0.clone_from(&beginning);
    let backend = Moody { disk: recorder.clone(), ..Moody::default() };
    let lock = File::create(folder.join("lock")).unwrap();
    let store = Store::connect(opener(backend), path, lock, NameRule::Unique).unwrap();
    let mut count = 0;
    for size in [1, 2, 20, 1, 3, 8] {
        let changes: Vec<Change> = (count..count + size).map(|number| insertion(product(number))).collect();
        let covered = if size == 3 { count } else { 0 };
        let written = store.write(vec![changes], covered).unwrap();
        assert!(written[0].outcomes.iter().all(|outcome| matches!(outcome, Ok(Effect::Created(_)))));
        count += size;
        recorder.take(Step::Acknowledged(count));
    }
    let steps = recorder.0.lock().unwrap().1.clone();
    (beginning, steps)
}

/// Holds a file to what was acknowledged before it was left.
fn judge(path: &Path, bytes: &[u8], acknowledged: u64, moment: &str) {
    fs::write(path, bytes).unwrap();
    assert!(inspect(path).is_ok(), "{moment}: {:?}", inspect(path));
    assert!(fs::read(path).unwrap() == bytes, "{moment}: the inspection wrote");
    let database = Database::open(path).unwrap();
    let transaction = database.begin_read().unwrap();
    let products = transaction.open_table(PRODUCTS).unwrap().len().unwrap();
    assert!(products >= acknowledged, "{moment}: {products} of {acknowledged} products are left");
    assert_eq!(transaction.open_table(NAMES).unwrap().len().unwrap(), products, "{moment}: names and products");
    assert!(transaction.open_table(META).unwrap().len().unwrap() >= 2);
}

#[test]
fn a_process_that_is_killed_at_any_moment_leaves_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut bytes, steps) = history(folder.path());
    let mut acknowledged = 0;
    for (number, step) in steps.iter().enumerate() {
        apply(&mut bytes, step);
        if let Step::Acknowledged(count) = step {
            acknowledged = *count;
        }
        judge(&folder.path().join("left"), &bytes, acknowledged, &format!("after step {number}"));
    }
    assert_eq!(acknowledged, 35);
}

#[test]
fn a_power_failure_that_loses_any_unsynced_write_leaves_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut synced, steps) = history(folder.path());
    let mut pending: Vec<&Step> = Vec::new();
    let mut acknowledged = 0;
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Acknowledged(count) => acknowledged = *count,
            Step::Sync => {
                for lost in 0..pending.len() {
                    // Sizes are kept: losing one is losing everything behind it.
                    let mut bytes = synced.clone();
                    let kept = pending.iter().enumerate();
                    kept.filter(|(place, step)| *place != lost || matches!(step, Step::Resize(_)))
                        .for_each(|(_, step)| apply(&mut bytes, step));
                    let moment = format!("before step {number} without write {lost}");
                    judge(&folder.path().join("left"), &bytes, acknowledged, &moment);
                }
                pending.drain(..).for_each(|step| apply(&mut synced, step));
            }
            Step::Write(..) | Step::Resize(_) => pending.push(step),
        }
    }
    assert_eq!(acknowledged, 35);
}

/// Opens the store on `disk`.
fn opener(disk: Moody) -> Opener {
    Box::new(move || {
        let database = Database::builder().create_with_backend(disk.clone())?;
        let identity = identity(&database)?;
        Ok::<_, Flaw>((database, identity))
    })
}

/// An engine whose store lies on `disk`.
fn engine_on(folder: &Path, disk: &Moody) -> EmbeddedEngine {
    let path = folder.join("new");
    fill(&path).unwrap();
    disk.disk.0.lock().unwrap().0 = fs::read(&path).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    let store = Store::connect(opener(disk.clone()), path, lock, NameRule::Unique).unwrap();
    let index = Index::open(&folder.join("index"), &store, 15_000_000, &|_| {}).unwrap();
    EmbeddedEngine::start(store, index, &EmbeddedSettings::default()).unwrap()
}

async fn become_ready(engine: &EmbeddedEngine) {
    // Far longer than it takes: an attempt is made every second.
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
    let disk = Moody::default();
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
    let disk = Moody::default();
    let engine = engine_on(folder.path(), &disk);
    store(&engine, product(1)).await.unwrap();
    disk.become_one_that(PANICS);
    assert_eq!(store(&engine, product(2)).await.unwrap_err().kind, EngineErrorKind::Storage);
    disk.become_one_that(WORKS);
    become_ready(&engine).await;
    store(&engine, product(3)).await.unwrap();
    engine.publish().await.unwrap();
    assert_eq!(names(&engine, &[1, 3]).await, [Some("Lamp 1".to_owned()), Some("Lamp 3".to_owned())]);
}

#[test]
fn a_store_of_another_format_or_program_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = super::file_in(folder.path());
    fill(&path).unwrap();
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(META).unwrap().insert(super::META_FORMAT, 7).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let newer = fs::read(&path).unwrap();
    let error = Store::open(folder.path(), 0, NameRule::Unique).unwrap_err();
    assert!(matches!(error, OpenError::Format { found: 7, known: 2, .. }), "{error:?}");
    assert!(fs::read(&path).unwrap() == newer, "it was written to");
    fs::remove_file(&path).unwrap();
    drop(Database::create(&path).unwrap());
    let foreign = fs::read(&path).unwrap();
    let error = Store::open(folder.path(), 0, NameRule::Unique).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
    assert!(fs::read(&path).unwrap() == foreign, "it was written to");
}

fn insertion(product: Product) -> Change {
    Change::Insert(Insert {
        at: product.created_at,
        product,
        sameness: Sameness::IdSkuOrName,
        brings: Brought::default(),
        on_duplicate: OnDuplicate::Refuse,
    })
}

async fn store(engine: &EmbeddedEngine, product: Product) -> Result<(), EngineError> {
    match engine.write(vec![insertion(product)], Visibility::None).await?.remove(0) {
        Ok(_) => Ok(()),
        Err(WriteError::Failed(error)) => Err(error),
        Err(WriteError::Refused(refusal)) => panic!("{refusal}"),
    }
}
