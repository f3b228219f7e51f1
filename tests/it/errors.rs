//! Every error that callers can meet: its code, what it says, and that it says nothing of ours.

use std::time::Duration;

use aisle::{backend::EngineErrorKind, failure::ErrorCode, graphql::ApiSettings, http::HttpSettings};
use serde_json::{Value, json};

use crate::support::{
    gateway::{Gateway, code, joined},
    watched_engine::Fault,
};

async fn broken(fault: Fault, document: &str) -> Value {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(fault);
    let answer = gateway.ask(document).await;
    assert!(!answer.to_string().contains("secret"), "{answer:#}");
    answer
}

#[tokio::test]
async fn a_document_that_is_no_graphql_fails_to_parse() {
    let gateway = Gateway::start().await;
    insta::assert_json_snapshot!(gateway.ask("{ products {").await);
}

#[tokio::test]
async fn a_document_that_does_not_fit_the_schema_fails_validation() {
    let gateway = Gateway::start().await;
    insta::assert_json_snapshot!(gateway.ask("{ products { nodes { nme } } }").await);
    for (document, variables) in [
        ("{ products(first: \"1\") { totalCount } }", json!({})),
        ("{ products(first: 99999999999) { totalCount } }", json!({})),
        ("query ($id: ID!) { product(id: $id) { id } }", json!({})),
        ("query ($first: Int) { products(first: $first) { totalCount } }", json!({ "first": "1" })),
        ("query ($id: Int!) { product(id: $id) { id } }", json!({ "id": 1 })),
        ("{ products(filter: { id: { eq: \"a\", eq: \"b\" } }) { totalCount } }", json!({})),
        ("{ products(sort: [{ by: \"NAME\" }]) { totalCount } }", json!({})),
        ("{ a: product(id: 1) { x: id } a: product(id: 1) { x: name } }", json!({})),
        ("query ($sku: String = \"a\") { productBySku(sku: $sku) { id } }", json!({ "sku": null })),
        ("query ($id: ID = 1) { productsByIds(ids: [\"p01\", $id]) { id } }", json!({ "id": null })),
        ("query ($if: Boolean = true) { errorCodes @include(if: $if) { code } }", json!({ "if": null })),
        ("mutation { x }", json!({})),
        ("subscription { x }", json!({})),
        ("query A { errorCodes { code } } query B { errorCodes { code } }", json!({})),
    ] {
        let answer = gateway.ask_with(document, variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{document}: {answer:#}");
        assert!(answer.get("data").is_none(), "{document}");
    }
}

#[tokio::test]
async fn no_error_of_a_field_stands_beside_one_of_the_request() {
    let gateway = Gateway::start().await;
    let document = "{ bad: products(first: 0) { totalCount } \
        worse: products(filter: { createdAt: { gt: 5 } }) { totalCount } }";
    let answer = gateway.ask(document).await;
    assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
    assert!(answer.get("data").is_none() && answer["errors"][0].get("path").is_none(), "{answer:#}");
}

#[tokio::test]
async fn at_most_five_mistakes_of_a_document_are_listed() {
    let gateway = Gateway::start().await;
    let mistakes = joined((0..40).map(|n| format!("unknown{n} ")));
    let answer = gateway.ask(&format!("{{ {mistakes} }}")).await;
    assert_eq!(answer["errors"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_message_repeats_the_start_of_a_long_value_only() {
    let gateway = Gateway::start().await;
    let document = "query ($first: Int) { products(first: $first) { totalCount } }";
    let answer = gateway.ask_with(document, json!({ "first": "x".repeat(100_000) })).await;
    assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
    assert!(answer["errors"][0]["message"].as_str().unwrap().chars().count() <= 301);
}

#[tokio::test]
async fn arguments_that_break_rules_are_all_named() {
    let gateway = Gateway::start().await;
    let document = r#"{ products(query: "a\u0007b", first: 0, filter: { price: { gte: -1 } }, sort: [{ by: RELEVANCE, direction: ASC }]) { totalCount } }"#;
    insta::assert_json_snapshot!(gateway.ask(document).await);
}

#[tokio::test]
async fn look_ups_have_rules_too() {
    let gateway = Gateway::start().await;
    let ids = vec!["x"; 101];
    let document = r#"query ($ids: [ID!]!) { productsByIds(ids: $ids) { id } productBySku(sku: "a\u202Eb") { id } productByName(name: "ok") { id } }"#;
    let answer = gateway.ask_with(document, json!({ "ids": ids })).await;
    insta::assert_json_snapshot!(answer, { ".errors" => insta::sorted_redaction() });
}

#[tokio::test]
async fn each_bad_page_is_refused_by_name() {
    let gateway = Gateway::start().await;
    for (arguments, field, rule) in [
        ("page: 0", "page", "min"),
        ("first: 0", "first", "min"),
        ("first: -1", "first", "min"),
        ("last: 101", "last", "max"),
        ("first: 101", "first", "max"),
        ("first: 1, last: 1", "last", "exclusive"),
        ("page: 1001", "page", "max"),
    ] {
        let answer = gateway.ask(&format!("{{ products({arguments}) {{ totalCount }} }}")).await;
        assert_eq!(code(&answer), "VALIDATION_FAILED", "{arguments}");
        let detail = &answer["errors"][0]["extensions"]["details"][0];
        assert_eq!((&detail["field"], &detail["rule"]), (&json!(field), &json!(rule)), "{arguments}");
        assert_eq!(answer["data"], json!({ "products": null }));
        assert_eq!(answer["errors"][0]["path"], json!(["products"]));
    }
}

#[tokio::test]
async fn a_cursor_of_another_search_is_refused() {
    let gateway = Gateway::start().await;
    insta::assert_json_snapshot!(gateway.ask(r#"{ products(after: "nonsense") { totalCount } }"#).await);
    let data = gateway.data("{ products(first: 1) { pageInfo { endCursor } } }").await;
    let cursor = &data["products"]["pageInfo"]["endCursor"];
    let other = format!("{{ products(after: {cursor}, sort: [{{ by: NAME }}]) {{ totalCount }} }}");
    assert_eq!(code(&gateway.ask(&other).await), "INVALID_CURSOR");
}

#[tokio::test]
async fn an_engine_out_of_reach_is_told_from_one_that_is_busy() {
    let document = "{ products { totalCount } }";
    insta::assert_json_snapshot!(broken(Fault::Fails(EngineErrorKind::Unreachable), document).await);
    let answer = broken(Fault::Fails(EngineErrorKind::Unavailable), document).await;
    insta::assert_json_snapshot!("service_unavailable", answer);
    let answer = broken(Fault::Fails(EngineErrorKind::Timeout { timeout_ms: 7 }), document).await;
    insta::assert_json_snapshot!("timeout_of_an_attempt", answer);
}

#[tokio::test]
async fn mistakes_of_ours_are_told_without_a_word_about_them() {
    let answer = broken(Fault::Fails(EngineErrorKind::Unexpected), r#"{ product(id: "p01") { id } }"#).await;
    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn a_panic_takes_its_own_field_only() {
    let document = r#"{ products { totalCount } product(id: "p01") { name } errorCodes { code } }"#;
    let mut answer = broken(Fault::SearchesPanic, document).await;
    assert_eq!(answer["data"]["errorCodes"].as_array().unwrap().len(), ErrorCode::ALL.len());
    answer["data"].as_object_mut().unwrap().remove("errorCodes");
    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn one_failing_search_leaves_its_siblings_alone() {
    let document = r#"{ one: products(first: 1) { nodes { id } } bad: products(first: 7) { nodes { id } } two: products(first: 2) { nodes { id } } product(id: "p01") { id } }"#;
    insta::assert_json_snapshot!(broken(Fault::FailsAlone(7, EngineErrorKind::Unavailable), document).await);
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_the_rest_is_answered() {
    let settings = ApiSettings { operation_timeout_ms: 1_000, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    gateway.engine.break_with(Fault::SearchesHang);
    let answer = gateway.ask(r#"{ products { totalCount } product(id: "p01") { name } }"#).await;
    insta::assert_json_snapshot!(answer);
    assert!(gateway.engine.was_cancelled());
}

#[tokio::test]
async fn a_request_that_is_given_up_gives_up_its_engine_request() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::LookUpsHang);
    let asked = gateway.ask(r#"{ product(id: "p01") { name } }"#);
    assert!(tokio::time::timeout(Duration::from_millis(500), asked).await.is_err());
    assert_eq!(gateway.engine.look_ups().len(), 1);
    assert!(gateway.engine.was_cancelled());
}

#[tokio::test]
async fn a_product_to_change_that_is_not_there_is_named() {
    let gateway = Gateway::start().await;
    insta::assert_json_snapshot!(gateway.ask(r#"mutation { deleteProduct(id: "no such product") { id } }"#).await);
}

#[tokio::test]
async fn what_belongs_to_another_product_is_told_with_its_owner() {
    let gateway = Gateway::start().await;
    let document = r#"mutation { updateProduct(id: "p02", input: { name: "desk  LAMP 01" }) { id } }"#;
    insta::assert_json_snapshot!(gateway.ask(document).await);
}

#[tokio::test]
async fn a_conflict_of_versions_tells_the_current_one() {
    let gateway = Gateway::start().await;
    let document = r#"mutation { updateProduct(id: "p02", ifVersion: "old", input: { price: 1 }) { id } }"#;
    insta::assert_json_snapshot!(gateway.ask(document).await);
}

#[tokio::test]
async fn a_panic_while_writing_takes_its_own_field_only() {
    let document =
        r#"mutation { bad: deleteProduct(id: "p01") { id } unknown: deleteProduct(id: "") { id } __typename }"#;
    insta::assert_json_snapshot!(broken(Fault::WritesPanic, document).await);
}
