//! What a full page and a suggestion cost beside a plain search, as a printed report.
//!
//! `cargo bench --bench page` measures 100,000 generated products on the embedded engine; with
//! `AISLE_TEST_ELASTICSEARCH_URL=URL` also a gateway before that node, whose processor time is counted, not the gateway's.
//! `AISLE_TEST_CATALOGUE=FILE` takes the products of an import file. Questions take turns, so that a machine that is busy
//! for a while is busy for all of them: compare figures of one run only.

#![expect(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a report that cannot go on should stop where it is"
)]

use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

use aisle::product::Product;
use serde_json::{Value, json};

#[path = "../tests/it/support/generator.rs"]
mod generator;
mod program;

use program::{Gateway, Http, Settings, before_node, cpu, embedded, import, write_rows};

/// Products of the catalogue.
const PRODUCTS: usize = 100_000;
/// Words to search for.
const QUERIES: usize = 100;
/// Turns of every question; the first one is not counted.
const ROUNDS: usize = 5;

fn main() {
    let products = generator::catalogue(1, PRODUCTS);
    let folder = tempfile::tempdir().unwrap();
    let rows = write_rows(&products, folder.path());
    let queries = queries(&products);
    println!("{} products, {QUERIES} queries, {} turns", products.len(), ROUNDS - 1);

    let embedded = embedded(&folder.path().join("data"));
    import(&rows, &embedded);
    let gateway = Gateway::start(&embedded);
    let process = gateway.process();
    println!("\nembedded engine\n");
    report(&gateway, &queries, &|| cpu(process), None);
    drop(gateway);

    if let Ok(node) = env::var("AISLE_TEST_ELASTICSEARCH_URL") {
        before(&node, &rows, &queries);
    }
}

fn before(node: &str, rows: &Path, queries: &[String]) {
    let prefix = format!("bench-{}", std::process::id());
    let settings: Settings = before_node(node, &prefix);
    import(rows, &settings);
    let gateway = Gateway::start(&settings);
    let client = Http::new();
    println!("\n{node}\n");
    let bare = Bare { client: &client, url: format!("{node}/{prefix}-products/_search") };
    report(&gateway, queries, &|| node_cpu(&client, node), Some(&bare));
}

/// A node without a gateway.
struct Bare<'a> {
    client: &'a Http,
    url: String,
}

/// A question and how it is asked.
struct Question<'a> {
    name: &'static str,
    ask: Box<dyn Fn(&str) + 'a>,
    times: Vec<Duration>,
    cpu: Duration,
}

fn report(gateway: &Gateway, queries: &[String], cpu: &dyn Fn() -> Duration, bare: Option<&Bare<'_>>) {
    let mut questions: Vec<Question<'_>> =
        selections().into_iter().map(|(name, selection)| page(gateway, name, &selection)).collect();
    questions.push(suggestions(gateway));
    questions.extend(bare.map(bare_search));
    for round in 0..ROUNDS {
        for question in &mut questions {
            let before = cpu();
            for query in queries {
                let began = Instant::now();
                (question.ask)(query);
                question.times.push(began.elapsed());
            }
            question.cpu += cpu().saturating_sub(before);
            if round == 0 {
                question.times.clear();
                question.cpu = Duration::ZERO;
            }
        }
    }
    println!("| question | CPU a request | of a plain search | p50 | p95 |\n|---|---:|---:|---:|---:|");
    let plain = questions[0].cpu.as_secs_f64();
    for question in &mut questions {
        question.times.sort();
        let at = |share: usize| question.times[(question.times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
        let cpu = question.cpu.as_secs_f64();
        let asked = u32::try_from(question.times.len()).unwrap();
        let each = (question.cpu / asked).as_secs_f64() * 1_000.0;
        println!("| {} | {each:.2} ms | {:.2} | {:.2} ms | {:.2} ms |", question.name, cpu / plain, at(50), at(95));
    }
}

/// What is asked of a list, from a plain search to a full page.
fn selections() -> [(&'static str, String); 6] {
    let products = "nodes { id name price }";
    let marked = "edges { node { id name price } highlights { field fragments } }";
    let facets = "facets { category { value count } brand { value count } tags { value count } \
        inStock { inStock outOfStock } price(interval: 50) { min max average buckets { from to count } } \
        attributes { name values { value count } } }";
    [
        ("10 hits", products.to_owned()),
        ("10 hits, total", format!("{products} totalCount")),
        ("10 hits, didYouMean", format!("{products} didYouMean")),
        ("10 hits, highlights", marked.to_owned()),
        ("10 hits, 6 facets", format!("{products} {facets}")),
        ("full page", format!("{marked} totalCount didYouMean {facets}")),
    ]
}

fn page<'a>(gateway: &'a Gateway, name: &'static str, selection: &str) -> Question<'a> {
    let document = format!("query Page($query: String) {{ products(query: $query, first: 10) {{ {selection} }} }}");
    let ask = move |query: &str| {
        answer(&gateway.http, &gateway.url(), &json!({"query": document, "variables": {"query": query}}));
    };
    Question { name, ask: Box::new(ask), times: Vec::new(), cpu: Duration::ZERO }
}

/// One suggestion for each query: its first word and a part of the second, longer for each further query.
fn suggestions(gateway: &Gateway) -> Question<'_> {
    let document = "query Type($prefix: String!) { suggestions(prefix: $prefix) { text highlighted kind } }";
    let ask = move |query: &str| {
        let letters = query.chars().count().div_ceil(2) + query.len() % 3;
        let prefix: String = query.chars().take(letters).collect();
        answer(&gateway.http, &gateway.url(), &json!({"query": document, "variables": {"prefix": prefix}}));
    };
    Question { name: "suggestions", ask: Box::new(ask), times: Vec::new(), cpu: Duration::ZERO }
}

/// What a node is asked without a gateway: the words in the name, ten products.
fn bare_search<'a>(bare: &'a Bare<'_>) -> Question<'a> {
    let ask = |query: &str| {
        let body = json!({"size": 10, "query": {"match": {"derived.terms.name": query.to_lowercase()}}});
        answer(bare.client, &bare.url, &body);
    };
    Question { name: "bare _search", ask: Box::new(ask), times: Vec::new(), cpu: Duration::ZERO }
}

fn answer(client: &Http, url: &str, body: &Value) {
    let answer = client.post(url, body).expect("an answer");
    assert!(answer.get("errors").is_none() && answer.get("error").is_none(), "{answer}");
}

/// Time of processors that the node has taken; it looks at its own clock once a second only.
fn node_cpu(client: &Http, node: &str) -> Duration {
    std::thread::sleep(Duration::from_millis(1_100));
    let stats = client.get(&format!("{node}/_nodes/stats/process")).expect("statistics");
    let nodes = stats["nodes"].as_object().unwrap();
    let milliseconds = nodes.values().map(|node| node["process"]["cpu"]["total_in_millis"].as_u64().unwrap());
    Duration::from_millis(milliseconds.sum())
}

/// Two words of every so many names.
fn queries(products: &[Product]) -> Vec<String> {
    let step = (products.len() / QUERIES).max(1);
    let two_words = |name: &str| name.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let names = products.iter().step_by(step).map(|product| two_words(&product.content.name));
    names.map(|name| name.chars().take(100).collect()).take(QUERIES).collect()
}
