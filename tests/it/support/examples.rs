//! The example operations of the playground, each run against a gateway with the sample catalogue.

use std::fs;

use serde_json::{Value, json};

use super::program::Gateway;

/// Runs every example in the order of their names: what one of them creates, later ones change.
pub fn run_all(gateway: &Gateway) {
    let mut examples: Vec<_> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/playground/queries"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .collect();
    examples.sort();
    assert!(examples.len() >= 16, "{examples:?}");
    for example in examples {
        let name = example.file_stem().unwrap().to_str().unwrap();
        let document = fs::read_to_string(&example).unwrap();
        let body = json!({ "query": document, "variables": variables(gateway, name) }).to_string();
        let (status, answer) = gateway.http("POST", "/graphql", &body);
        assert_eq!(status, 200, "{name}: {answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer.get("errors"), None, "{name}: {answer}");
        for (field, value) in answer["data"].as_object().unwrap() {
            assert!(!is_empty(value), "{name}: {field} is empty");
            assert!(value["failed"].as_u64().is_none_or(|failed| failed == 0), "{name}: {value}");
        }
        let found = answer["data"].as_object().unwrap().values().any(|value| !value.is_null());
        assert!(found, "{name} found nothing");
    }
}

/// What an example asks to be put in: a product, as it is now.
fn variables(gateway: &Gateway, example: &str) -> Value {
    let sku = match example {
        "delete-product" => "TEA-0001",
        "replace-product" | "update-product" => "TEA-0002",
        _ => return json!({}),
    };
    gateway.ask(&format!("{{ productBySku(sku: \"{sku}\") {{ id version }} }}"))["data"]["productBySku"].take()
}

/// A connection without products, or an empty list; a single product may be absent.
fn is_empty(value: &Value) -> bool {
    let list = value.get("nodes").or_else(|| value.get("edges")).unwrap_or(value);
    list.as_array().is_some_and(Vec::is_empty)
}
