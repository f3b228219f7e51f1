//! Documents that ask for too much are refused before they cost anything.

use std::fmt::Write;

use aisle::{
    graphql::{ApiSettings, Introspection},
    http::HttpSettings,
};
use serde_json::{Value, json};

use crate::support::gateway::{Gateway, code, joined};

async fn too_complex(document: &str, variables: Value) -> (u64, u64) {
    let gateway = Gateway::start().await;
    let answer = gateway.ask_with(document, variables).await;
    assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer:#}");
    assert!(answer.get("data").is_none());
    let extensions = &answer["errors"][0]["extensions"];
    assert!(gateway.engine.searches().is_empty());
    (extensions["limit"].as_u64().unwrap(), extensions["actual"].as_u64().unwrap())
}

#[tokio::test]
async fn a_filter_nested_200_deep_is_refused_as_a_literal_and_as_a_variable() {
    let literal = format!("{}{{}}{}", "{not:".repeat(200), "}".repeat(200));
    let document = format!("{{ products(filter: {literal}) {{ totalCount }} }}");
    assert_eq!(too_complex(&document, json!({})).await.0, 64);
    let nested = (0..200).fold(json!({}), |inner, _| json!({ "not": inner }));
    let document = "query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }";
    assert_eq!(too_complex(document, json!({ "filter": nested })).await, (64, 203));
    let nine = (0..9).fold(json!({}), |inner, _| json!({ "not": inner }));
    let gateway = Gateway::start().await;
    let answer = gateway.ask_with(document, json!({ "filter": nine })).await;
    insta::assert_json_snapshot!("query_too_complex", answer);
}

#[tokio::test]
async fn brackets_that_would_end_the_stack_are_refused() {
    let document = format!("{{ products(sort: {}", "[".repeat(2_000));
    too_complex(&document, json!({})).await;
    let document = "{ products ".repeat(1_500);
    too_complex(&document, json!({})).await;
}

#[tokio::test]
async fn a_document_of_too_many_words_is_refused() {
    let (limit, actual) = too_complex(&format!("{{ errorCodes {{ {} }} }}", "code ".repeat(6_000)), json!({})).await;
    assert_eq!(limit, 5_000);
    assert!(actual > limit);
}

/// A chain of fragments of which each spreads the next one twice.
fn chain(links: usize, last: &str) -> String {
    let mut document = String::from("query { products { nodes { ...F0 } } }");
    for link in 0..links {
        let next = link + 1;
        write!(document, " fragment F{link} on Product {{ ...F{next} ...F{next} }}").unwrap();
    }
    write!(document, " fragment F{links} on Product {{ {last} }}").unwrap();
    document
}

#[tokio::test]
async fn a_chain_of_fragments_that_doubles_is_refused_at_once() {
    let started = std::time::Instant::now();
    too_complex(&chain(24, "__typename"), json!({})).await;
    let unused = chain(24, "id").replace("...F0 }", "id }");
    too_complex(&unused, json!({})).await;
    assert!(started.elapsed().as_secs() < 5, "unfolding it would take minutes");
    let gateway = Gateway::start().await;
    gateway.data(&chain(3, "id")).await;
}

#[tokio::test]
async fn a_long_chain_of_fragments_is_refused_whatever_its_order() {
    for order in [false, true] {
        let mut links: Vec<String> =
            (0..600).map(|n| format!("fragment F{n} on Product {{ ...F{} }} ", n + 1)).collect();
        if order {
            links.reverse();
        }
        let document =
            format!("{{ products {{ nodes {{ ...F0 }} }} }} {} fragment F600 on Product {{ id }}", links.concat());
        let gateway = Gateway::start_with(
            ApiSettings {
                document: aisle::graphql::DocumentLimits { tokens: 100_000, ..Default::default() },
                ..ApiSettings::default()
            },
            HttpSettings::default(),
        )
        .await;
        assert_eq!(code(&gateway.ask(&document).await), "QUERY_TOO_COMPLEX");
    }
}

#[tokio::test]
async fn a_large_variable_used_many_times_is_refused() {
    let uses = joined((0..100).map(|n| format!("a{n}: products(query: $query, filter: $filter) {{ totalCount }} ")));
    let document = format!("query ($query: String, $filter: ProductFilter) {{ {uses} }}");
    too_complex(&document, json!({ "query": "x".repeat(1_000_000) })).await;
    let ids: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    too_complex(&document, json!({ "filter": { "id": { "in": ids } } })).await;
}

/// The selections as those of the operation and as those of a fragment.
fn in_both_places(variables: &str, selections: &str) -> [String; 2] {
    [
        format!("query ({variables}) {{ {selections} }}"),
        format!("query ({variables}) {{ ...All }} fragment All on Query {{ {selections} }}"),
    ]
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

#[tokio::test]
async fn fragments_in_a_circle_are_refused() {
    let gateway = Gateway::start().await;
    let document = "{ products { nodes { ...A } } } fragment A on Product { ...B } fragment B on Product { ...A }";
    let answer = gateway.ask(document).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn depth_aliases_root_fields_and_cost_have_limits() {
    let fields = |count: usize| joined((0..count).map(|n| format!("a{n}: errorCodes {{ code }} ")));
    let gateway = Gateway::start().await;
    gateway.data(&format!("{{ {} }}", fields(100))).await;
    assert_eq!(too_complex(&format!("{{ {} }}", fields(101)), json!({})).await, (100, 101));
    let repeated = format!("{{ {} }}", "errorCodes { code } ".repeat(101));
    assert_eq!(too_complex(&repeated, json!({})).await, (100, 101));
    let pages = joined((0..20).map(|n| {
        format!("a{n}: products(first: $n) {{ nodes {{ id name price tags attributes {{ name value }} }} }} ")
    }));
    let (limit, actual) = too_complex(&format!("query ($n: Int!) {{ {pages} }}"), json!({ "n": 100 })).await;
    assert_eq!(limit, 60_000);
    assert!(actual > limit);
    let small = format!("query ($n: Int = 2) {{ {pages} }}");
    assert!(gateway.ask(&small).await.get("errors").is_none());
    let deep = ApiSettings {
        document: aisle::graphql::DocumentLimits { depth: 3, ..Default::default() },
        ..ApiSettings::default()
    };
    let gateway = Gateway::start_with(deep, HttpSettings::default()).await;
    gateway.data("{ products { nodes { id } } __schema { types { fields { type { name } } } } }").await;
    assert_eq!(code(&gateway.ask("{ products { nodes { attributes { name } } } }").await), "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn introspection_that_goes_round_in_circles_is_refused() {
    let fields = format!("{}name{}", "fields { type { ".repeat(6), "} }".repeat(6));
    too_complex(&format!("{{ __schema {{ types {{ {fields} }} }} }}"), json!({})).await;
}

#[tokio::test]
async fn introspection_can_be_turned_off() {
    let settings = ApiSettings { introspection: Introspection::Refused, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    assert_eq!(code(&gateway.ask("{ __schema { types { name } } }").await), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(
        code(&gateway.ask("{ ...F } fragment F on Query { __type(name: \"Query\") { name } }").await),
        "GRAPHQL_VALIDATION_FAILED"
    );
    gateway.data("{ __typename }").await;
    assert_eq!(gateway.get("/schema.graphql").await.status, 404);
}

#[tokio::test]
async fn a_document_that_is_too_long_is_refused() {
    let gateway = Gateway::start().await;
    let answer = gateway.ask(&format!("{{ errorCodes {{ code }} }} #{}", "x".repeat(256 * 1024))).await;
    assert_eq!(code(&answer), "PAYLOAD_TOO_LARGE");
    assert_eq!(answer["errors"][0]["extensions"]["limit"], 256 * 1024);
}

#[tokio::test]
async fn thousands_of_equal_or_conflicting_fields_are_answered_soon() {
    let started = std::time::Instant::now();
    let gateway = Gateway::start().await;
    let equal = format!("{{ products {{ nodes {{ {} }} }} }}", "name ".repeat(4_000));
    gateway.ask(&equal).await;
    let conflicting = joined((0..1_200).map(|n| format!("x: product(id: {n}) {{ id }} ")));
    gateway.ask(&format!("{{ {conflicting} }}")).await;
    assert!(started.elapsed().as_secs() < 10, "took {:?}", started.elapsed());
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
    for document in [format!("query ($junk: String) {{ {pages} }}"), format!("{{ {pages} }}")] {
        assert_eq!(code(&gateway.ask_with(&document, junk.clone()).await), "QUERY_TOO_COMPLEX");
    }
}
