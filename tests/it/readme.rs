//! The README's first query gives the README's answer.

use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::program::Gateway;

/// The first fenced block of `language`.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let start = format!("```{language}\n");
    text.split_once(&start).and_then(|(_, rest)| rest.split_once("```")).unwrap().0
}

#[test]
fn the_first_query_gives_the_answer_that_is_printed() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, example) = readme.split_once("curl ").unwrap();
    let body = example.split_once("-d '").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
    let expected: Value = serde_json::from_str(block(&readme, "json")).unwrap();
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[]);
    let (status, answer) = gateway.http("POST", "/graphql", body);
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), expected);
}
