//! Lists of products to create or to upsert: a result for each row, in order.

use aisle::{backend::EngineErrorKind, change::Change};
use serde_json::{Value, json};

use crate::support::{
    gateway::{Gateway, PRODUCTS, code},
    products::{details, kettle_with, made},
    watched_engine::Fault,
};

const ROWS: &str = "succeeded failed rows { index line product { id sku name price createdAt version }
    error { code message details { field rule message } } }";

async fn create_all(gateway: &Gateway, inputs: Value) -> Value {
    let document =
        format!("mutation ($inputs: [CreateProductInput!]!) {{ createProducts(inputs: $inputs) {{ {ROWS} }} }}");
    gateway.ask_with(&document, json!({ "inputs": inputs })).await
}

async fn upsert_all(gateway: &Gateway, inputs: Value) -> Value {
    let document =
        format!("mutation ($inputs: [ReplaceProductInput!]!) {{ upsertProducts(inputs: $inputs) {{ {ROWS} }} }}");
    gateway.ask_with(&document, json!({ "inputs": inputs })).await
}

fn row(sku: &str, name: &str) -> Value {
    kettle_with(json!({ "sku": sku, "name": name }))
}

#[tokio::test]
async fn each_row_has_a_result_in_its_place_good_or_bad() {
    let gateway = Gateway::start().await;
    let inputs = json!([
        row("b-1", "Kettle 1"),
        kettle_with(json!({ "sku": "b-2", "name": "", "price": -1, "tags": ["a", "a"] })),
        row("b-3", "kettle  1"),
        row("B - 1", "Kettle 4"),
        row("SKU-01", "Kettle 5"),
        row("b-6", "Kettle 6"),
    ]);
    let result = made("createProducts", create_all(&gateway, inputs).await);
    insta::assert_json_snapshot!(result, {
        ".rows[].product.id" => "[id]", ".rows[].product.createdAt" => "[time]", ".rows[].product.version" => "[version]"
    });
    assert_eq!(result["rows"][0]["product"]["createdAt"], result["rows"][5]["product"]["createdAt"]);
}

#[tokio::test]
async fn a_list_is_one_request_of_the_engine_without_its_bad_rows() {
    let gateway = Gateway::start().await;
    let inputs = json!([row("b-1", "Kettle 1"), row("b-2", ""), row("b-3", "Kettle 3")]);
    create_all(&gateway, inputs).await;
    let writes = gateway.engine.writes();
    assert_eq!(writes.len(), 2, "the catalogue, and the list");
    assert_eq!(writes[1].0.len(), 2);
    assert!(matches!(writes[1].0[0], Change::Insert(_)));
    create_all(&gateway, json!([row("b-4", "")])).await;
    let nothing = made("createProducts", create_all(&gateway, json!([])).await);
    assert_eq!((&nothing["succeeded"], &nothing["failed"], &nothing["rows"]), (&json!(0), &json!(0), &json!([])));
    assert_eq!(gateway.engine.writes().len(), 2, "an engine is not asked for nothing");
}

#[tokio::test]
async fn upserts_create_or_replace_by_sku_and_keep_id_and_creation_time() {
    let gateway = Gateway::start().await;
    let before = gateway.product(&json!("p01")).await;
    let inputs = json!([row(" sku-01", "New Lamp"), row("b-2", "Kettle 2"), row("b-2", "Kettle 3")]);
    let rows = made("upsertProducts", upsert_all(&gateway, inputs).await)["rows"].take();
    assert_eq!(rows[0]["product"]["id"], "p01");
    assert_eq!(rows[0]["product"]["createdAt"], before["createdAt"]);
    assert_ne!(rows[0]["product"]["version"], before["version"]);
    assert_eq!(rows[1]["product"]["id"], rows[2]["product"]["id"], "a later row meets what an earlier one made");
    assert_eq!(rows[2]["product"]["name"], "Kettle 3");
    let lamp = gateway.product(&json!("p01")).await;
    assert_eq!(
        (&lamp["name"], &lamp["brand"], &lamp["sku"]),
        (&json!("New Lamp"), &json!("Brass & Co"), &json!("sku-01"))
    );
}

#[tokio::test]
async fn an_upsert_needs_a_sku_and_may_not_take_another_products_name() {
    let gateway = Gateway::start().await;
    let inputs = json!([
        kettle_with(json!({ "sku": null })),
        row("b-2", "Desk Lamp 01"),
        row("SKU-02", "desk lamp 01"),
        row("SKU-02", "DESK LAMP 02"),
    ]);
    let result = made("upsertProducts", upsert_all(&gateway, inputs).await);
    insta::assert_json_snapshot!(result, { ".rows[].product.version" => "[version]" });
}

#[tokio::test]
async fn a_thousand_rows_are_taken_and_one_more_is_not() {
    let gateway = Gateway::start().await;
    let many = |count: usize| (0..count).map(|n| row(&format!("m-{n}"), &format!("Many {n}"))).collect::<Vec<_>>();
    for answer in [create_all(&gateway, json!(many(1_001))).await, upsert_all(&gateway, json!(many(1_001))).await] {
        assert_eq!(code(&answer), "VALIDATION_FAILED");
        assert_eq!(details(&answer), [("inputs".to_owned(), "max_items".to_owned())]);
    }
    assert_eq!(gateway.engine.writes().len(), 1, "only the catalogue");
    let result = made("createProducts", create_all(&gateway, json!(many(1_000))).await);
    assert_eq!((&result["succeeded"], &result["failed"]), (&json!(1_000), &json!(0)));
    let total = gateway.data("{ products { totalCount } }").await["products"]["totalCount"].clone();
    assert_eq!(total, PRODUCTS + 1_000);
}

#[tokio::test]
async fn an_engine_that_fails_altogether_is_an_error_of_the_list() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::Fails(EngineErrorKind::Unavailable));
    let answer = create_all(&gateway, json!([row("b-1", "Kettle 1")])).await;
    assert_eq!(code(&answer), "SERVICE_UNAVAILABLE");
    assert_eq!(answer["data"], json!({ "createProducts": null }));
}

#[tokio::test]
async fn a_row_at_which_the_engine_fails_says_nothing_of_the_inside() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::ChangesFailAfter(1, EngineErrorKind::Unexpected));
    let answer =
        create_all(&gateway, json!([row("b-1", "Kettle 1"), row("b-2", "Kettle 2"), row("b-3", "Kettle 3")])).await;
    assert!(!answer.to_string().contains("secret"), "{answer:#}");
    let result = made("createProducts", answer);
    assert_eq!((&result["succeeded"], &result["failed"]), (&json!(1), &json!(2)));
    assert_eq!(result["rows"][0]["product"]["name"], "Kettle 1");
    let error = &result["rows"][2]["error"];
    assert_eq!(*error, json!({ "code": "INTERNAL_ERROR", "message": "internal error", "details": [] }));
}
