//! What the API answers, over an embedded engine.

use aisle::failure::ErrorCode;
use serde_json::{Value, json};

use crate::support::gateway::{Gateway, PRODUCTS, code};

const EVERY_FIELD: &str = "id sku name description price currency category brand inStock tags
    attributes { name value } imageUrl createdAt updatedAt version __typename";

#[tokio::test]
async fn a_product_has_every_field_of_the_schema() {
    let gateway = Gateway::start().await;
    let data = gateway.data(&format!(r#"{{ product(id: "p03") {{ {EVERY_FIELD} }} }}"#)).await;
    insta::assert_json_snapshot!(data);
}

#[tokio::test]
async fn a_product_is_found_by_each_of_its_names_and_an_unknown_one_is_null() {
    let gateway = Gateway::start().await;
    let data = gateway
        .data(
            r#"{
                id: product(id: "p01") { id }
                sku: productBySku(sku: " sku - 01 ") { id }
                name: productByName(name: "DESK  lamp 01") { id }
                node(id: "p01") { __typename id ... on Product { name } }
                list: productsByIds(ids: ["p02", "none", "p01", "p02", "not an id"]) { id }
                nodes(ids: ["none", "p01"]) { id }
                noId: product(id: "no such product") { id }
                noSku: productBySku(sku: "none") { id }
                blankSku: productBySku(sku: "  ") { id }
                noName: productByName(name: "none") { id }
                noNode: node(id: "ü") { id }
            }"#,
        )
        .await;
    insta::assert_json_snapshot!(data);
}

#[tokio::test]
async fn a_list_comes_in_pages_that_lead_to_each_other() {
    let gateway = Gateway::start().await;
    let page = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor page pageSize pageCount }
        totalCount report { complete }";
    let first = gateway.data(&format!("{{ products(first: 5) {{ {page} }} }}")).await;
    let first = &first["products"];
    assert_eq!(ids(first), ["p12", "p11", "p10", "p09", "p08"]);
    let info = &first["pageInfo"];
    assert_eq!(info["hasNextPage"], true);
    assert_eq!(info["hasPreviousPage"], false);
    assert_eq!((&info["page"], &info["pageSize"], &info["pageCount"]), (&json!(1), &json!(5), &json!(3)));
    assert_eq!((&first["totalCount"], &first["report"]["complete"]), (&json!(PRODUCTS), &json!(true)));

    let after = format!("{{ products(first: 5, after: {}) {{ {page} }} }}", info["endCursor"]);
    let second = &gateway.data(&after).await["products"];
    assert_eq!(ids(second), ["p07", "p06", "p05", "p04", "p03"]);
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    assert_eq!(second["pageInfo"]["page"], Value::Null);

    let by_number = &gateway.data(&format!("{{ products(first: 5, page: 3) {{ {page} }} }}")).await["products"];
    assert_eq!(ids(by_number), ["p02", "p01"]);
    assert_eq!((&by_number["pageInfo"]["page"], &by_number["pageInfo"]["hasNextPage"]), (&json!(3), &json!(false)));

    let before = format!("{{ products(last: 2, before: {}) {{ {page} }} }}", second["pageInfo"]["startCursor"]);
    let back = &gateway.data(&before).await["products"];
    assert_eq!(ids(back), ["p09", "p08"]);
    assert_eq!(back["pageInfo"]["hasNextPage"], true);
    assert_eq!(back["pageInfo"]["hasPreviousPage"], true);

    let end = &gateway.data(&format!("{{ products(last: 20) {{ {page} }} }}")).await["products"];
    assert_eq!(ids(end).len(), PRODUCTS);
    assert_eq!(end["pageInfo"]["hasNextPage"], false);
    assert_eq!(end["pageInfo"]["hasPreviousPage"], false);
    assert_eq!(end["pageInfo"]["page"], Value::Null);
}

fn ids(connection: &Value) -> Vec<&str> {
    connection["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn words_find_products_with_scores_and_a_whole_name_comes_first() {
    let gateway = Gateway::start().await;
    let data = gateway.data(r#"{ products(query: "desk lamp 07") { edges { node { id } score cursor } } }"#).await;
    let best = &data["products"]["edges"][0];
    assert_eq!(best["node"]["id"], "p07");
    assert!(best["score"].as_f64().unwrap() > 0.0);
    assert!(!best["cursor"].as_str().unwrap().is_empty());
    let unranked = gateway.data("{ products { edges { score } } }").await;
    assert_eq!(unranked["products"]["edges"][0]["score"], Value::Null);
}

#[tokio::test]
async fn filters_and_orders_reach_the_engine_as_literals_and_as_variables() {
    let gateway = Gateway::start().await;
    let literal = gateway
        .data(
            r#"{ products(
                filter: { brand: { in: "Lumen" }, not: { id: { eq: "p02" } }, category: { eq: "HOME" }, inStock: true,
                    price: { gte: 12, lt: 19 }, tags: { allOf: ["desk"] }, sku: { notIn: ["sku-08"] },
                    createdAt: { gt: "2026-01-01T00:00:00+01:00" }, attributes: [{ name: "colour", in: ["red"] }] }
                sort: [{ by: PRICE, direction: DESC }, { by: NAME }]
            ) { nodes { id } } }"#,
        )
        .await;
    assert_eq!(ids(&literal["products"]), ["p06", "p04"]);
    let document = "query ($filter: ProductFilter, $sort: [ProductSort!], $first: Int = 2) {
        products(filter: $filter, sort: $sort, first: $first) { nodes { id } } }";
    let variables = json!({
        "filter": { "or": [{ "id": { "in": ["p05", "p01", "p09"] } }], "updatedAt": { "lte": "2099-01-01T00:00:00Z" } },
        "sort": { "by": "NAME" },
    });
    let answer = gateway.ask_with(document, variables).await;
    assert_eq!(ids(&answer["data"]["products"]), ["p01", "p05"]);
}

#[tokio::test]
async fn every_way_to_write_a_value_is_understood() {
    let gateway = Gateway::start().await;
    for (document, count) in [
        (r#"{ products(query: "lamp \u{1F600} \uD83D\uDE00 \u0041") { totalCount } }"#, 12),
        (
            r#"{ products(query: """
   desk
  lamp \""" """) { totalCount } }"#,
            12,
        ),
        ("{ products(filter: { id: { in: [5, 99999999999999999999999] } }) { totalCount } }", 0),
        ("{ products(filter: { price: { gte: -0, lte: 1e30, lt: 99999999999999999999 } }) { totalCount } }", 12),
        ("{ products(filter: { and: { brand: { eq: null } } }, first: null) { totalCount } }", 12),
        (
            "query ($none: String, $list: [String!]) { products(filter: { brand: { eq: $none, in: $list } }) { totalCount } }",
            12,
        ),
        ("query ($none: String) { products(filter: { brand: { in: [\"Nox\"] } }, query: $none) { totalCount } }", 6),
        ("query ($filter: ProductFilter = { brand: { eq: \"Nox\" } }) { products(filter: $filter) { totalCount } }", 6),
    ] {
        assert_eq!(gateway.data(document).await["products"]["totalCount"], count, "{document}");
    }
    let minus_nought = gateway.ask("{ products(first: -0) { totalCount } }").await;
    assert_eq!(code(&minus_nought), "VALIDATION_FAILED");
}

#[tokio::test]
async fn every_error_code_is_listed_with_its_meaning() {
    let gateway = Gateway::start().await;
    let data = gateway.data("{ errorCodes { code category severity retryable recoverable status description } }").await;
    insta::assert_json_snapshot!(data);
}

#[tokio::test]
async fn the_codes_of_errors_are_those_of_the_schema_each_once() {
    let gateway = Gateway::start().await;
    let data = gateway.data(r#"{ errorCodes { code } __type(name: "ErrorCode") { enumValues { name } } }"#).await;
    let names = |list: &Value, field: &str| {
        let mut names: Vec<String> =
            list.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let mut declared = ErrorCode::ALL.map(|code| code.definition().name.to_owned()).to_vec();
    declared.sort();
    assert_eq!(names(&data["errorCodes"], "code"), declared);
    assert_eq!(names(&data["__type"]["enumValues"], "name"), declared);
    declared.dedup();
    assert_eq!(declared.len(), ErrorCode::ALL.len());
}

#[tokio::test]
async fn the_schema_can_be_asked_for_by_every_client() {
    let gateway = Gateway::start().await;
    let data = gateway.data(INTROSPECTION).await;
    assert_eq!(data["__schema"]["queryType"]["name"], "Query");
    assert_eq!(data["__schema"]["mutationType"]["name"], "Mutation");
    assert!(data["__schema"]["subscriptionType"].is_null());
    let one = gateway.data(r#"{ __type(name: "DateTime") { kind specifiedByURL } __typename }"#).await;
    assert_eq!(one["__type"]["kind"], "SCALAR");
}

/// The query that `graphql-js` sends (`getIntrospectionQuery`), as tools do.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema {
    description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
    fragment FullType on __Type { kind name description specifiedByURL
        fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
        inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

#[tokio::test]
async fn a_date_that_is_no_text_is_refused_like_any_wrong_type() {
    let gateway = Gateway::start().await;
    let literal =
        gateway.ask("{ products(filter: { createdAt: { gt: 5 } }) { totalCount } errorCodes { code } }").await;
    assert_eq!(code(&literal), "GRAPHQL_VALIDATION_FAILED");
    assert!(literal.get("data").is_none());
    let variable = "query ($at: DateTime) { products(filter: { createdAt: { gt: $at } }) { totalCount } }";
    assert_eq!(code(&gateway.ask_with(variable, json!({ "at": 5 })).await), "GRAPHQL_VALIDATION_FAILED");
}
