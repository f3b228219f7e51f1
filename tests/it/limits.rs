//! Documents that ask for too much are refused before they cost anything, and those at a limit are not.

use std::fmt::Write;

use aisle::{
    graphql::{ApiSettings, DocumentLimits, Introspection},
    http::HttpSettings,
};
use serde_json::{Value, json};

use crate::support::{
    documents::{limited, too_complex},
    gateway::{Gateway, code, joined},
};

/// That the one document is answered and the other refused, with the limit and what it has.
async fn assert_limit(gateway: &Gateway, last: &str, first: &str, told: (u64, u64)) {
    gateway.data(last).await;
    let answer = gateway.ask(first).await;
    assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer:#}");
    assert!(answer.get("data").is_none());
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!((extensions["limit"].as_u64(), extensions["actual"].as_u64()), (Some(told.0), Some(told.1)));
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

#[tokio::test]
async fn values_of_a_fragment_count_for_each_operation_that_reaches_it() {
    let shared = |operations: usize, ids: usize| {
        let operations = joined((0..operations).map(|n| format!("query A{n}($a: ID! = 1) {{ ...F }} ")));
        format!("{operations} fragment F on Query {{ productsByIds(ids: [$a {}]) {{ id }} }}", "\"1\"".repeat(ids))
    };
    // A list and the variable in it are values too.
    let gateway = limited(DocumentLimits { tokens: 1_000, ..Default::default() }).await;
    let asked = async |document: String| {
        gateway.post(json!({ "query": document, "operationName": "A0" }).to_string()).await.json()
    };
    assert!(asked(shared(10, 98)).await.get("errors").is_none());
    let refused = asked(shared(10, 99)).await;
    assert_eq!(code(&refused), "QUERY_TOO_COMPLEX", "{refused:#}");
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!((&extensions["limit"], &extensions["actual"]), (&json!(1_000), &json!(1_010)));
    let uses = "$a ".repeat(250);
    let operations = joined((0..160).map(|n| format!("query A{n}($a:ID=\"\"){{...F}}")));
    let bomb = format!("{operations}fragment F on Query{{productsByIds(ids:[{uses}]){{id}}}}");
    assert_eq!(too_complex(&bomb, json!({})).await, (5_000, 160 * 251));
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
        let gateway = limited(DocumentLimits { tokens: 100_000, ..Default::default() }).await;
        assert_eq!(code(&gateway.ask(&document).await), "QUERY_TOO_COMPLEX");
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
    let gateway = limited(DocumentLimits { depth: 3, ..Default::default() }).await;
    gateway.data("{ products { nodes { id } } __schema { types { fields { type { name } } } } }").await;
    assert_eq!(code(&gateway.ask("{ products { nodes { attributes { name } } } }").await), "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn selections_are_nested_30_levels_at_most_whatever_the_settings() {
    let gateway = limited(DocumentLimits { depth: 1_000, recursion: 200, ..Default::default() }).await;
    let inline = |levels: usize| format!("{}{{ __typename }}{}", "{ ... ".repeat(levels - 1), "}".repeat(levels - 1));
    assert_limit(&gateway, &inline(30), &inline(31), (30, 31)).await;
    let of_type = |levels: usize| {
        let inside = format!("{}{{ name }}{}", "{ ofType ".repeat(levels - 4), "}".repeat(levels - 4));
        format!("{{ __schema {{ queryType {{ fields {{ type {inside} }} }} }} }}")
    };
    assert_limit(&gateway, &of_type(29), &of_type(30), (30, 31)).await;
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

#[tokio::test]
async fn a_limit_is_the_last_that_passes_and_both_numbers_are_told() {
    let gateway = Gateway::start().await;
    let directives =
        |count| format!("{{ __typename {} }}", "...F ".repeat(count) + "...@include(if: true) { __typename }");
    let once = " fragment F on Query { __typename @include(if: true) @skip(if: false) }";
    let odd = directives(49).replacen("__typename", "__typename @include(if: true)", 1) + once;
    assert_limit(&gateway, &odd, &(directives(50) + once), (100, 101)).await;
    let fields = |more: &str| {
        let half = "id ".repeat(997);
        format!("{{ products {{ nodes {{ ...F ...F {more} }} }} }} fragment F on Product {{ {half} }}")
    };
    assert_limit(&gateway, &fields("sku name"), &fields("sku name price"), (2_000, 2_001)).await;
    let values = |more: usize| {
        let list = |count: usize| format!("productsByIds(ids: [{}]) {{ id }}", "\"p01\" ".repeat(count));
        format!("{{ {} more: {} }} fragment F on Query {{ {} }}", "...F ".repeat(50), list(more), list(98))
    };
    assert_limit(&gateway, &values(49), &values(50), (5_000, 5_001)).await;
    let gateway = limited(DocumentLimits { recursion: 8, ..Default::default() }).await;
    let nested = |depth: usize| {
        let literal = format!("{}{{}}{}", "{not:".repeat(depth), "}".repeat(depth));
        format!("{{ products(filter: {literal}) {{ totalCount }} }}")
    };
    let mut depth = 1;
    while gateway.ask(&nested(depth + 1)).await.get("errors").is_none() {
        depth += 1;
    }
    assert!(depth < 8, "the limit of the catalogue comes later");
    assert_limit(&gateway, &nested(depth), &nested(depth + 1), (8, 9)).await;
    let gateway = limited(DocumentLimits { tokens: 40, depth: 3, aliases: 2, ..Default::default() }).await;
    let tokens = |count: usize| format!("{{{}}}", " __typename".repeat(count));
    assert_limit(&gateway, &tokens(18), &tokens(19), (40, 41)).await;
    let deep = |inside: &str| format!("{{ products {{ nodes {{ {inside} }} }} }}");
    assert_limit(&gateway, &deep("id"), &deep("attributes { name }"), (3, 4)).await;
    assert_limit(&gateway, "{ a: __typename b: __typename }", "{ a: __typename b: __typename c: __typename }", (2, 3))
        .await;
}

#[tokio::test]
async fn the_longest_document_passes() {
    let gateway = limited(DocumentLimits { bytes: 1_024, ..Default::default() }).await;
    let padded = |length: usize| format!("{{ __typename }}{}", " ".repeat(length - 14));
    gateway.data(&padded(1_024)).await;
    let answer = gateway.ask(&padded(1_025)).await;
    assert_eq!(code(&answer), "PAYLOAD_TOO_LARGE");
    assert_eq!(answer["errors"][0]["extensions"]["actual"], 1_025);
}

#[tokio::test]
async fn every_operation_of_a_document_counts_chosen_or_not() {
    let gateway = limited(DocumentLimits { fields: 20, directives: 4, aliases: 2, ..Default::default() }).await;
    let refused = async |document: &str| {
        let body = json!({ "query": document, "operationName": "Small" }).to_string();
        let answer = gateway.post(body).await.json();
        assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer:#}");
    };
    refused("query Small { __typename } query Large { a: __typename b: __typename c: __typename }").await;
    let shared = |count: usize, part: &str| {
        let operations = joined((0..count).map(|n| format!("query Q{n} {{ ...F }} ")));
        format!("query Small {{ ...F }} {operations} fragment F on Query {{ {part} }}")
    };
    refused(&shared(5, "errorCodes { code description }")).await;
    refused(&shared(4, "__typename @skip(if: false)")).await;
    let small = shared(3, "errorCodes { code } __typename @skip(if: false)");
    let answer = gateway.post(json!({ "query": small, "operationName": "Q2" }).to_string()).await.json();
    assert!(answer.get("errors").is_none(), "{answer:#}");
}

#[tokio::test]
async fn as_many_mistakes_are_told_as_the_operator_wants() {
    let gateway = limited(DocumentLimits { errors: 2, ..Default::default() }).await;
    let count = |answer: &Value| answer["errors"].as_array().unwrap().len();
    assert_eq!(count(&gateway.ask("{ a b c d }").await), 2);
    let dates = "{ products(filter: { createdAt: { gt: 1, gte: 2, lt: 3 } }) { totalCount } }";
    assert_eq!(count(&gateway.ask(dates).await), 2);
    let document = "query ($a: Int, $b: Int, $c: Int) { products(first: $a, last: $b, page: $c) { totalCount } }";
    assert_eq!(count(&gateway.ask_with(document, json!({ "a": "", "b": "", "c": "" })).await), 2);
}
