//! Input that breaks rules: each is refused with field and rule, all problems of an input at once, and changes nothing.

use serde_json::{Value, json};

use crate::support::{
    gateway::{Gateway, PRODUCTS, code},
    products::{details, kettle_with, made, of_details},
};

/// A field, a value that it may not have, and what is said about it: the path below the input, and the rule.
fn bad_values() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let tags = |count: usize| (0..count).map(|number| format!("tag {number}")).collect::<Vec<_>>();
    let attributes =
        |count: usize| (0..count).map(|n| json!({ "name": "n", "value": n.to_string() })).collect::<Vec<_>>();
    vec![
        ("name", json!(""), "name", "min_length"),
        ("name", json!(" \t\u{3000} "), "name", "min_length"),
        ("name", json!("🫖".repeat(201)), "name", "max_length"),
        ("name", json!("e\u{301}".repeat(201)), "name", "max_length"),
        ("name", json!("a\u{0}b"), "name", "control_character"),
        ("name", json!("a\u{7}b"), "name", "control_character"),
        ("name", json!("a\u{202e}b"), "name", "control_character"),
        ("name", json!("a\u{2066}b"), "name", "control_character"),
        ("name", json!("a\u{378}b"), "name", "control_character"),
        ("description", json!("too short"), "description", "min_length"),
        ("description", json!("x".repeat(1_001)), "description", "max_length"),
        ("description", json!("long enough\u{1b}[31m"), "description", "control_character"),
        ("price", json!(0), "price", "min"),
        ("price", json!(-0.0), "price", "min"),
        ("price", json!(-1), "price", "min"),
        ("price", json!(1.999), "price", "decimals"),
        ("price", json!(0.1 + 0.2), "price", "decimals"),
        ("price", json!(0.001), "price", "decimals"),
        ("price", json!(10_000_000), "price", "max"),
        ("price", json!(1e300), "price", "max"),
        ("category", json!(""), "category", "min_length"),
        ("category", json!("c".repeat(51)), "category", "max_length"),
        ("category", json!("a\u{200e}b"), "category", "control_character"),
        ("brand", json!(" "), "brand", "min_length"),
        ("brand", json!("b".repeat(51)), "brand", "max_length"),
        ("sku", json!(""), "sku", "min_length"),
        ("sku", json!("s".repeat(65)), "sku", "max_length"),
        ("sku", json!("a\u{9f}b"), "sku", "control_character"),
        ("tags", json!(tags(11)), "tags", "max_items"),
        ("tags", json!(["a", "b", "c", ""]), "tags[3]", "min_length"),
        ("tags", json!(["a", "t".repeat(51)]), "tags[1]", "max_length"),
        ("tags", json!(["a  b", "a b"]), "tags[1]", "duplicate"),
        ("attributes", json!(attributes(51)), "attributes", "max_items"),
        ("attributes", json!([{ "name": "", "value": "v" }]), "attributes[0].name", "min_length"),
        ("attributes", json!([{ "name": "n".repeat(51), "value": "v" }]), "attributes[0].name", "max_length"),
        ("attributes", json!([{ "name": "n", "value": " " }]), "attributes[0].value", "min_length"),
        ("attributes", json!([{ "name": "n", "value": "v".repeat(201) }]), "attributes[0].value", "max_length"),
        (
            "attributes",
            json!([{ "name": "n", "value": "v" }, { "name": "n ", "value": " v" }]),
            "attributes[1]",
            "duplicate",
        ),
        ("imageUrl", json!("http://example.com/a.jpg"), "imageUrl", "pattern"),
        ("imageUrl", json!("https://user:secret@example.com/a.jpg"), "imageUrl", "pattern"),
        ("imageUrl", json!("javascript:alert(1)"), "imageUrl", "pattern"),
        ("imageUrl", json!(""), "imageUrl", "min_length"),
        ("imageUrl", json!(format!("https://example.com/{}", "a".repeat(2_048))), "imageUrl", "max_length"),
    ]
}

/// The one detail that is expected of the input at `path`.
fn one(path: &str, field: &str, rule: &str) -> Vec<(String, String)> {
    vec![(format!("{path}.{field}"), rule.to_owned())]
}

/// That nothing was written since the catalogue was made, and that none of its products changed.
async fn assert_untouched(gateway: &Gateway) {
    assert_eq!(gateway.engine.writes().len(), 1, "the catalogue itself is one write");
    assert_eq!(gateway.data("{ products { totalCount } }").await["products"]["totalCount"], PRODUCTS);
}

#[tokio::test]
async fn each_bad_value_is_refused_by_every_mutation_with_field_and_rule() {
    let gateway = Gateway::start().await;
    let id = json!("p01");
    for (field, value, place, rule) in bad_values() {
        let input = kettle_with(json!({ field: value.clone() }));
        for answer in [
            gateway.create(input.clone()).await,
            gateway.replace(&id, input.clone()).await,
            gateway.update(&id, json!({ field: value.clone() })).await,
        ] {
            assert_eq!(code(&answer), "VALIDATION_FAILED", "{field} {value:.80}");
            assert_eq!(details(&answer), one("input", place, rule), "{field} {value:.80}");
        }
        for (mutation, of_type) in [("createProducts", "CreateProductInput"), ("upsertProducts", "ReplaceProductInput")]
        {
            let document = format!(
                "mutation ($inputs: [{of_type}!]!) {{
                    {mutation}(inputs: $inputs) {{ rows {{ error {{ code details {{ field rule }} }} }} }} }}"
            );
            let answer = gateway.ask_with(&document, json!({ "inputs": [input.clone(), input.clone()] })).await;
            let rows = &made(mutation, answer)["rows"];
            assert_eq!(rows[1]["error"]["code"], "VALIDATION_FAILED");
            assert_eq!(of_details(&rows[1]["error"]["details"]), one("inputs[1]", place, rule), "{field} {value:.80}");
        }
    }
    assert_untouched(&gateway).await;
}

#[tokio::test]
async fn all_problems_of_an_input_are_told_at_once() {
    let gateway = Gateway::start().await;
    let answer = gateway
        .create(json!({
            "sku": "", "name": "n\u{0}", "description": "short", "price": -1, "category": "", "brand": "b".repeat(51),
            "tags": ["ok", ""], "attributes": [{ "name": "", "value": "" }], "imageUrl": "ftp://example.com",
        }))
        .await;
    insta::assert_json_snapshot!(answer);
    assert_untouched(&gateway).await;
}

#[tokio::test]
async fn numbers_that_are_none_are_refused_where_they_are_read() {
    let gateway = Gateway::start().await;
    let document = "mutation ($price: Float!) { updateProduct(id: \"p01\", input: { price: $price }) { id } }";
    for (number, refusal) in [
        ("NaN", "GRAPHQL_VALIDATION_FAILED"),
        ("Infinity", "GRAPHQL_VALIDATION_FAILED"),
        ("-Infinity", "GRAPHQL_PARSE_FAILED"),
        ("1e999", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let body = format!(r#"{{"query": {}, "variables": {{"price": {number}}}}}"#, json!(document));
        assert_eq!(code(&gateway.post(body).await.json()), "BAD_REQUEST", "{number}");
        let literal = format!("mutation {{ updateProduct(id: \"p01\", input: {{ price: {number} }}) {{ id }} }}");
        assert_eq!(code(&gateway.ask(&literal).await), refusal, "{number}");
        let text = gateway.ask_with(document, json!({ "price": number })).await;
        assert_eq!(code(&text), "GRAPHQL_VALIDATION_FAILED", "{number}");
    }
    assert_untouched(&gateway).await;
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_as_a_whole() {
    let gateway = Gateway::start().await;
    for (document, variables) in [
        ("mutation { createProduct(input: {}) { id } }", json!({})),
        ("mutation { createProduct(input: { name: null }) { id } }", json!({})),
        ("mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }", json!({ "input": {} })),
        (
            "mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }",
            json!({ "input": kettle_with(json!({ "colour": "red" })) }),
        ),
        ("mutation { updateProduct(id: \"p01\", input: { id: \"p99\" }) { id } }", json!({})),
        ("mutation { updateProduct(id: \"p01\", input: { name: \"a\", name: \"b\" }) { id } }", json!({})),
        ("mutation { updateProduct(id: \"p01\", input: { tags: [null] }) { id } }", json!({})),
        ("mutation { updateProduct(id: \"p01\", input: null) { id } }", json!({})),
        ("mutation { deleteProduct { id } }", json!({})),
        ("mutation { deleteProduct(id: \"p01\", visibility: LATER) { id } }", json!({})),
        ("mutation { deleteProduct(id: \"p01\", visibility: \"NONE\") { id } }", json!({})),
        ("mutation { deleteProduct(id: \"p01\", visibility: null) { id } }", json!({})),
        ("mutation { createProducts(inputs: [null]) { failed } }", json!({})),
        ("query { deleteProduct(id: \"p01\") { id } }", json!({})),
        ("subscription { productChanged { id } }", json!({})),
    ] {
        let answer = gateway.ask_with(document, variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{document}: {answer:#}");
        assert!(answer.get("data").is_none(), "{document}");
    }
    assert_untouched(&gateway).await;
}

#[tokio::test]
async fn null_in_a_variable_is_refused_where_a_default_is_before_anything_is_changed() {
    let gateway = Gateway::start().await;
    let needed = "name: \"a\", description: \"long enough\", price: 1, category: \"a\", brand: \"b\"";
    for (variable, field) in [
        ("$given: WriteVisibility", "deleteProduct(id: \"p02\", visibility: $given) { id }".to_owned()),
        ("$given: WriteVisibility = null", "deleteProduct(id: \"p02\", visibility: $given) { id }".to_owned()),
        ("$given: ID = \"p02\"", "deleteProduct(id: $given) { id }".to_owned()),
        ("$given: String = \"tag\"", "updateProduct(id: \"p02\", input: { tags: [$given] }) { id }".to_owned()),
        ("$given: Boolean", format!("createProducts(inputs: {{ inStock: $given, {needed} }}) {{ failed }}")),
        ("$given: [String!]", format!("createProduct(input: {{ tags: $given, {needed} }}) {{ id }}")),
    ] {
        let fields = format!("first: deleteProduct(id: \"p01\") {{ id }} {field}");
        for document in [
            format!("mutation ({variable}) {{ {fields} }}"),
            format!("mutation ({variable}) {{ ...All }} fragment All on Mutation {{ {fields} }}"),
        ] {
            let answer = gateway.ask_with(&document, json!({ "given": null })).await;
            assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED", "{document}");
            assert!(answer.get("data").is_none(), "{document}");
            assert!(answer["errors"][0]["message"].as_str().unwrap().contains("$given is null"), "{answer:#}");
        }
    }
    assert_untouched(&gateway).await;
}
