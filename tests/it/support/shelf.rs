//! A few products made by hand, in an embedded engine of a test's own.

use aisle::{
    backend::Engine,
    change::{OnDuplicate, Visibility},
    product::{Attribute, FieldSet, Product, ProductDraft, ProductId, Timestamp},
    search::{
        Direction, DoubtfulWord, HitsPlan, Place, SearchPlan, SearchResults, SortField, SortKey, TextColumn, Window,
        analysis::searchable,
    },
};

use super::{engines, engines::TestEngine, writes::insertion};

/// A product of that id and name, otherwise empty, after some changes.
pub fn made(id: &str, name: &str, change: impl FnOnce(&mut ProductDraft)) -> Product {
    let mut draft = ProductDraft {
        sku: None,
        name: name.to_owned(),
        description: "nothing to be said of it".to_owned(),
        price: 1.0,
        category: "things".to_owned(),
        brand: "nobody".to_owned(),
        in_stock: true,
        tags: Vec::new(),
        attributes: Vec::new(),
        image_url: None,
    };
    change(&mut draft);
    let at = Timestamp::from_millis(1_767_225_600_000);
    Product {
        id: ProductId::parse(id).unwrap(),
        content: draft.validate("").unwrap(),
        image: None,
        created_at: at,
        updated_at: at,
        version: 1,
    }
}

/// Attributes of these names and values.
pub fn attributes(pairs: &[(&str, &str)]) -> Vec<Attribute> {
    pairs.iter().map(|(name, value)| Attribute { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
}

/// An embedded engine that has these products, each group in a part of the index of its own.
pub async fn stocked(groups: &[Vec<Product>]) -> TestEngine {
    let engine = engines::embedded();
    for group in groups {
        store(&**engine, group).await;
    }
    engine
}

/// Stores products in place of those of the same id, visible to the next search.
pub async fn store(engine: &dyn Engine, products: &[Product]) {
    let changes = products.iter().map(|product| insertion(product.clone(), OnDuplicate::Replace)).collect();
    let outcomes = engine.write(changes, Visibility::Now).await.unwrap();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

/// The answer to a plan.
pub async fn ask(engine: &dyn Engine, plan: SearchPlan) -> SearchResults {
    engine.search(&[plan]).await.unwrap().remove(0).unwrap()
}

/// The first hundred products, by relevance.
pub fn best_hundred() -> HitsPlan {
    HitsPlan {
        fields: FieldSet::empty(),
        order: vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }],
        window: Window { place: Place::Offset(0), size: 100 },
        scores: true,
    }
}

/// Ids with their scores, in the order of the list.
pub fn scored(results: &SearchResults) -> Vec<(&str, f32)> {
    results.hits.iter().map(|hit| (hit.position.id.as_str(), hit.score.unwrap_or_default())).collect()
}

/// Ids in the order of the list.
pub fn ids(results: &SearchResults) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.position.id.as_str()).collect()
}

/// Words to look up in the dictionary of a column; those of starts of words have no tokens.
pub fn doubted(column: TextColumn, words: &[&str]) -> Vec<DoubtfulWord> {
    let token = |word: &str| (column == TextColumn::Spelling).then(|| searchable(word));
    words.iter().map(|&word| DoubtfulWord { spelt: word.to_owned(), token: token(word) }).collect()
}
