//! What a crash or a power failure leaves of a store, at every moment of its writing.

mod disk;
mod failures;

use std::{
    fs::{self, File},
    path::Path,
};

use redb::{Database, ReadableDatabase as _, ReadableTableMetadata as _};
use tokio_util::sync::CancellationToken;

use self::disk::{Moody, Recorder, Step, apply};
use super::{
    META, NAMES, PRODUCTS, Store,
    inspection::{Flaw, inspect},
    opening::fill,
};
use crate::{
    change::{Brought, Change, Effect, Insert, OnDuplicate, Sameness},
    engine::embedded::OpenError,
    product::{NameRule, Price, Product, ProductContent, ProductId, Timestamp},
};

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

fn insertion(product: Product) -> Change {
    Change::Insert(Insert {
        at: product.created_at,
        product,
        sameness: Sameness::IdSkuOrName,
        brings: Brought::default(),
        on_duplicate: OnDuplicate::Refuse,
    })
}

/// A new store that was imported into and trimmed several times: the file at first, and what was done to it.
fn history(folder: &Path) -> (Vec<u8>, Vec<Step>) {
    let path = folder.join("new");
    fill(&path).unwrap();
    let beginning = fs::read(&path).unwrap();
    let recorder = Recorder::of(beginning.clone());
    let lock = File::create(folder.join("lock")).unwrap();
    let store = Store::connect(Moody::on(recorder.clone()).opener(), path, lock, NameRule::Unique).unwrap();
    let mut count = 0;
    for size in [1, 2, 20, 1, 3, 8] {
        let changes: Vec<Change> = (count..count + size).map(|number| insertion(product(number))).collect();
        let covered = if size == 3 { count } else { 0 };
        let written = store.write(&[changes], covered).unwrap();
        assert!(written[0].outcomes.iter().all(|outcome| matches!(outcome, Ok(Effect::Created(_)))));
        count += size;
        recorder.take(Step::Acknowledged(count));
    }
    (beginning, recorder.steps())
}

/// Holds a file to what was acknowledged before it was left.
fn judge(path: &Path, bytes: &[u8], acknowledged: u64, moment: &str) {
    fs::write(path, bytes).unwrap();
    let found = inspect(path, &CancellationToken::new());
    assert!(found.is_ok(), "{moment}: {found:?}");
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

#[test]
fn an_inspection_that_is_given_up_ends_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new");
    fill(&path).unwrap();
    let given_up = CancellationToken::new();
    inspect(&path, &given_up).unwrap();
    given_up.cancel();
    let flaw = inspect(&path, &given_up).unwrap_err();
    assert!(matches!(flaw, Flaw::Failure(_)), "it is no damage: {flaw:?}");
}
