//! Writes on real nodes: who wins, what is left over, and what becomes of a write whose request or answer got lost.
//!
//! Longer than 300 lines: the faults of the wire are tests on the same few products, and read best beside each other.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use aisle::{
    backend::{Engine, EngineErrorKind, ProductReader, ProductWriter, WriteError},
    change::{Change, Effect, Modification, Modify, OnDuplicate, Refusal, TakenBy, Visibility},
    engine::elastic::{ElasticEngine, ElasticSettings},
    product::{
        Clock, FieldPatch, FieldSet, LookUp, NameRule, PatchDraft, Product, ProductField, ProductId, SystemClock,
        Timestamp, UniqueKey,
    },
    search::{Search, SearchDraft, SearchLimits, Wants},
};
use futures_util::{TryStreamExt as _, future::join_all};
use serde_json::Value;

use crate::support::{
    generator,
    node::{self, TestIndices},
    plans::plan,
    recording_proxy::{Fault, Recorded, RecordingProxy},
    writes::{Outcome, Writes as _, insertion, modify, upsert},
};

/// Path of the bulks of products, and of keys.
const PRODUCTS: &str = "-products-v1-write/_bulk";
const KEYS: &str = "-keys/_bulk";
/// Path of the reads of products before they are written.
const READS: &str = "-products-v1/_mget";

fn product(number: usize) -> Product {
    let mut product = generator::products(3, 1).remove(0);
    product.id = ProductId::parse(&format!("p-{number:04}")).unwrap();
    product.content.name = format!("Thing {number}");
    product.content.sku = Some(format!("SKU {number}"));
    product
}

fn creation(product: &Product) -> Change {
    insertion(product.clone(), OnDuplicate::Refuse)
}

fn patch(product: &Product, change: impl FnOnce(&mut PatchDraft)) -> Change {
    let mut draft = PatchDraft::default();
    change(&mut draft);
    let patch = Box::new(draft.validate("input").unwrap());
    modify(&product.id, Modification::Patch { patch, at: Timestamp::from_millis(0) })
}

fn rename(product: &Product, name: &str) -> Change {
    patch(product, |draft| draft.name = FieldPatch::Set(name.to_owned()))
}

fn describe(product: &Product, description: &str) -> Change {
    patch(product, |draft| draft.description = FieldPatch::Set(description.to_owned()))
}

fn delete(product: &Product) -> Change {
    modify(&product.id, Modification::Delete)
}

fn taken(by: TakenBy, owner: &Product) -> Outcome {
    Err(Refusal::Duplicate { by, owner: Some(owner.id.clone()) }.into())
}

fn changed(outcome: Outcome) -> Product {
    match outcome {
        Ok(Effect::Changed(product)) => product,
        other => panic!("{other:?}"),
    }
}

/// An engine behind a proxy, that waits a second for bulks.
async fn proxied(
    indices: &TestIndices,
    change: impl FnOnce(&mut ElasticSettings),
) -> (RecordingProxy, Arc<ElasticEngine>) {
    let proxy = RecordingProxy::start(&indices.node.url);
    let mut settings = ElasticSettings { bulk_timeout_ms: 1_000, ..indices.settings(&[proxy.url()]) };
    change(&mut settings);
    let engine = ElasticEngine::new(settings).unwrap();
    engine.probe().await;
    proxy.take_requests();
    (proxy, engine)
}

fn paths(requests: &[Recorded], indices: &TestIndices) -> Vec<String> {
    let short = |request: &Recorded| request.path.split('?').next().unwrap().replace(&indices.prefix, "");
    requests.iter().map(short).collect()
}

async fn stored(engine: &ElasticEngine, product: &Product) -> Option<String> {
    let fields = FieldSet::empty().with(ProductField::Description);
    let found = engine.look_up(&[LookUp::Id(product.id.clone())], fields).await.unwrap().remove(0);
    found.map(|found| found.description.unwrap())
}

/// Every key that is reserved belongs to a product that has it, and every product has reserved its keys.
pub(crate) async fn assert_keys_are_those_of_the_products(engine: &ElasticEngine, indices: &TestIndices) {
    let products: Vec<Product> = aisle::backend::ProductArchive::export(engine).try_collect().await.unwrap();
    let expected: BTreeSet<(String, String)> = products
        .iter()
        .flat_map(|product| {
            let owned = |key: UniqueKey| (key.value().to_owned(), product.id.as_str().to_owned());
            product.unique_keys(NameRule::Unique).into_iter().map(owned)
        })
        .collect();
    let index = format!("{}-keys-v1", indices.prefix);
    indices.node.ask("POST", &format!("/{index}/_refresh"), "");
    let answer = indices.node.ask("GET", &format!("/{index}/_search?size=10000"), "").1;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let text = |hit: &Value, field: &str| hit["_source"][field].as_str().unwrap().to_owned();
    let hits = answer["hits"]["hits"].as_array().unwrap();
    let kept: BTreeSet<_> = hits.iter().map(|hit| (text(hit, "value"), text(hit, "owner"))).collect();
    assert_eq!(kept, expected, "{}", indices.node.flavour);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_creations_of_one_name_on_two_gateways_one_wins_and_no_key_is_left_over() {
    const NAMES: usize = 8;
    for node in node::all() {
        let indices = node.indices("winners");
        let engines = [indices.engine().await, indices.engine().await];
        let contender = |number: usize| {
            let mut product = product(number);
            product.content.name = format!("Name {}", number % NAMES);
            product
        };
        let outcomes = join_all((0..64 * NAMES).map(|number| {
            let engine = Arc::clone(&engines[number / NAMES % 2]);
            tokio::spawn(async move { engine.change(creation(&contender(number))).await })
        }));
        let outcomes: Vec<Outcome> = outcomes.await.into_iter().map(Result::unwrap).collect();
        for name in 0..NAMES {
            let of_name: Vec<_> = outcomes.iter().skip(name).step_by(NAMES).collect();
            let mut winners = of_name.iter().filter_map(|outcome| outcome.as_ref().ok());
            let Some(Effect::Created(winner)) = winners.next() else { panic!("{}: {of_name:?}", node.flavour) };
            assert!(winners.next().is_none(), "{}: two won", node.flavour);
            let lost = of_name.iter().filter(|outcome| ***outcome == taken(TakenBy::Name, winner)).count();
            assert_eq!(lost, 63, "{}: {of_name:?}", node.flavour);
        }
        assert_keys_are_those_of_the_products(&engines[0], &indices).await;
    }
}

#[tokio::test]
async fn a_creation_is_two_requests_and_a_thousand_are_two_as_well() {
    for node in node::all() {
        let indices = node.indices("requests");
        let (proxy, engine) = proxied(&indices, |settings| settings.bulk_timeout_ms = 20_000).await;
        assert!(engine.change(creation(&product(0))).await.is_ok());
        let two = ["/-keys/_bulk", "/-products-v1-write/_bulk"];
        assert_eq!(paths(&proxy.take_requests(), &indices), two, "{}", node.flavour);
        let changes = (1..=1_000).map(|number| creation(&product(number))).collect();
        let outcomes = engine.write(changes, Visibility::None).await.unwrap();
        assert!(outcomes.iter().all(Result::is_ok), "{}", node.flavour);
        assert_eq!(paths(&proxy.take_requests(), &indices), two, "{}", node.flavour);
    }
}

#[tokio::test]
async fn creations_that_come_together_share_their_requests() {
    for node in node::all() {
        let indices = node.indices("gather");
        let (proxy, engine) = proxied(&indices, |settings| settings.concurrent_writes = 1).await;
        proxy.spoil(KEYS, Fault::Hold);
        let first = engine.change(creation(&product(0)));
        let others = async {
            proxy.befallen(1).await;
            let others = join_all((1..=20).map(|number| {
                let engine = &engine;
                async move { engine.change(creation(&product(number))).await }
            }));
            let release = async {
                tokio::task::yield_now().await;
                proxy.release();
            };
            tokio::join!(others, release).0
        };
        let (first, others) = tokio::join!(first, others);
        assert!(first.is_ok() && others.iter().all(Result::is_ok), "{}: {others:?}", node.flavour);
        let requests = proxy.take_requests();
        let keys = requests.iter().filter(|request| request.path.contains(KEYS)).count();
        assert_eq!(keys, 2, "{}", node.flavour);
    }
}

#[tokio::test]
async fn what_a_change_gives_up_is_free_at_once() {
    for node in node::all() {
        let indices = node.indices("freed");
        let engine = indices.engine().await;
        let [one, mut two, three] = [product(1), product(2), product(3)];
        engine.change(creation(&one)).await.unwrap();
        let upper = changed(engine.change(rename(&one, "THING 1")).await);
        assert_eq!((upper.content.name.as_str(), upper.version), ("THING 1", one.version + 1), "its own name");
        two.content.name = "thing 1".to_owned();
        assert_eq!(engine.change(creation(&two)).await, taken(TakenBy::Name, &one), "{}", node.flavour);
        changed(engine.change(rename(&one, "Other")).await);
        assert!(engine.change(creation(&two)).await.is_ok(), "{}", node.flavour);
        assert_eq!(engine.change(rename(&one, "thing 1")).await, taken(TakenBy::Name, &two), "{}", node.flavour);
        assert_eq!(engine.change(delete(&two)).await, Ok(Effect::Deleted));
        assert_eq!(engine.change(delete(&two)).await, Err(Refusal::NotFound.into()));
        let content = Box::new(two.content.clone());
        let replaced =
            engine.change(modify(&one.id, Modification::Replace { content, at: Timestamp::from_millis(0) })).await;
        assert_eq!(changed(replaced).content, two.content, "it gets name and sku of the one that is gone");
        engine.change(creation(&product(1))).await.expect_err("the id stays taken");
        let mut again = three.clone();
        again.content.sku = Some("sku 2".to_owned());
        let upserted = changed(engine.change(upsert(again)).await);
        assert_eq!((upserted.id, upserted.created_at), (one.id.clone(), one.created_at));
        assert_eq!(upserted.content.name, three.content.name);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn changes_of_one_call_come_out_as_if_one_followed_the_other() {
    for node in node::all() {
        let indices = node.indices("sequence");
        let engine = indices.engine().await;
        let [old, mut new, mut taker, mut early] = [product(1), product(2), product(3), product(4)];
        engine.change(creation(&old)).await.unwrap();
        early.content.name = old.content.name.clone();
        new.content.sku = old.content.sku.clone();
        taker.content.name = old.content.name.clone();
        let mut again = taker.clone();
        again.content.description = "Again".to_owned();
        // The second one takes the name away from the old product; only then can the third one have it.
        let changes = vec![creation(&early), upsert(new), creation(&taker), upsert(again), delete(&taker)];
        let outcomes = engine.write(changes, Visibility::None).await.unwrap();
        assert_eq!(outcomes[0], taken(TakenBy::Name, &old), "{}", node.flavour);
        assert!(matches!(&outcomes[1], Ok(Effect::Changed(product)) if product.id == old.id), "{outcomes:?}");
        assert!(matches!(&outcomes[2], Ok(Effect::Created(_))), "{outcomes:?}");
        assert!(matches!(&outcomes[3], Ok(Effect::Changed(product)) if product.id == taker.id), "{outcomes:?}");
        assert_eq!(outcomes[4], Ok(Effect::Deleted), "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_counter_ends_at_the_number_of_its_acknowledged_writes() {
    for node in node::all() {
        let indices = node.indices("counter");
        let engines = [indices.engine().await, indices.engine().await];
        let mut counter = product(1);
        counter.content.description = "Made so far: 0".to_owned();
        engines[0].change(creation(&counter)).await.unwrap();
        let writers = (0..8).map(|number| {
            let (engine, counter) = (Arc::clone(&engines[number % 2]), counter.clone());
            tokio::spawn(async move {
                let mut made = 0;
                while made < 10 {
                    let look_up = [LookUp::Id(counter.id.clone())];
                    let found = engine.look_up(&look_up, FieldSet::all()).await.unwrap().remove(0).unwrap();
                    let made_so_far = found.description.unwrap().replace("Made so far: ", "").parse::<u32>().unwrap();
                    let next = format!("Made so far: {}", made_so_far + 1);
                    let current = Product { version: found.version.unwrap(), ..counter.clone() };
                    let Change::Modify(change) = describe(&counter, &next) else { unreachable!() };
                    let if_version = Some(current.version_token().as_str().to_owned());
                    match engine.change(Change::Modify(Modify { if_version, ..change })).await {
                        Ok(_) => made += 1,
                        Err(WriteError::Refused(Refusal::VersionConflict { .. })) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            })
        });
        join_all(writers).await.into_iter().for_each(Result::unwrap);
        assert_eq!(stored(&engines[0], &counter).await.as_deref(), Some("Made so far: 80"), "{}", node.flavour);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_one_product_that_ask_for_no_version_all_succeed() {
    for node in node::all() {
        let indices = node.indices("hot");
        let engines = [indices.engine().await, indices.engine().await];
        let hot = product(1);
        engines[0].change(creation(&hot)).await.unwrap();
        let outcomes = join_all((0..60).map(|number| {
            let (engine, change) = (Arc::clone(&engines[number % 2]), rename(&hot, &format!("Name {number}")));
            let visibility = [Visibility::None, Visibility::Wait, Visibility::Now][number / 2 % 3];
            tokio::spawn(async move { engine.write(vec![change], visibility).await.unwrap().remove(0) })
        }));
        let versions: BTreeSet<u64> =
            outcomes.await.into_iter().map(|outcome| changed(outcome.unwrap()).version).collect();
        let expected: BTreeSet<u64> = (hot.version + 1..=hot.version + 60).collect();
        assert_eq!(versions, expected, "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engines[0], &indices).await;
    }
}

#[tokio::test]
async fn a_write_whose_request_or_answer_got_lost_is_made_once() {
    for node in node::all() {
        let indices = node.indices("lost");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        for (number, (path, fault)) in [
            (PRODUCTS, Fault::LoseAnswer),
            (PRODUCTS, Fault::LoseRequest),
            (KEYS, Fault::LoseAnswer),
            (KEYS, Fault::LoseRequest),
        ]
        .into_iter()
        .enumerate()
        {
            let one = product(number);
            let spoil = || proxy.spoil(path, fault.clone());
            spoil();
            let created = engine.change(creation(&one)).await;
            assert_eq!(created, Ok(Effect::Created(one.clone())), "{}: {path} {fault:?}", node.flavour);
            spoil();
            let renamed = changed(engine.change(rename(&one, &format!("New {number}"))).await);
            assert_eq!(renamed.version, one.version + 1, "{}: {path} {fault:?}", node.flavour);
            spoil();
            assert_eq!(engine.change(delete(&one)).await, Ok(Effect::Deleted), "{}: {path} {fault:?}", node.flavour);
            assert_eq!(stored(&engine, &one).await, None);
            assert!(engine.change(creation(&one)).await.is_ok(), "id, name and sku are free again");
            proxy.befallen(3 * (number + 1)).await;
        }
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn a_write_without_an_answer_that_another_write_forestalled_is_planned_again() {
    for node in node::all() {
        let indices = node.indices("forestalled");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let other = indices.engine().await;
        let one = product(1);
        engine.change(creation(&one)).await.unwrap();
        proxy.spoil(PRODUCTS, Fault::LoseRequest);
        // The first read is the one before the write, the second one looks what became of it.
        proxy.spoil_after(1, READS, Fault::Hold);
        let renamed = engine.change(rename(&one, "New"));
        let meanwhile = async {
            proxy.befallen(2).await;
            changed(other.change(describe(&one, "By another")).await);
            proxy.release();
        };
        let renamed = changed(tokio::join!(renamed, meanwhile).0);
        assert_eq!(renamed.version, one.version + 2, "{}", node.flavour);
        assert_eq!(stored(&engine, &one).await.as_deref(), Some("By another"), "nothing is lost");
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn a_write_without_an_answer_that_others_covered_is_in_doubt_and_keeps_its_keys() {
    for node in node::all() {
        let indices = node.indices("doubt");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let other = indices.engine().await;
        let [one, mut two] = [product(1), product(2)];
        engine.change(creation(&one)).await.unwrap();
        proxy.spoil(PRODUCTS, Fault::LoseAnswer);
        proxy.spoil_after(1, READS, Fault::Hold);
        let renamed = engine.change(rename(&one, "New"));
        let meanwhile = async {
            proxy.befallen(2).await;
            changed(other.change(describe(&one, "By another")).await);
            proxy.release();
        };
        let outcome = tokio::join!(renamed, meanwhile).0;
        let timeout = EngineErrorKind::Timeout { timeout_ms: 1_000 };
        assert!(
            matches!(&outcome, Err(WriteError::Failed(error)) if error.kind == timeout),
            "{}: {outcome:?}",
            node.flavour
        );
        two.content.name = "New".to_owned();
        assert_eq!(engine.change(creation(&two)).await, taken(TakenBy::Name, &one), "the rename was made");
    }
}

#[tokio::test]
async fn a_creation_without_an_answer_that_was_changed_since_keeps_its_keys() {
    for node in node::all() {
        let indices = node.indices("covered");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let other = indices.engine().await;
        let [one, mut two] = [product(1), product(2)];
        proxy.spoil(PRODUCTS, Fault::LoseAnswer);
        proxy.spoil(READS, Fault::Hold);
        let created = engine.change(creation(&one));
        let meanwhile = async {
            proxy.befallen(2).await;
            changed(other.change(describe(&one, "By another")).await);
            proxy.release();
        };
        let outcome = tokio::join!(created, meanwhile).0;
        assert!(matches!(outcome, Err(WriteError::Failed(_))), "{}: {outcome:?}", node.flavour);
        two.content.name.clone_from(&one.content.name);
        assert_eq!(engine.change(creation(&two)).await, taken(TakenBy::Name, &one), "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[derive(Debug)]
struct ClockAhead(i64);

impl Clock for ClockAhead {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(SystemClock.now().millis() + self.0)
    }
}

#[tokio::test]
async fn a_product_whose_keys_were_taken_over_before_it_came_is_taken_back() {
    for node in node::all() {
        let indices = node.indices("late");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let later = ElasticEngine::with_clock(indices.settings(&[]), Arc::new(ClockAhead(40_000))).unwrap();
        later.probe().await;
        let [slow, mut quick, renamed] = [product(1), product(2), product(3)];
        quick.content.name = "Wanted".to_owned();
        engine.change(creation(&renamed)).await.unwrap();
        for (change, reads_before) in [(creation(&slow), 0), (rename(&renamed, "Thing 1"), 1)] {
            quick.content.name = slow.content.name.clone();
            proxy.spoil(PRODUCTS, Fault::LoseRequest);
            proxy.spoil_after(reads_before, READS, Fault::Hold);
            let befallen = if reads_before == 0 { 2 } else { 4 };
            let meanwhile = async {
                proxy.befallen(befallen).await;
                let taken_over = later.change(creation(&quick)).await;
                proxy.release();
                taken_over
            };
            let (outcome, taken_over) = tokio::join!(engine.change(change), meanwhile);
            assert_eq!(taken_over, Ok(Effect::Created(quick.clone())), "{}", node.flavour);
            assert_eq!(outcome, taken(TakenBy::Name, &quick), "{}", node.flavour);
            assert_keys_are_those_of_the_products(&engine, &indices).await;
            assert_eq!(engine.change(delete(&quick)).await, Ok(Effect::Deleted));
            if reads_before == 0 {
                proxy.hold_again();
            }
        }
        assert_eq!(stored(&engine, &slow).await, None, "{}", node.flavour);
        let found = engine.look_up(&[LookUp::Key(renamed.name_key())], FieldSet::empty()).await.unwrap();
        assert_eq!(found[0].as_ref().map(|found| &found.id), Some(&renamed.id), "it has its old name again");
    }
}

#[tokio::test]
async fn a_write_that_a_node_puts_off_keeps_its_keys_young_and_sees_when_they_are_gone() {
    for node in node::all() {
        let indices = node.indices("put-off");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let later = ElasticEngine::with_clock(indices.settings(&[]), Arc::new(ClockAhead(40_000))).unwrap();
        later.probe().await;
        let [kept, lost, mut quick] = [product(1), product(2), product(3)];
        quick.content.name = lost.content.name.clone();
        proxy.spoil_all(PRODUCTS, Fault::RefuseItems("p-".to_owned()));
        let meanwhile = async {
            proxy.befallen(1).await;
            let taken_over = later.change(creation(&quick)).await;
            assert_eq!(taken_over, Ok(Effect::Created(quick.clone())), "{}", node.flavour);
            // A key is stamped anew by a compare-and-set.
            let is_stamp = |request: &Recorded| request.path.contains(KEYS) && request.body.contains("if_seq_no");
            while !proxy.take_requests().iter().any(is_stamp) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            proxy.heal();
        };
        let (outcomes, ()) =
            tokio::join!(engine.write(vec![creation(&kept), creation(&lost)], Visibility::None), meanwhile);
        let expected = [Ok(Effect::Created(kept)), taken(TakenBy::Name, &quick)];
        assert_eq!(outcomes.unwrap(), expected, "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn a_write_whose_caller_went_away_is_made_as_a_whole_and_waited_for() {
    for node in node::all() {
        let indices = node.indices("cancelled");
        let (proxy, engine) = proxied(&indices, |settings| settings.bulk_timeout_ms = 20_000).await;
        let one = product(1);
        proxy.spoil(PRODUCTS, Fault::Hold);
        tokio::select! {
            outcome = engine.change(creation(&one)) => panic!("{outcome:?}"),
            () = proxy.befallen(1) => {}
        }
        assert_eq!(stored(&engine, &one).await, None, "{}: it is under way", node.flavour);
        proxy.release();
        engine.finish().await;
        assert!(stored(&engine, &one).await.is_some(), "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn items_that_a_node_refuses_are_sent_again_alone() {
    for node in node::all() {
        let indices = node.indices("refused");
        let (proxy, engine) = proxied(&indices, |settings| settings.bulk_timeout_ms = 20_000).await;
        for path in [KEYS, PRODUCTS] {
            let first = if path == KEYS { 1 } else { 4 };
            let changes: Vec<Change> = (first..first + 3).map(|number| creation(&product(number))).collect();
            proxy.take_requests();
            proxy.spoil(path, Fault::RefuseItems(format!("p-{:04}", first + 1)));
            let outcomes = engine.write(changes, Visibility::None).await.unwrap();
            assert!(outcomes.iter().all(Result::is_ok), "{}: {outcomes:?}", node.flavour);
            let requests = proxy.take_requests();
            let repeated = requests.iter().filter(|request| request.path.contains(path)).nth(1).unwrap();
            assert!(repeated.body.contains(&format!("p-{:04}", first + 1)), "{}", repeated.body);
            for other in [first, first + 2] {
                assert!(!repeated.body.contains(&format!("p-{other:04}")), "{}", repeated.body);
            }
        }
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn a_node_that_stays_busy_makes_a_write_fail_and_leave_nothing() {
    for node in node::all() {
        let indices = node.indices("busy");
        let (proxy, engine) = proxied(&indices, |settings| settings.write_timeout_ms = 500).await;
        proxy.spoil_all(PRODUCTS, Fault::RefuseItems("p-0001".to_owned()));
        let outcome = engine.change(creation(&product(1))).await;
        let unavailable = EngineErrorKind::Unavailable;
        assert_eq!(outcome, Err(WriteError::Failed(unavailable.into())), "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

fn count(query: &str) -> Search {
    let wants = Wants { hits: None, total: true, ..Wants::default() };
    let draft = SearchDraft { query: Some(query.to_owned()), wants, ..SearchDraft::default() };
    draft.check(&SearchLimits::default()).unwrap()
}

#[tokio::test]
async fn the_next_search_sees_a_write_that_asked_for_it() {
    for node in node::all() {
        for (visibility, refresh_ms, seen) in
            [(Visibility::None, 60_000, 0), (Visibility::Wait, 200, 1), (Visibility::Now, 60_000, 1)]
        {
            let indices = node.indices("seen");
            let settings = ElasticSettings { refresh_ms, ..indices.settings(&[]) };
            let engine = ElasticEngine::new(settings).unwrap();
            engine.probe().await;
            let one = product(1);
            let outcomes = engine.write(vec![creation(&one)], visibility).await.unwrap();
            assert!(outcomes[0].is_ok(), "{}: {visibility:?}", node.flavour);
            let found = engine.search(&[plan(&count("thing"))]).await.unwrap().remove(0).unwrap();
            assert_eq!(found.total, Some(seen), "{}: {visibility:?}", node.flavour);
            assert!(stored(&engine, &one).await.is_some(), "{}: look-ups see it at once", node.flavour);
        }
    }
}

#[tokio::test]
async fn a_write_that_cannot_be_shown_in_time_is_acknowledged_all_the_same() {
    for node in node::all() {
        let indices = node.indices("unshown");
        let (_proxy, engine) = proxied(&indices, |settings| settings.refresh_ms = 60_000).await;
        let one = product(1);
        let outcomes = engine.write(vec![creation(&one)], Visibility::Wait).await.unwrap();
        assert_eq!(outcomes, [Ok(Effect::Created(one))], "{}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test]
async fn products_may_share_a_name_where_the_settings_say_so_and_the_oldest_has_it() {
    for node in node::all() {
        let indices = node.indices("shared");
        let settings = ElasticSettings { names: NameRule::Shared, ..indices.settings(&[]) };
        let engine = ElasticEngine::new(settings.clone()).unwrap();
        engine.probe().await;
        let [mut young, mut old, mut oldest] = [product(1), product(2), product(3)];
        for (number, variant) in [&mut oldest, &mut old, &mut young].into_iter().enumerate() {
            variant.content.name = "Variant".to_owned();
            variant.created_at = Timestamp::from_millis(1_700_000_000_000 + i64::try_from(number).unwrap());
        }
        for variant in [&young, &old, &oldest] {
            assert!(engine.change(creation(variant)).await.is_ok(), "{}", node.flavour);
        }
        let mut same_sku = product(4);
        same_sku.content.sku = old.content.sku.clone();
        assert_eq!(engine.change(creation(&same_sku)).await, taken(TakenBy::Sku, &old), "{}", node.flavour);
        engine.publish().await.unwrap();
        let names = ["VARIANT", "nothing"].map(|name| LookUp::Key(UniqueKey::name(name)));
        let found = engine.look_up(&names, FieldSet::empty()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|found| found.map(|found| found.id)).collect();
        assert_eq!(found, [Some(oldest.id.clone()), None], "{}", node.flavour);
        engine.change(delete(&oldest)).await.unwrap();
        let found = engine.look_up(&names, FieldSet::empty()).await.unwrap().remove(0);
        assert_eq!(found.map(|found| found.id), Some(old.id), "{}: before the next refresh", node.flavour);
        let other = indices.engine().await;
        assert!(!other.is_ready(), "{}: the other rule for names needs other indices", node.flavour);
        let told = other.status().await.unwrap().differences.remove(0);
        assert!(told.contains("AISLE_UNIQUE_NAMES=false, not true"), "{told}");
    }
}

#[tokio::test]
async fn an_import_skips_or_replaces_what_is_there_unless_it_meets_two_products() {
    for node in node::all() {
        let indices = node.indices("duplicates");
        let engine = indices.engine().await;
        let [one, two] = [product(1), product(2)];
        engine.write(vec![creation(&one), creation(&two)], Visibility::None).await.unwrap();
        let mut row = product(3);
        row.content.sku = one.content.sku.clone();
        row.content.description = "Imported".to_owned();
        let skipped = engine.change(insertion(row.clone(), OnDuplicate::Skip)).await;
        assert_eq!(skipped, Ok(Effect::Skipped), "{}", node.flavour);
        let replaced = changed(engine.change(insertion(row.clone(), OnDuplicate::Replace)).await);
        assert_eq!((replaced.id, replaced.content), (one.id.clone(), row.content.clone()), "{}", node.flavour);
        row.content.name = two.content.name.clone();
        for on_duplicate in [OnDuplicate::Skip, OnDuplicate::Replace] {
            let outcome = engine.change(insertion(row.clone(), on_duplicate)).await;
            assert_eq!(outcome, taken(TakenBy::Name, &two), "{}: {on_duplicate:?}", node.flavour);
        }
        assert_keys_are_those_of_the_products(&engine, &indices).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_upserts_of_a_new_sku_one_creates_and_the_others_replace() {
    for node in node::all() {
        let indices = node.indices("upserts");
        let engines = [indices.engine().await, indices.engine().await];
        let outcomes = join_all((0..20).map(|number| {
            let mut row = product(number);
            row.content.sku = Some("Same".to_owned());
            let engine = Arc::clone(&engines[number % 2]);
            tokio::spawn(async move { engine.change(upsert(row)).await })
        }));
        let outcomes: Vec<Outcome> = outcomes.await.into_iter().map(Result::unwrap).collect();
        let created = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Effect::Created(_)))).count();
        let changed = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Effect::Changed(_)))).count();
        assert_eq!((created, changed), (1, 19), "{}: {outcomes:?}", node.flavour);
        assert_keys_are_those_of_the_products(&engines[0], &indices).await;
    }
}

#[tokio::test]
async fn a_write_that_finds_no_room_in_time_is_refused() {
    for node in node::all() {
        let indices = node.indices("room");
        let (proxy, engine) = proxied(&indices, |settings| {
            (settings.pending_changes, settings.write_timeout_ms) = (1, 500);
            settings.bulk_timeout_ms = 20_000;
        })
        .await;
        proxy.spoil(KEYS, Fault::Hold);
        let first = engine.change(creation(&product(1)));
        let second = async {
            proxy.befallen(1).await;
            let refused = engine.write(vec![creation(&product(2))], Visibility::None).await;
            proxy.release();
            refused
        };
        let (_, second) = tokio::join!(first, second);
        assert_eq!(second.unwrap_err().kind, EngineErrorKind::Unavailable, "{}", node.flavour);
        tokio::time::timeout(Duration::from_mins(1), engine.finish()).await.expect("nothing is under way any more");
    }
}
