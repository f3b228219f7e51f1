//! Each example operation, on the sample catalogue.

use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::program::Gateway;

#[test]
fn every_example_answers_with_products_and_no_error() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[]);
    let mut examples: Vec<_> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/playground/queries"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .collect();
    examples.sort();
    assert!(examples.len() >= 10, "{examples:?}");
    for example in examples {
        let answer = gateway.ask(&fs::read_to_string(&example).unwrap());
        let name = example.display();
        assert_eq!(answer.get("errors"), None, "{name}: {answer}");
        for (field, value) in answer["data"].as_object().unwrap() {
            assert!(!is_empty(value), "{name}: {field} is empty");
        }
        let found = answer["data"].as_object().unwrap().values().any(|value| !value.is_null());
        assert!(found, "{name} found nothing");
    }
}

/// A connection without products, or an empty list; a single product may be absent.
fn is_empty(value: &Value) -> bool {
    let list = value.get("nodes").or_else(|| value.get("edges")).unwrap_or(value);
    list.as_array().is_some_and(Vec::is_empty)
}
