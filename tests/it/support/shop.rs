//! A catalogue of a test's own over each engine, asked without HTTP and GraphQL.

use std::sync::Arc;

use aisle::{
    backend::Engine,
    catalog::{Catalog, CatalogSettings},
    product::{FieldSet, Product, ProductField, RandomIds, SystemClock},
    search::{Correction, Search, SearchAnswer, SearchDraft, SearchLimits, Stage, Wants},
};

use super::{
    engines::{self, TestEngine},
    shelf::made,
    writes::Writes as _,
};

/// A catalogue over an engine that has products of these names.
pub struct Shop {
    /// The catalogue.
    pub catalog: Catalog,
    /// What the engine is called.
    pub name: &'static str,
    _engine: TestEngine,
}

/// Products of these names.
pub fn named(names: &[&str]) -> Vec<Product> {
    names.iter().enumerate().map(|(number, name)| made(&format!("p{number:03}"), name, |_| {})).collect()
}

/// A catalogue over `engine` that asks again below so many products.
pub fn catalog_over(engine: Arc<dyn Engine>, relax_below: u32) -> Catalog {
    let searches = SearchLimits { relax_below, ..SearchLimits::default() };
    let settings = CatalogSettings { searches, ..CatalogSettings::default() };
    Catalog::new(engine, settings, Arc::new(SystemClock), Arc::new(RandomIds::default()))
}

/// A shop for each engine, with these products; `name` keeps the indices of tests apart.
pub async fn shops(name: &str, products: Vec<Product>) -> Vec<Shop> {
    let mut shops = Vec::new();
    for engine in engines::all(name).await {
        engine.import(products.clone()).await.unwrap();
        engine.publish().await.unwrap();
        let behind = Arc::clone(&engine);
        shops.push(Shop::over(engine, behind, 10));
    }
    shops
}

/// Names, the total, a better spelling and highlights.
pub fn everything_wanted() -> Wants {
    let hits = Some(FieldSet::empty().with(ProductField::Name));
    Wants { hits, total: true, did_you_mean: true, highlights: true, ..Wants::default() }
}

impl Shop {
    /// The shop over an engine that holds products already, asked by way of `behind`.
    pub fn over(engine: TestEngine, behind: Arc<dyn Engine>, relax_below: u32) -> Self {
        Self { catalog: catalog_over(behind, relax_below), name: engine.name(), _engine: engine }
    }

    /// A checked search for everything that these tests look at.
    pub fn search(&self, draft: SearchDraft) -> Search {
        self.catalog.check(SearchDraft { wants: everything_wanted(), ..draft }).unwrap()
    }

    /// The answer to a search.
    pub async fn answer(&self, search: &Search) -> SearchAnswer {
        self.catalog.search(std::slice::from_ref(search)).await.remove(0).unwrap()
    }

    /// The answer to a query.
    pub async fn ask(&self, query: &str) -> SearchAnswer {
        self.answer(&self.search(SearchDraft { query: Some(query.to_owned()), ..SearchDraft::default() })).await
    }

    /// Names of what a query finds, in order.
    pub async fn names(&self, query: &str) -> Vec<String> {
        names(&self.ask(query).await)
    }
}

/// Names of the products that were found, in order.
pub fn names(answer: &SearchAnswer) -> Vec<String> {
    answer.results.hits.iter().map(|hit| hit.product.name.clone().unwrap()).collect()
}

/// The second stage with these corrections.
pub fn relaxed(corrections: &[(usize, &str)]) -> Stage {
    let correction = |&(word, spelling): &(usize, &str)| Correction { word, spelling: spelling.to_owned() };
    Stage::Relaxed(corrections.iter().map(correction).collect())
}
