//! Names of attributes as callers write them: whatever they look like they are text, and of any length.

use aisle::backend::Engine as _;
use serde_json::{Value, json};

use crate::support::gateway::{Gateway, PRODUCTS, rows};

/// Asks for attributes by name beside other facets, under a filter.
const DOCUMENT: &str = "query ($names: [String!], $filter: ProductFilter) { products(filter: $filter) {
    totalCount nodes { id }
    facets { brand { value count } inStock { inStock }
        all: attributes(first: 50) { name values { value count selected } }
        named: attributes(names: $names) { name values { value count selected } } } } }";

async fn answer(gateway: &Gateway, names: &[&str], attributes: Value) -> Value {
    let variables = json!({ "names": names, "filter": { "attributes": attributes } });
    let answer = gateway.ask_with(DOCUMENT, variables).await;
    assert!(answer.get("errors").is_none(), "{}: {answer:.2000}", gateway.engine.name());
    answer["data"]["products"].clone()
}

fn value(value: &str, count: usize, selected: bool) -> Value {
    json!({ "value": value, "count": count, "selected": selected })
}

fn attribute(name: &str, values: &[Value]) -> Value {
    json!({ "name": name, "values": values })
}

#[tokio::test]
async fn a_name_of_any_length_is_answered_and_has_no_product() {
    let (long, longer, longest) = ("é".repeat(51), "a".repeat(1_001), "(".repeat(40_000));
    for gateway in Gateway::everywhere("long-names", &rows()).await {
        let name = gateway.engine.name();
        let colour = attribute("colour", &[value("red", PRODUCTS, false)]);
        let found = answer(&gateway, &[&longer, "colour", "", &longest, &long], Value::Null).await;
        let nothing = |name: &str| attribute(name, &[]);
        let named = json!([nothing(&longer), colour, nothing(""), nothing(&longest), nothing(&long)]);
        assert_eq!((&found["totalCount"], &found["facets"]["named"]), (&json!(PRODUCTS), &named), "{name}");
        assert_eq!(found["facets"]["all"], json!([colour]), "{name}");
        let alone = answer(&gateway, &[&longer], Value::Null).await;
        assert_eq!(alone["facets"]["named"], json!([nothing(&longer)]), "{name}");
        let filtered = [json!({ "name": longer, "in": ["red", &longest] }), json!({ "name": "colour", "in": ["red"] })];
        let found = answer(&gateway, &["colour", &longer], json!(filtered)).await;
        let colour = attribute("colour", &[value("red", 0, true)]);
        let other = attribute(&longer, &[value(&longest, 0, true), value("red", 0, true)]);
        assert_eq!((&found["totalCount"], &found["nodes"]), (&json!(0), &json!([])), "{name}");
        assert_eq!(found["facets"]["named"], json!([colour, other]), "{name}");
        assert_eq!(found["facets"]["all"], json!([other, colour]), "{name}");
        assert_eq!((&found["facets"]["brand"], &found["facets"]["inStock"]["inStock"]), (&json!([]), &json!(0)));
    }
}

#[tokio::test]
async fn a_condition_on_a_long_name_is_met_by_no_product_wherever_it_stands() {
    let longer = json!([{ "name": "a".repeat(1_001), "in": ["x"] }]);
    let document = "query ($filter: ProductFilter) { products(filter: $filter) { totalCount
        facets { attributes { name values { count } } } } }";
    for gateway in Gateway::everywhere("long-conditions", &rows()).await {
        for (filter, total) in [
            (json!({ "not": { "attributes": longer } }), PRODUCTS),
            (json!({ "or": [{ "attributes": longer }, { "brand": { "eq": "Nox" } }] }), 6),
            (json!({ "and": [{ "attributes": longer }] }), 0),
        ] {
            let answer = gateway.ask_with(document, json!({ "filter": filter })).await;
            let products = &answer["data"]["products"];
            assert_eq!(products["totalCount"], total, "{}: {answer:.2000}", gateway.engine.name());
            let colour = json!({ "name": "colour", "values": [{ "count": total }] });
            let selected = json!({ "name": "a".repeat(1_001), "values": [{ "count": 0 }] });
            let expected = if total == 0 { selected } else { colour };
            assert_eq!(products["facets"]["attributes"], json!([expected]), "{}", gateway.engine.name());
        }
    }
}

#[tokio::test]
async fn a_value_of_any_length_is_selected_and_has_no_product() {
    let longest = "(".repeat(40_000);
    for gateway in Gateway::everywhere("long-values", &rows()).await {
        let found = answer(&gateway, &["colour"], json!([{ "name": "colour", "in": [&longest] }])).await;
        let colour = attribute("colour", &[value("red", PRODUCTS, false), value(&longest, 0, true)]);
        assert_eq!(found["totalCount"], 0, "{}", gateway.engine.name());
        assert_eq!(found["facets"]["named"], json!([colour]), "{}", gateway.engine.name());
        assert_eq!(found["facets"]["all"], json!([colour]), "{}", gateway.engine.name());
    }
}

#[tokio::test]
async fn a_filter_by_a_value_of_any_length_is_met_by_no_product() {
    let document = "query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }";
    let longest = "(".repeat(40_000);
    for gateway in Gateway::everywhere("long-filters", &rows()).await {
        for field in ["id", "sku", "category", "brand"] {
            for (condition, total) in [("eq", 0), ("in", 0), ("notIn", PRODUCTS)] {
                let asked = if condition == "eq" { json!(longest) } else { json!([longest]) };
                let filter = json!({ field: { condition: asked } });
                let answer = gateway.ask_with(document, json!({ "filter": filter })).await;
                let found = &answer["data"]["products"]["totalCount"];
                assert_eq!(*found, total, "{}: {field} {condition}: {answer:.500}", gateway.engine.name());
            }
        }
        for (condition, total) in [("anyOf", 0), ("allOf", 0), ("noneOf", PRODUCTS)] {
            let filter = json!({ "tags": { condition: [longest] } });
            let answer = gateway.ask_with(document, json!({ "filter": filter })).await;
            let found = &answer["data"]["products"]["totalCount"];
            assert_eq!(*found, total, "{}: tags {condition}: {answer:.500}", gateway.engine.name());
        }
    }
}

/// What a regular expression, a query or a path of fields would take for more than text.
const OPERATORS: [&str; 15] = [
    ".*",
    "a|b",
    "#@&<>~",
    "\"quoted\"",
    "'",
    "[a-z]",
    "(a)",
    "a\\b",
    "x{2}",
    "é+?",
    "^$",
    "<1-9>",
    "name",
    "price.min",
    "attributes.name",
];

#[tokio::test]
async fn a_name_is_text_whatever_it_looks_like() {
    let mut rows = rows();
    // Each name is on two products: one has it alone, another has all.
    let pair = |name: &str| json!({ "name": name, "value": format!("{name} of it") });
    rows[0]["attributes"] = OPERATORS.map(pair).into();
    for (row, names) in rows[1..].iter_mut().zip(OPERATORS.chunks(2)) {
        row["attributes"] = names.iter().map(|name| pair(name)).collect();
    }
    let mut sorted = OPERATORS;
    sorted.sort_unstable();
    for gateway in Gateway::everywhere("operators", &rows).await {
        let engine = gateway.engine.name();
        let expected = |name: &str| attribute(name, &[value(&format!("{name} of it"), 2, false)]);
        let found = answer(&gateway, &OPERATORS, Value::Null).await;
        assert_eq!(found["facets"]["named"], json!(OPERATORS.map(expected)), "{engine}");
        let all: Vec<&Value> = found["facets"]["all"].as_array().unwrap().iter().collect();
        let of_operators: Vec<&&Value> = all.iter().filter(|one| one["name"] != "colour").collect();
        assert_eq!(json!(of_operators), json!(sorted.map(expected)), "{engine}");
        for name in OPERATORS {
            let filter = json!([{ "name": name, "in": [format!("{name} of it")] }]);
            let found = answer(&gateway, &[name], filter).await;
            let own = attribute(name, &[value(&format!("{name} of it"), 2, true)]);
            assert_eq!(
                (&found["totalCount"], &found["facets"]["named"]),
                (&json!(2), &json!([own])),
                "{engine}: {name}"
            );
        }
    }
}
