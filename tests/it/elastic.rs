//! The engine on real nodes: its indices, what it sends, and what it does when a node fails.
//!
//! Longer than 300 lines: the failures of a node are tests on the same proxy, and read best beside what is sent to a
//! node that works.

use std::{sync::Arc, time::Duration};

use aisle::{
    backend::{Engine, EngineErrorKind, ProductArchive, ProductReader, ProductWriter},
    change::TakenBy,
    engine::elastic::{ElasticEngine, ElasticSettings},
    product::{Clock, FieldSet, LookUp, Product, ProductField, ProductId, Timestamp, UniqueKey},
    search::{
        Correction, FilterDraft, Ranking, Search, SearchDraft, SearchLimits, SearchPlan, Stage, SynonymLimits,
        Synonyms, Tuning, Wants, WindowDraft,
    },
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::{
    generator,
    node::{self, TestIndices},
    plans::{plan, relaxed_plan},
    recording_proxy::{Conduct, Recorded, RecordingProxy},
    writes::{ImportOutcome, Writes},
};

fn search(change: impl FnOnce(&mut SearchDraft)) -> Search {
    let hits = Some(FieldSet::empty().with(ProductField::Name));
    let mut draft = SearchDraft { wants: Wants { hits, total: true, ..Wants::default() }, ..SearchDraft::default() };
    change(&mut draft);
    draft.check(&SearchLimits::default()).unwrap()
}

fn ids(products: &[Product]) -> Vec<&str> {
    products.iter().map(|product| product.id.as_str()).collect()
}

/// Few products with names and skus of their own.
fn products(count: usize) -> Vec<Product> {
    let mut products = generator::products(3, count);
    for (number, product) in products.iter_mut().enumerate() {
        product.id = ProductId::parse(&format!("p-{number:04}")).unwrap();
        product.content.name = format!("Thing {number}");
        product.content.sku = Some(format!("SKU {number}"));
    }
    products
}

async fn proxied(
    indices: &TestIndices,
    change: impl FnOnce(&mut ElasticSettings),
) -> (RecordingProxy, Arc<ElasticEngine>) {
    let proxy = RecordingProxy::start(&indices.node.url);
    let mut settings = indices.settings(&[proxy.url()]);
    change(&mut settings);
    let engine = ElasticEngine::new(settings).unwrap();
    engine.probe().await;
    proxy.take_requests();
    (proxy, engine)
}

fn paths(requests: &[Recorded]) -> Vec<&str> {
    requests.iter().map(|request| request.path.split('?').next().unwrap()).collect()
}

#[tokio::test]
async fn an_index_is_made_once_and_differs_in_nothing() {
    for node in node::all() {
        let indices = node.indices("made");
        let engines =
            [ElasticEngine::new(indices.settings(&[])).unwrap(), ElasticEngine::new(indices.settings(&[])).unwrap()];
        assert!(!engines[0].is_ready(), "no node was asked yet");
        // Two gateways at once.
        tokio::join!(engines[0].probe(), engines[1].probe());
        for engine in &engines {
            engine.probe().await;
            assert!(engine.is_ready(), "{}", node.flavour);
            let status = engine.status().await.unwrap();
            assert_eq!(status.differences, Vec::<String>::new(), "{}", node.flavour);
            assert_eq!((status.products, status.searchable), (0, 0));
            assert_eq!(status.index, format!("{}-products-v1", indices.prefix));
        }
        let expected = if node.flavour.starts_with("opensearch") { "opensearch" } else { "elasticsearch" };
        assert!(node.flavour == "given" || engines[0].name() == expected);
    }
}

#[tokio::test]
async fn a_foreign_index_under_our_alias_is_named_and_never_written() {
    for node in node::all() {
        let indices = node.indices("foreign");
        let (alias, foreign) = (format!("{}-products", indices.prefix), format!("{}-foreign", indices.prefix));
        let body =
            format!(r#"{{"aliases":{{"{alias}":{{}}}},"mappings":{{"properties":{{"id":{{"type":"keyword"}}}}}}}}"#);
        assert_eq!(node.ask("PUT", &format!("/{foreign}"), &body).0, 200);
        let before = node.ask("GET", &format!("/{foreign}"), "").1;
        let engine = indices.engine().await;
        assert!(!engine.is_ready());
        let error = engine.import(products(1)).await.unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Unavailable);
        assert_eq!(engine.search(&[plan(&search(|_| ()))]).await.unwrap_err().kind, EngineErrorKind::Unavailable);
        let status = engine.status().await.unwrap();
        assert_eq!(status.differences, [format!("index {foreign} is foreign: it was not made by Aisle")]);
        assert_eq!(node.ask("GET", &format!("/{foreign}"), "").1, before);
        assert_eq!(node.ask("HEAD", &format!("/{}-keys", indices.prefix), "").0, 404, "nothing is made beside it");
    }
}

#[tokio::test]
async fn a_mapping_of_another_type_is_named() {
    for node in node::all() {
        let indices = node.indices("differs");
        drop(indices.engine().await);
        let name = format!("{}-products-v1", indices.prefix);
        let told: serde_json::Value = serde_json::from_str(&node.ask("GET", &format!("/{name}"), "").1).unwrap();
        let mut mappings = told[&name]["mappings"].clone();
        mappings["properties"]["derived"]["properties"]["price"]["type"] = "integer".into();
        mappings["properties"]["brand"]["ignore_above"] = 10.into();
        node.ask("DELETE", &format!("/{name}"), "");
        let body = serde_json::json!({"mappings": mappings, "aliases": told[&name]["aliases"]});
        assert_eq!(node.ask("PUT", &format!("/{name}"), &body.to_string()).0, 200);
        let engine = indices.engine().await;
        assert!(!engine.is_ready());
        let differences = engine.status().await.unwrap().differences;
        assert_eq!(differences[0], format!("index {name}: field derived.price has type integer, not long"));
        assert!(differences.contains(&format!("index {name}: field brand has other parameters")), "{differences:?}");
    }
}

#[tokio::test]
async fn what_is_imported_is_found_exported_and_counted() {
    for node in node::all() {
        let indices = node.indices("round");
        let engine = indices.engine().await;
        let mut products = generator::products(11, 700);
        let outcomes = engine.import(products.clone()).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == ImportOutcome::Created), "{}: {outcomes:?}", node.flavour);
        let asked: Vec<LookUp> = products.iter().map(|product| LookUp::Id(product.id.clone())).collect();
        let found = engine.look_up(&asked, FieldSet::all()).await.unwrap();
        let expected: Vec<_> = products.iter().cloned().map(|product| Some(product.into())).collect();
        assert_eq!(found, expected, "{}: before any refresh", node.flavour);
        let exported: Vec<Product> = engine.export().try_collect().await.unwrap();
        products.sort_by(|one, two| one.id.cmp(&two.id));
        assert_eq!(ids(&exported), ids(&products));
        assert_eq!(exported, products);
        engine.publish().await.unwrap();
        let status = engine.status().await.unwrap();
        assert_eq!((status.products, status.searchable), (700, 700));
        assert!(status.bytes > 1_000);
    }
}

#[tokio::test]
async fn of_duplicates_the_first_is_stored_and_named() {
    for node in node::all() {
        let indices = node.indices("duplicates");
        let engine = indices.engine().await;
        let [mut one, mut two, mut three, mut four, five] = products(5).try_into().unwrap();
        two.content.name = one.content.name.to_uppercase();
        three.content.sku = Some("sku0".to_owned());
        four.id = one.id.clone();
        let taken = |by| ImportOutcome::Taken { by, owner: Some(one.id.clone()) };
        let expected = [
            ImportOutcome::Created,
            taken(TakenBy::Name),
            taken(TakenBy::Sku),
            taken(TakenBy::Id),
            ImportOutcome::Created,
        ];
        let rows = [&one, &two, &three, &four, &five].map(Clone::clone).to_vec();
        assert_eq!(engine.import(rows.clone()).await.unwrap(), expected, "{}: within one call", node.flavour);
        let expected = [taken(TakenBy::Id), taken(TakenBy::Name), taken(TakenBy::Sku), taken(TakenBy::Id)];
        assert_eq!(engine.import(rows[..4].to_vec()).await.unwrap(), expected, "{}: in a later call", node.flavour);
        // What refused rows had reserved is free again.
        (one.id, one.content.sku, one.content.name) =
            (ProductId::parse("new-1").unwrap(), two.content.sku.clone(), three.content.name.clone());
        assert_eq!(engine.import(vec![one]).await.unwrap(), [ImportOutcome::Created], "{}", node.flavour);
    }
}

#[tokio::test]
async fn a_row_takes_what_an_earlier_one_could_not_use() {
    for node in node::all() {
        let indices = node.indices("order");
        let engine = indices.engine().await;
        let [old, mut one, mut two] = products(3).try_into().unwrap();
        engine.import(vec![old.clone()]).await.unwrap();
        // The first row's name is taken, so its sku stays free for the second.
        one.content.name = old.content.name.clone();
        two.content.sku = one.content.sku.clone();
        let outcomes = engine.import(vec![one, two]).await.unwrap();
        let taken = ImportOutcome::Taken { by: TakenBy::Name, owner: Some(old.id) };
        assert_eq!(outcomes, [taken, ImportOutcome::Created], "{}", node.flavour);
    }
}

#[derive(Debug)]
struct SetClock(Timestamp);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[tokio::test]
async fn a_key_that_a_dead_write_left_is_taken_over_after_half_a_minute() {
    for node in node::all() {
        let indices = node.indices("abandoned");
        let engine_at = async |millis: i64| {
            let clock = Arc::new(SetClock(Timestamp::from_millis(millis)));
            let settings = ElasticSettings { write_timeout_ms: 1_000, ..indices.settings(&[]) };
            let engine = ElasticEngine::with_clock(settings, clock).unwrap();
            engine.probe().await;
            engine
        };
        let [one, mut two] = products(2).try_into().unwrap();
        engine_at(0).await.import(vec![one.clone()]).await.unwrap();
        node.ask("DELETE", &format!("/{}-products-v1/_doc/{}", indices.prefix, one.id.as_str()), "");
        two.content.name = one.content.name.clone();
        // Until then its write may be under way: to try again is right, to call it a duplicate is not.
        let later = ImportOutcome::Refused(EngineErrorKind::Unavailable.into());
        assert_eq!(engine_at(30_000).await.import(vec![two.clone()]).await.unwrap(), [later]);
        let engine = engine_at(30_001).await;
        assert_eq!(engine.import(vec![two.clone()]).await.unwrap(), [ImportOutcome::Created], "{}", node.flavour);
        let by_name = [LookUp::Key(UniqueKey::name(&two.content.name))];
        let found = engine.look_up(&by_name, FieldSet::empty()).await.unwrap();
        assert_eq!(found[0].as_ref().map(|product| product.id.clone()), Some(two.id));
    }
}

#[tokio::test]
async fn look_ups_are_one_multi_get_and_one_more_for_keys() {
    for node in node::all() {
        let indices = node.indices("look-ups");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        let products = products(3);
        engine.import(products.clone()).await.unwrap();
        proxy.take_requests();
        let by_id: Vec<LookUp> =
            (0..50).map(|number| LookUp::Id(ProductId::parse(&format!("p-{number:04}")).unwrap())).collect();
        let fields = FieldSet::empty().with(ProductField::Price);
        let found = engine.look_up(&by_id, fields).await.unwrap();
        assert_eq!(found.iter().flatten().count(), 3);
        assert_eq!(found[1].as_ref().unwrap().price, Some(products[1].content.price));
        assert_eq!(found[1].as_ref().unwrap().name, None, "only what is asked for is read");
        assert_eq!(paths(&proxy.take_requests()), [format!("/{}-products/_mget", indices.prefix)]);
        let mixed = [
            LookUp::Key(UniqueKey::sku("sku2")),
            LookUp::Key(UniqueKey::name("  THING   1 ")),
            LookUp::Key(UniqueKey::name("nothing")),
            LookUp::Id(products[0].id.clone()),
        ];
        let found = engine.look_up(&mixed, FieldSet::empty()).await.unwrap();
        let found: Vec<_> = found.iter().map(|product| product.as_ref().map(|product| product.id.as_str())).collect();
        assert_eq!(found, [Some("p-0002"), Some("p-0001"), None, Some("p-0000")], "{}", node.flavour);
        let keys_first = [format!("/{}-keys/_mget", indices.prefix), format!("/{}-products/_mget", indices.prefix)];
        assert_eq!(paths(&proxy.take_requests()), keys_first);
    }
}

#[tokio::test]
async fn several_searches_are_one_request_and_a_count_fetches_nothing() {
    for node in node::all() {
        let indices = node.indices("searches");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        engine.import(products(30)).await.unwrap();
        engine.publish().await.unwrap();
        proxy.take_requests();
        let count = search(|draft| draft.wants = Wants { hits: None, total: true, ..Wants::default() });
        let some = search(|draft| {
            draft.query = Some("thing".to_owned());
            draft.filter = Some(FilterDraft { id: Some(aisle_ids(&["p-0003", "p-0004"])), ..FilterDraft::default() });
        });
        let page = search(|draft| draft.window = WindowDraft { page: Some(3), ..WindowDraft::default() });
        let answers = engine.search(&[count, some, page].map(|search| plan(&search))).await.unwrap();
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!((answers[0].total, answers[0].hits.len()), (Some(30), 0), "{}", node.flavour);
        assert_eq!((answers[1].total, answers[1].hits.len(), answers[1].has_more), (Some(2), 2, false));
        assert!(answers[1].hits.iter().all(|hit| hit.score.is_some()));
        assert_eq!((answers[2].hits.len(), answers[2].has_more), (10, false));
        assert!(answers.iter().all(|answer| answer.complete));
        let requests = proxy.take_requests();
        assert_eq!(paths(&requests), ["/_msearch"]);
        let body = requests[0].body.lines().nth(1).unwrap().to_owned();
        assert!(body.contains(r#""size":0"#) && !body.contains("_source") && !body.contains("sort"), "{body}");
    }
}

fn aisle_ids(values: &[&str]) -> aisle::search::ValuesDraft {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    aisle::search::ValuesDraft { any: Some(values), ..aisle::search::ValuesDraft::default() }
}

#[tokio::test]
async fn cursors_walk_a_ranked_list_both_ways() {
    for node in node::all() {
        let indices = node.indices("cursors");
        let engine = indices.engine().await;
        engine.import(generator::products(5, 300)).await.unwrap();
        engine.publish().await.unwrap();
        let ask = async |window: WindowDraft| {
            let search = search(|draft| {
                draft.query = Some("mouse lamp cable red".to_owned());
                draft.window = window;
            });
            let found = engine.search(&[relaxed_plan(&search)]).await.unwrap().remove(0).unwrap();
            let cursor = |hit: Option<&aisle::search::Hit>| {
                hit.map(|hit| search.cursor(&Stage::Exact, hit.position.clone()).to_string())
            };
            let ends = (cursor(found.hits.first()), cursor(found.hits.last()));
            (found, ends)
        };
        let (whole, _) = ask(WindowDraft { first: Some(100), ..WindowDraft::default() }).await;
        let whole: Vec<_> = whole.hits.into_iter().map(|hit| hit.product.id).collect();
        assert!(whole.len() > 30, "{} products are enough to walk over", whole.len());
        let mut walked = Vec::new();
        let mut after = None;
        while walked.len() < whole.len() {
            let (found, (_, last)) = ask(WindowDraft { first: Some(7), after, ..WindowDraft::default() }).await;
            assert!(!found.hits.is_empty());
            walked.extend(found.hits.into_iter().map(|hit| hit.product.id));
            after = last;
        }
        assert_eq!(walked[..whole.len()], whole[..], "{}", node.flavour);
        let (_, (_, end)) = ask(WindowDraft { first: Some(30), ..WindowDraft::default() }).await;
        let (found, _) = ask(WindowDraft { last: Some(7), before: end, ..WindowDraft::default() }).await;
        let back: Vec<_> = found.hits.into_iter().map(|hit| hit.product.id).collect();
        assert_eq!((back.as_slice(), found.has_more), (&whole[22..29], true), "{}", node.flavour);
    }
}

/// As much as one query may ask for: every weight, twenty words with synonyms and corrections, or a text of single letters.
fn heaviest_plans() -> Vec<SearchPlan> {
    let ranking = Ranking {
        brand_weight: 1.0,
        category_weight: 1.0,
        details_weight: 1.0,
        category_factor: 1.2,
        ..Ranking::default()
    };
    let rules: Vec<String> = (10..40).map(|n| format!("w{n}, s{n} t{n} u{n}, v{n}")).collect();
    let synonyms = Synonyms::parse(rules.join("\n").as_bytes(), SynonymLimits::default()).unwrap();
    let tuning = Tuning { ranking: ranking.into(), synonyms: synonyms.into() };
    let words: String = (10..30).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    let letters: String = ('\u{4e00}'..).take(250).collect();
    let limits = SearchLimits { query_length: 250, ..SearchLimits::default() };
    let every = (0..20).map(|word| Correction { word, spelling: format!("thing{word}") }).collect();
    let stages = [Stage::Exact, Stage::Relaxed(every)];
    let queries = [words + " without lids caps", letters].map(|text| {
        let wants = Wants { hits: Some(FieldSet::empty()), total: true, ..Wants::default() };
        SearchDraft { query: Some(text), wants, ..SearchDraft::default() }.check(&limits).unwrap()
    });
    queries.iter().flat_map(|search| stages.iter().map(|stage| search.plan(stage, &tuning))).collect()
}

#[tokio::test]
async fn the_longest_queries_are_not_too_much_for_a_node() {
    for node in node::all() {
        let indices = node.indices("long");
        let engine = indices.engine().await;
        engine.import(products(26)).await.unwrap();
        engine.publish().await.unwrap();
        for answer in engine.search(&heaviest_plans()).await.unwrap() {
            assert!(answer.unwrap().complete, "{}", node.flavour);
        }
    }
}

#[tokio::test]
async fn a_gateway_starts_without_a_node_and_heals() {
    for node in node::all() {
        let indices = node.indices("heals");
        let proxy = RecordingProxy::start(&node.url);
        proxy.conduct(Conduct::Refuse);
        let mut settings = indices.settings(&[proxy.url()]);
        settings.probe_interval_ms = 20;
        let engine = ElasticEngine::new(settings).unwrap();
        let stop = CancellationToken::new();
        let tour = async {
            while engine.search(&[plan(&search(|_| ()))]).await.unwrap_err().kind != EngineErrorKind::Unreachable {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(!engine.is_ready());
            proxy.conduct(Conduct::Pass);
            while !engine.is_ready() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(engine.import(products(1)).await.unwrap(), [ImportOutcome::Created]);
            stop.cancel();
        };
        let both = async { tokio::join!(Arc::clone(&engine).supervise(stop.clone()), tour) };
        tokio::time::timeout(Duration::from_mins(1), both).await.expect("it heals");
    }
}

#[tokio::test]
async fn a_deleted_index_is_made_again() {
    for node in node::all() {
        let indices = node.indices("deleted");
        let engine = indices.engine().await;
        node.ask("DELETE", &format!("/{}-products-v1", indices.prefix), "");
        let gone = engine.search(&[plan(&search(|_| ()))]).await.unwrap().remove(0).unwrap_err();
        assert_eq!(gone.kind, EngineErrorKind::Unavailable, "{gone:?}");
        engine.probe().await;
        assert_eq!(engine.search(&[plan(&search(|_| ()))]).await.unwrap().remove(0).unwrap().total, Some(0));
    }
}

#[tokio::test]
async fn an_import_never_makes_an_index() {
    for node in node::all() {
        let indices = node.indices("unmade");
        let engine = indices.engine().await;
        let there = |name: &str| node.ask("HEAD", &format!("/{}-{name}", indices.prefix), "").0 == 200;
        for lost in ["products", "keys"] {
            node.ask("DELETE", &format!("/{}-{lost}-v1", indices.prefix), "");
            let outcomes = engine.import(products(2)).await.unwrap();
            let refused = |outcome: &ImportOutcome| matches!(outcome, ImportOutcome::Refused(error) if error.kind == EngineErrorKind::Unavailable);
            assert!(outcomes.iter().all(refused), "{}: {lost}: {outcomes:?}", node.flavour);
            assert!(!there(lost) && !there(&format!("{lost}-v1")), "{}: {lost}", node.flavour);
            assert_eq!(engine.import(products(2)).await.unwrap_err().kind, EngineErrorKind::Unavailable);
            engine.probe().await;
            if lost == "products" {
                assert_eq!(engine.status().await.unwrap().differences, Vec::<String>::new(), "it is made again");
                assert_eq!(engine.import(products(2)).await.unwrap(), [ImportOutcome::Created, ImportOutcome::Created]);
            }
        }
        // Products without their keys are damage that only people can judge.
        assert_eq!(
            engine.status().await.unwrap().differences,
            [format!("index {}-keys-v1 is missing", indices.prefix)],
            "{}",
            node.flavour
        );
        assert_eq!(engine.search(&[plan(&search(|_| ()))]).await.unwrap_err().kind, EngineErrorKind::Unavailable);
        assert!(!there("keys-v1"), "nothing is made");
    }
}

#[tokio::test]
async fn every_failure_of_a_node_has_its_kind() {
    for node in node::all() {
        let indices = node.indices("failures");
        let (proxy, engine) = proxied(&indices, |settings| settings.attempt_timeout_ms = 2_000).await;
        assert!(engine.is_ready(), "{}", node.flavour);
        let answer = |status: &str, body: &str| {
            Conduct::Answer(format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            ))
        };
        let refused = r#"{"error":{"type":"es_rejected_execution_exception","reason":"secret"},"status":429}"#;
        for (conduct, expected) in [
            (answer("200 OK", "not json"), EngineErrorKind::Unexpected),
            (answer("200 OK", r#"{"responses":[]}"#), EngineErrorKind::Unexpected),
            (answer("200 OK", r#"{"responses":[{"hits":{"total":{"value":"many"}}}]}"#), EngineErrorKind::Unexpected),
            (answer("400 Bad Request", r#"{"error":"secret"}"#), EngineErrorKind::Unexpected),
            (answer("401 Unauthorized", ""), EngineErrorKind::Unexpected),
            (answer("429 Too Many Requests", refused), EngineErrorKind::Unavailable),
            (answer("503 Service Unavailable", "busy"), EngineErrorKind::Unavailable),
            (Conduct::Answer("SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned()), EngineErrorKind::Unexpected),
            (
                Conduct::Answer("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_owned()),
                EngineErrorKind::Unreachable,
            ),
            (Conduct::Answer(String::new()), EngineErrorKind::Unreachable),
            (Conduct::Hang, EngineErrorKind::Timeout { timeout_ms: 2_000 }),
            (Conduct::Refuse, EngineErrorKind::Unreachable),
        ] {
            proxy.conduct(conduct.clone());
            let error = engine.search(&[plan(&search(|_| ()))]).await.unwrap_err();
            assert_eq!(error.kind, expected, "{}: {conduct:?}: {:?}", node.flavour, error.cause);
            assert!(!error.to_string().contains("secret"));
        }
        proxy.conduct(Conduct::Pass);
        assert!(engine.search(&[plan(&search(|_| ()))]).await.unwrap()[0].is_ok(), "and then all is well again");
    }
}

#[tokio::test]
async fn an_answer_beyond_the_bound_is_refused() {
    for node in node::all() {
        let indices = node.indices("bound");
        let (_proxy, engine) = proxied(&indices, |settings| settings.answer_bytes = 20_000).await;
        engine.import(generator::products(2, 100)).await.unwrap();
        engine.publish().await.unwrap();
        let large = search(|draft| {
            draft.window.first = Some(100);
            draft.wants.hits = Some(FieldSet::all());
        });
        let error = engine.search(&[plan(&large)]).await.unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Unexpected, "{}", node.flavour);
        assert!(engine.search(&[plan(&search(|_| ()))]).await.unwrap()[0].is_ok());
    }
}

#[tokio::test]
async fn of_two_nodes_a_dead_one_costs_no_search() {
    for node in node::all() {
        let indices = node.indices("two");
        let proxies = [RecordingProxy::start(&node.url), RecordingProxy::start(&node.url)];
        let urls: Vec<Url> = proxies.iter().map(RecordingProxy::url).collect();
        let engine = ElasticEngine::new(indices.settings(&urls)).unwrap();
        engine.probe().await;
        proxies[0].conduct(Conduct::Refuse);
        for _ in 0..4 {
            assert!(
                engine.search(&[plan(&search(|_| ()))]).await.unwrap()[0].is_ok(),
                "{}: before the next look",
                node.flavour
            );
        }
        engine.probe().await;
        proxies[1].take_requests();
        for _ in 0..4 {
            engine.search(&[plan(&search(|_| ()))]).await.unwrap();
        }
        assert_eq!(proxies[1].take_requests().len(), 4);
        proxies[0].conduct(Conduct::Pass);
        let probe = async {
            // The proxy listens again within a moment.
            while proxies[0].take_requests().is_empty() {
                engine.probe().await;
                engine.search(&[plan(&search(|_| ())), plan(&search(|_| ()))]).await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(20), probe).await.expect("the node that came back is asked again");
    }
}

#[tokio::test]
async fn an_export_ends_with_the_failure_of_its_node() {
    for node in node::all() {
        let indices = node.indices("export");
        let (proxy, engine) = proxied(&indices, |_| ()).await;
        engine.import(generator::products(6, 501)).await.unwrap();
        proxy.take_requests();
        let mut products = engine.export();
        assert!(products.next().await.unwrap().is_ok());
        assert_eq!(proxy.take_requests().len(), 2, "a refresh and the first page");
        proxy.conduct(Conduct::Refuse);
        let rest: Vec<_> = products.collect().await;
        assert_eq!(rest.iter().filter(|product| product.is_ok()).count(), 499);
        assert_eq!(rest.last().unwrap().as_ref().unwrap_err().kind, EngineErrorKind::Unreachable);
    }
}
