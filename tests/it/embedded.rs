//! What only the embedded engine promises: its store keeps what it acknowledged, and its index is never the truth.
//!
//! Longer than 300 lines: each way to lose the store or the index is a test on the same few functions that open, damage
//! and compare them.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use aisle::{
    backend::{Engine, EngineErrorKind, ProductArchive, ProductReader, ProductWriter},
    change::TakenBy,
    engine::embedded::{EmbeddedEngine, EmbeddedSettings, OpenError, RebuildProgress},
    product::{FieldSet, LookUp, Product, ProductField, ProductId, UniqueKey},
    search::{
        Direction, Search, SearchDraft, SearchLimits, SearchResults, SortDraft, SortField, Stage, Wants, WindowDraft,
    },
};
use futures_util::TryStreamExt as _;

use crate::support::{
    generator,
    plans::relaxed_plan,
    writes::{ImportOutcome, Writes},
};

fn settings(folder: &Path) -> EmbeddedSettings {
    EmbeddedSettings { data_dir: folder.to_owned(), writer_memory_bytes: 15_000_000, ..EmbeddedSettings::default() }
}

fn open(folder: &Path) -> Arc<EmbeddedEngine> {
    EmbeddedEngine::open(settings(folder), &|_| {}).unwrap()
}

/// An engine that refreshes once by itself, then not before anybody asks.
fn open_slow(folder: &Path) -> Arc<EmbeddedEngine> {
    let settings = EmbeddedSettings { refresh_ms: 600_000, ..settings(folder) };
    EmbeddedEngine::open(settings, &|_| {}).unwrap()
}

/// The opened engine and what it said while it rebuilt its index.
fn open_and_watch(folder: &Path) -> (Arc<EmbeddedEngine>, Vec<RebuildProgress>) {
    let seen = RefCell::new(Vec::new());
    let engine = EmbeddedEngine::open(settings(folder), &|progress| seen.borrow_mut().push(progress)).unwrap();
    (engine, seen.into_inner())
}

fn refusal(folder: &Path) -> OpenError {
    match EmbeddedEngine::open(settings(folder), &|_| {}) {
        Ok(_) => panic!("it opens"),
        Err(error) => error,
    }
}

fn store(folder: &Path) -> PathBuf {
    folder.join("products.redb")
}

async fn import(engine: &EmbeddedEngine, products: &[Product]) {
    let outcomes = engine.import(products.to_vec()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == ImportOutcome::Created));
}

fn draft(query: &str) -> SearchDraft {
    SearchDraft {
        query: Some(query.to_owned()),
        window: WindowDraft { first: Some(100), ..WindowDraft::default() },
        wants: Wants { hits: Some(FieldSet::all()), total: true, ..Wants::default() },
        ..SearchDraft::default()
    }
}

fn checked(draft: SearchDraft) -> Search {
    draft.check(&SearchLimits::default()).unwrap()
}

async fn answer(engine: &EmbeddedEngine, search: Search) -> SearchResults {
    engine.search(&[relaxed_plan(&search)]).await.unwrap().remove(0).unwrap()
}

async fn find(engine: &EmbeddedEngine, query: &str) -> SearchResults {
    SearchResults { took_ms: 0, ..answer(engine, checked(draft(query))).await }
}

async fn export(engine: &EmbeddedEngine) -> Vec<Product> {
    engine.export().try_collect().await.unwrap()
}

fn by_id(products: &[Product]) -> Vec<Product> {
    let mut products = products.to_vec();
    products.sort_by(|one, two| one.id.cmp(&two.id));
    products
}

#[tokio::test]
async fn a_restart_keeps_every_product_and_every_answer() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(1, 300);
    let (listed, found) = {
        let engine = open(folder.path());
        import(&engine, &products).await;
        engine.publish().await.unwrap();
        (find(&engine, "").await, find(&engine, "red kettle").await)
    };
    assert_eq!(listed.total, Some(300));
    assert!(found.total > Some(0) && found.hits.iter().all(|hit| hit.score > Some(0.0)));
    let (engine, progress) = open_and_watch(folder.path());
    assert_eq!(progress, [], "the index is used as it is");
    assert_eq!(find(&engine, "").await, listed);
    assert_eq!(find(&engine, "red kettle").await, found);
    assert_eq!(export(&engine).await, by_id(&products));
    let status = engine.status().await.unwrap();
    assert_eq!((status.products, status.searchable, status.differences.len()), (300, 300, 0));
    assert!(status.bytes > 0 && engine.is_ready() && engine.name() == "embedded");
}

#[tokio::test]
async fn a_removed_index_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(2, 300);
    let expected = {
        let engine = open(folder.path());
        import(&engine, &products).await;
        engine.publish().await.unwrap();
        find(&engine, "blue lamp").await
    };
    fs::remove_dir_all(folder.path().join("index")).unwrap();
    let (engine, progress) = open_and_watch(folder.path());
    assert_eq!(progress.last(), Some(&RebuildProgress { done: 300, total: 300 }));
    assert_eq!(find(&engine, "blue lamp").await, expected);
}

#[tokio::test]
async fn a_damaged_index_is_made_again_whatever_file_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(3, 60);
    let expected = {
        let engine = open(folder.path());
        import(&engine, &products).await;
        engine.publish().await.unwrap();
        find(&engine, "chair").await
    };
    let files = |folder: &Path| -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder.join("index")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| fs::metadata(path).unwrap().len() > 0);
        files.sort();
        files
    };
    let count = files(folder.path()).len();
    assert!(count > 5, "segment files and two descriptions");
    for damage in [flip_a_byte_in_the_middle, fill_with_garbage, cut_in_half] {
        for number in 0..count {
            let Some(path) = files(folder.path()).get(number).cloned() else { continue };
            damage(&path);
            let engine = open(folder.path());
            assert_eq!(find(&engine, "chair").await, expected, "after damage to {}", path.display());
        }
    }
}

fn flip_a_byte_in_the_middle(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs::write(path, bytes).unwrap();
}

fn fill_with_garbage(path: &Path) {
    let length = fs::metadata(path).unwrap().len();
    fs::write(path, (0..length).map(|number| (number * 31 % 251) as u8).collect::<Vec<_>>()).unwrap();
}

fn cut_in_half(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[tokio::test]
async fn garbage_where_the_index_should_be_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let index = folder.path().join("index");
    fs::remove_dir_all(&index).unwrap();
    fs::write(&index, "no folder at all").unwrap();
    let engine = open(folder.path());
    import(&engine, &generator::products(4, 10)).await;
    engine.publish().await.unwrap();
    assert_eq!(find(&engine, "").await.total, Some(10));
}

#[tokio::test]
async fn an_index_that_lags_behind_takes_in_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(5, 200);
    {
        let engine = open_slow(folder.path());
        import(&engine, &products[..120]).await;
        engine.publish().await.unwrap();
        import(&engine, &products[120..]).await;
        assert_eq!(find(&engine, "").await.total, Some(120));
    }
    let (engine, progress) = open_and_watch(folder.path());
    assert_eq!(progress, [], "only the rest is taken in");
    assert_eq!(find(&engine, "").await.total, Some(200));
}

#[tokio::test]
async fn an_index_of_another_store_is_not_used() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (folder, seed) in [(&one, 6), (&two, 7)] {
        let engine = open(folder.path());
        import(&engine, &generator::products(seed, 40)).await;
        engine.publish().await.unwrap();
    }
    fs::copy(store(two.path()), store(one.path())).unwrap();
    let (engine, progress) = open_and_watch(one.path());
    assert_eq!(progress.last(), Some(&RebuildProgress { done: 40, total: 40 }));
    assert_eq!(export(&engine).await, by_id(&generator::products(7, 40)));
}

#[tokio::test]
async fn an_older_copy_of_the_index_is_not_used_when_changes_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(8, 60);
    let (index, copy) = (folder.path().join("index"), folder.path().join("copy"));
    {
        let engine = open(folder.path());
        import(&engine, &products[..20]).await;
        engine.publish().await.unwrap();
    }
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    {
        let engine = open(folder.path());
        import(&engine, &products[20..50]).await;
        engine.publish().await.unwrap();
        // What the index covers is forgotten by the next write.
        import(&engine, &products[50..]).await;
    }
    fs::remove_dir_all(&index).unwrap();
    fs::rename(&copy, &index).unwrap();
    let (engine, progress) = open_and_watch(folder.path());
    assert_eq!(progress.last(), Some(&RebuildProgress { done: 60, total: 60 }));
    assert_eq!(find(&engine, "").await.total, Some(60));
}

/// What a crash leaves behind: the files as they were at some moment while the engine was at work.
fn crash(folder: &Path) -> tempfile::TempDir {
    let left = tempfile::tempdir().unwrap();
    fs::create_dir(left.path().join("index")).unwrap();
    for part in ["", "index"] {
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, left.path().join(part).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    left
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(10, 150);
    let engine = open(folder.path());
    import(&engine, &products[..50]).await;
    engine.publish().await.unwrap();
    import(&engine, &products[50..]).await;
    let left = crash(folder.path());
    let survivor = open(left.path());
    assert_eq!(export(&survivor).await, by_id(&products));
    assert_eq!(find(&survivor, "").await.total, Some(150));
}

#[tokio::test]
async fn a_store_that_was_never_finished_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("products.redb.new"), "half a store").unwrap();
    let engine = open(folder.path());
    import(&engine, &generator::products(11, 5)).await;
}

#[tokio::test]
async fn a_damaged_store_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    {
        let engine = open(folder.path());
        for chunk in generator::products(12, 400).chunks(50) {
            import(&engine, chunk).await;
        }
        engine.publish().await.unwrap();
    }
    let path = store(folder.path());
    let whole = fs::read(&path).unwrap();
    let mut damaged: Vec<(String, Vec<u8>)> = vec![
        ("an empty file".to_owned(), Vec::new()),
        (
            "garbage".to_owned(),
            (0..100_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()).collect(),
        ),
        ("text".to_owned(), b"hello\n".to_vec()),
        ("zeros".to_owned(), vec![0; 65_536]),
    ];
    for length in [10, 64, 4_096, 8_192, whole.len() / 3, whole.len() / 2, whole.len() - 4_096, whole.len() - 1] {
        damaged.push((format!("the first {length} bytes"), whole[..length].to_vec()));
    }
    let mut other_magic = whole.clone();
    other_magic[..9].fill(b'x');
    damaged.push(("another magic number".to_owned(), other_magic));
    for (name, bytes) in damaged {
        fs::write(&path, &bytes).unwrap();
        let error = refusal(folder.path());
        assert!(matches!(&error, OpenError::Damaged { path: named, .. } if *named == path), "{name}: {error:?}");
        assert!(fs::read(&path).unwrap() == bytes, "{name} was changed");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(export(&open(folder.path())).await.len(), 400);
}

#[tokio::test]
async fn a_store_with_broken_pages_is_refused_or_whole() {
    let folder = tempfile::tempdir().unwrap();
    let products = generator::products(13, 60);
    {
        let engine = open(folder.path());
        import(&engine, &products).await;
        engine.publish().await.unwrap();
    }
    let path = store(folder.path());
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    // The file grows by more than it needs: most of its pages were never written.
    let written = (0..whole.len() / 4_096).filter(|page| whole[page * 4_096..][..4_096].iter().any(|byte| *byte != 0));
    for page in written.step_by(2) {
        let mut bytes = whole.clone();
        let middle = page * 4_096 + 100;
        bytes[middle..middle + 40].iter_mut().for_each(|byte| *byte ^= 0xa5);
        fs::write(&path, &bytes).unwrap();
        match EmbeddedEngine::open(settings(folder.path()), &|_| {}) {
            // The page held nothing.
            Ok(engine) => assert_eq!(export(&engine).await, by_id(&products), "page {page}"),
            Err(error) => {
                assert!(matches!(error, OpenError::Damaged { .. }), "page {page}: {error:?}");
                assert!(fs::read(&path).unwrap() == bytes, "page {page} was changed");
                refused += 1;
            }
        }
    }
    assert!(refused > 5, "only {refused} pages were found broken");
}

#[tokio::test]
async fn a_second_opening_says_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    assert!(matches!(refusal(folder.path()), OpenError::InUse { path } if path == folder.path()));
    drop(engine);
    drop(open(folder.path()));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let error = refusal(&blocked.join("data"));
    assert!(matches!(&error, OpenError::Folder { path, .. } if *path == blocked.join("data")), "{error:?}");
}

#[tokio::test]
async fn what_is_taken_is_taken_within_one_import_and_across() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let products = generator::products(14, 40);
    let with_sku = products.iter().find(|product| product.content.sku.is_some()).unwrap();
    let other = products.iter().find(|product| product.id != with_sku.id).unwrap();
    let fresh = |id: &str, name: &str, sku: Option<&str>| {
        let mut product = other.clone();
        product.id = ProductId::parse(id).unwrap();
        name.clone_into(&mut product.content.name);
        product.content.sku = sku.map(str::to_owned);
        product
    };
    let sku = with_sku.content.sku.clone().unwrap();
    let rivals = [
        fresh(with_sku.id.as_str(), "another name", None),
        fresh("rival-1", "one more name", Some(&format!(" {} ", sku.to_lowercase()))),
        fresh("rival-2", &with_sku.content.name.to_uppercase(), None),
        fresh("free", "a free name", Some("a free sku")),
    ];
    let owner = Some(with_sku.id.clone());
    let taken = |by| ImportOutcome::Taken { by, owner: owner.clone() };
    let expected = [taken(TakenBy::Id), taken(TakenBy::Sku), taken(TakenBy::Name), ImportOutcome::Created];
    let mut first = vec![with_sku.clone()];
    first.extend(rivals.clone());
    let outcomes = engine.import(first).await.unwrap();
    assert_eq!(outcomes[0], ImportOutcome::Created);
    assert_eq!(outcomes[1..], expected);
    let outcomes = engine.import(rivals[..3].to_vec()).await.unwrap();
    assert_eq!(outcomes, expected[..3]);
    assert_eq!(export(&engine).await.len(), 2);
}

#[tokio::test]
async fn look_ups_answer_in_their_order_with_the_fields_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let products = generator::products(15, 30);
    import(&engine, &products).await;
    let with_sku = products.iter().find(|product| product.content.sku.is_some()).unwrap();
    let look_ups = [
        LookUp::Key(UniqueKey::name(&products[3].content.name.to_uppercase())),
        LookUp::Id(ProductId::parse("unknown").unwrap()),
        LookUp::Key(UniqueKey::sku(with_sku.content.sku.as_deref().unwrap())),
        LookUp::Id(products[3].id.clone()),
        LookUp::Key(UniqueKey::name("no such name")),
    ];
    let found = engine.look_up(&look_ups, FieldSet::empty().with(ProductField::Name)).await.unwrap();
    let ids: Vec<Option<&ProductId>> =
        found.iter().map(|product| product.as_ref().map(|product| &product.id)).collect();
    assert_eq!(ids, [Some(&products[3].id), None, Some(&with_sku.id), Some(&products[3].id), None]);
    let first = found[0].as_ref().unwrap();
    assert_eq!(first.name.as_ref(), Some(&products[3].content.name));
    assert_eq!((&first.description, first.price), (&None, None), "only what was asked for");
    let whole = engine.look_up(&look_ups[3..4], FieldSet::all()).await.unwrap();
    assert_eq!(whole, [Some(products[3].clone().into())]);
}

#[tokio::test]
async fn only_what_is_wanted_is_computed() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    import(&engine, &generator::products(16, 60)).await;
    engine.publish().await.unwrap();
    let ask = |wants| checked(SearchDraft { wants, ..draft("lamp") });
    let counted = answer(&engine, ask(Wants { hits: None, total: true, ..Wants::default() })).await;
    let listed = answer(&engine, ask(Wants { hits: Some(FieldSet::empty()), total: false, ..Wants::default() })).await;
    assert!(counted.hits.is_empty() && counted.total == Some(listed.hits.len() as u64));
    assert!(listed.total.is_none() && listed.hits.iter().all(|hit| hit.product.name.is_none()));
    let nothing = answer(&engine, ask(Wants { hits: None, total: false, ..Wants::default() })).await;
    assert_eq!((nothing.hits.len(), nothing.total), (0, None));
}

#[tokio::test]
async fn a_whole_sku_or_name_comes_before_any_words() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let products = generator::products(17, 300);
    import(&engine, &products).await;
    engine.publish().await.unwrap();
    for product in products.iter().step_by(7) {
        let by_name = find(&engine, &product.content.name.to_uppercase()).await;
        assert_eq!(by_name.hits[0].product.id, product.id, "{}", product.content.name);
        if let Some(sku) = &product.content.sku {
            let by_sku = find(&engine, sku).await;
            assert_eq!(by_sku.hits[0].product.id, product.id, "{sku}");
        }
    }
}

/// Every order of up to two fields, in both directions.
fn orders() -> Vec<Vec<SortDraft>> {
    let fields = [SortField::Relevance, SortField::Name, SortField::Price, SortField::CreatedAt, SortField::UpdatedAt];
    let keys: Vec<SortDraft> = fields
        .into_iter()
        .flat_map(|field| {
            [Direction::Ascending, Direction::Descending]
                .map(|direction| SortDraft { field, direction: Some(direction) })
        })
        .filter(|key| key.field != SortField::Relevance || key.direction == Some(Direction::Descending))
        .collect();
    let pairs = keys.iter().flat_map(|one| keys.iter().map(move |two| vec![*one, *two]));
    keys.iter().map(|key| vec![*key]).chain(pairs.filter(|pair| pair[0].field != pair[1].field)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_reads_the_same_list_forwards_and_backwards_over_many_segments() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let mut products = generator::products(18, 90);
    let prices = [products[0].content.price, products[1].content.price];
    for (number, product) in products.iter_mut().enumerate() {
        product.content.price = prices[number % 2];
        product.created_at = products_time(number / 30);
        product.updated_at = products_time(number % 3);
    }
    for chunk in products.chunks(13) {
        import(&engine, chunk).await;
        engine.publish().await.unwrap();
    }
    for query in ["", "ours", "red chair kettle of ours"] {
        for sort in orders() {
            let draft = SearchDraft { sort: Some(sort.clone()), ..draft(query) };
            let whole = ids(&answer(&engine, checked(draft.clone())).await);
            assert_eq!(whole.len(), 90, "{query:?} finds every product");
            assert_eq!(pages(&engine, &draft, Direction::Ascending).await, whole, "{query:?} by {sort:?}");
            assert_eq!(
                pages(&engine, &draft, Direction::Descending).await,
                whole,
                "{query:?} by {sort:?} from its end"
            );
            let numbered = WindowDraft { first: Some(17), page: Some(3), ..WindowDraft::default() };
            let third = answer(&engine, checked(SearchDraft { window: numbered, ..draft.clone() })).await;
            assert_eq!(ids(&third), whole[34..51], "{query:?} by {sort:?} by number");
        }
    }
}

fn products_time(days: usize) -> aisle::product::Timestamp {
    aisle::product::Timestamp::from_millis(1_767_225_600_000 + 86_400_000 * i64::try_from(days).unwrap())
}

fn ids(results: &SearchResults) -> Vec<ProductId> {
    results.hits.iter().map(|hit| hit.product.id.clone()).collect()
}

/// The whole list in pages of 8, from its start or its end.
async fn pages(engine: &EmbeddedEngine, draft: &SearchDraft, reading: Direction) -> Vec<ProductId> {
    let (mut list, mut cursor) = (Vec::new(), None);
    let forward = reading == Direction::Ascending;
    loop {
        let window = if forward {
            WindowDraft { first: Some(8), after: cursor, ..WindowDraft::default() }
        } else {
            WindowDraft { last: Some(8), before: cursor, ..WindowDraft::default() }
        };
        let search = checked(SearchDraft { window, ..draft.clone() });
        let results = answer(engine, search.clone()).await;
        let edge = if forward { results.hits.last() } else { results.hits.first() };
        cursor = edge.map(|hit| search.cursor(&Stage::Exact, hit.position.clone()).to_string());
        let place = if forward { list.len() } else { 0 };
        list.splice(place..place, ids(&results));
        if !results.has_more {
            return list;
        }
    }
}

#[tokio::test]
async fn a_cursor_of_a_product_that_no_segment_has_goes_on_from_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let products = generator::products(19, 50);
    import(&engine, &products).await;
    engine.publish().await.unwrap();
    let sort = vec![SortDraft { field: SortField::Name, direction: None }];
    let all = checked(SearchDraft { sort: Some(sort.clone()), ..draft("") });
    let list = answer(&engine, all.clone()).await.hits;
    let without = tempfile::tempdir().unwrap();
    let other = open(without.path());
    let gone = list[20].product.id.clone();
    let kept: Vec<Product> = products.into_iter().filter(|product| product.id != gone).collect();
    import(&other, &kept).await;
    other.publish().await.unwrap();
    let after = Some(all.cursor(&Stage::Exact, list[20].position.clone()).to_string());
    let window = WindowDraft { first: Some(100), after, ..WindowDraft::default() };
    let rest = answer(&other, checked(SearchDraft { window, sort: Some(sort), ..draft("") })).await;
    let expected: Vec<ProductId> = list[21..].iter().map(|hit| hit.product.id.clone()).collect();
    assert_eq!(ids(&rest), expected);
}

#[tokio::test]
async fn an_export_shows_one_moment_and_can_be_left() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let products = generator::products(20, 700);
    import(&engine, &products[..600]).await;
    let mut stream = engine.export();
    let first = stream.try_next().await.unwrap().unwrap();
    import(&engine, &products[600..]).await;
    let rest: Vec<Product> = stream.try_collect().await.unwrap();
    let mut seen = vec![first];
    seen.extend(rest);
    assert_eq!(seen, by_id(&products[..600]));
    drop(engine.export());
    assert_eq!(export(&engine).await, by_id(&products));
}

#[tokio::test]
async fn a_store_that_breaks_while_it_is_used_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { cache_bytes: 0, ..settings(folder.path()) };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    import(&engine, &generator::products(21, 200)).await;
    engine.publish().await.unwrap();
    fs::OpenOptions::new().write(true).open(store(folder.path())).unwrap().set_len(4_096).unwrap();
    let error = engine.import(generator::products(22, 5)).await.unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Unavailable, "{error:?}");
    assert!(!engine.is_ready(), "nothing can be stored until the store is opened again");
}
