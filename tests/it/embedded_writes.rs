//! What only the embedded engine promises of its writes: when searches see them, what a folder keeps of its names, and
//! that nothing it lacks for a while is lost.

use std::{fs, path::Path, sync::Arc};

use aisle::{
    backend::{Engine, ProductArchive, ProductReader, ProductWriter, WriteError},
    change::{Effect, Modification, OnDuplicate, Refusal, TakenBy, Visibility},
    engine::embedded::{EmbeddedEngine, EmbeddedSettings, OpenError},
    product::{FieldSet, LookUp, NameRule, Product, ProductId, Timestamp, UniqueKey},
    search::{SearchDraft, SearchLimits, Wants},
};
use futures_util::TryStreamExt as _;

use crate::support::{
    generator,
    plans::plan,
    writes::{Writes, insertion, modify, upsert},
};

/// An engine that refreshes once by itself, then not before anybody asks.
fn slow(folder: &Path) -> EmbeddedSettings {
    EmbeddedSettings {
        data_dir: folder.to_owned(),
        writer_memory_bytes: 15_000_000,
        refresh_ms: 600_000,
        ..EmbeddedSettings::default()
    }
}

fn open(settings: EmbeddedSettings) -> Arc<EmbeddedEngine> {
    EmbeddedEngine::open(settings, &|_| {}).unwrap()
}

/// An engine that has had its refresh: nothing more is seen before anybody asks.
async fn open_and_rest(settings: EmbeddedSettings) -> Arc<EmbeddedEngine> {
    let engine = open(settings);
    write(&engine, &generator::products(99, 1)[0], Visibility::None).await;
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 1);
    engine
}

async fn write(engine: &EmbeddedEngine, product: &Product, visibility: Visibility) {
    let outcomes = engine.write(vec![insertion(renumbered(product), OnDuplicate::Refuse)], visibility).await.unwrap();
    assert!(matches!(outcomes[0], Ok(Effect::Created(_))), "{outcomes:?}");
}

/// The same product under an id and a sku that no generated one has.
fn renumbered(product: &Product) -> Product {
    let mut product = product.clone();
    product.id = ProductId::parse(&format!("{}-{}", product.id.as_str(), product.content.name.len())).unwrap();
    product.content.sku = None;
    product
}

async fn searchable(engine: &EmbeddedEngine) -> u64 {
    let draft = SearchDraft { wants: Wants { hits: None, total: true, ..Wants::default() }, ..SearchDraft::default() };
    let search = draft.check(&SearchLimits::default()).unwrap();
    engine.search(&[plan(&search)]).await.unwrap().remove(0).unwrap().total.unwrap()
}

async fn by_name(engine: &EmbeddedEngine, name: &str) -> Option<ProductId> {
    let look_up = LookUp::Key(UniqueKey::name(name));
    engine.look_up(&[look_up], FieldSet::empty()).await.unwrap().remove(0).map(|product| product.id)
}

async fn by_sku(engine: &EmbeddedEngine, sku: &str) -> Option<ProductId> {
    let look_up = LookUp::Key(UniqueKey::sku(sku));
    engine.look_up(&[look_up], FieldSet::empty()).await.unwrap().remove(0).map(|product| product.id)
}

fn named(id: &str, name: &str, created_at: i64) -> Product {
    let mut product = generator::products(1, 1).remove(0);
    product.id = ProductId::parse(id).unwrap();
    name.clone_into(&mut product.content.name);
    product.content.sku = None;
    product.created_at = Timestamp::from_millis(created_at);
    product
}

fn id(id: &str) -> ProductId {
    ProductId::parse(id).unwrap()
}

async fn create(engine: &EmbeddedEngine, product: Product) {
    let outcome = engine.change(insertion(product, OnDuplicate::Refuse)).await;
    assert!(matches!(outcome, Ok(Effect::Created(_))), "{outcome:?}");
}

#[tokio::test]
async fn look_ups_see_a_write_at_once_and_searches_when_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open_and_rest(slow(folder.path())).await;
    create(&engine, named("quiet", "A quiet lamp", 0)).await;
    assert_eq!(by_name(&engine, "a quiet LAMP").await, Some(id("quiet")));
    assert_eq!(searchable(&engine).await, 1, "nobody asked for a refresh");
    write(&engine, &named("loud", "A loud lamp", 0), Visibility::Now).await;
    assert_eq!(searchable(&engine).await, 3, "a refresh shows what was written before too");
}

#[tokio::test]
async fn a_write_that_waits_is_seen_by_the_next_search() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(EmbeddedSettings { refresh_ms: 10, ..slow(folder.path()) });
    for (number, product) in generator::products(2, 20).iter().enumerate() {
        write(&engine, product, Visibility::Wait).await;
        assert_eq!(searchable(&engine).await, number as u64 + 1);
    }
}

#[tokio::test]
async fn a_write_is_acknowledged_when_searches_do_not_see_it_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open_and_rest(EmbeddedSettings { visibility_timeout_ms: 10, ..slow(folder.path()) }).await;
    write(&engine, &named("late", "A late lamp", 0), Visibility::Wait).await;
    assert_eq!(searchable(&engine).await, 1);
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 2);
}

#[tokio::test]
async fn a_change_is_seen_as_it_is_however_often_a_product_comes_and_goes_between_two_refreshes() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open_and_rest(slow(folder.path())).await;
    let lamp = named("lamp", "A lamp", 0);
    create(&engine, lamp.clone()).await;
    assert_eq!(engine.change(modify(&lamp.id, Modification::Delete)).await, Ok(Effect::Deleted));
    create(&engine, lamp.clone()).await;
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 2, "it is there once");
    assert_eq!(engine.change(modify(&lamp.id, Modification::Delete)).await, Ok(Effect::Deleted));
    create(&engine, lamp.clone()).await;
    let replaced = engine.change(insertion(lamp.clone(), OnDuplicate::Replace)).await;
    assert!(matches!(replaced, Ok(Effect::Changed(_))), "{replaced:?}");
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 2, "it is there once");
    assert_eq!(engine.change(modify(&lamp.id, Modification::Delete)).await, Ok(Effect::Deleted));
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 1, "it is gone");
    assert_eq!(engine.status().await.unwrap().products, 1);
}

#[tokio::test]
async fn writes_wait_for_an_index_that_lacks_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open_and_rest(EmbeddedSettings { pending_products: 50, ..slow(folder.path()) }).await;
    engine.import(generator::products(3, 60)).await.unwrap();
    assert_eq!(searchable(&engine).await, 1);
    create(&engine, named("one-more", "One more lamp", 0)).await;
    assert!(searchable(&engine).await >= 61, "the index caught up first");
}

#[tokio::test]
async fn an_index_that_cannot_be_written_keeps_nobody_waiting_and_catches_up_when_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open_and_rest(slow(folder.path())).await;
    let (index, away) = (folder.path().join("index"), folder.path().join("away"));
    fs::rename(&index, &away).unwrap();
    fs::write(&index, "no folder at all").unwrap();
    write(&engine, &named("unseen", "An unseen lamp", 0), Visibility::Now).await;
    assert_eq!(by_name(&engine, "an unseen lamp").await, Some(id("unseen-14")));
    assert_eq!(searchable(&engine).await, 1);
    engine.publish().await.unwrap_err();
    assert!(engine.is_ready(), "the store works");
    fs::remove_file(&index).unwrap();
    fs::rename(&away, &index).unwrap();
    engine.publish().await.unwrap();
    assert_eq!(searchable(&engine).await, 2);
}

#[tokio::test]
async fn a_renamed_or_removed_product_leaves_its_name_and_sku_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(slow(folder.path()));
    let mut lamp = named("lamp", "A lamp", 0);
    lamp.content.sku = Some("L 1".to_owned());
    create(&engine, lamp.clone()).await;
    let rival = engine.change(insertion(named("rival", "a LAMP", 0), OnDuplicate::Refuse)).await;
    let taken = Refusal::Duplicate { by: TakenBy::Name, owner: Some(id("lamp")) };
    assert_eq!(rival, Err(WriteError::Refused(taken)));
    for name in ["A LAMP", "A torch"] {
        lamp.content.name = name.to_owned();
        let content = Box::new(lamp.content.clone());
        let changed = engine.change(modify(&lamp.id, Modification::Replace { content, at: lamp.updated_at })).await;
        assert!(matches!(changed, Ok(Effect::Changed(_))), "to {name}: {changed:?}");
    }
    create(&engine, named("heir", "A lamp", 0)).await;
    assert_eq!(by_name(&engine, "a lamp").await, Some(id("heir")));
    assert_eq!(by_name(&engine, "a torch").await, Some(id("lamp")));
    let mut twin = named("twin", "A twin", 0);
    twin.content.sku = Some("l1".to_owned());
    let upserted = engine.change(upsert(twin.clone())).await;
    assert!(matches!(&upserted, Ok(Effect::Changed(product)) if product.id == id("lamp")), "{upserted:?}");
    assert_eq!(by_name(&engine, "a torch").await, None);
    assert_eq!(engine.change(modify(&id("lamp"), Modification::Delete)).await, Ok(Effect::Deleted));
    assert_eq!(by_sku(&engine, "L1").await, None);
    create(&engine, twin).await;
    assert_eq!(by_sku(&engine, "L1").await, Some(id("twin")));
}

#[tokio::test]
async fn of_products_that_share_a_name_the_oldest_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(EmbeddedSettings { names: NameRule::Shared, ..slow(folder.path()) });
    for (id, created_at) in [("b", 20), ("c", 10), ("d", 10)] {
        create(&engine, named(id, "A lamp", created_at)).await;
    }
    create(&engine, named("z", "A lamp more", -5)).await;
    assert_eq!(by_name(&engine, "A LAMP").await, Some(id("c")));
    let older = engine.change(insertion(named("b", "a lamp", 5), OnDuplicate::Replace)).await;
    assert!(matches!(older, Ok(Effect::Changed(_))), "{older:?}");
    assert_eq!(by_name(&engine, "A LAMP").await, Some(id("b")), "an import brought an earlier time");
    for (gone, next) in [("b", Some("c")), ("c", Some("d")), ("d", None)] {
        assert_eq!(engine.change(modify(&id(gone), Modification::Delete)).await, Ok(Effect::Deleted));
        assert_eq!(by_name(&engine, "A LAMP").await, next.map(id));
    }
}

#[tokio::test]
async fn names_that_are_shared_cannot_become_unique_before_one_of_them_goes() {
    let folder = tempfile::tempdir().unwrap();
    let shared = || EmbeddedSettings { names: NameRule::Shared, ..slow(folder.path()) };
    create(&open(slow(folder.path())), named("first", "A lamp", 1)).await;
    create(&open(shared()), named("second", "a LAMP", 2)).await;
    for _ in 0..2 {
        let Err(error) = EmbeddedEngine::open(slow(folder.path()), &|_| {}) else { panic!("it opens") };
        let names_both = matches!(&error, OpenError::SharedName { name, ids, .. } if name == "a lamp"
            && *ids == ["first".to_owned(), "second".to_owned()]);
        assert!(names_both, "{error}");
    }
    assert_eq!(open(shared()).change(modify(&id("second"), Modification::Delete)).await, Ok(Effect::Deleted));
    let engine = open(slow(folder.path()));
    let rival = engine.change(insertion(named("third", "a lamp", 0), OnDuplicate::Refuse)).await;
    assert!(matches!(rival, Err(WriteError::Refused(Refusal::Duplicate { .. }))), "{rival:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_goes_has_written_what_it_was_asked_and_leaves_its_folder_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(slow(folder.path()));
    engine.import(generator::products(4, 600)).await.unwrap();
    let mut export = engine.export();
    export.try_next().await.unwrap();
    let writes: Vec<_> = (0..40)
        .map(|number| {
            let engine = Arc::clone(&engine);
            let product = named(&format!("late-{number}"), &format!("Late lamp {number}"), 0);
            tokio::spawn(async move { engine.change(insertion(product, OnDuplicate::Refuse)).await })
        })
        .collect();
    drop(engine);
    for write in writes {
        assert!(matches!(write.await.unwrap(), Ok(Effect::Created(_))));
    }
    let next = open(slow(folder.path()));
    assert_eq!(next.status().await.unwrap().products, 640);
    drop(export);
}
