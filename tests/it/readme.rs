//! What the README tells people to send is answered as it says.

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

/// The bodies of the requests in the section below `heading`.
fn bodies<'a>(readme: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, section) = readme.split_once(heading).unwrap();
    let section = section.split_once("\n## ").unwrap().0;
    section.split("-d '").skip(1).map(|rest| rest.split_once('\'').unwrap().0).collect()
}

#[test]
fn every_search_that_is_printed_is_answered() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[]);
    let searches = bodies(&readme, "## Searching");
    assert_eq!(searches.len(), 3);
    for body in searches {
        let (_, answer) = gateway.http("POST", "/graphql", body);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer.get("errors"), None, "{body}: {answer}");
    }
}

#[test]
fn every_change_that_is_printed_can_be_made_in_its_order() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[]);
    let mut answers: Vec<Value> = Vec::new();
    for body in bodies(&readme, "## Changing products") {
        let text =
            |name: &str| answers.first().map_or("", |made| made["data"]["createProduct"][name].as_str().unwrap());
        let body = body.replace("\\\"ID\\\"", &format!("\\\"{}\\\"", text("id")));
        let body = body.replace("\\\"VERSION\\\"", &format!("\\\"{}\\\"", text("version")));
        let (_, answer) = gateway.http("POST", "/graphql", &body);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer.get("errors"), None, "{body}: {answer}");
        answers.push(answer);
    }
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[1]["data"]["updateProduct"]["price"], 59.0);
    assert_eq!(
        answers[2]["data"]["upsertProducts"]["rows"][0]["product"]["id"],
        answers[0]["data"]["createProduct"]["id"]
    );
}
