//! The manifest of trusted documents as a file: those that the tools make, and one that changes.

use std::{fs, path::Path, thread, time::Duration};

use aisle::graphql::{DocumentId, Manifest};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{
    gateway::Gateway as Router,
    program::{Gateway, command},
};

const FIRST: &str = "query First { products { totalCount } }";
const SECOND: &str = "query Second { products(first: 1) { nodes { name } } }";
const THIRD: &str = "query Third { errorCodes { code } }";
const UNFIT: &str = "query Unfit { fieldOfLastYear }";

fn manifest(texts: &[&str]) -> String {
    let entries = texts.iter().map(|text| (format!("sha256:{}", DocumentId::of(text)), Value::from(*text)));
    Value::Object(entries.collect()).to_string()
}

/// The error code of the answer to an id, empty when there is none.
fn code(gateway: &Gateway, text: &str) -> String {
    let body = json!({ "documentId": DocumentId::of(text).to_string() }).to_string();
    let (_, answer) = gateway.http("POST", "/graphql", &body);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

/// Waits for what has to come sooner or later.
fn wait_until(what: &str, mut has_come: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if has_come() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come");
}

fn replace(path: &Path, content: &str) {
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, path).unwrap();
}

#[tokio::test]
async fn the_manifests_that_the_tools_make_hold_documents_that_run() {
    let gateway = Router::start().await;
    for tool in ["graphql-codegen", "relay", "apollo"] {
        let path = format!("{}/tests/clients/manifests/{tool}.json", env!("CARGO_MANIFEST_DIR"));
        let manifest = Manifest::parse(&fs::read(path).unwrap()).unwrap();
        let report = gateway.api.trust(&manifest);
        assert_eq!(report.unfit, [], "{tool}");
        assert!(report.documents > 5, "{tool}");
    }
}

#[test]
fn a_changed_manifest_is_followed_and_a_broken_one_changes_nothing() {
    let folder = tempdir().unwrap();
    let (path, log) = (folder.path().join("manifest.json"), folder.path().join("log"));
    fs::write(&path, manifest(&[FIRST])).unwrap();
    let settings = [
        ("AISLE_TRUSTED_DOCUMENTS", path.to_str().unwrap()),
        ("AISLE_TRUSTED_DOCUMENTS_MODE", "enforce"),
        ("AISLE_TRUSTED_DOCUMENTS_RELOAD_MS", "10"),
        ("AISLE_LOG", "info"),
        ("AISLE_LOG_FORMAT", "json"),
    ];
    let gateway = Gateway::serve_with_log(folder.path(), &settings, &log);
    let logged = |level: &str| {
        let log = fs::read_to_string(&log).unwrap();
        let is_of_level = |line: &&str| line.contains(&format!("\"level\":\"{level}\""));
        log.lines().filter(is_of_level).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((code(&gateway, FIRST), code(&gateway, SECOND)), (String::new(), "PERSISTED_QUERY_NOT_FOUND".into()));
    replace(&path, &manifest(&[FIRST, SECOND]));
    wait_until("the second document", || code(&gateway, SECOND).is_empty());
    replace(&path, &manifest(&[FIRST]).replace("First", "Last"));
    wait_until("the word of a broken manifest", || logged("ERROR").len() == 1);
    fs::remove_file(&path).unwrap();
    wait_until("the word of a missing manifest", || logged("ERROR").len() == 2);
    assert_eq!((code(&gateway, FIRST), code(&gateway, SECOND)), (String::new(), String::new()));
    replace(&path, &manifest(&[THIRD, UNFIT]));
    wait_until("the third document", || code(&gateway, THIRD).is_empty());
    assert_eq!(code(&gateway, UNFIT), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(code(&gateway, FIRST), "PERSISTED_QUERY_NOT_FOUND");
    assert!(logged("INFO").iter().any(|line| line.contains("\"documents\":2,\"unfit\":0")));
    let unfit = DocumentId::of(UNFIT).to_string();
    wait_until("the word of a document that does not fit", || logged("WARN").iter().any(|line| line.contains(&unfit)));
    let errors = logged("ERROR");
    assert_eq!(errors.len(), 2, "{errors:?}");
    for (error, cause) in errors.iter().zip(["is not the SHA-256 of the text beside it", "No such file"]) {
        assert!(error.contains("trusted documents stay as they were") && error.contains(cause), "{error}");
    }
}

#[test]
fn a_gateway_does_not_start_without_a_good_manifest() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("manifest.json");
    for (content, cause) in [
        (None, "No such file"),
        (Some(""), "line 1, column 0: not the JSON of a manifest"),
        (Some("{\"d41d8cd98f00b204e9800998ecf8427e\": \"{ a }\"}"), "is no SHA-256"),
        (Some(&*" ".repeat(2_000)), "longer than 1024 bytes"),
    ] {
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let settings = [("AISLE_TRUSTED_DOCUMENTS", path.to_str().unwrap()), ("AISLE_TRUSTED_DOCUMENTS_BYTES", "1024")];
        let mut serve = command(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        let ended = serve.envs(settings).output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(told.contains("cannot use AISLE_TRUSTED_DOCUMENTS") && told.contains(cause), "{told}");
    }
}

#[test]
fn the_readme_tells_the_settings_of_the_tools_and_an_id_that_runs() {
    let read = |name: &str| fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let readme = read("README.md");
    let (_, section) = readme.split_once("## Trusted documents").unwrap();
    for (setting, file) in [
        ("persistedDocuments: { hashAlgorithm: \"sha256\" }", "tests/clients/codegen.ts"),
        ("\"algorithm\": \"SHA256\"", "tests/clients/relay.config.json"),
    ] {
        assert!(section.contains(&format!("`{setting}`")) && read(file).contains(setting), "{setting}");
    }
    let (manifest, rest) = section.split_once("AISLE_TRUSTED_DOCUMENTS=tests/").unwrap().1.split_once(' ').unwrap();
    let body = rest.split_once("-d '").unwrap().1.split_once('\'').unwrap().0;
    let folder = tempdir().unwrap();
    let manifest = format!("{}/tests/{manifest}", env!("CARGO_MANIFEST_DIR"));
    let gateway = Gateway::serve(folder.path(), &[("AISLE_TRUSTED_DOCUMENTS", &manifest)]);
    let (status, answer) = gateway.http("POST", "/graphql", body);
    assert_eq!((status, answer.as_str()), (200, "{\"data\":{\"products\":{\"totalCount\":7}}}"));
}
