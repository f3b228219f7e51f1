//! What the tools of clients say about a gateway: the audits of `graphql-http`, and graphql-js about its schema and
//! about the corpus of `tests/corpus`.
//!
//! They need Node.js and what `npm ci` puts under `tests/clients`; without, they are left out loudly:
//! `AISLE_TEST_REQUIRE_CLIENTS=1` makes that a failure.

use std::{
    env,
    io::Write as _,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::program::Gateway;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// Runs a script of `tests/clients`; `None` where it cannot be run and need not be.
fn script(name: &str, arguments: &[&str]) -> Option<Output> {
    let ran = Command::new("node").arg(name).args(arguments).current_dir(FOLDER).output();
    let has_packages = Path::new(FOLDER).join("node_modules/graphql-http").exists();
    if let (Ok(output), true) = (ran, has_packages) {
        return Some(output);
    }
    let missing = "no Node.js, or no packages: npm ci in tests/clients";
    let required = env::var("AISLE_TEST_REQUIRE_CLIENTS").is_ok_and(|value| value == "1");
    assert!(!required, "AISLE_TEST_REQUIRE_CLIENTS=1, but {name} could not be run: {missing}");
    // Not `eprintln`, which the harness keeps to itself when the test passes.
    let _ = writeln!(std::io::stderr(), "\n!!! LEFT OUT: {name} of tests/clients: {missing}\n");
    None
}

/// What a script printed that has to succeed.
fn passed(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn gateway(folder: &TempDir) -> (Gateway, String) {
    let gateway = Gateway::serve(folder.path(), &[]);
    let url = format!("http://{}/graphql", gateway.address);
    (gateway, url)
}

#[test]
fn every_audit_of_graphql_http_passes() {
    let folder = TempDir::new().unwrap();
    let (_gateway, url) = gateway(&folder);
    let Some(output) = script("src/audits.mjs", &[&url]) else { return };
    assert_eq!(passed(&output).trim(), "61 of 61 audits passed");
}

#[test]
fn graphql_js_builds_the_committed_schema_from_introspection() {
    let folder = TempDir::new().unwrap();
    let (_gateway, url) = gateway(&folder);
    let Some(output) = script("src/introspection.mjs", &[&url]) else { return };
    assert!(passed(&output).contains(" 0 problems, 0 differences"));
}

#[test]
fn the_verdicts_of_the_corpus_are_those_of_graphql_js() {
    let Some(output) = script("src/corpus/check.mjs", &[]) else { return };
    assert!(passed(&output).contains("requests: "));
}
