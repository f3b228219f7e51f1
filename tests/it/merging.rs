//! What is selected in several places comes out once, where it was selected first.

use serde_json::json;

use crate::support::gateway::Gateway;

/// The data as it is written: the order of fields is a promise too.
async fn written(gateway: &Gateway, document: &str, variables: serde_json::Value) -> String {
    let answer = gateway.post(json!({ "query": document, "variables": variables }).to_string()).await;
    let text = String::from_utf8(answer.body).unwrap();
    let data = text.strip_prefix("{\"data\":").and_then(|rest| rest.strip_suffix('}'));
    data.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn selections_of_one_key_come_out_as_one_in_the_order_of_their_first_appearance() {
    let gateway = Gateway::start().await;
    for (document, expected) in [
        (
            "{ product(id: \"p01\") { id } b: product(id: \"p02\") { id } product(id: \"p01\") { name id } }",
            r#"{"product":{"id":"p01","name":"Desk Lamp 01"},"b":{"id":"p02"}}"#,
        ),
        (
            "{ ...F product(id: \"p01\") { attributes { name } id } } \
             fragment F on Query { product(id: \"p01\") { id attributes { value } } }",
            r#"{"product":{"id":"p01","attributes":[{"value":"red","name":"colour"}]}}"#,
        ),
        (
            "{ node(id: \"p01\") { id ... on Product { name ...N } __typename } } fragment N on Node { id __typename }",
            r#"{"node":{"id":"p01","name":"Desk Lamp 01","__typename":"Product"}}"#,
        ),
        (
            "{ nodes(ids: [\"p01\", \"none\"]) { ... on Node { id } ... on Product { id brand } } }",
            r#"{"nodes":[{"id":"p01","brand":"Nox"},null]}"#,
        ),
        (
            "{ products(first: 1, sort: { by: PRICE }) { nodes { id } } \
             products(first: 1, sort: { by: PRICE }) { totalCount nodes { name } edges { node { id } } } }",
            r#"{"products":{"nodes":[{"id":"p01","name":"Desk Lamp 01"}],"totalCount":12,"edges":[{"node":{"id":"p01"}}]}}"#,
        ),
        (
            "{ __type(name: \"Node\") { name } __type(name: \"Node\") { kind name } __typename __typename }",
            r#"{"__type":{"name":"Node","kind":"INTERFACE"},"__typename":"Query"}"#,
        ),
    ] {
        assert_eq!(written(&gateway, document, json!({})).await, expected, "{document}");
    }
}

#[tokio::test]
async fn what_is_skipped_in_one_place_is_kept_in_another() {
    let gateway = Gateway::start().await;
    let document = "query ($no: Boolean!, $yes: Boolean = true, $id: ID = \"p01\") {
        product(id: $id) { id @skip(if: $yes) name @include(if: $no) ...F @include(if: $no) }
        product(id: $id) @skip(if: $yes) { sku }
        product(id: $id) { brand id @include(if: $yes) ... @skip(if: $no) { price } ...F @skip(if: $no) } }
        fragment F on Product { inStock name @skip(if: true) }";
    let whole = r#"{"product":{"brand":"Nox","id":"p01","price":11.5,"inStock":true}}"#;
    assert_eq!(written(&gateway, document, json!({ "no": false })).await, whole);
    let some = r#"{"product":{"id":"p01","name":"Desk Lamp 01","inStock":true,"sku":"SKU-01","brand":"Nox"}}"#;
    assert_eq!(written(&gateway, document, json!({ "no": true, "yes": false })).await, some);
}

#[tokio::test]
async fn what_is_selected_twice_is_asked_for_once() {
    let gateway = Gateway::start().await;
    let document = "{ products(query: \"lamp\") { totalCount } ...F } \
        fragment F on Query { products(query: \"lamp\") { nodes { name } } product(id: \"p01\") { id } product(id: \"p01\") { sku } }";
    gateway.data(document).await;
    assert_eq!(gateway.engine.searches().concat().len(), 1);
    assert_eq!(gateway.engine.look_ups().iter().map(|(look_ups, _)| look_ups.len()).sum::<usize>(), 1);
}
