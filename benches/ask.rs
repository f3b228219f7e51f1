//! What asking costs, as a printed report: import, start, memory, and searches over HTTP.
//!
//! `cargo bench --bench ask` measures a generated catalogue of ESCI's size on the embedded engine.
//! `AISLE_TEST_CATALOGUE=FILE` takes the products of an import file, and `AISLE_TEST_ELASTICSEARCH_URL=URL` compares
//! with a running node: the same words as a plain `_search` sent to it, and through a gateway in front of it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a report that cannot go on should stop where it is"
)]

use std::{
    env, fs,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use aisle::{exchange, product::Product, search::analysis};
use serde_json::{Value, json};

#[path = "../tests/it/support/generator.rs"]
mod generator;

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

    let data = folder.path().join("data");
    let embedded = vec![("AISLE_DATA_DIR".to_owned(), data.to_str().unwrap().to_owned())];
    println!("import, embedded                 {:.2} s", import(&rows, &embedded).as_secs_f64());
    let began = Instant::now();
    let gateway = Gateway::start(&embedded);
    gateway.ask(&queries[0]);
    println!("start to first answer            {:.2} s", began.elapsed().as_secs_f64());
    std::thread::sleep(Duration::from_secs(2));
    println!("resident, idle                   {} MiB", resident_mib(gateway.child.id()));
    report("embedded, products(query)", &mut queries.iter().map(|query| gateway.timed(query)));
    println!("resident, after searches         {} MiB", resident_mib(gateway.child.id()));
    drop(gateway);

    if let Ok(node) = env::var("AISLE_TEST_ELASTICSEARCH_URL") {
        compare_with_node(&node, &rows, &queries);
    }
}

fn compare_with_node(node: &str, rows: &Path, queries: &[String]) {
    let prefix = format!("bench-{}", std::process::id());
    let settings = vec![
        ("AISLE_ELASTICSEARCH_URL".to_owned(), node.to_owned()),
        ("AISLE_INDEX_PREFIX".to_owned(), prefix.clone()),
        ("AISLE_INDEX_REPLICAS".to_owned(), "0".to_owned()),
        ("AISLE_REQUIRE_ENGINE".to_owned(), "30".to_owned()),
    ];
    println!("import, node                     {:.2} s", import(rows, &settings).as_secs_f64());
    let client = Http::new();
    let url = format!("{node}/{prefix}-products/_search");
    report("node, plain _search", &mut queries.iter().map(|query| client.timed(&url, &plain_search(query))));
    let gateway = Gateway::start(&settings);
    report("gateway before the node", &mut queries.iter().map(|query| gateway.timed(query)));
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

fn write_rows(products: &[Product], folder: &Path) -> PathBuf {
    let path = folder.join("products.ndjson");
    let mut file = fs::File::create(&path).unwrap();
    for product in products {
        file.write_all(&exchange::export_row(product)).unwrap();
    }
    path
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

fn aisle(settings: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle"));
    command.envs(settings.iter().cloned()).env("AISLE_LOG", "error").current_dir(env::temp_dir());
    command
}

fn import(rows: &Path, settings: &[(String, String)]) -> Duration {
    let began = Instant::now();
    let output = aisle(settings).arg("import").arg(rows).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    began.elapsed()
}

fn report(name: &str, times: &mut dyn Iterator<Item = Duration>) {
    let mut times: Vec<Duration> = times.skip(SEARCHES / 4).collect();
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!("{name:32} p50 {:.2} ms, p95 {:.2} ms", at(50), at(95));
}

fn resident_mib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

/// A client that keeps its connection.
struct Http {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Http {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, client: reqwest::Client::new() }
    }

    fn post(&self, url: &str, body: &Value) -> Option<Value> {
        let request = self.client.post(url).header("content-type", "application/json").body(body.to_string());
        self.runtime.block_on(async {
            let bytes = request.send().await.ok()?.bytes().await.ok()?;
            serde_json::from_slice(&bytes).ok()
        })
    }

    fn timed(&self, url: &str, body: &Value) -> Duration {
        let began = Instant::now();
        let answer = self.post(url, body).expect("an answer");
        assert!(answer.get("errors").is_none() && answer.get("error").is_none(), "{answer}");
        began.elapsed()
    }
}

/// A running gateway; it ends with this value.
struct Gateway {
    child: Child,
    url: String,
    http: Http,
}

impl Gateway {
    fn start(settings: &[(String, String)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let child = aisle(settings).env("AISLE_LISTEN", &listen).stdout(Stdio::null()).spawn().unwrap();
        let gateway = Self { child, url: format!("http://{listen}/graphql"), http: Http::new() };
        let began = Instant::now();
        while gateway.http.post(&gateway.url, &body("mug")).is_none_or(|answer| answer.get("errors").is_some()) {
            assert!(began.elapsed() < Duration::from_mins(1), "the gateway does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        gateway
    }

    fn ask(&self, query: &str) -> Value {
        self.http.post(&self.url, &body(query)).expect("an answer")
    }

    fn timed(&self, query: &str) -> Duration {
        self.http.timed(&self.url, &body(query))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn body(query: &str) -> Value {
    let document = "query Ask($query: String) { products(query: $query, first: 10) { nodes { id name price } } }";
    json!({"query": document, "variables": {"query": query}})
}
