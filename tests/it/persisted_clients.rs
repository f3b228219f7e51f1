//! What the clients of others make of our answers to automatic persisted queries.

use std::{path::Path, process::Command};

use tempfile::tempdir;

use crate::support::program::Gateway;

#[test]
fn apollo_client_and_urql_learn_which_texts_a_gateway_has() {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    if !clients.join("node_modules/@apollo/client").exists() {
        assert!(std::env::var_os("AISLE_TEST_REQUIRE_CLIENTS").is_none(), "run npm ci in {}", clients.display());
        eprintln!("LEFT OUT: persisted queries of Apollo Client and urql, for want of npm ci in tests/clients");
        return;
    }
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    let keeping = Gateway::serve(folder.path(), &[]);
    let refusing = Gateway::serve(other.path(), &[("AISLE_PERSISTED_QUERIES", "off")]);
    let url = |gateway: &Gateway| format!("http://{}/graphql", gateway.address);
    let node =
        Command::new("node").args(["src/persisted.mjs", &url(&keeping), &url(&refusing)]).current_dir(clients).output();
    let output = node.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "both clients were understood\n");
}
