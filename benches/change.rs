//! What changing costs, as a printed report: creations over HTTP by one client and by many, and imports.
//!
//! `cargo bench --bench change` measures the embedded engine beside the disk it writes to. `AISLE_TEST_CATALOGUE=FILE`
//! imports the products of that file too, and `AISLE_TEST_ELASTICSEARCH_URL=URL` compares a gateway before a running node
//! with bulk requests of the same documents (each product and its two keys) sent to the node itself.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    dead_code,
    unreachable_pub,
    reason = "a report that cannot go on should stop where it is, and uses a part of what the benchmarks share"
)]

use std::{
    env,
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

use aisle::product::Product;

mod documents;
#[path = "../tests/it/support/generator.rs"]
mod generator;
mod load;
mod program;

use documents::{bulks, creations, lists};
use load::Load;
use program::{Gateway, before_node, embedded, import, write_rows};

/// Clients that write at the same time.
const CLIENTS: usize = 64;
/// Creations of each of them on the embedded engine.
const EACH: usize = 200;
/// Creations of each of them before a node, in each of the rounds.
const EACH_ON_NODE: usize = 40;
/// How often gateway and node take turns.
const ROUNDS: usize = 3;
/// Creations of a client that is alone.
const ALONE: usize = 500;
/// Products of one list, and lists of one round.
const ROWS: usize = 1_000;
const LISTS: usize = 3;
/// Products of ESCI, so that figures of generated catalogues compare.
const PRODUCTS: usize = 6_764;
/// Writes of a page that tell what the disk needs.
const SYNCS: usize = 300;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    changes_embedded(folder.path());
    let generated = generator::products(1, PRODUCTS);
    report_import("import, generated", &generated, &embedded(&folder.path().join("generated")), folder.path());
    if env::var_os("AISLE_TEST_CATALOGUE").is_some() {
        let products = generator::catalogue(1, PRODUCTS);
        report_import("import, catalogue", &products, &embedded(&folder.path().join("catalogue")), folder.path());
    }
    if let Ok(node) = env::var("AISLE_TEST_ELASTICSEARCH_URL") {
        compare_with_node(node.trim_end_matches('/'));
    }
}

/// The median time in which a page reaches the disk of `folder`.
fn sync_ms(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("page")).unwrap();
    let mut times: Vec<Duration> = (0..SYNCS)
        .map(|number| {
            let page = [u8::try_from(number % 256).unwrap(); 4_096];
            file.rewind().unwrap();
            let began = Instant::now();
            file.write_all(&page).unwrap();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[SYNCS / 2].as_secs_f64() * 1_000.0
}

fn changes_embedded(folder: &Path) {
    let mut settings = embedded(&folder.join("data"));
    // No sample catalogue.
    settings.push(("AISLE_ENVIRONMENT".to_owned(), "production".to_owned()));
    let gateway = Gateway::start(&settings);
    let before = sync_ms(folder);
    let alone = load::run(&gateway.address, creations(&gateway.address, "alone", 1, ALONE), CREATED);
    // Other programs use the disk too.
    let after = sync_ms(folder);
    println!("fdatasync of 4 KiB               p50 {before:.2} ms before, {after:.2} ms after one client");
    report("embedded, one client", &alone, 1);
    let many = load::run(&gateway.address, creations(&gateway.address, "many", CLIENTS, EACH), CREATED);
    report(&format!("embedded, {CLIENTS} clients"), &many, 1);
    println!("  resident                       {} MiB", gateway.resident_mib());
}

fn report_import(name: &str, products: &[Product], settings: &program::Settings, folder: &Path) {
    let took = import(&write_rows(products, folder), settings).as_secs_f64();
    let rate = products.len() as f64 / took;
    println!("{name:32} {took:.2} s, {rate:.0} products/s");
}

/// The gateway and the node take turns, so that whatever else the machine does meets both.
fn compare_with_node(node: &str) {
    let indices = Indices { node: node.to_owned(), prefix: format!("bench-{}", std::process::id()) };
    let mut settings = before_node(node, &indices.prefix);
    settings.push(("AISLE_ENVIRONMENT".to_owned(), "production".to_owned()));
    let gateway = Gateway::start(&settings);
    let address = node.trim_start_matches("http://");
    let bare = |name: &str, clients: usize, requests: usize, rows: usize| {
        load::run(address, bulks(address, &indices.prefix, name, [clients, requests, rows]), NO_ERRORS)
    };
    let through =
        |name: &str| load::run(&gateway.address, creations(&gateway.address, name, CLIENTS, EACH_ON_NODE), CREATED);
    // Both warm up.
    through("warm");
    bare("warm", CLIENTS, EACH_ON_NODE, 1);
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let (gateways, nodes) = (through(&format!("s{round}")), bare(&format!("s{round}"), CLIENTS, EACH_ON_NODE, 1));
        report(&format!("gateway, {CLIENTS} clients"), &gateways, 1);
        report(&format!("node, {CLIENTS} clients, _bulk of 3"), &nodes, 1);
        ratios.push(gateways.per_second(1) / nodes.per_second(1));
    }
    report_ratio("creations, gateway / node", ratios);
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let name = format!("l{round}");
        let lists = lists(&gateway.address, &name, [LISTS, ROWS]);
        let gateways = load::run(&gateway.address, vec![lists], ALL_CREATED);
        let nodes = bare(&name, 1, LISTS, ROWS);
        report(&format!("gateway, createProducts({ROWS})"), &gateways, ROWS);
        report(&format!("node, _bulk of {}", 3 * ROWS), &nodes, ROWS);
        ratios.push(gateways.per_second(ROWS) / nodes.per_second(ROWS));
    }
    report_ratio("lists, gateway / node", ratios);
}

/// What an answer to a creation has.
const CREATED: &str = r#"{"data":{"createProduct":{"id":"#;
/// What an answer to a list has when every row was created.
const ALL_CREATED: &str = r#""failed":0"#;
/// What an answer of a node has when every document was written.
const NO_ERRORS: &str = r#""errors":false"#;

fn report(name: &str, load: &Load, rows: usize) {
    let [p50, p99] = [50, 99].map(|share| load.percentile_ms(share));
    println!("{name:32} {:.0} products/s, p50 {p50:.2} ms, p99 {p99:.2} ms", load.per_second(rows));
}

fn report_ratio(name: &str, mut ratios: Vec<f64>) {
    ratios.sort_by(f64::total_cmp);
    println!("{name:32} {:.0} % (median of {ROUNDS} rounds)", 100.0 * ratios[ROUNDS / 2]);
}

/// Indices of this run, which go away with the value.
struct Indices {
    node: String,
    prefix: String,
}

impl Drop for Indices {
    fn drop(&mut self) {
        let Self { node, prefix } = self;
        let address = node.trim_start_matches("http://");
        let indices = format!("/{prefix}-products-v1,{prefix}-keys-v1?ignore_unavailable=true");
        // The report is complete; who stops the node meanwhile has nothing to clean up.
        if let Ok(mut stream) = TcpStream::connect(address) {
            let _ = write!(stream, "DELETE {indices} HTTP/1.0\r\nhost: {address}\r\n\r\n");
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
}
