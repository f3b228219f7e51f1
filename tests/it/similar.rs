//! Products that are like others: asked for together, never the product itself or its twin, in stock first.

use std::sync::Arc;

use aisle::{
    catalog::{Catalog, CatalogSettings},
    change::OnDuplicate,
    exchange::ImportRow,
    product::{FieldSet, LookUp, NameRule, PartialProduct, ProductField, ProductId, RandomIds, SystemClock},
    search::SimilarQuery,
};
use serde_json::{Value, json};

use crate::support::{
    engines,
    gateway::{Gateway, code},
    products,
};

#[tokio::test]
async fn those_of_a_whole_page_are_one_request() {
    let gateway = Gateway::start().await;
    let document = "{ products(first: 10) { nodes { id similar(first: 3) { id name } } }
        product(id: \"p01\") { similar(first: 3) { name id } } node(id: \"p12\") { ... on Product { similar { price } } } }";
    let data = gateway.data(document).await;
    for product in data["products"]["nodes"].as_array().unwrap() {
        let similar = product["similar"].as_array().unwrap();
        assert_eq!(similar.len(), 3);
        assert!(similar.iter().all(|other| other["id"] != product["id"] && other["name"].is_string()));
    }
    assert_eq!(data["node"]["similar"].as_array().unwrap().len(), 5, "5 unless the caller says otherwise");
    let searches = gateway.engine.searches();
    assert_eq!(searches.len(), 2, "the page, and what is similar");
    assert_eq!(searches[1].len(), 12, "ten of the page and two that were looked up, none of them twice");
    let fields = |index: usize| searches[1][index].hits.as_ref().unwrap().fields;
    let read: FieldSet = [ProductField::Id, ProductField::Name].into_iter().collect();
    assert!((0..12).any(|index| fields(index) == read), "what is selected, and the name");
}

#[tokio::test]
async fn what_is_in_stock_comes_first() {
    let gateway = Gateway::start().await;
    let data = gateway.data("{ product(id: \"p01\") { similar(first: 20) { id inStock } } }").await;
    let similar = data["product"]["similar"].as_array().unwrap();
    assert_eq!(similar.len(), 11);
    assert_eq!(similar[10], json!({ "id": "p03", "inStock": false }));
}

#[tokio::test]
async fn a_bad_size_fails_alone() {
    let gateway = Gateway::start().await;
    for (first, rule) in [(0, "min"), (-1, "min"), (21, "max"), (10_000, "max")] {
        let document = format!("{{ product(id: \"p01\") {{ name similar(first: {first}) {{ id }} }} }}");
        let answer = gateway.ask(&document).await;
        assert_eq!(code(&answer), "VALIDATION_FAILED");
        assert_eq!(answer["errors"][0]["extensions"]["details"][0]["rule"], rule);
        assert_eq!(answer["data"]["product"], json!({ "name": "Desk Lamp 01", "similar": null }));
    }
}

#[tokio::test]
async fn similar_within_similar_is_refused_through_fragments_too() {
    let gateway = Gateway::start().await;
    for document in [
        "{ product(id: \"p01\") { similar { similar { id } } } }",
        "{ products { nodes { ...F } } } fragment F on Product { a: similar { id ...G } } fragment G on Product { b: similar { id } }",
    ] {
        let answer = gateway.ask(document).await;
        assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer:#}");
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((&extensions["limit"], &extensions["actual"]), (&json!(1), &json!(2)));
    }
    assert!(gateway.engine.searches().is_empty());
}

#[tokio::test]
async fn what_a_mutation_answers_has_similar_products_too() {
    let gateway = Gateway::start().await;
    let document =
        "mutation ($input: CreateProductInput!) { createProduct(input: $input) { name similar(first: 2) { name } } }";
    let input = json!({ "name": "Desk Lamp 99", "description": "A lamp like the others.", "price": 9, "category": "home", "brand": "Nox" });
    let answer = gateway.ask_with(document, json!({ "input": input })).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    assert_eq!(answer["data"]["createProduct"]["similar"].as_array().unwrap().len(), 2);
}

fn row(id: &str, name: &str, category: &str, in_stock: bool) -> Value {
    let mut row = products::kettle();
    for (field, value) in
        [("id", json!(id)), ("name", json!(name)), ("category", json!(category)), ("inStock", json!(in_stock))]
    {
        row[field] = value;
    }
    row.as_object_mut().unwrap().remove("sku");
    row
}

async fn found(catalog: &Catalog, id: &str, size: u32) -> Vec<String> {
    let look_up = LookUp::Id(ProductId::parse(id).unwrap());
    let product: PartialProduct = catalog.look_up(&[look_up], SimilarQuery::SOURCES).await.unwrap().remove(0).unwrap();
    let query = SimilarQuery { product: Arc::new(product), size, fields: FieldSet::empty() };
    let answer = catalog.similar(&[query]).await.unwrap().remove(0).unwrap();
    assert!(answer.complete);
    answer.products.iter().map(|product| product.id.as_str().to_owned()).collect()
}

#[tokio::test]
async fn every_engine_leaves_out_the_product_and_its_twins_and_puts_what_is_in_stock_first() {
    for engine in engines::all_with("similar", NameRule::Shared).await {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
        let catalog = Catalog::new(Arc::clone(&engine), CatalogSettings::default(), clock, ids);
        let twins = (0..8).map(|number| row(&format!("twin-{number}"), "copper  KETTLE", "kitchen", true));
        let others = [
            row("itself", "Copper Kettle", "kitchen", true),
            row("gone", "Copper Kettle Large", "kitchen", false),
            row("like", "Steel Kettle", "kitchen", true),
            row("near", "Copper Kettle Stand", "garden", true),
            row("far", "Garden Hose", "garden", true),
        ];
        let rows: Vec<ImportRow> =
            twins.chain(others).map(|row| ImportRow::parse(row.to_string().as_bytes()).unwrap()).collect();
        for outcome in catalog.import(rows, catalog.import_time(), OnDuplicate::Refuse).await.unwrap() {
            outcome.unwrap();
        }
        catalog.publish().await.unwrap();
        let similar = found(&catalog, "itself", 3).await;
        assert_eq!(similar.len(), 3, "{}: {similar:?}", engine.name());
        assert!(similar.iter().all(|id| id != "itself" && !id.starts_with("twin")), "{}: {similar:?}", engine.name());
        let all = found(&catalog, "itself", 20).await;
        assert_eq!(all.last().map(String::as_str), Some("gone"), "{}: {all:?}", engine.name());
    }
}
