//! Bugs that comparable services shipped, each a test on every engine.

use std::{collections::BTreeSet, sync::Arc};

use aisle::{
    backend::Engine,
    product::{FieldSet, Product, ProductField, Timestamp},
    search::{
        Direction, FilterDraft, IntervalDraft, Search, SearchDraft, SearchLimits, SearchResults, SortDraft, SortField,
        Stage, TagsDraft, ValuesDraft, Wants, WindowDraft,
    },
};

use crate::support::{
    engines::{self, TestEngine},
    generator,
    plans::relaxed_plan,
    writes::Writes,
};

async fn engines_with(name: &str, products: &[Product]) -> Vec<TestEngine> {
    let engines = engines::all(name).await;
    for engine in &engines {
        engine.import(products.to_vec()).await.unwrap();
        engine.publish().await.unwrap();
    }
    engines
}

fn checked(mut draft: SearchDraft) -> Search {
    draft.wants = Wants { hits: Some(FieldSet::empty().with(ProductField::Id)), total: true, ..Wants::default() };
    draft.check(&SearchLimits::default()).unwrap()
}

async fn answer(engine: &Arc<dyn Engine>, search: Search) -> SearchResults {
    engine.search(&[relaxed_plan(&search)]).await.unwrap().remove(0).unwrap()
}

async fn ids(engine: &Arc<dyn Engine>, filter: FilterDraft) -> BTreeSet<String> {
    let window = WindowDraft { first: Some(100), ..WindowDraft::default() };
    let search = checked(SearchDraft { filter: Some(filter), window, ..SearchDraft::default() });
    answer(engine, search).await.hits.iter().map(|hit| hit.product.id.to_string()).collect()
}

fn tags(any_of: &str) -> FilterDraft {
    FilterDraft {
        tags: Some(TagsDraft { any_of: Some(vec![any_of.to_owned()]), ..TagsDraft::default() }),
        ..FilterDraft::default()
    }
}

fn either(one: &str, two: &str) -> FilterDraft {
    FilterDraft { or: Some(vec![tags(one), tags(two)]), ..FilterDraft::default() }
}

fn expected(products: &[Product], meets: impl Fn(&Product) -> bool) -> BTreeSet<String> {
    products.iter().filter(|product| meets(product)).map(|product| product.id.to_string()).collect()
}

fn has(product: &Product, tag: &str) -> bool {
    product.content.tags.iter().any(|own| own == tag)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_alternatives_asked_for_together_are_not_one_alternative() {
    let products = generator::products(11, 80);
    for engine in engines_with("alternatives", &products).await {
        let both =
            FilterDraft { and: Some(vec![either("new", "sale"), either("gift", "eco")]), ..FilterDraft::default() };
        let wanted = expected(&products, |product| {
            (has(product, "new") || has(product, "sale")) && (has(product, "gift") || has(product, "eco"))
        });
        assert!(!wanted.is_empty());
        assert_eq!(ids(&engine, both).await, wanted, "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_over_several_conditions_refuses_only_products_that_meet_them_all() {
    let products = generator::products(12, 80);
    for engine in engines_with("negation", &products).await {
        let both = FilterDraft { in_stock: Some(true), ..tags("gift") };
        let not = FilterDraft { not: Some(Box::new(both)), ..FilterDraft::default() };
        let wanted = expected(&products, |product| !(product.content.in_stock && has(product, "gift")));
        assert_eq!(ids(&engine, not).await, wanted, "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_ranges_on_one_field_hold_both() {
    let products = generator::products(13, 80);
    for engine in engines_with("ranges", &products).await {
        let range = |gte, lte| FilterDraft {
            price: Some(IntervalDraft { gte, lte, ..IntervalDraft::default() }),
            ..FilterDraft::default()
        };
        let both = FilterDraft {
            and: Some(vec![range(Some(5.0), None), range(None, Some(50.0))]),
            ..range(Some(1.0), Some(40.0))
        };
        let wanted = expected(&products, |product| (5.0..=40.0).contains(&product.content.price.decimal()));
        assert!(!wanted.is_empty());
        assert_eq!(ids(&engine, both).await, wanted, "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_without_a_value_is_not_one_of_these_values() {
    let products = generator::products(14, 80);
    let sku = products.iter().find_map(|product| product.content.sku.clone()).unwrap();
    for engine in engines_with("absent", &products).await {
        let values = ValuesDraft { none: Some(vec![sku.clone()]), ..ValuesDraft::default() };
        let filter = FilterDraft { sku: Some(values), ..FilterDraft::default() };
        let wanted = expected(&products, |product| product.content.sku.as_ref() != Some(&sku));
        assert_eq!(ids(&engine, filter).await, wanted, "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_sort_keeps_relevance() {
    let products = generator::products(15, 80);
    for engine in engines_with("relevance", &products).await {
        let draft = |sort| SearchDraft { query: Some("kettle".to_owned()), sort, ..SearchDraft::default() };
        let with = answer(&engine, checked(draft(Some(Vec::new())))).await;
        let without = answer(&engine, checked(draft(None))).await;
        assert_eq!(with.hits, without.hits, "{}", engine.name());
        let scores: Vec<f32> = with.hits.iter().map(|hit| hit.score.unwrap()).collect();
        assert!(!scores.is_empty() && scores.is_sorted_by(|one, two| one >= two), "{}: {scores:?}", engine.name());
    }
}

/// Every product shares one price and one time, so that only the id tells places apart.
fn equal_products(count: usize) -> Vec<Product> {
    let time = Timestamp::from_millis(1_767_225_600_000);
    let mut products = generator::products(16, count);
    let price = products[0].content.price;
    for product in &mut products {
        product.content.price = price;
        product.created_at = time;
        product.updated_at = time;
    }
    products
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_loses_or_doubles_a_product_when_all_are_equal() {
    let products = equal_products(47);
    let all: Vec<String> = expected(&products, |_| true).into_iter().collect();
    for engine in engines_with("ties", &products).await {
        for (query, field) in [(None, SortField::Price), (None, SortField::CreatedAt), (Some("ours"), SortField::Price)]
        {
            let sort = vec![SortDraft { field, direction: Some(Direction::Descending) }];
            let draft = SearchDraft { query: query.map(str::to_owned), sort: Some(sort), ..SearchDraft::default() };
            assert_eq!(walk(&engine, &draft, Walk::Forward).await, all, "{}", engine.name());
            assert_eq!(walk(&engine, &draft, Walk::Backward).await, all, "{}", engine.name());
            assert_eq!(walk(&engine, &draft, Walk::ByNumber).await, all, "{}", engine.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_relevance_walk_the_same_list_both_ways() {
    let products = generator::products(17, 120);
    for engine in engines_with("walk", &products).await {
        let draft = SearchDraft { query: Some("red chair of ours".to_owned()), ..SearchDraft::default() };
        let forward = walk(&engine, &draft, Walk::Forward).await;
        assert_eq!(forward.len(), 120, "every description has the word ours");
        assert_eq!(walk(&engine, &draft, Walk::Backward).await, forward, "{}", engine.name());
        assert_eq!(walk(&engine, &draft, Walk::ByNumber).await, forward, "{}", engine.name());
    }
}

#[derive(Clone, Copy)]
enum Walk {
    Forward,
    Backward,
    ByNumber,
}

/// The whole list in pages of 7.
async fn walk(engine: &Arc<dyn Engine>, draft: &SearchDraft, walk: Walk) -> Vec<String> {
    let (mut list, mut cursor, mut page) = (Vec::new(), None::<String>, 1);
    loop {
        let window = match walk {
            Walk::Forward => WindowDraft { first: Some(7), after: cursor.clone(), ..WindowDraft::default() },
            Walk::Backward => WindowDraft { last: Some(7), before: cursor.clone(), ..WindowDraft::default() },
            Walk::ByNumber => WindowDraft { first: Some(7), page: Some(page), ..WindowDraft::default() },
        };
        let search = checked(SearchDraft { window, ..draft.clone() });
        let results = answer(engine, search.clone()).await;
        let ids: Vec<String> = results.hits.iter().map(|hit| hit.product.id.to_string()).collect();
        let next = match walk {
            Walk::Backward => results.hits.first(),
            Walk::Forward | Walk::ByNumber => results.hits.last(),
        };
        cursor = next.map(|hit| search.cursor(&Stage::Exact, hit.position.clone()).to_string());
        page += 1;
        match walk {
            Walk::Backward => list.splice(0..0, ids).for_each(drop),
            Walk::Forward | Walk::ByNumber => list.extend(ids),
        }
        if !results.has_more {
            return list;
        }
        assert!(list.len() < 1_000, "the walk does not end");
    }
}
