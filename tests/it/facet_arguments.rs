//! What callers ask of facets: bad arguments fail alone, good ones are counted once however they are asked.

use aisle::search::{Facet, facet::PriceBuckets};
use serde_json::{Value, json};

use crate::support::gateway::{Gateway, PRODUCTS, joined, rows};

/// A facet with a bad argument beside two good ones, a count and products.
async fn beside_good_ones(gateway: &Gateway, bad: &str, variables: Value) -> Value {
    let declared = if bad.contains("$ranges") { "($ranges: [PriceBand!])" } else { "" };
    let document = format!(
        "query {declared} {{ products {{ totalCount nodes {{ id }}
            facets {{ bad: {bad} inStock {{ inStock outOfStock }} brand {{ value count selected }} }} }} }}"
    );
    gateway.ask_with(&document, variables).await
}

fn assert_fails_alone(answer: &Value, bad: &str, field: &str, rule: &str) {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{bad} is taken: {answer:#}"));
    assert_eq!(errors.len(), 1, "{bad}: {answer:#}");
    assert_eq!(errors[0]["path"], json!(["products", "facets", "bad"]), "{bad}");
    assert_eq!(errors[0]["extensions"]["code"], "VALIDATION_FAILED", "{bad}: {answer:#}");
    let details = &errors[0]["extensions"]["details"];
    assert_eq!((&details[0]["field"], &details[0]["rule"]), (&json!(field), &json!(rule)), "{bad}: {details}");
    let products = &answer["data"]["products"];
    assert_eq!((&products["totalCount"], &products["facets"]["bad"]), (&json!(PRODUCTS), &Value::Null), "{bad}");
    assert_eq!(products["nodes"].as_array().unwrap().len(), 10);
    assert_eq!(products["facets"]["inStock"], json!({ "inStock": 11, "outOfStock": 1 }), "{bad}");
    let brand = |value: &str| json!({ "value": value, "count": 6, "selected": false });
    assert_eq!(products["facets"]["brand"], json!([brand("Lumen"), brand("Nox")]), "{bad}");
}

#[tokio::test]
async fn a_facet_with_a_bad_argument_fails_alone_everywhere() {
    for gateway in Gateway::everywhere("facet-arguments", &rows()).await {
        bad_facets_fail_alone(&gateway).await;
    }
}

async fn bad_facets_fail_alone(gateway: &Gateway) {
    let long = format!("category(matching: \"{}\") {{ value }}", "x".repeat(51));
    for (bad, field, rule) in [
        ("brand(first: 0) { value }", "first", "min"),
        ("brand(first: -1) { value }", "first", "min"),
        ("tags(first: 10000) { value }", "first", "max"),
        ("category(matching: \"a\\u0007\") { value }", "matching", "control_character"),
        (&long, "matching", "max_length"),
        ("price(ranges: [{ from: 5, to: 1 }]) { min }", "ranges[0]", "empty_range"),
        ("price(ranges: [{ from: 1 }, { from: 5, to: 5 }]) { min }", "ranges[1]", "empty_range"),
        ("price(ranges: [{}]) { min }", "ranges[0]", "required"),
        ("price(ranges: [{ from: null, to: null }]) { min }", "ranges[0]", "required"),
        ("price(ranges: [{ from: 0, to: 1.005 }]) { min }", "ranges[0].to", "decimals"),
        ("price(ranges: { from: -1 }) { min }", "ranges[0].from", "min"),
        ("price(ranges: [{ to: 1e300 }]) { min }", "ranges[0].to", "max"),
        ("price(ranges: [{ from: 1 }], interval: 5) { min }", "interval", "exclusive"),
        ("price(interval: 0) { min }", "interval", "min"),
        ("price(interval: -5) { min }", "interval", "min"),
        ("price(interval: 0.001) { min }", "interval", "decimals"),
        ("price(interval: 0.01) { buckets { count } }", "interval", "max_items"),
        ("attributes(first: 51) { name }", "first", "max"),
        ("attributes(values: 0) { name }", "values", "min"),
        ("attributes(names: [\"a\", \"b\", \"c\", \"d\\u202e\"]) { name }", "names[3]", "control_character"),
    ] {
        assert_fails_alone(&beside_good_ones(gateway, bad, json!({})).await, bad, field, rule);
    }
    let names = format!("attributes(names: [{}]) {{ name }}", joined((0..51).map(|number| format!("\"n{number}\" "))));
    assert_fails_alone(&beside_good_ones(gateway, &names, json!({})).await, &names, "names", "max_items");
    let bands: Vec<Value> = (0..1_000).map(|from| json!({ "from": from })).collect();
    let bad = "price(ranges: $ranges) { min }";
    let answer = beside_good_ones(gateway, bad, json!({ "ranges": bands })).await;
    assert_fails_alone(&answer, bad, "ranges", "max_items");
}

#[tokio::test]
async fn aliases_with_other_arguments_are_told_apart_and_equal_ones_are_counted_once() {
    let gateway = Gateway::start().await;
    let document = "query ($first: Int! = 1, $text: String, $order: FacetOrder! = VALUE) {
        products(filter: { brand: { eq: \"Nox\" } }) { totalCount
            a: facets { brand(first: 1) { value count selected } all: brand { value } }
            facets {
                brand(first: $first, matching: $text) { value count selected }
                byValue: brand(first: $first, orderBy: $order, matching: \"LUM\") { value count selected }
                price { min max average buckets { count } }
                bands: price(ranges: [{ to: 15 }, { from: 15, to: 20 }, { from: 19.5 }]) { buckets { from to count } }
                steps: price(interval: 5) { buckets { from to count } }
                attributes { name values { value count selected } }
                none: attributes(names: []) { name }
                named: attributes(names: [\"size\", \"colour\"], values: 1) { name values { value } }
            } } }";
    let data = gateway.data(document).await;
    let products = &data["products"];
    assert_eq!(products["totalCount"], 6);
    let (lumen, nox) = (
        json!({ "value": "Lumen", "count": 6, "selected": false }),
        json!({ "value": "Nox", "count": 6, "selected": true }),
    );
    // Equally frequent: by text; what is selected follows beyond the size.
    assert_eq!(products["a"]["brand"], json!([lumen, nox]));
    assert_eq!(products["a"]["all"], json!([{ "value": "Lumen" }, { "value": "Nox" }]));
    assert_eq!(products["facets"]["brand"], json!([lumen, nox]));
    assert_eq!(products["facets"]["byValue"], json!([lumen, nox]));
    assert_eq!(products["facets"]["price"], json!({ "min": 11.5, "max": 21.5, "average": 16.5, "buckets": [] }));
    let bucket = |from: Option<f64>, to: Option<f64>, count: u32| json!({ "from": from, "to": to, "count": count });
    assert_eq!(
        products["facets"]["bands"]["buckets"],
        json!([bucket(None, Some(15.0), 2), bucket(Some(15.0), Some(20.0), 3), bucket(Some(19.5), None, 2)])
    );
    assert_eq!(
        products["facets"]["steps"]["buckets"],
        json!([
            bucket(Some(10.0), Some(15.0), 2),
            bucket(Some(15.0), Some(20.0), 3),
            bucket(Some(20.0), Some(25.0), 1)
        ])
    );
    assert_eq!(
        products["facets"]["attributes"],
        json!([{ "name": "colour", "values": [{ "value": "red", "count": 6, "selected": false }] }])
    );
    assert_eq!(products["facets"]["none"], json!([]));
    assert_eq!(
        products["facets"]["named"],
        json!([{ "name": "size", "values": [] }, { "name": "colour", "values": [{ "value": "red" }] }])
    );
    let searches = gateway.engine.searches().concat();
    assert_eq!(searches.len(), 1, "hits, total and all facets are one search");
    assert_eq!(searches[0].facets.len(), 8, "two facets of brands are equal, and one asks for nothing");
}

#[tokio::test]
async fn buckets_and_values_are_counted_only_when_selected() {
    let gateway = Gateway::start().await;
    let data = gateway
        .data(
            "{ products { facets {
                price(interval: 0.01) { min max }
                steps: price(interval: 5) { ...Buckets }
                attributes(first: 50, values: 250) { name }
                valued: attributes(values: 7) { values { value } } } } }
            fragment Buckets on PriceFacet { buckets { count } }",
        )
        .await;
    let facets = &data["products"]["facets"];
    assert!(facets["price"]["min"].is_number(), "too many buckets, but nobody reads them: {facets}");
    assert!(!facets["steps"]["buckets"].as_array().unwrap().is_empty());
    assert!(!facets["attributes"].as_array().unwrap().is_empty());
    let asked = gateway.engine.searches().concat();
    let mut details: Vec<String> = asked[0].facets.iter().map(|plan| detail(&plan.facet)).collect();
    details.sort();
    assert_eq!(details, ["0 values", "7 values", "buckets", "no buckets"]);
}

fn detail(facet: &Facet) -> String {
    match facet {
        Facet::Price(price) if price.buckets == PriceBuckets::None => "no buckets".to_owned(),
        Facet::Price(_) => "buckets".to_owned(),
        Facet::Attributes(attributes) => format!("{} values", attributes.values),
        Facet::Values(_) | Facet::Stock => panic!("not asked for: {facet:?}"),
    }
}

#[tokio::test]
async fn facets_of_what_nothing_can_match_are_empty_and_ask_nobody() {
    let gateway = Gateway::start().await;
    let document = "{ products(query: \"!!!\", filter: { brand: { in: [\"Nox\"] }, attributes: [{ name: \"colour\", in: [\"red\"] }] }) {
        totalCount didYouMean report { searches exactCounts }
        facets { brand { value count selected } inStock { inStock outOfStock } price(ranges: [{ from: 1 }]) { min average buckets { from count } }
            attributes { name values { value count selected } } category { value } } } }";
    let data = gateway.data(document).await;
    let selected = |value: &str| json!([{ "value": value, "count": 0, "selected": true }]);
    let facets = json!({
        "brand": selected("Nox"),
        "inStock": { "inStock": 0, "outOfStock": 0 },
        "price": { "min": null, "average": null, "buckets": [{ "from": 1.0, "count": 0 }] },
        "attributes": [{ "name": "colour", "values": selected("red") }],
        "category": [],
    });
    assert_eq!(data["products"]["facets"], facets);
    assert_eq!(data["products"]["report"], json!({ "searches": 0, "exactCounts": true }));
    assert_eq!((&data["products"]["totalCount"], &data["products"]["didYouMean"]), (&json!(0), &Value::Null));
    assert!(gateway.engine.searches().is_empty());
}
