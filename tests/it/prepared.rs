//! A document is prepared once and asked with many values; whatever is wrong with them is found before anything runs.

use aisle::{
    graphql::{ApiSettings, DocumentLimits},
    http::HttpSettings,
};
use serde_json::{Value, json};

use crate::support::gateway::{Gateway, code};

#[tokio::test]
async fn a_document_answers_each_time_with_the_values_of_its_request() {
    for prepared_bytes in [0, 32 * 1024 * 1024] {
        let settings = ApiSettings { prepared_bytes, ..ApiSettings::default() };
        let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
        let document = "query ($id: ID!, $all: Boolean = false) { product(id: $id) { ...F } }
            fragment F on Product { id name @include(if: $all) }";
        for (id, name) in [("p01", "Desk Lamp 01"), ("p02", "Desk Lamp 02"), ("p01", "Desk Lamp 01")] {
            let short = gateway.ask_with(document, json!({ "id": id })).await;
            assert_eq!(short["data"]["product"], json!({ "id": id }));
            let long = gateway.ask_with(document, json!({ "id": id, "all": true })).await;
            assert_eq!(long["data"]["product"], json!({ "id": id, "name": name }));
        }
    }
}

#[tokio::test]
async fn the_operations_of_a_document_share_their_fragments_and_nothing_else() {
    let gateway = Gateway::start().await;
    let document = "query One($n: Int = 1) { products(first: $n) { ...P } } fragment I on Product { id }
        query Two($n: Int = 2) { products(first: $n) { ...P } } fragment P on ProductConnection { nodes { ...I } }
        query None { __typename }";
    for (name, count) in [("One", 1), ("Two", 2), ("One", 1)] {
        let answer = gateway.post(json!({ "query": document, "operationName": name }).to_string()).await.json();
        assert_eq!(answer["data"]["products"]["nodes"].as_array().unwrap().len(), count, "{answer:#}");
    }
    let answer = gateway.post(json!({ "query": document, "operationName": "None" }).to_string()).await.json();
    assert_eq!(answer["data"], json!({ "__typename": "Query" }));
    for name in [json!(null), json!("Three")] {
        let answer = gateway.post(json!({ "query": document, "operationName": name }).to_string()).await.json();
        assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn an_argument_whose_variable_is_left_out_has_its_default() {
    let gateway = Gateway::start().await;
    let create = "mutation ($name: String!, $visibility: WriteVisibility, $stock: Boolean, $sku: String) {
        createProduct(visibility: $visibility, input: { name: $name, description: \"long enough\", price: 1,
            category: \"c\", brand: \"b\", inStock: $stock, sku: $sku }) { inStock sku } }";
    let answer = gateway.ask_with(create, json!({ "name": "left out" })).await;
    assert_eq!(answer["data"]["createProduct"], json!({ "inStock": true, "sku": null }), "{answer:#}");
    let given = json!({ "name": "given", "visibility": "NONE", "stock": false, "sku": "G" });
    let answer = gateway.ask_with(create, given).await;
    assert_eq!(answer["data"]["createProduct"], json!({ "inStock": false, "sku": "G" }), "{answer:#}");
    for null in [json!({ "name": "null", "visibility": null }), json!({ "name": "null", "stock": null })] {
        let answer = gateway.ask_with(create, null).await;
        assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
        assert!(answer.get("data").is_none());
        assert!(answer["errors"][0]["locations"][0]["line"].is_u64());
    }
    let update = "mutation ($sku: String) { updateProduct(id: \"p01\", input: { sku: $sku, brand: \"B\" }) { sku } }";
    let kept = gateway.ask_with(update, json!({})).await;
    assert_eq!(kept["data"]["updateProduct"]["sku"], "SKU-01", "{kept:#}");
    let cleared = gateway.ask_with(update, json!({ "sku": null })).await;
    assert_eq!(cleared["data"]["updateProduct"]["sku"], Value::Null, "{cleared:#}");
}

#[tokio::test]
async fn values_of_variables_are_taken_and_refused_as_graphql_js_does() {
    let gateway = Gateway::start().await;
    let asked = async |declared: &str, field: &str, value: Value| {
        let document = format!("query ($v: {declared}) {{ {field} }}");
        gateway.ask_with(&document, json!({ "v": value })).await
    };
    let first = "products(first: $v) { totalCount }";
    let filter = "products(filter: $v) { totalCount }";
    let id = "product(id: $v) { id }";
    let taken = [
        ("Int", first, json!(3)),
        ("Int", first, json!(3.0)),
        ("Int", first, Value::Null),
        ("ID!", id, json!("p01")),
        ("ID!", id, json!(7)),
        ("ID!", id, json!(-7.0)),
        ("[ID!]!", "productsByIds(ids: $v) { id }", json!("p01")),
        ("ProductFilter", filter, json!({ "price": { "gte": 5 }, "category": { "in": "home" }, "not": null })),
        ("ProductFilter", filter, json!({ "or": { "inStock": true } })),
        ("DateTime", "products(filter: { createdAt: { gt: $v } }) { totalCount }", json!("2026-01-01T00:00:00Z")),
        ("[ProductSort!]", "products(sort: $v) { totalCount }", json!([{ "by": "PRICE", "direction": "DESC" }])),
        ("Boolean!", "__typename @include(if: $v)", json!(true)),
    ];
    for (declared, field, value) in taken {
        let answer = asked(declared, field, value.clone()).await;
        assert!(answer.get("errors").is_none(), "{value}: {answer:#}");
    }
    let refused = [
        ("Int", first, json!(3.5), "$v: 3.5 is no Int"),
        ("Int", first, json!(2_147_483_648_u64), "$v: 2147483648 is no Int"),
        ("Int", first, json!("3"), "$v: '3' is no Int"),
        ("Int", first, json!([3]), "$v: a list is no Int"),
        ("Int!", first, Value::Null, "$v: null is no Int!"),
        ("ID!", id, json!(1.5), "$v: 1.5 is no ID"),
        ("ID!", id, json!(true), "$v: true is no ID"),
        ("[ID!]!", "productsByIds(ids: $v) { id }", json!(["p01", null]), "$v[1]: null is no ID!"),
        ("ProductFilter", filter, json!({ "prize": 1 }), "$v: a ProductFilter has no field 'prize'"),
        ("ProductFilter", filter, json!([{}]), "$v: a list is no ProductFilter"),
        ("ProductFilter", filter, json!({ "price": { "gte": "5" } }), "$v.price.gte: '5' is no Float"),
        ("ProductFilter", filter, json!({ "and": [{}, { "not": { "brand": 1 } }] }), "$v.and[1].not.brand: 1 is no"),
        ("ProductFilter", filter, json!({ "attributes": [{ "name": "n" }] }), "$v.attributes[0].in: a [String!]! is"),
        ("ProductFilter", filter, json!({ "createdAt": { "gt": 5 } }), "$v.createdAt.gt: 5 is no DateTime"),
        ("[ProductSort!]", "products(sort: $v) { totalCount }", json!([{ "by": "price" }]), "$v[0].by: 'price' is no"),
        ("Boolean!", "__typename @include(if: $v)", json!("true"), "$v: 'true' is no Boolean"),
    ];
    for (declared, field, value, told) in refused {
        let answer = asked(declared, field, value.clone()).await;
        assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED", "{value}");
        assert!(answer.get("data").is_none());
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("the variable {told}")), "{value}: {message}");
        assert_eq!(answer["errors"][0]["locations"], json!([{ "line": 1, "column": 8 }]), "{value}");
    }
}

#[tokio::test]
async fn a_wrong_literal_is_named_by_its_kind_and_never_repeated_in_full() {
    let gateway = Gateway::start().await;
    for (value, shown) in [
        ("[[\"2026-01-01T00:00:00Z\"]]", "a list"),
        ("{ a: \"2026-01-01T00:00:00Z\" }", "an object"),
        ("5", "5"),
        ("2.5", "2.5"),
        ("NOW", "NOW"),
    ] {
        let document = format!("{{ products(filter: {{ createdAt: {{ gt: {value} }} }}) {{ totalCount }} }}");
        let answer = gateway.ask(&document).await;
        assert_eq!(answer["errors"][0]["message"], format!("a DateTime is a text, {shown} is none"));
    }
}

#[tokio::test]
async fn no_more_wrong_literals_are_told_than_the_limit_of_mistakes() {
    let gateway = Gateway::start().await;
    let lists = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let document = format!("{{ products(filter: {{ createdAt: {{ gt: {lists} }} }}) {{ totalCount }} }}");
    assert_eq!(gateway.ask(&document).await["errors"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_place_is_told_in_characters_whatever_found_the_mistake() {
    let gateway = Gateway::start().await;
    for (document, wrong) in [
        ("{ products(query: \"ää\") { nope } }", "nope"),
        ("{ products(query: \"ää\") { ! } }", "! }"),
        ("{ products(query: \"ää\") { a(b) } }", ") } }"),
        ("{ products(query: \"ää\", filter: { createdAt: { gt: 5 } }) { totalCount } }", "5 }"),
        ("query ($v: ID = null) { products(query: \"ää\") { totalCount } product(id: $v) { id } }", "$v) {"),
        (
            "query ($q: String = \"ää\", $v: ID!) { products(query: $q) { totalCount } product(id: $v) { id } }",
            "$v: ID!",
        ),
        (
            "query ($v: Int = 1, $w: [ID!]! = [\"ää\", 2.5]) { productsByIds(ids: $w) { id } products(first: $v) { totalCount } }",
            "2.5",
        ),
    ] {
        let (before, _) = document.split_once(wrong).unwrap();
        let answer = gateway.ask(document).await;
        let expected = json!([{ "line": 1, "column": before.chars().count() + 1 }]);
        assert_eq!(answer["errors"][0]["locations"], expected, "{document}: {answer:#}");
    }
}

#[tokio::test]
async fn a_moment_that_is_no_text_is_found_before_anything_runs() {
    let gateway = Gateway::start().await;
    let field = |value: &str| {
        format!("{{ products(filter: {{ createdAt: {value} }}) {{ totalCount }} errorCodes {{ code }} }}")
    };
    for value in ["{ gt: 5 }", "{ gt: true }", "{ gt: [\"2026-01-01T00:00:00Z\"] }", "{ gt: { a: 1 } }", "{ gt: NOW }"]
    {
        let answer = gateway.ask(&field(value)).await;
        assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED", "{value}");
        assert!(answer.get("data").is_none(), "{value}");
        assert!(answer["errors"][0].get("path").is_none());
        assert!(answer["errors"][0]["locations"][0]["column"].is_u64());
    }
    let default = "query ($at: DateTime = 5) { products(filter: { createdAt: { gt: $at } }) { totalCount } }";
    assert_eq!(code(&gateway.ask(default).await), "GRAPHQL_VALIDATION_FAILED");
    gateway.data(&field("{ gt: null, lt: \"2026-01-01T00:00:00Z\" }")).await;
    // Whether a text is a moment is a rule of the argument.
    let answer = gateway.ask(&field("{ gt: \"soon\" }")).await;
    assert_eq!(code(&answer), "VALIDATION_FAILED");
    assert!(answer["data"]["errorCodes"].is_array());
}

#[tokio::test]
async fn field_errors_are_all_told_however_few_mistakes_of_a_document_are() {
    let document = DocumentLimits { errors: 1, ..DocumentLimits::default() };
    let settings = ApiSettings { document, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    let answer = gateway.ask("{ a: products(first: 0) { totalCount } b: products(first: 0) { totalCount } }").await;
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}
