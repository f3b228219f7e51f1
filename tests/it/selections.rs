//! What is not selected is not asked of the engine.

use aisle::{
    backend::Engine as _,
    product::{FieldSet, ProductField},
    search::{Counting, Facet, SearchPlan},
};
use serde_json::json;

use crate::support::gateway::{Gateway, rows};

/// The only search of an operation.
async fn plan(document: &str) -> SearchPlan {
    let gateway = Gateway::start().await;
    gateway.ask(document).await;
    let searches = gateway.engine.searches().concat();
    assert_eq!(searches.len(), 1, "{document}");
    searches[0].clone()
}

/// The facets that an engine is asked for when this is selected of a connection.
async fn facets(selection: &str) -> Vec<Facet> {
    let fragments = [
        ("...Facets", "fragment Facets on ProductConnection { facets { ...Brands } }"),
        ("...Brands", "fragment Brands on ProductFacets { brand { value } }"),
    ];
    let mut document = format!(
        "query ($no: Boolean = false, $yes: Boolean = true) {{
            products @skip(if: $no) @include(if: $yes) {{ report {{ tookMs }} {selection} }} }}"
    );
    for (spread, fragment) in fragments {
        if document.contains(spread) {
            document.push_str(fragment);
        }
    }
    plan(&document).await.facets.into_iter().map(|plan| plan.facet).collect()
}

#[tokio::test]
async fn a_list_alone_counts_nothing_and_looks_up_no_spelling() {
    let plan = plan("{ products(query: \"lamp\") { nodes { name } } }").await;
    assert!(plan.facets.is_empty());
    assert_ne!(plan.counting, Counting::Exact);
}

#[tokio::test]
async fn facets_are_seen_through_fragments_aliases_and_directives() {
    assert!(facets("facets { __typename }").await.is_empty());
    assert!(facets("facets @skip(if: $yes) { brand { value } }").await.is_empty());
    assert!(facets("facets { brand @include(if: $no) { value } tags @skip(if: true) { value } }").await.is_empty());
    assert_eq!(facets("...Facets").await.len(), 1);
    assert_eq!(facets("...Facets facets { ...Brands b: brand { count } }").await.len(), 1);
    assert_eq!(facets("facets { ...Brands b: brand(first: 11) { count } inStock { inStock } }").await.len(), 3);
    assert_eq!(facets("facets { price { min } } f: facets { price(ranges: []) { max } }").await.len(), 1);
    assert_eq!(
        facets(
            "facets { a: attributes(names: [\"x\"]) { name } b: attributes(names: [\"x\", \"x\"], first: 3) { name } }"
        )
        .await
        .len(),
        1
    );
}

#[tokio::test]
async fn highlights_read_the_texts_that_they_show_and_nothing_else_does() {
    let fields = async |selection: &str| {
        plan(&format!("{{ products(query: \"lamp\") {{ edges {{ {selection} }} }} }}"))
            .await
            .hits
            .map(|hits| hits.fields)
    };
    let texts: FieldSet = [ProductField::Name, ProductField::Description].into_iter().collect();
    assert_eq!(fields("highlights { field }").await, Some(texts));
    assert_eq!(fields("node { price } highlights { fragments }").await, Some(texts.with(ProductField::Price)));
    assert_eq!(fields("cursor highlights @skip(if: true) { field }").await, Some(FieldSet::empty()));
}

#[tokio::test]
async fn a_full_page_is_one_search() {
    let gateway = Gateway::start().await;
    let document = "{ products(query: \"lamp\", first: 10) { totalCount didYouMean
        edges { cursor score node { id name price } highlights { field fragments } }
        pageInfo { hasNextPage endCursor pageCount } report { tookMs complete exactCounts searches }
        facets { category { value count } brand { value count } tags { value count } inStock { inStock }
            price(interval: 5) { min max buckets { count } } attributes { name values { value count } } } } }";
    let data = gateway.data(document).await;
    assert_eq!(gateway.engine.searches().concat().len(), 1);
    assert_eq!(data["products"]["report"]["searches"], 1);
    assert_eq!(data["products"]["totalCount"], 12);
}

#[tokio::test]
async fn scores_are_wanted_where_they_are_read_or_the_order_goes_by_them() {
    let is_scored = async |arguments: &str, selection: &str| {
        plan(&format!("{{ products(query: \"lamp\"{arguments}) {{ {selection} }} }}")).await.is_scored()
    };
    let by_price = ", sort: { by: PRICE }";
    assert!(is_scored("", "nodes { id }").await, "by relevance");
    assert!(is_scored(", sort: [{ by: PRICE }, { by: RELEVANCE }]", "nodes { id }").await);
    assert!(is_scored(by_price, "edges { points: score }").await);
    assert!(!is_scored(by_price, "edges { score @skip(if: true) node { id } } nodes { id }").await);
    assert!(!is_scored("", "totalCount").await);
    assert!(!plan("{ products { edges { score } } }").await.is_scored(), "there are no words");
}

#[tokio::test]
async fn a_score_is_told_in_any_order_and_the_order_is_the_same_without_everywhere() {
    let document = "query ($sort: [ProductSort!]) {
        best: products(query: \"lamp 03\") { edges { score node { id } } }
        scored: products(query: \"lamp 03\", sort: $sort) { edges { score node { id } } }
        alone: products(query: \"lamp 03\", sort: $sort, first: 11) { edges { node { id } } }
        merged: products(query: \"lamp 03\", sort: $sort) { nodes { id } }
        wordless: products(sort: $sort) { edges { score } } }";
    for gateway in Gateway::everywhere("scores", &rows()).await {
        let name = gateway.engine.name();
        for by in ["PRICE", "NAME", "CREATED_AT"] {
            let answer = gateway.ask_with(document, json!({ "sort": [{ "by": by }] })).await;
            assert!(answer.get("errors").is_none(), "{name}: {answer:#}");
            let edges = |alias: &str| answer["data"][alias]["edges"].as_array().unwrap().clone();
            let ids = |alias: &str| edges(alias).iter().map(|edge| edge["node"]["id"].clone()).collect::<Vec<_>>();
            let nodes = answer["data"]["merged"]["nodes"].as_array().unwrap();
            assert_eq!(ids("scored"), ids("alone")[..10], "{name}: {by}");
            assert_eq!(ids("scored"), nodes.iter().map(|node| node["id"].clone()).collect::<Vec<_>>());
            let best = edges("best");
            assert_eq!(best[0]["node"]["id"], "p03", "{name}: {answer:#}");
            let third = edges("scored").into_iter().find(|edge| edge["node"]["id"] == "p03");
            if let Some(third) = third {
                assert_eq!(third["score"], best[0]["score"], "{name}: {by}");
            }
            assert!(edges("scored").iter().all(|edge| edge["score"].as_f64().unwrap() > 0.0), "{name}: {by}");
            assert!(edges("wordless").iter().all(|edge| edge["score"].is_null()), "{name}: {by}");
        }
    }
}
