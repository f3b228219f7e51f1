//! The real program before real nodes: what it does on the embedded engine it does there.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use aisle::backend::{Engine as _, ProductWriter as _};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::elastic_writes::assert_keys_are_those_of_the_products;
use crate::support::{
    examples,
    node::{self, TestIndices},
    program::{Gateway, Ran, command, run},
    recording_proxy::{Conduct, Fault, RecordingProxy},
};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/playground/products.ndjson");

/// Longest wait for a gateway to see that its node came or went.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Settings of a program before these indices, reached through `url`.
pub(crate) fn settings<'a>(indices: &'a TestIndices, url: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("AISLE_ELASTICSEARCH_URL", url),
        ("AISLE_INDEX_PREFIX", &indices.prefix),
        ("AISLE_INDEX_REPLICAS", "0"),
        ("AISLE_ELASTICSEARCH_PROBE_INTERVAL_MS", "50"),
        // Every test shares the machine.
        ("AISLE_ELASTICSEARCH_ATTEMPT_TIMEOUT_MS", "30000"),
    ]
}

/// Runs `aisle` before the node of `indices` to its end.
pub(crate) fn run_on(indices: &TestIndices, folder: &Path, arguments: &[&str]) -> Ran {
    let url = indices.node.url.to_string();
    let mut command = command(folder, arguments);
    let output = command.envs(settings(indices, &url)).stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn succeeded(ran: Ran) -> String {
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    ran.out
}

#[test]
fn what_one_engine_exports_comes_back_equal_from_every_other() {
    for node in node::all() {
        let indices = node.indices("round-trip");
        let (first, between, second) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
        succeeded(run(first.path(), &["import", SAMPLE]));
        succeeded(run(first.path(), &["export", "all.ndjson"]));
        let embedded = first.path().join("all.ndjson");
        let imported = succeeded(run_on(&indices, between.path(), &["import", embedded.to_str().unwrap()]));
        assert!(imported.starts_with("imported 272, refused 0 in "), "{}: {imported}", node.flavour);
        succeeded(run_on(&indices, between.path(), &["export", "all.ndjson"]));
        let on_node = between.path().join("all.ndjson");
        succeeded(run(second.path(), &["import", on_node.to_str().unwrap()]));
        let again = succeeded(run(second.path(), &["export", "-"]));
        let [embedded, on_node] = [embedded, on_node].map(|file| fs::read_to_string(file).unwrap());
        assert_eq!(embedded.lines().count(), 272);
        assert!(embedded == on_node, "{} exports something else than was imported", node.flavour);
        assert!(on_node == again, "{}: the way back changes the products", node.flavour);
    }
}

/// What the README asks first.
fn first_query() -> String {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, example) = readme.split_once("curl ").unwrap();
    let body = example.split_once("-d '").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
    serde_json::from_str::<Value>(body).unwrap()["query"].as_str().unwrap().to_owned()
}

/// Count and first name of the answer to the README's query.
fn first_answer(gateway: &Gateway) -> Value {
    let answer = gateway.ask(&first_query());
    let products = &answer["data"]["products"];
    assert!(products["totalCount"].as_u64().is_some_and(|count| count > 0), "{answer}");
    json!([products["totalCount"], products["nodes"][0]["name"]])
}

#[test]
fn a_seeded_node_answers_as_the_embedded_engine_does() {
    if node::all().is_empty() {
        return;
    }
    let embedded = tempdir().unwrap();
    let expected = first_answer(&Gateway::serve(embedded.path(), &[]));
    for node in node::all() {
        let (indices, folder) = (node.indices("seeded"), tempdir().unwrap());
        let seeded = succeeded(run_on(&indices, folder.path(), &["seed"]));
        assert!(seeded.starts_with("imported 272, refused 0 in "), "{}: {seeded}", node.flavour);
        let status = succeeded(run_on(&indices, folder.path(), &["index", "status"]));
        assert!(status.contains("products    272\nsearchable  272\n"), "{}: {status}", node.flavour);
        let url = node.url.to_string();
        let gateway = Gateway::serve(folder.path(), &settings(&indices, &url));
        wait_for_readiness(&gateway, 200);
        assert_eq!(first_answer(&gateway), expected, "{}", node.flavour);
        examples::run_all(&gateway);
        assert_eq!(gateway.stop(), 0);
    }
}

#[test]
fn a_gateway_that_starts_without_its_node_says_so_and_heals_when_the_node_comes() {
    for node in node::all() {
        let (indices, folder) = (node.indices("absent"), tempdir().unwrap());
        succeeded(run_on(&indices, folder.path(), &["seed"]));
        let proxy = RecordingProxy::start(&node.url);
        proxy.conduct(Conduct::Refuse);
        let url = proxy.url().to_string();
        let gateway = Gateway::serve(folder.path(), &settings(&indices, &url));
        let query = "{ products { totalCount } }";
        assert_eq!(gateway.http("GET", "/health/ready", "").0, 503, "{}", node.flavour);
        assert_eq!(gateway.http("GET", "/health/live", "").0, 200, "{}", node.flavour);
        let refused = gateway.ask(query);
        assert_eq!(refused["errors"][0]["extensions"]["code"], "ENGINE_UNREACHABLE", "{}: {refused}", node.flavour);
        proxy.conduct(Conduct::Pass);
        wait_for_readiness(&gateway, 200);
        assert_eq!(gateway.ask(query)["data"]["products"]["totalCount"], 272, "{}", node.flavour);
        assert_eq!(gateway.stop(), 0);
    }
}

pub(crate) fn wait_for_readiness(gateway: &Gateway, status: u16) {
    let start = Instant::now();
    while gateway.http("GET", "/health/ready", "").0 != status {
        assert!(start.elapsed() < LONGEST_WAIT, "/health/ready did not become {status}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_command_in_the_folder_of_a_gateway_works_through_it_whatever_its_engine() {
    for node in node::all() {
        let (indices, folder) = (node.indices("through"), tempdir().unwrap());
        let url = node.url.to_string();
        let gateway = Gateway::serve(folder.path(), &settings(&indices, &url));
        wait_for_readiness(&gateway, 200);
        // The command knows nothing of the node.
        let seeded = succeeded(run(folder.path(), &["seed"]));
        assert!(seeded.starts_with("imported 272, refused 0 in "), "{}: {seeded}", node.flavour);
        let again = succeeded(run(folder.path(), &["seed"]));
        assert!(again.starts_with("imported 0, replaced 0, skipped 272, refused 0 in "), "{}: {again}", node.flavour);
        first_answer(&gateway);
        assert_eq!(gateway.stop(), 0);
        let own_store = folder.path().join("products.redb");
        assert!(!own_store.exists(), "{}: the command opened a store of its own", node.flavour);
    }
}

#[tokio::test]
async fn an_import_that_is_interrupted_ends_the_writes_that_it_began() {
    for node in node::all() {
        let (indices, folder) = (node.indices("interrupted"), tempdir().unwrap());
        let engine = indices.engine().await;
        let proxy = RecordingProxy::start(&node.url);
        // Its keys are about to be reserved: were it to stop now, they would be left without products.
        proxy.spoil("-keys/_bulk", Fault::Hold);
        let url = proxy.url().to_string();
        let mut import = command(folder.path(), &["import", SAMPLE]);
        import.envs(settings(&indices, &url)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut import = import.spawn().unwrap();
        proxy.befallen(1).await;
        let interrupted = Command::new("kill").args(["-INT", &import.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        // Time in which it would have stopped.
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(import.try_wait().unwrap(), None, "{}: it waits for its writes", node.flavour);
        proxy.release();
        let status = tokio::task::spawn_blocking(move || import.wait().unwrap()).await.unwrap();
        assert!(!status.success(), "{}: {status}", node.flavour);
        assert_keys_are_those_of_the_products(&engine, &indices).await;
        engine.publish().await.unwrap();
        assert!(engine.status().await.unwrap().products > 0, "{}: what was begun was made", node.flavour);
    }
}

#[test]
fn a_command_that_names_nodes_reaches_them_whatever_gateway_serves_its_folder() {
    for node in node::all() {
        let (indices, folder) = (node.indices("named"), tempdir().unwrap());
        let gateway = Gateway::serve(folder.path(), &[("AISLE_ENVIRONMENT", "production")]);
        let imported = succeeded(run_on(&indices, folder.path(), &["import", SAMPLE]));
        assert!(imported.starts_with("imported 272, refused 0 in "), "{}: {imported}", node.flavour);
        let served = succeeded(run(folder.path(), &["export", "-"]));
        assert_eq!(served, "", "{}: the gateway keeps its own products", node.flavour);
        assert_eq!(gateway.stop(), 0);
    }
}
