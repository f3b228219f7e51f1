//! What a crash or a power failure leaves of a store, at every moment of its writing.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use redb::{Database, ReadableDatabase as _, ReadableTableMetadata as _, StorageBackend};

use super::{KEYS, META, PRODUCTS, Store, inspection::inspect, opening::fill};
use crate::{
    backend::{Engine as _, EngineError, EngineErrorKind, ImportOutcome, ProductWriter as _},
    change::{Brought, Change, Insert, OnDuplicate, Sameness, Visibility},
    engine::embedded::{EmbeddedEngine, OpenError, StoreAndIndex, index::Index, pool::BlockingPool},
    product::{Price, Product, ProductContent, ProductId, Timestamp},
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

/// A disk that is full from some moment on.
#[derive(Debug)]
struct Filling {
    disk: Recorder,
    is_full: Arc<AtomicBool>,
}

impl StorageBackend for Filling {
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
        if self.is_full.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
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
    let database = Database::builder().create_with_backend(recorder.clone()).unwrap();
    let store = Store { database, path, identity: 0, _lock: File::create(folder.join("lock")).unwrap() };
    let mut count = 0;
    for size in [1, 2, 20, 1, 3, 8] {
        let products: Vec<Product> = (count..count + size).map(product).collect();
        assert!(store.import(&products).unwrap().iter().all(|outcome| *outcome == ImportOutcome::Created));
        count += size;
        recorder.take(Step::Acknowledged(count));
        if size == 3 {
            store.trim(count).unwrap();
        }
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
    assert_eq!(transaction.open_table(KEYS).unwrap().len().unwrap(), products, "{moment}: keys and products");
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

/// An engine whose store lies on `disk`.
fn engine_on(folder: &Path, disk: Filling) -> EmbeddedEngine {
    let path = folder.join("new");
    fill(&path).unwrap();
    disk.disk.0.lock().unwrap().0 = fs::read(&path).unwrap();
    let database = Database::builder().create_with_backend(disk).unwrap();
    let store = Store { database, path, identity: 0, _lock: File::create(folder.join("lock")).unwrap() };
    let index = Index::open(&folder.join("index"), &store, 15_000_000, &|_| {}).unwrap();
    EmbeddedEngine {
        core: Arc::new(StoreAndIndex { store, index, is_lost: AtomicBool::new(false) }),
        searches: BlockingPool::new(1),
        writes: BlockingPool::new(1),
        pending_products: 100,
    }
}

#[tokio::test]
async fn a_store_whose_disk_failed_is_unavailable_and_not_ready_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let is_full = Arc::new(AtomicBool::new(false));
    let engine = engine_on(folder.path(), Filling { disk: Recorder::default(), is_full: Arc::clone(&is_full) });
    store(&engine, product(1)).await.unwrap();
    assert!(engine.is_ready());
    is_full.store(true, Ordering::SeqCst);
    assert_eq!(store(&engine, product(2)).await.unwrap_err().kind, EngineErrorKind::Unavailable);
    assert!(!engine.is_ready());
    is_full.store(false, Ordering::SeqCst);
    assert_eq!(store(&engine, product(3)).await.unwrap_err().kind, EngineErrorKind::Unavailable);
    assert!(!engine.is_ready(), "the library does not try again");
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
    let error = Store::open(folder.path(), 0).unwrap_err();
    assert!(matches!(error, OpenError::Format { found: 7, known: 1, .. }), "{error:?}");
    assert!(fs::read(&path).unwrap() == newer, "it was written to");
    fs::remove_file(&path).unwrap();
    drop(Database::create(&path).unwrap());
    let foreign = fs::read(&path).unwrap();
    let error = Store::open(folder.path(), 0).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
    assert!(fs::read(&path).unwrap() == foreign, "it was written to");
}

async fn store(engine: &EmbeddedEngine, product: Product) -> Result<(), EngineError> {
    let insert = Insert {
        at: product.created_at,
        product,
        sameness: Sameness::IdSkuOrName,
        brings: Brought::default(),
        on_duplicate: OnDuplicate::Refuse,
    };
    engine.write(vec![Change::Insert(insert)], Visibility::None).await.map(|_| ())
}
