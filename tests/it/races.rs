//! Writers who want the same at the same time: one gets it, the others are told who did, and nothing is lost or left.
//!
//! `AISLE_TEST_RACES=long` has as many of them as are promised; otherwise the tests are short.

use std::{collections::BTreeSet, sync::Arc};

use aisle::{
    backend::{Engine, WriteError},
    change::{Change, Effect, Modification, Modify, OnDuplicate, Refusal, TakenBy},
    engine::elastic::ElasticEngine,
    product::{
        Attribute, FieldPatch, FieldSet, KeyKind, LookUp, NameRule, PatchDraft, Product, ProductId, Timestamp,
        UniqueKey, VersionToken,
    },
};
use fastrand::Rng;
use futures_util::TryStreamExt as _;
use serde_json::Value;
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{
    engines::{self, TestEngine},
    generator,
    node::{self, TestIndices},
    writes::{Outcome, Writes as _, insertion, modify, upsert},
};

/// How many write, and how often.
struct Scale {
    contenders: usize,
    names: usize,
    writers: usize,
    rounds: usize,
}

fn scale() -> Scale {
    match std::env::var("AISLE_TEST_RACES").as_deref() {
        Ok("long") => Scale { contenders: 64, names: 20, writers: 32, rounds: 200 },
        Ok(other) => panic!("AISLE_TEST_RACES is long or absent, not {other:?}"),
        Err(_) => Scale { contenders: 16, names: 5, writers: 8, rounds: 20 },
    }
}

/// One catalogue and every engine that writes to it: the embedded one, or two on the same node.
struct Arena {
    engines: Vec<Arc<dyn Engine>>,
    indices: Option<TestIndices>,
    _embedded: Option<TestEngine>,
}

async fn arenas(name: &str) -> Vec<Arena> {
    let embedded = engines::embedded();
    let mut arenas = vec![Arena { engines: vec![Arc::clone(&embedded)], indices: None, _embedded: Some(embedded) }];
    for node in node::all() {
        let indices = node.indices(name);
        let (one, two): (Arc<ElasticEngine>, Arc<ElasticEngine>) = (indices.engine().await, indices.engine().await);
        arenas.push(Arena { engines: vec![one, two], indices: Some(indices), _embedded: None });
    }
    arenas
}

impl Arena {
    fn name(&self) -> &'static str {
        self.engines[0].name()
    }

    /// What becomes of changes that are all made at the same time, in their order.
    async fn race(&self, changes: Vec<Change>) -> Vec<Outcome> {
        let changes = std::sync::Mutex::new(changes.into_iter().map(Some).collect::<Vec<_>>());
        let count = changes.lock().unwrap().len();
        self.at_once(count, |number, engine| {
            let change = changes.lock().unwrap()[number].take().unwrap();
            async move { engine.change(change).await }
        })
        .await
    }

    /// Runs workers at the same time, each on one of the engines; what they came back with, in their order.
    async fn at_once<Work>(&self, count: usize, work: impl Fn(usize, Arc<dyn Engine>) -> Work) -> Vec<Work::Output>
    where
        Work: Future<Output: Send> + Send + 'static,
    {
        let start = Arc::new(Barrier::new(count));
        let mut workers = JoinSet::new();
        for number in 0..count {
            let work = work(number, Arc::clone(&self.engines[number % self.engines.len()]));
            let start = Arc::clone(&start);
            workers.spawn(async move {
                start.wait().await;
                (number, work.await)
            });
        }
        let mut results = workers.join_all().await;
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, result)| result).collect()
    }

    async fn store(&self, products: &[Product]) {
        for product in products {
            let outcome = self.engines[0].change(insertion(product.clone(), OnDuplicate::Refuse)).await;
            assert_eq!(outcome, Ok(Effect::Created(product.clone())), "{}", self.name());
        }
    }

    async fn product(&self, id: &ProductId) -> Product {
        let products = self.products().await;
        products.into_iter().find(|product| product.id == *id).unwrap()
    }

    async fn products(&self) -> Vec<Product> {
        self.engines[0].export().try_collect().await.unwrap()
    }

    /// No two products share a key, every key leads to its product on every engine, and no other key is kept.
    async fn is_consistent(&self) -> Vec<Product> {
        let products = self.products().await;
        let keys: Vec<(UniqueKey, ProductId)> = products
            .iter()
            .flat_map(|product| product.unique_keys(NameRule::Unique).into_iter().map(|key| (key, product.id.clone())))
            .collect();
        let different: BTreeSet<&UniqueKey> = keys.iter().map(|(key, _)| key).collect();
        assert_eq!(different.len(), keys.len(), "{}: two products share a key: {products:#?}", self.name());
        for engine in &self.engines {
            for some in keys.chunks(100) {
                let look_ups: Vec<LookUp> = some.iter().map(|(key, _)| LookUp::Key(key.clone())).collect();
                let found = engine.look_up(&look_ups, FieldSet::empty()).await.unwrap();
                let found: Vec<_> = found.into_iter().map(|product| product.map(|product| product.id)).collect();
                let owners: Vec<_> = some.iter().map(|(_, owner)| Some(owner.clone())).collect();
                assert_eq!(found, owners, "{}", self.name());
            }
            engine.publish().await.unwrap();
            let status = engine.status().await.unwrap();
            let count = products.len() as u64;
            assert_eq!((status.products, status.searchable), (count, count), "{}", self.name());
        }
        if let Some(indices) = &self.indices {
            let expected: BTreeSet<KeptKey> = keys.iter().map(|(key, owner)| kept_key(key, owner)).collect();
            assert_eq!(kept_keys(indices), expected, "the keys of {} are not those of its products", self.name());
        }
        products
    }
}

/// Kind, value and owner of a key.
type KeptKey = (String, String, String);

fn kept_key(key: &UniqueKey, owner: &ProductId) -> KeptKey {
    (key.kind().as_str().to_owned(), key.value().to_owned(), owner.as_str().to_owned())
}

/// Every key that a node keeps.
fn kept_keys(indices: &TestIndices) -> BTreeSet<KeptKey> {
    let alias = format!("{}-keys", indices.prefix);
    assert_eq!(indices.node.ask("POST", &format!("/{alias}/_refresh"), "").0, 200);
    let (status, answer) = indices.node.ask("GET", &format!("/{alias}/_search?size=10000"), "");
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let hits = answer["hits"]["hits"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let kind = |hit: &Value| text(&hit["_id"]).split(':').next().unwrap().to_owned();
    hits.iter().map(|hit| (kind(hit), text(&hit["_source"]["value"]), text(&hit["_source"]["owner"]))).collect()
}

/// A product of its own id, and of nothing else that is its own.
fn product(number: usize, name: &str, sku: Option<&str>) -> Product {
    let mut product = generator::products(1, 1).remove(0);
    product.id = ProductId::parse(&format!("p-{number:05}")).unwrap();
    name.clone_into(&mut product.content.name);
    product.content.sku = sku.map(str::to_owned);
    product.version = 1;
    product
}

fn patch(draft: PatchDraft) -> Modification {
    Modification::Patch { patch: Box::new(draft.validate("input").unwrap()), at: Timestamp::from_millis(0) }
}

fn renaming(name: &str) -> Modification {
    patch(PatchDraft { name: FieldPatch::Set(name.to_owned()), ..PatchDraft::default() })
}

fn creations(products: &[Product]) -> Vec<Change> {
    products.iter().map(|product| insertion(product.clone(), OnDuplicate::Refuse)).collect()
}

/// The one product of `products` that was created, after the others were told that it was.
fn winner<'a>(products: &'a [Product], outcomes: &[Outcome], by: TakenBy) -> &'a Product {
    let created: Vec<&Product> =
        products.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_ok()).map(|(product, _)| product).collect();
    assert_eq!(created.len(), 1, "one wins: {outcomes:#?}");
    let lost = Err(WriteError::Refused(Refusal::Duplicate { by, owner: Some(created[0].id.clone()) }));
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert_eq!(*outcome, lost);
    }
    created[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn of_creations_with_one_name_or_sku_one_wins_and_nothing_is_left_of_the_others() {
    let Scale { contenders, names, .. } = scale();
    for arena in arenas("races-creations").await {
        // Contenders for a name differ in its case; every second group contends for a sku instead.
        let group = |name: usize| -> Vec<Product> {
            let one = |contender: usize| {
                let number = name * contenders + contender;
                let (lower, upper) = (format!("contested {name}"), format!("CONTESTED {name}"));
                match (name.is_multiple_of(2), contender.is_multiple_of(2)) {
                    (true, true) => product(number, &lower, Some(&format!("own {number}"))),
                    (true, false) => product(number, &upper, None),
                    (false, true) => product(number, &format!("own {number}"), Some(&lower)),
                    (false, false) => product(number, &format!("own {number}"), Some(&upper)),
                }
            };
            (0..contenders).map(one).collect()
        };
        let products: Vec<Product> = (0..names).flat_map(group).collect();
        for round in 0..2 {
            let outcomes = arena.race(creations(&products)).await;
            let groups = products.chunks(contenders).zip(outcomes.chunks(contenders)).enumerate();
            let winners: Vec<&Product> = groups
                .map(|(name, (products, outcomes))| {
                    winner(products, outcomes, if name.is_multiple_of(2) { TakenBy::Name } else { TakenBy::Sku })
                })
                .collect();
            let kept = arena.is_consistent().await;
            assert_eq!(kept.len(), names, "{}: round {round}", arena.name());
            let deletions = winners.iter().map(|winner| modify(&winner.id, Modification::Delete)).collect();
            let deleted = arena.race(deletions).await;
            assert!(deleted.iter().all(|outcome| *outcome == Ok(Effect::Deleted)), "{deleted:?}");
            assert_eq!(arena.is_consistent().await, [], "{}: everything is free again", arena.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_that_cross_each_other_are_refused_only_for_products_that_are_there() {
    let Scale { contenders, names, .. } = scale();
    for arena in arenas("races-crossing").await {
        let mut random = Rng::with_seed(5);
        let mut any = || random.usize(..names * 2);
        let products: Vec<Product> = (0..contenders * 2)
            .map(|number| product(number, &format!("crossing {}", any()), Some(&format!("sku {}", any()))))
            .collect();
        let outcomes = arena.race(creations(&products)).await;
        let kept = arena.is_consistent().await;
        for (product, outcome) in products.iter().zip(outcomes) {
            match outcome {
                Ok(effect) => assert_eq!(effect, Effect::Created(product.clone())),
                Err(WriteError::Refused(Refusal::Duplicate { by, owner: Some(owner) })) => {
                    let owner = kept.iter().find(|kept| kept.id == owner).expect("the owner is there");
                    let kind = if by == TakenBy::Sku { KeyKind::Sku } else { KeyKind::Name };
                    let key = |product: &Product| {
                        product.unique_keys(NameRule::Unique).into_iter().find(|key| key.kind() == kind)
                    };
                    assert_eq!(key(owner), key(product), "{}: {by:?}", arena.name());
                }
                Err(other) => panic!("{}: {other:?}", arena.name()),
            }
        }
    }
}

/// The number kept in an attribute of a product, and the token of the version that was read.
async fn counter(engine: &dyn Engine, id: &ProductId) -> (u64, VersionToken) {
    let found = engine.look_up(&[LookUp::Id(id.clone())], FieldSet::all()).await.unwrap().remove(0).unwrap();
    let count = found.attributes.unwrap()[0].value.parse().unwrap();
    (count, VersionToken::of(id, found.created_at.unwrap(), found.version.unwrap()))
}

fn counted(count: u64) -> Modification {
    let attributes = vec![Attribute { name: "count".to_owned(), value: count.to_string() }];
    patch(PatchDraft { attributes: FieldPatch::Set(attributes), ..PatchDraft::default() })
}

/// Adds 1 so many times, once each; how often that was acknowledged.
async fn count_up(engine: Arc<dyn Engine>, id: ProductId, rounds: usize) -> u64 {
    let mut acknowledged = 0;
    for _ in 0..rounds {
        let (count, token) = counter(engine.as_ref(), &id).await;
        let if_version = Some(token.as_str().to_owned());
        let change = Change::Modify(Modify { id: id.clone(), if_version, modification: counted(count + 1) });
        match engine.change(change).await {
            Ok(Effect::Changed(_)) => acknowledged += 1,
            Err(WriteError::Refused(Refusal::VersionConflict { current })) => assert_ne!(current, token),
            other => panic!("{}: {other:?}", engine.name()),
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_ends_at_the_number_of_acknowledged_writes() {
    let Scale { writers, rounds, .. } = scale();
    for arena in arenas("races-counter").await {
        let product = product(0, "Counter", None);
        arena.store(std::slice::from_ref(&product)).await;
        arena.engines[0].change(modify(&product.id, counted(0))).await.unwrap();
        let id = product.id.clone();
        let acknowledged = arena.at_once(writers, |_, engine| count_up(engine, id.clone(), rounds)).await;
        let acknowledged: u64 = acknowledged.into_iter().sum();
        let (count, _) = counter(arena.engines[0].as_ref(), &product.id).await;
        assert_eq!(count, acknowledged, "{}", arena.name());
        // Whoever loses a round, loses it to somebody who wins one.
        assert!(acknowledged >= rounds as u64, "{}: {acknowledged} of {rounds} rounds", arena.name());
        assert_eq!(arena.product(&product.id).await.version, 2 + acknowledged, "{}", arena.name());
    }
}

/// A patch of one field, of another one for each number.
fn field_patch(field: usize, round: usize) -> PatchDraft {
    let text = || FieldPatch::Set(format!("text of round {round}"));
    let none = PatchDraft::default();
    match field {
        0 => PatchDraft { name: text(), ..none },
        1 => PatchDraft { sku: text(), ..none },
        2 => PatchDraft { description: text(), ..none },
        3 => PatchDraft { brand: text(), ..none },
        4 => PatchDraft { category: text(), ..none },
        5 => PatchDraft { image_url: FieldPatch::Set(format!("https://images.example.com/{round}.jpg")), ..none },
        6 => PatchDraft { tags: FieldPatch::Set(vec![format!("round {round}")]), ..none },
        7 => PatchDraft { in_stock: FieldPatch::Set(round.is_multiple_of(2)), ..none },
        _ => unreachable!("there are {FIELDS} fields"),
    }
}

/// Fields that are patched.
const FIELDS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn patches_of_different_fields_lose_nothing_of_each_other() {
    let Scale { rounds, .. } = scale();
    for arena in arenas("races-fields").await {
        let product = product(0, "Patched", None);
        arena.store(std::slice::from_ref(&product)).await;
        let id = product.id.clone();
        arena
            .at_once(FIELDS, |field, engine| {
                let id = id.clone();
                async move {
                    for round in 0..rounds {
                        let outcome = engine.change(modify(&id, patch(field_patch(field, round)))).await;
                        assert!(matches!(outcome, Ok(Effect::Changed(_))), "{}: {outcome:?}", engine.name());
                    }
                }
            })
            .await;
        let mut expected = product.clone();
        for field in 0..FIELDS {
            field_patch(field, rounds - 1).validate("input").unwrap().apply(&mut expected);
        }
        expected.version += (FIELDS * rounds) as u64;
        assert_eq!(arena.is_consistent().await, [expected], "{}", arena.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_deleted_while_it_is_renamed_is_gone_with_all_of_its_names() {
    let Scale { writers, names, .. } = scale();
    for arena in arenas("races-deletions").await {
        let products: Vec<Product> = (0..names * 2)
            .map(|number| product(number, &format!("doomed {number}"), Some(&format!("sku {number}"))))
            .collect();
        arena.store(&products).await;
        let mut changes = Vec::new();
        for product in &products {
            let renamings = (1..writers)
                .map(|writer| modify(&product.id, renaming(&format!("{} renamed {writer}", product.content.name))));
            changes.extend(renamings);
            changes.insert(changes.len() - writers / 2, modify(&product.id, Modification::Delete));
        }
        let outcomes = arena.race(changes).await;
        for outcomes in outcomes.chunks(writers) {
            let deleted = outcomes.iter().filter(|outcome| **outcome == Ok(Effect::Deleted)).count();
            assert_eq!(deleted, 1, "{}: {outcomes:#?}", arena.name());
            for outcome in outcomes {
                let fine = matches!(outcome, Ok(_) | Err(WriteError::Refused(Refusal::NotFound)));
                assert!(fine, "{}: {outcome:?}", arena.name());
            }
        }
        assert_eq!(arena.is_consistent().await, [], "{}", arena.name());
        arena.store(&products).await;
        arena.is_consistent().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_deletion_and_a_change_of_the_same_version_one_wins() {
    let Scale { names, .. } = scale();
    for arena in arenas("races-versions").await {
        let products: Vec<Product> =
            (0..names * 2).map(|number| product(number, &format!("either {number}"), None)).collect();
        arena.store(&products).await;
        let of_version = |product: &Product, modification: Modification| {
            let if_version = Some(product.version_token().as_str().to_owned());
            Change::Modify(Modify { id: product.id.clone(), if_version, modification })
        };
        let pairs = products.iter().flat_map(|product| {
            [
                of_version(product, Modification::Delete),
                of_version(product, renaming(&product.content.name.to_uppercase())),
            ]
        });
        let outcomes = arena.race(pairs.collect()).await;
        for (outcomes, product) in outcomes.chunks(2).zip(&products) {
            let fine = match (&outcomes[0], &outcomes[1]) {
                (Ok(Effect::Deleted), Err(WriteError::Refused(Refusal::NotFound))) => true,
                (Err(WriteError::Refused(Refusal::VersionConflict { current })), Ok(Effect::Changed(changed))) => {
                    changed.version == product.version + 1 && changed.version_token() == *current
                }
                _ => false,
            };
            assert!(fine, "{}: {outcomes:#?}", arena.name());
        }
        arena.is_consistent().await;
    }
}

/// Products that change their names.
const PRODUCTS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn products_that_want_each_others_names_never_share_one() {
    let Scale { writers, rounds, .. } = scale();
    for arena in arenas("races-names").await {
        let name = |number: usize| format!("name {number}");
        let products: Vec<Product> = (0..PRODUCTS).map(|number| product(number, &name(number), None)).collect();
        arena.store(&products).await;
        // Nobody can begin a swap.
        let swap = [modify(&products[0].id, renaming(&name(1))), modify(&products[1].id, renaming(&name(0)))];
        for (outcome, owner) in arena.race(swap.to_vec()).await.into_iter().zip([1, 0]) {
            let owner = Some(products[owner].id.clone());
            assert_eq!(outcome, Err(Refusal::Duplicate { by: TakenBy::Name, owner }.into()), "{}", arena.name());
        }
        // With names to spare they can move.
        let ids: Vec<ProductId> = products.iter().map(|product| product.id.clone()).collect();
        let moved: usize = arena
            .at_once(writers, |writer, engine| {
                let (ids, mut random) = (ids.clone(), Rng::with_seed(writer as u64));
                async move {
                    let mut moved = 0;
                    for _ in 0..rounds {
                        let id = &ids[random.usize(..PRODUCTS)];
                        let wanted = name(random.usize(..PRODUCTS + 2));
                        match engine.change(modify(id, renaming(&wanted))).await {
                            Ok(Effect::Changed(product)) => {
                                assert_eq!(product.content.name, wanted);
                                moved += 1;
                            }
                            Err(WriteError::Refused(Refusal::Duplicate { by: TakenBy::Name, owner: Some(owner) })) => {
                                assert_ne!(owner, *id, "a product is no obstacle to itself");
                            }
                            other => panic!("{}: {other:?}", engine.name()),
                        }
                    }
                    moved
                }
            })
            .await
            .into_iter()
            .sum();
        let kept = arena.is_consistent().await;
        let versions: u64 = kept.iter().map(|product| product.version).sum();
        assert_eq!((kept.len(), versions), (PRODUCTS, (PRODUCTS + moved) as u64), "{}", arena.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_upserts_of_one_sku_make_one_product() {
    let Scale { contenders, .. } = scale();
    for arena in arenas("races-upserts").await {
        let products: Vec<Product> = (0..contenders)
            .map(|number| product(number, &format!("upserted {number}"), Some(["the sku", "THE SKU"][number % 2])))
            .collect();
        let outcomes = arena.race(products.iter().cloned().map(upsert).collect()).await;
        let created: Vec<&Outcome> =
            outcomes.iter().filter(|outcome| matches!(outcome, Ok(Effect::Created(_)))).collect();
        assert_eq!(created.len(), 1, "{}: {outcomes:#?}", arena.name());
        assert!(outcomes.iter().all(Result::is_ok), "{}: {outcomes:#?}", arena.name());
        let kept = arena.is_consistent().await;
        assert_eq!((kept.len(), kept[0].version), (1, contenders as u64), "{}", arena.name());
        assert!(matches!(created[0], Ok(Effect::Created(product)) if product.id == kept[0].id), "the id stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_imports_of_one_product_one_brings_it_and_the_others_skip_it() {
    let Scale { contenders, .. } = scale();
    for arena in arenas("races-imports").await {
        let products: Vec<Product> =
            (0..contenders).map(|number| product(number, "imported", Some("the sku"))).collect();
        let changes = products.iter().map(|product| insertion(product.clone(), OnDuplicate::Skip)).collect();
        let outcomes = arena.race(changes).await;
        let skipped = outcomes.iter().filter(|outcome| **outcome == Ok(Effect::Skipped)).count();
        assert_eq!(skipped, contenders - 1, "{}: {outcomes:#?}", arena.name());
        assert_eq!(arena.is_consistent().await.len(), 1, "{}", arena.name());
    }
}
