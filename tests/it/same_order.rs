//! The same words bring the same products first, whichever engine is asked.

use std::{
    io::{Write as _, stderr},
    sync::Arc,
};

use aisle::{
    catalog::{Catalog, CatalogSettings},
    product::{FieldSet, Product, RandomIds, SystemClock},
    search::{SearchDraft, Wants},
};
use fastrand::Rng;

use crate::{
    conformance::filled,
    support::{engines::TestEngine, generator},
};

const PRODUCTS: usize = 400;
const QUERIES: usize = 50;

/// One to three neighbouring words of a name; every third time a letter of the last one is missing.
fn query(random: &mut Rng, products: &[Product]) -> String {
    let name = &products[random.usize(..products.len())].content.name;
    let words: Vec<&str> = name.split_whitespace().collect();
    let length = random.usize(1..=3.min(words.len()));
    let start = random.usize(..=words.len() - length);
    let mut query = words[start..start + length].join(" ");
    if random.u8(..3) == 0 {
        query.pop();
    }
    query
}

async fn first_ten(engine: &TestEngine, query: &str) -> Vec<String> {
    let settings = CatalogSettings::default();
    let catalog = Catalog::new(Arc::clone(engine), settings, Arc::new(SystemClock), Arc::new(RandomIds::default()));
    let wants = Wants { hits: Some(FieldSet::empty()), ..Wants::default() };
    let search = catalog.check(SearchDraft { query: Some(query.to_owned()), wants, ..SearchDraft::default() }).unwrap();
    let answer = catalog.search(&[search]).await.remove(0).unwrap();
    answer.results.hits.iter().map(|hit| hit.product.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ten_are_the_same_in_the_same_order_on_every_engine() {
    let products = generator::products(31, PRODUCTS);
    let engines = filled("order", &products).await;
    let mut random = Rng::with_seed(32);
    let queries: Vec<String> = (0..QUERIES).map(|_| query(&mut random, &products)).collect();
    let (embedded, nodes) = engines.split_first().unwrap();
    let mut with_ten = 0;
    for query in &queries {
        let expected = first_ten(embedded, query).await;
        with_ten += usize::from(expected.len() == 10);
        for node in nodes {
            assert_eq!(first_ten(node, query).await, expected, "{}: {query:?}", node.name());
        }
    }
    assert!(with_ten > QUERIES / 2, "{with_ten} queries find ten products");
    let _ =
        writeln!(stderr(), "{} nodes: {QUERIES} queries in the same order, {with_ten} of them with ten", nodes.len());
}
