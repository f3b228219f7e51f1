//! What asking costs, as a printed report: import, start, memory, and searches over HTTP.
//!
//! `cargo bench --bench ask` measures a generated catalogue of ESCI's size on the embedded engine.
//! `AISLE_TEST_CATALOGUE=FILE` takes the products of an import file, and `AISLE_TEST_ELASTICSEARCH_URL=URL` compares
//! with a running node: the same words as a plain `_search` sent to it, and through a gateway in front of it.

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

use aisle::{product::Product, search::analysis};
use serde_json::{Value, json};

#[path = "../tests/it/support/generator.rs"]
mod generator;
mod program;

use program::{Gateway, Http, before_node, embedded, import, write_rows};

/// Products of ESCI, so that figures of generated catalogues compare.
const PRODUCTS: usize = 6_764;
/// Searches measured, after as many to warm up.
const SEARCHES: usize = 300;

fn main() {
    let products = generator::catalogue(1, PRODUCTS);
    let folder = tempfile::tempdir().unwrap();
    let rows = write_rows(&products, folder.path());
    let queries = queries(&products);
    println!("products                         {}", products.len());

    let embedded = embedded(&folder.path().join("data"));
    println!("import, embedded                 {:.2} s", import(&rows, &embedded).as_secs_f64());
    let began = Instant::now();
    let gateway = Gateway::start(&embedded);
    gateway.http.post(&gateway.url(), &body(&queries[0])).expect("an answer");
    println!("start to first answer            {:.2} s", began.elapsed().as_secs_f64());
    std::thread::sleep(Duration::from_secs(2));
    println!("resident, idle                   {} MiB", gateway.resident_mib());
    report(
        "embedded, products(query)",
        &mut queries.iter().map(|query| timed(&gateway.http, &gateway.url(), &body(query))),
    );
    println!("resident, after searches         {} MiB", gateway.resident_mib());
    drop(gateway);

    if let Ok(node) = env::var("AISLE_TEST_ELASTICSEARCH_URL") {
        compare_with_node(&node, &rows, &queries);
    }
}

fn compare_with_node(node: &str, rows: &Path, queries: &[String]) {
    let prefix = format!("bench-{}", std::process::id());
    let settings = before_node(node, &prefix);
    println!("import, node                     {:.2} s", import(rows, &settings).as_secs_f64());
    let client = Http::new();
    let url = format!("{node}/{prefix}-products/_search");
    report("node, plain _search", &mut queries.iter().map(|query| timed(&client, &url, &plain_search(query))));
    let gateway = Gateway::start(&settings);
    report(
        "gateway before the node",
        &mut queries.iter().map(|query| timed(&gateway.http, &gateway.url(), &body(query))),
    );
}

/// The seed's query: best field of name, brand and description, fuzzy, ten products.
fn plain_search(query: &str) -> Value {
    let words = analysis::join(&analysis::analyze(query));
    let fields = ["derived.terms.name^3", "derived.terms.brand^2", "derived.terms.description"];
    json!({
        "size": 10, "track_total_hits": false, "_source": ["name", "price"],
        "query": {"multi_match": {"query": words, "fields": fields, "fuzziness": "AUTO"}},
    })
}

/// Two words of every so many names.
fn queries(products: &[Product]) -> Vec<String> {
    let step = (products.len() / SEARCHES).max(1);
    let two_words = |name: &str| name.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    products
        .iter()
        .step_by(step)
        .map(|product| two_words(&product.content.name).chars().take(100).collect())
        .take(SEARCHES)
        .collect()
}

fn report(name: &str, times: &mut dyn Iterator<Item = Duration>) {
    let mut times: Vec<Duration> = times.skip(SEARCHES / 4).collect();
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!("{name:32} p50 {:.2} ms, p95 {:.2} ms", at(50), at(95));
}

fn timed(client: &Http, url: &str, body: &Value) -> Duration {
    let began = Instant::now();
    let answer = client.post(url, body).expect("an answer");
    assert!(answer.get("errors").is_none() && answer.get("error").is_none(), "{answer}");
    began.elapsed()
}

fn body(query: &str) -> Value {
    let document = "query Ask($query: String) { products(query: $query, first: 10) { nodes { id name price } } }";
    json!({"query": document, "variables": {"query": query}})
}
