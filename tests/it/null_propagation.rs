//! What stays of an answer when a field fails: null at the nearest place that takes it, one error with the path of the
//! field, and everything beside it as if nothing had happened.

use aisle::backend::EngineErrorKind;
use serde_json::{Value, json};

use crate::support::{gateway::Gateway, watched_engine::Fault};

/// The data of an operation, and the path and code of each of its errors, in the order of the paths.
async fn answer(fault: Fault, document: &str) -> (Value, Vec<(Value, Value)>) {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(fault);
    let mut answer = gateway.ask(document).await;
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let place = |error: &Value| (error["path"].clone(), error["extensions"]["code"].clone());
    let mut places: Vec<(Value, Value)> = errors.iter().map(place).collect();
    places.sort_by_key(|(path, _)| path.to_string());
    (answer["data"].take(), places)
}

fn internal(path: Value) -> (Value, Value) {
    (path, json!("INTERNAL_ERROR"))
}

const NAMELESS: Fault = Fault::Nameless("p05");

#[tokio::test]
async fn a_nullable_root_field_that_fails_is_null_and_those_beside_it_are_kept() {
    let broken = Fault::Fails(EngineErrorKind::Unreachable);
    let document = "{ one: product(id: \"p01\") { id } __typename products { totalCount } node(id: \"p01\") { id }
        many: productsByIds(ids: [\"p01\"]) { id } codes: errorCodes { code } }";
    let (mut data, errors) = answer(broken, document).await;
    assert!(data["codes"].take().as_array().is_some_and(|codes| !codes.is_empty()), "{errors:?}");
    let expected =
        json!({ "one": null, "__typename": "Query", "products": null, "node": null, "many": null, "codes": null });
    assert_eq!(data, expected);
    assert_eq!(
        data.as_object().unwrap().keys().collect::<Vec<_>>().len(),
        6,
        "a field that failed is null, and not left out"
    );
    let paths = ["many", "node", "one", "products"].map(|field| (json!([field]), json!("ENGINE_UNREACHABLE")));
    assert_eq!(errors, paths);
}

#[tokio::test]
async fn one_of_several_aliases_fails_alone() {
    let alone = Fault::FailsAlone(3, EngineErrorKind::Unavailable);
    let document = "{ a: products(first: 2) { nodes { id } } b: products(first: 3) { nodes { id } } \
        c: products(first: 1, sort: { by: PRICE }) { nodes { id } } }";
    let (data, errors) = answer(alone, document).await;
    let found = |ids: &[&str]| json!({ "nodes": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    assert_eq!(data, json!({ "a": found(&["p12", "p11"]), "b": null, "c": found(&["p01"]) }));
    assert_eq!(errors, [(json!(["b"]), json!("SERVICE_UNAVAILABLE"))]);
}

#[tokio::test]
async fn a_required_field_makes_its_nullable_parent_null() {
    let document = "{ good: product(id: \"p06\") { name } bad: product(id: \"p05\") { sku title: name price } }";
    let (data, errors) = answer(NAMELESS, document).await;
    assert_eq!(data, json!({ "good": { "name": "Desk Lamp 06" }, "bad": null }));
    assert_eq!(errors, [internal(json!(["bad", "title"]))]);
}

#[tokio::test]
async fn a_required_field_makes_its_nullable_item_null_and_the_list_keeps_the_others() {
    let ids = "[\"p04\", \"p05\", \"none\", \"p06\"]";
    let document = format!(
        "{{ productsByIds(ids: {ids}) {{ name }} nodes(ids: {ids}) {{ id ... on Product {{ name }} }} \
         bySku: productBySku(sku: \"sku-05\") {{ id }} }}"
    );
    let (data, errors) = answer(NAMELESS, &document).await;
    let expected = json!({
        "productsByIds": [{ "name": "Desk Lamp 04" }, null, null, { "name": "Desk Lamp 06" }],
        "nodes": [{ "id": "p04", "name": "Desk Lamp 04" }, null, null, { "id": "p06", "name": "Desk Lamp 06" }],
        "bySku": { "id": "p05" },
    });
    assert_eq!(data, expected);
    assert_eq!(errors, [internal(json!(["nodes", 1, "name"])), internal(json!(["productsByIds", 1, "name"]))]);
}

#[tokio::test]
async fn a_required_field_within_required_lists_makes_the_nullable_field_above_them_null() {
    let list = "sort: { by: PRICE }, first: 6";
    // The library cuts the path at the item of a list of required items.
    for (selection, path) in [
        ("nodes { name }", json!(["list", "nodes", 4])),
        ("edges { cursor node { id name } }", json!(["list", "edges", 4])),
        ("totalCount nodes { id label: name }", json!(["list", "nodes", 4])),
    ] {
        let document =
            format!("{{ list: products({list}) {{ {selection} }} ids: products({list}) {{ nodes {{ id }} }} }}");
        let (data, errors) = answer(NAMELESS, &document).await;
        assert_eq!(data["list"], json!(null), "{selection}");
        assert_eq!(data["ids"]["nodes"].as_array().unwrap().len(), 6, "{selection}");
        assert_eq!(errors, [internal(path)], "{selection}");
    }
}

#[tokio::test]
async fn a_required_number_below_an_object_makes_the_nullable_field_above_null() {
    for (selection, path) in [
        ("totalCount", json!(["products", "totalCount"])),
        ("pageInfo { pageSize pages: pageCount }", json!(["products", "pageInfo", "pages"])),
    ] {
        let document =
            format!("{{ products {{ nodes {{ id }} {selection} }} uncounted: products {{ nodes {{ id }} }} }}");
        let (data, errors) = answer(Fault::Uncounted, &document).await;
        assert_eq!(data["products"], json!(null), "{selection}");
        assert_eq!(data["uncounted"]["nodes"].as_array().unwrap().len(), 10, "{selection}");
        assert_eq!(errors, [internal(path)], "{selection}");
    }
}

#[tokio::test]
async fn a_path_has_no_fragments_in_it() {
    let document = "query { ...Root ... { again: product(id: \"p05\") { ... on Node { id } ...Named } } }
        fragment Root on Query { node(id: \"p05\") { ...OfNode } whole: node(id: \"p07\") { ...OfNode } }
        fragment OfNode on Node { ... on Product { ...Named } }
        fragment Named on Product { ... @include(if: true) { name } }";
    let (data, errors) = answer(NAMELESS, document).await;
    assert_eq!(data, json!({ "node": null, "whole": { "name": "Desk Lamp 07" }, "again": null }));
    assert_eq!(errors, [internal(json!(["again", "name"])), internal(json!(["node", "name"]))]);
}

#[tokio::test]
async fn a_field_that_is_selected_twice_fails_once() {
    let document = "{ product(id: \"p05\") { name } product(id: \"p05\") { id name } }";
    let (data, errors) = answer(NAMELESS, document).await;
    assert_eq!(data, json!({ "product": null }));
    assert_eq!(errors, [internal(json!(["product", "name"]))]);
}

#[tokio::test]
async fn selections_of_one_key_are_null_together() {
    for document in [
        "{ product(id: \"p05\") { name } product(id: \"p05\") { id } }",
        "{ product(id: \"p05\") { id } ...F } fragment F on Query { product(id: \"p05\") { name } }",
        "{ product: node(id: \"p05\") { id } product: node(id: \"p05\") { ... on Product { name } } }",
    ] {
        let (data, errors) = answer(NAMELESS, document).await;
        assert_eq!(data, json!({ "product": null }), "{document}");
        assert_eq!(errors, [internal(json!(["product", "name"]))], "{document}");
    }
}

#[tokio::test]
async fn a_mutation_that_is_selected_twice_runs_once() {
    let gateway = Gateway::start().await;
    let before = gateway.engine.writes().len();
    let create = |selection: &str| {
        format!(
            "createProduct(visibility: NONE, input: {{ name: \"Once\", description: \"long enough text\", price: 1, \
             category: \"c\", brand: \"b\" }}) {{ {selection} }}"
        )
    };
    let document = format!(
        "mutation {{ {} ... {{ {} }} ...F }} fragment F on Mutation {{ {} }}",
        create("name"),
        create("price"),
        create("name brand")
    );
    let data = gateway.data(&document).await;
    assert_eq!(data, json!({ "createProduct": { "name": "Once", "price": 1.0, "brand": "b" } }));
    assert_eq!(gateway.engine.writes().len() - before, 1);
}

#[tokio::test]
async fn a_field_that_is_skipped_does_not_fail() {
    let document = "{ product(id: \"p05\") { id name @skip(if: true) ... @include(if: false) { label: name } } }";
    let (data, errors) = answer(NAMELESS, document).await;
    assert_eq!(data, json!({ "product": { "id": "p05" } }));
    assert_eq!(errors, []);
}

#[tokio::test]
async fn an_error_says_where_the_field_stands_in_the_document() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(NAMELESS);
    let answer = gateway.ask("{\n  product(id: \"p05\") {\n    id\n    name\n  }\n}").await;
    assert_eq!(answer["errors"][0]["locations"], json!([{ "line": 4, "column": 5 }]));
    let answer = gateway.ask("{ __type(name: \"ää\") { kind } product(id: \"p05\") { name } }").await;
    assert_eq!(answer["errors"][0]["locations"], json!([{ "line": 1, "column": 52 }]));
}

#[tokio::test]
async fn mutations_in_a_row_fail_each_for_itself() {
    let create = |alias: &str, name: &str| {
        format!(
            "{alias}: createProduct(visibility: NONE, input: {{ name: \"{name}\", description: \"long enough text\", \
             price: 1, category: \"c\", brand: \"b\" }}) {{ name }} "
        )
    };
    let document =
        format!("mutation {{ {}{}{} }}", create("a", "New"), create("b", "desk lamp 01"), create("c", "Newer"));
    let gateway = Gateway::start().await;
    let answer = gateway.ask(&document).await;
    assert_eq!(answer["data"], json!({ "a": { "name": "New" }, "b": null, "c": { "name": "Newer" } }));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{answer:#}");
    assert_eq!(answer["errors"][0]["path"], json!(["b"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "DUPLICATE_PRODUCT");
}

#[tokio::test]
async fn mutations_before_and_behind_a_panic_are_answered() {
    let change = |alias: &str| {
        format!("{alias}: updateProduct(id: \"p01\", visibility: NONE, input: {{ brand: \"{alias}\" }}) {{ brand }} ")
    };
    let document = format!(
        "mutation {{ {}{} missing: deleteProduct(id: \"none\", visibility: NONE) {{ id }} }}",
        change("a"),
        change("b")
    );
    let (data, errors) = answer(Fault::WritesPanicAfter(2), &document).await;
    assert_eq!(data, json!({ "a": { "brand": "a" }, "b": null, "missing": null }));
    assert_eq!(errors, [internal(json!(["b"])), internal(json!(["missing"]))]);
}

#[tokio::test]
async fn rows_of_a_list_fail_as_data_and_the_field_does_not() {
    let row = "{ name: \"n\", description: \"long enough text\", price: 1, category: \"c\", brand: \"b\" }";
    let other = row.replace("\"n\"", "\"m\"");
    let document = format!(
        "mutation {{ createProducts(visibility: NONE, inputs: [{row}, {other}]) \
         {{ succeeded failed rows {{ index product {{ name }} error {{ code details {{ field }} }} }} }} }}"
    );
    let (data, errors) = answer(Fault::ChangesFailAfter(1, EngineErrorKind::Unavailable), &document).await;
    let expected = json!({ "createProducts": { "succeeded": 1, "failed": 1, "rows": [
        { "index": 0, "product": { "name": "n" }, "error": null },
        { "index": 1, "product": null, "error": { "code": "SERVICE_UNAVAILABLE", "details": [] } },
    ] } });
    assert_eq!(data, expected);
    assert_eq!(errors, []);
}
