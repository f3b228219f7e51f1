//! What operations cost with the values of their variables, and what becomes of those that cost too much.

use aisle::{
    graphql::{ApiSettings, CostMode, DocumentLimits},
    http::HttpSettings,
};
use serde_json::{Value, json};

use crate::support::{
    documents::{limited, too_complex},
    gateway::{Gateway, code, joined},
};

/// The selections as those of the operation and as those of a fragment.
fn in_both_places(variables: &str, selections: &str) -> [String; 2] {
    [
        format!("query ({variables}) {{ {selections} }}"),
        format!("query ({variables}) {{ ...All }} fragment All on Query {{ {selections} }}"),
    ]
}

#[tokio::test]
async fn a_large_variable_used_many_times_is_refused() {
    let uses = joined((0..100).map(|n| format!("a{n}: products(query: $query, filter: $filter) {{ totalCount }} ")));
    let document = format!("query ($query: String, $filter: ProductFilter) {{ {uses} }}");
    too_complex(&document, json!({ "query": "x".repeat(1_000_000) })).await;
    let ids: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    too_complex(&document, json!({ "filter": { "id": { "in": ids } } })).await;
}

#[tokio::test]
async fn defaults_of_variables_count_like_given_values_in_fragments_too() {
    let ids = joined((0..100).map(|n| format!("\"id-{n}\" ")));
    let lists = joined((0..99).map(|n| format!("a{n}: productsByIds(ids: $ids) {{ id name sku brand price tags }} ")));
    for document in in_both_places(&format!("$ids: [ID!]! = [{ids}]"), &lists) {
        assert!(too_complex(&document, json!({})).await.1 > 99 * 100 * 6, "{document:.60}");
    }
    let pages = joined((0..20).map(|n| {
        format!("a{n}: products(first: $first) {{ nodes {{ id name price tags attributes {{ name value }} }} }} ")
    }));
    let gateway = Gateway::start().await;
    for document in in_both_places("$first: Int = 100", &pages) {
        too_complex(&document, json!({})).await;
        assert!(gateway.ask_with(&document, json!({ "first": 2 })).await.get("errors").is_none(), "{document:.60}");
    }
    let uses = joined((0..100).map(|n| format!("a{n}: products(query: $text) {{ totalCount }} ")));
    for document in in_both_places(&format!("$text: String = \"{}\"", "x".repeat(250_000)), &uses) {
        too_complex(&document, json!({})).await;
    }
}

#[tokio::test]
async fn the_defaults_of_another_operation_do_not_count() {
    let gateway = Gateway::start().await;
    let pages = joined((0..20).map(|n| {
        format!("a{n}: products(first: $first) {{ nodes {{ id name price tags attributes {{ name value }} }} }} ")
    }));
    let document = format!(
        "query Small($first: Int = 2) {{ ...All }} query Large($first: Int = 100) {{ ...All }} \
         fragment All on Query {{ {pages} }}"
    );
    for (name, is_refused) in [("Small", false), ("Large", true)] {
        let answer = gateway.post(json!({ "query": document, "operationName": name }).to_string()).await.json();
        assert_eq!(answer.get("data").is_none(), is_refused, "{name}: {answer:.200}");
    }
}

/// A list of products as full as a shop's are.
fn full_rows(count: usize) -> Value {
    let row = |number: usize| {
        let attributes: Vec<Value> =
            (0..20).map(|n| json!({ "name": format!("attribute {n}"), "value": format!("value {number}") })).collect();
        let tags: Vec<String> = (0..10).map(|n| format!("tag {n}")).collect();
        json!({
            "sku": format!("full-{number}"), "name": format!("Full Product {number}"), "description": "d".repeat(400),
            "price": 9.99, "category": "full", "brand": "Full", "inStock": true, "tags": tags,
            "attributes": attributes, "imageUrl": "https://images.example.com/full/product.jpg",
        })
    };
    (0..count).map(row).collect()
}

const EVERY_FIELD_OF_A_ROW: &str =
    "succeeded failed rows { index line error { code message details { field rule message } }
    product { id sku name description price currency category brand inStock tags attributes { name value } imageUrl
        createdAt updatedAt version } }";

#[tokio::test]
async fn a_full_list_of_new_products_passes_with_every_field_of_its_answer() {
    let gateway = Gateway::start().await;
    let document = format!(
        "mutation ($inputs: [CreateProductInput!]!) {{ createProducts(inputs: $inputs) {{ ...All }} }}
         fragment All on BulkResult {{ {EVERY_FIELD_OF_A_ROW} }}"
    );
    let answer = gateway.ask_with(&document, json!({ "inputs": full_rows(1_000) })).await;
    assert!(answer.get("errors").is_none(), "{:.500}", answer.to_string());
    assert_eq!(answer["data"]["createProducts"]["succeeded"], 1_000);
    // A list beyond the limit is told so, however much is selected.
    let rows: Vec<Value> = full_rows(1).as_array().unwrap().iter().cycle().take(1_500).cloned().collect();
    let answer = gateway.ask_with(&document, json!({ "inputs": rows })).await;
    assert_eq!(code(&answer), "VALIDATION_FAILED");
}

#[tokio::test]
async fn a_list_that_is_used_twice_weighs_and_so_do_the_rows_of_its_answers() {
    let twice = "mutation ($inputs: [CreateProductInput!]!) {
        one: createProducts(inputs: $inputs) { succeeded } two: createProducts(inputs: $inputs) { succeeded } }";
    too_complex(twice, json!({ "inputs": full_rows(1_000) })).await;
    let by_default = format!(
        "mutation ($inputs: [CreateProductInput!]! = [{}]) {{ {} }}",
        "{ name: \"n\", description: \"long enough\", price: 1, category: \"c\", brand: \"b\" } ".repeat(200),
        joined((0..90).map(|n| format!("a{n}: createProducts(inputs: $inputs) {{ succeeded }} ")))
    );
    too_complex(&by_default, json!({})).await;
    let rows = json!(
        (0..100)
            .map(|n| json!({ "sku": n.to_string(), "name": "n", "description": "long enough",
        "price": 1, "category": "c", "brand": "b", "inStock": true }))
            .collect::<Vec<_>>()
    );
    let all = joined((0..12).map(|n| format!("a{n}: upsertProducts(inputs: $i{n}) {{ {EVERY_FIELD_OF_A_ROW} }} ")));
    let names = joined((0..12).map(|n| format!("$i{n}: [ReplaceProductInput!]!")));
    let variables: Value = (0..12).map(|n| (format!("i{n}"), rows.clone())).collect::<serde_json::Map<_, _>>().into();
    let (limit, actual) = too_complex(&format!("mutation ({names}) {{ {all} }}"), variables).await;
    assert!(actual > limit && actual < 2 * limit, "{actual}: the lists themselves, each used once, are free");
}

#[tokio::test]
async fn a_large_variable_that_is_not_used_pays_for_nothing_else() {
    let gateway = Gateway::start().await;
    let pages = joined((0..20).map(|n| {
        format!("a{n}: products(first: 100) {{ nodes {{ id name price tags attributes {{ name value }} }} }} ")
    }));
    let junk = json!({ "junk": "x".repeat(3_000_000) });
    let unused = gateway.ask_with(&format!("query ($junk: String) {{ {pages} }}"), junk.clone()).await;
    assert_eq!(code(&unused), "GRAPHQL_VALIDATION_FAILED", "a variable has to be used");
    assert_eq!(code(&gateway.ask_with(&format!("{{ {pages} }}"), junk).await), "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn introspection_that_goes_round_in_circles_is_refused() {
    let fields = format!("{}name{}", "fields { type { ".repeat(6), "} }".repeat(6));
    too_complex(&format!("{{ __schema {{ types {{ {fields} }} }} }}"), json!({})).await;
}

/// The answer to a document of which the caller wants to know the cost.
async fn with_cost(gateway: &Gateway, document: &str, variables: Value) -> Value {
    let body = json!({ "query": document, "variables": variables, "extensions": { "cost": true } });
    gateway.post(body.to_string()).await.json()
}

#[tokio::test]
async fn the_cost_is_told_to_who_asks_and_is_the_last_that_passes() {
    let document = "query ($n: Int) { products(first: $n) { nodes { id name } pageInfo { hasNextPage } } }";
    let gateway = Gateway::start().await;
    assert!(gateway.ask(document).await.get("extensions").is_none());
    let cost = |answer: &Value| answer["extensions"]["cost"].clone();
    // A search is 100, each product 1 and its 2 fields, `nodes` 1, `pageInfo` 1 and its field; 10 products are a page.
    assert_eq!(cost(&with_cost(&gateway, document, json!({})).await), json!({ "requested": 133, "limit": 60_000 }));
    assert_eq!(cost(&with_cost(&gateway, document, json!({ "n": 20 })).await)["requested"], 163);
    assert_eq!(cost(&with_cost(&gateway, document, json!({ "n": 5_000 })).await)["requested"], 403);
    let gateway = limited(DocumentLimits { cost: 163, ..Default::default() }).await;
    assert!(with_cost(&gateway, document, json!({ "n": 20 })).await.get("errors").is_none());
    let refused = with_cost(&gateway, document, json!({ "n": 21 })).await;
    assert_eq!(code(&refused), "QUERY_TOO_COMPLEX");
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!((&extensions["limit"], &extensions["actual"]), (&json!(163), &json!(166)));
    assert_eq!(cost(&refused), json!({ "requested": 166, "limit": 163 }));
    assert!(with_cost(&gateway, "{ nothing }", json!({})).await.get("extensions").is_none());
}

#[tokio::test]
async fn costs_that_are_only_measured_refuse_nothing_but_the_other_limits_hold() {
    let document = DocumentLimits { cost: 1, aliases: 1, ..Default::default() };
    let settings = ApiSettings { document, cost_mode: CostMode::Measure, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    let answer = with_cost(&gateway, "{ products { totalCount } }", json!({})).await;
    assert_eq!(answer["extensions"]["cost"], json!({ "requested": 101, "limit": 1 }));
    assert_eq!(answer["data"]["products"]["totalCount"], 12);
    assert_eq!(code(&gateway.ask("{ a: __typename b: __typename }").await), "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn the_size_of_a_page_counts_wherever_it_is_given() {
    let gateway = Gateway::start().await;
    let requested = async |document: &str, variables: Value| {
        let answer = with_cost(&gateway, document, variables).await;
        answer["extensions"]["cost"]["requested"].as_u64().unwrap_or_else(|| panic!("{answer:#}"))
    };
    let literal = requested("{ products(first: 30) { nodes { id } } }", json!({})).await;
    assert_eq!(literal, 161);
    for document in [
        "query ($n: Int) { products(first: $n) { nodes { id } } }",
        "query ($n: Int) { products(last: $n) { nodes { id } } }",
        "query ($n: Int = 7) { products(first: $n) { nodes { id } } }",
    ] {
        assert_eq!(requested(document, json!({ "n": 30 })).await, literal, "{document}");
    }
    for document in [
        "query ($n: Int) { products(first: $n, last: 30) { nodes { id } } }",
        "query ($n: Int) { products(last: 30, first: $n) { nodes { id } } }",
        "query ($n: Int) { products(first: 30, last: $n) { nodes { id } } }",
        "query ($n: Int) { products(first: null, last: 30, page: $n) { nodes { id } } }",
        "query ($n: Int, $m: Int = 30) { products(first: $n, last: $m) { nodes { id } } }",
    ] {
        assert_eq!(requested(document, json!({})).await, literal, "{document}");
        assert_eq!(requested(document, json!({ "n": null })).await, literal, "{document}");
    }
    let by_default = "query ($n: Int = 30) { products(first: $n) { nodes { id } } }";
    assert_eq!(requested(by_default, json!({})).await, literal);
    let in_a_fragment = "query ($n: Int) { ...F } fragment F on Query { products(first: $n) { nodes { ...I } } }
        fragment I on Product { id }";
    assert_eq!(requested(in_a_fragment, json!({ "n": 30 })).await, literal + 1 + 30, "each spread costs 1");
    let ids = "query ($ids: [ID!]!) { productsByIds(ids: $ids) { id name } }";
    assert_eq!(requested(ids, json!({ "ids": ["1", "2", "3", "4"] })).await, 13);
    assert_eq!(requested("{ productsByIds(ids: [1, 2, 3, 4]) { id name } }", json!({})).await, 13);
}

#[tokio::test]
async fn facets_suggestions_and_similar_products_cost_what_they_may_answer() {
    let gateway = Gateway::start().await;
    let requested = async |document: &str, variables: Value| {
        let answer = with_cost(&gateway, document, variables).await;
        answer["extensions"]["cost"]["requested"].as_u64().unwrap_or_else(|| panic!("{answer:#}"))
    };
    for (document, cost) in [
        ("{ suggestions(prefix: \"a\") { text } }", 100 + 8 * 2),
        ("{ suggestions(prefix: \"a\", first: 20) { text product { id } } }", 100 + 20 * 4),
        ("{ suggestions(prefix: \"a\", first: 5000) { text } }", 100 + 20 * 2),
        ("{ product(id: 1) { similar { id } } }", 1 + 100 + 5 * 2),
        ("{ products(first: 10) { nodes { similar(first: 20) { id } } } }", 100 + 1 + 10 * (1 + 100 + 20 * 2)),
        ("{ products { facets { brand { value count } inStock { inStock } } } }", 100 + 1 + (20 + 10 * 3) + (20 + 2)),
        ("{ products { facets { tags(first: 9999) { value } } } }", 100 + 1 + 20 + 250 * 2),
        ("{ products { didYouMean } }", 100 + 100 + 1),
        (
            "{ products { facets { attributes(first: 3, values: 4) { name values { value } } } } }",
            100 + 1 + 20 + 3 * (1 + 2 + 4 * 2),
        ),
        ("{ products { facets { attributes(names: [\"a\", \"b\"]) { name } } } }", 100 + 1 + 20 + 2 * 2),
        ("{ products { facets { price(interval: 5) { buckets { count } } } } }", 100 + 1 + 20 + 1 + (200 * 2 + 1)),
    ] {
        assert_eq!(requested(document, json!({})).await, cost, "{document}");
    }
    let document = "query ($n: Int!, $names: [String!]) { products { facets { brand(first: $n) { value }
        attributes(names: $names) { name } } } }";
    let cost = |brands: u64, attributes: u64| 100 + 1 + 20 + brands * 2 + 20 + attributes * 2;
    assert_eq!(requested(document, json!({ "n": 30, "names": vec!["x"; 40] })).await, cost(30, 40));
    assert_eq!(requested(document, json!({ "n": 30, "names": null })).await, cost(30, 10));
}

#[tokio::test]
async fn the_fullest_page_of_a_shop_is_far_from_the_limit() {
    let gateway = Gateway::start().await;
    let choice = "{ value count selected }";
    let document = format!(
        "{{ products(query: \"lamp\", first: 100) {{ totalCount didYouMean
            edges {{ cursor score highlights {{ field fragments }} node {{ id name brand price currency inStock imageUrl
                tags attributes {{ name value }} similar(first: 5) {{ id name price }} }} }}
            facets {{ category {choice} brand(first: 250) {choice} tags(first: 50) {choice} inStock {{ inStock outOfStock }}
                price(interval: 5) {{ min max average buckets {{ from to count }} }}
                attributes(first: 50, values: 50) {{ name values {choice} }} }}
            pageInfo {{ hasNextPage endCursor pageCount }} report {{ tookMs complete exactCounts searches }} }} }}"
    );
    let answer = with_cost(&gateway, &document, json!({})).await;
    assert!(answer.get("errors").is_none(), "{:.500}", answer.to_string());
    let requested = answer["extensions"]["cost"]["requested"].as_u64().unwrap();
    assert!((20_000..40_000).contains(&requested), "{requested}");
}
