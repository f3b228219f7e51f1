//! What nodes answer to plans: facets, near words and scores, on one shard and on three.

mod clauses;
mod facets;
mod requests;

use std::{collections::BTreeSet, sync::Arc};

use aisle::{
    backend::ProductReader as _,
    engine::elastic::{ElasticEngine, ElasticSettings},
    product::{Attribute, FieldSet, Price, Product, ProductContent, ProductField, ProductId, Timestamp},
    search::{Condition, FacetPlan, Filter, HitsPlan, Place, SearchPlan, SearchResults, SortKey, Window},
};

use crate::support::{
    node::{self, Node, TestIndices},
    recording_proxy::RecordingProxy,
    writes::Writes as _,
};

/// Sku, name, brand, price in cents, whether it is in stock, tags, colours.
type Row = (&'static str, &'static str, &'static str, i64, bool, &'static [&'static str], &'static [&'static str]);

const SHELF: [Row; 8] = [
    ("S1", "Red running shoe", "Acme", 4_999, true, &["new", "run"], &["red", "white"]),
    ("S2", "Blue running shoe", "Acme", 5_999, false, &["run"], &["blue"]),
    ("S3", "Red leather shoe", "Brass & Co", 9_950, true, &["new"], &["red"]),
    ("S4", "Shoe cabinet", "Élan", 19_900, true, &[], &["white"]),
    ("S5", "Wireless keyboard", "Élan", 4_999, true, &["new", "office"], &[]),
    ("S6", "Keyboard cover", "brass.co", 1, false, &["office"], &["black"]),
    ("S7", "Desk lamp", "Acme", 2_500, true, &["a.b", "office"], &["black", "red"]),
    ("S8", "Lamp shade", "\"quoted\"", 2_499, true, &["a-b"], &["red"]),
];

fn product((sku, name, brand, price, in_stock, tags, colours): Row) -> Product {
    let attribute = |name: &str, value: &str| Attribute { name: name.to_owned(), value: value.to_owned() };
    let mut attributes: Vec<Attribute> = colours.iter().map(|colour| attribute("colour", colour)).collect();
    attributes.push(attribute("size [cm]", &sku[1..]));
    Product {
        id: ProductId::parse(&sku.to_lowercase()).unwrap(),
        content: ProductContent {
            sku: Some(sku.to_owned()),
            name: name.to_owned(),
            description: "Good.".to_owned(),
            price: Price::from_minor(price).unwrap(),
            category: if name.contains("hoe") { "shoes" } else { "home" }.to_owned(),
            brand: brand.to_owned(),
            in_stock,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            attributes,
            image_url: None,
        },
        image: None,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
        version: 1,
    }
}

struct Shelf {
    engine: Arc<ElasticEngine>,
    proxy: RecordingProxy,
    place: String,
    _indices: TestIndices,
}

impl Shelf {
    pub(super) async fn on(node: &Node, shards: u32) -> Self {
        let indices = node.indices("plans");
        let proxy = RecordingProxy::start(&indices.node.url);
        let settings = ElasticSettings { shards, ..indices.settings(&[proxy.url()]) };
        let engine = ElasticEngine::new(settings).unwrap();
        engine.probe().await;
        engine.import(SHELF.map(product).to_vec()).await.unwrap();
        aisle::backend::ProductWriter::publish(&*engine).await.unwrap();
        proxy.take_requests();
        Self { engine, proxy, place: format!("{}, {shards} shards", node.flavour), _indices: indices }
    }

    pub(super) async fn ask(&self, plan: SearchPlan) -> SearchResults {
        self.engine.search(&[plan]).await.unwrap().remove(0).unwrap()
    }

    pub(super) async fn count(&self, facets: Vec<FacetPlan>) -> SearchResults {
        self.ask(SearchPlan { facets, ..SearchPlan::everything(0) }).await
    }
}

async fn shelves() -> Vec<Shelf> {
    let mut shelves = Vec::new();
    for node in node::all() {
        for shards in [1, 3] {
            shelves.push(Shelf::on(node, shards).await);
        }
    }
    shelves
}

fn texts(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn in_stock() -> Filter {
    Filter::Is(Condition::InStock(true))
}

fn page(order: Vec<SortKey>) -> HitsPlan {
    let window = Window { size: 10, place: Place::Offset(0) };
    HitsPlan { fields: FieldSet::empty().with(ProductField::Name), order, window, scores: false }
}

fn ids(results: &SearchResults) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.product.id.as_str()).collect()
}
