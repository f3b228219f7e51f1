//! Facets of the embedded engine, over a few products made by hand in several parts of its index.

use std::collections::BTreeSet;

use aisle::{
    change::{Modification, Visibility},
    product::{Attribute, Product},
    search::{
        Clause, Condition, Counting, Facet, FacetCounts, FacetOutcome, FacetPlan, FacetProblem, Filter, Interval,
        Relevance, SearchPlan, TextColumn,
        facet::{
            AttributesFacet, FacetOrder, OwnAttribute, PriceBand, PriceBucket, PriceBuckets, PriceCounts, PriceFacet,
            StockCounts, ValueField, ValuePattern, ValuesFacet,
        },
    },
};

use crate::support::{
    engines::TestEngine,
    shelf::{ask, attributes, best_hundred, ids, made, stocked, store},
    writes::modify,
};

/// Six kettles and a lamp in three segments; one kettle is deleted, and one became another.
async fn shop() -> TestEngine {
    let sold = |id: &str, category: &str, brand: &str, price: f64, tags: &[&str], pairs: &[(&str, &str)]| {
        made(id, &format!("kettle {id}"), |draft| {
            category.clone_into(&mut draft.category);
            brand.clone_into(&mut draft.brand);
            draft.price = price;
            draft.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            draft.attributes = attributes(pairs);
            draft.in_stock = price < 40.0;
        })
    };
    let groups: [Vec<Product>; 3] = [
        vec![
            sold("k1", "kitchen", "Acme", 10.0, &["new", "red"], &[("colour", "red"), ("colour", "blue")]),
            sold("gone", "garden", "Acme", 11.0, &["rare"], &[("voltage", "12")]),
            sold("k2", "kitchen", "Bolt", 20.0, &["new"], &[("colour", "red"), ("size", "l")]),
        ],
        vec![
            sold("k3", "office", "Bolt", 30.0, &[], &[("colour", "green")]),
            sold("k4", "kitchen", "Zeta", 40.0, &["red"], &[("colours", "red")]),
        ],
        vec![made("lamp", "lamp", |draft| "lights".clone_into(&mut draft.category))],
    ];
    let engine = stocked(&groups).await;
    let gone = modify(&groups[0][1].id, Modification::Delete);
    assert!(engine.write(vec![gone], Visibility::Now).await.unwrap().iter().all(Result::is_ok));
    store(&**engine, &[sold("k3", "office", "Acme", 50.0, &["Red"], &[("size", "s"), ("colour", "green")])]).await;
    engine
}

fn kettles() -> Relevance {
    let clause = Clause::Word { column: TextColumn::Everything, token: "kettl".to_owned(), weight: 1.0 };
    Relevance { clause, factors: Vec::new() }
}

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn brand(values: &[&str]) -> Filter {
    Filter::Is(Condition::Brand(set(values)))
}

fn colour(value: &str) -> Filter {
    let pair = Attribute { name: "colour".to_owned(), value: value.to_owned() };
    Filter::Is(Condition::Attribute(BTreeSet::from([pair])))
}

fn cheap() -> Filter {
    Filter::Is(Condition::Price(Interval { low: None, high: Some(2_500) }))
}

fn over(facet: Facet) -> FacetPlan {
    FacetPlan { facet, filter: Filter::All, selected: BTreeSet::new(), own: Vec::new() }
}

fn values(field: ValueField) -> ValuesFacet {
    ValuesFacet { field, size: 10, order: FacetOrder::Count, matching: None }
}

fn prices(buckets: PriceBuckets) -> FacetPlan {
    over(Facet::Price(PriceFacet { buckets }))
}

async fn counted(engine: &TestEngine, facets: Vec<FacetPlan>) -> Vec<FacetOutcome> {
    ask(&***engine, SearchPlan { relevance: Some(kettles()), facets, ..SearchPlan::everything(0) }).await.facets
}

async fn counts(engine: &TestEngine, facet: FacetPlan) -> FacetCounts {
    counted(engine, vec![facet]).await.remove(0).unwrap()
}

/// Values with their counts; an asterisk marks a selected one.
fn listed(counts: &FacetCounts) -> Vec<String> {
    let FacetCounts::Values(values) = counts else { panic!("{counts:?}") };
    values.iter().map(|value| format!("{}{} {}", value.value, mark(value.selected), value.count)).collect()
}

fn mark(selected: bool) -> &'static str {
    if selected { "*" } else { "" }
}

/// Names with their counts and values.
fn named(counts: &FacetCounts) -> Vec<String> {
    let FacetCounts::Attributes(names) = counts else { panic!("{counts:?}") };
    let values = |name: &aisle::search::facet::AttributeCounts| {
        let values = name.values.iter().map(|value| format!("{}{} {}", value.value, mark(value.selected), value.count));
        values.collect::<Vec<_>>().join(", ")
    };
    names.iter().map(|name| format!("{} {}: {}", name.name, name.count, values(name))).collect()
}

fn band(from: Option<i64>, to: Option<i64>) -> PriceBand {
    PriceBand { from, to }
}

#[tokio::test]
async fn values_are_counted_once_for_each_product_that_is_there() {
    let engine = shop().await;
    let category = counts(&engine, over(Facet::Values(values(ValueField::Category)))).await;
    assert_eq!(listed(&category), ["kitchen 3", "office 1"]);
    let brand = counts(&engine, over(Facet::Values(values(ValueField::Brand)))).await;
    assert_eq!(listed(&brand), ["Acme 2", "Bolt 1", "Zeta 1"]);
    let tags = counts(&engine, over(Facet::Values(values(ValueField::Tags)))).await;
    assert_eq!(listed(&tags), ["new 2", "red 2", "Red 1"]);
}

#[tokio::test]
async fn the_size_cuts_a_list_and_selected_values_follow_in_its_order() {
    let engine = shop().await;
    let asked = |size, order| FacetPlan {
        selected: set(&["Zeta", "Acme", "Nobody", "Bolt"]),
        ..over(Facet::Values(ValuesFacet { size, order, ..values(ValueField::Brand) }))
    };
    let by_count = counts(&engine, asked(1, FacetOrder::Count)).await;
    assert_eq!(listed(&by_count), ["Acme* 2", "Bolt* 1", "Zeta* 1", "Nobody* 0"]);
    let by_value = counts(&engine, asked(2, FacetOrder::Value)).await;
    assert_eq!(listed(&by_value), ["Acme* 2", "Bolt* 1", "Nobody* 0", "Zeta* 1"]);
}

#[tokio::test]
async fn a_pattern_lists_what_contains_it_and_what_is_selected() {
    let engine = shop().await;
    let either = |one, two| BTreeSet::from([one, two]);
    let pattern = ValuePattern { characters: vec![either('e', 'E'), either('d', 'D')] };
    let facet = ValuesFacet { matching: Some(pattern), ..values(ValueField::Tags) };
    let plan = FacetPlan { selected: set(&["new"]), ..over(Facet::Values(facet)) };
    assert_eq!(listed(&counts(&engine, plan).await), ["red 2", "Red 1", "new* 2"]);
}

#[tokio::test]
async fn each_facet_counts_by_its_own_filter_and_hits_obey_the_narrowing() {
    let engine = shop().await;
    let by = |filter: Filter, facet: Facet| FacetPlan { filter, ..over(facet) };
    let plan = SearchPlan {
        relevance: Some(kettles()),
        narrowing: Filter::And(vec![brand(&["Bolt", "Zeta"]), cheap()]).simplified(),
        hits: Some(best_hundred()),
        counting: Counting::Exact,
        facets: vec![
            by(cheap(), Facet::Values(values(ValueField::Brand))),
            by(brand(&["Bolt", "Zeta"]), Facet::Price(PriceFacet { buckets: PriceBuckets::None })),
            by(Filter::And(vec![brand(&["Bolt", "Zeta"]), cheap()]).simplified(), Facet::Stock),
            by(Filter::Nothing, Facet::Stock),
        ],
        ..SearchPlan::everything(0)
    };
    let answer = ask(&**engine, plan).await;
    assert_eq!((ids(&answer), answer.total), (vec!["k2"], Some(1)));
    let [of_brands, of_prices, of_stock, of_none] = answer.facets.try_into().unwrap();
    assert_eq!(listed(&of_brands.unwrap()), ["Acme 1", "Bolt 1"]);
    let statistics = PriceCounts { min: Some(2_000), max: Some(4_000), sum: 6_000, count: 2, buckets: Vec::new() };
    assert_eq!(of_prices, Ok(FacetCounts::Price(statistics)));
    assert_eq!(of_stock, Ok(FacetCounts::Stock(StockCounts { in_stock: 1, out_of_stock: 0 })));
    assert_eq!(of_none, Ok(FacetCounts::Stock(StockCounts::default())));
}

#[tokio::test]
async fn the_filter_of_a_plan_holds_for_hits_and_facets() {
    let engine = shop().await;
    let plan = SearchPlan {
        filter: brand(&["Acme"]),
        counting: Counting::Exact,
        facets: vec![over(Facet::Values(values(ValueField::Category))), over(Facet::Stock)],
        ..SearchPlan::everything(0)
    };
    let answer = ask(&**engine, plan).await;
    assert_eq!(answer.total, Some(2));
    assert_eq!(listed(answer.facets[0].as_ref().unwrap()), ["kitchen 1", "office 1"]);
    assert_eq!(answer.facets[1], Ok(FacetCounts::Stock(StockCounts { in_stock: 1, out_of_stock: 1 })));
}

#[tokio::test]
async fn prices_have_statistics_bands_and_buckets() {
    let engine = shop().await;
    let bands = PriceBuckets::Bands(vec![band(Some(2_000), Some(4_000)), band(Some(4_000), None), band(None, Some(1))]);
    let every = |most| PriceBuckets::Every { width: 1_500, most };
    let outcomes = counted(&engine, vec![prices(bands), prices(every(4)), prices(every(3))]).await;
    let bucket = |from, to, count| PriceBucket { from, to, count };
    let expected = |buckets| {
        let counts = PriceCounts { min: Some(1_000), max: Some(5_000), sum: 12_000, count: 4, buckets };
        Ok(FacetCounts::Price(counts))
    };
    let of_bands = [(Some(2_000), Some(4_000), 1), (Some(4_000), None, 2), (None, Some(1), 0)];
    assert_eq!(outcomes[0], expected(of_bands.map(|(from, to, count)| bucket(from, to, count)).to_vec()));
    let of_width = [(0, 1), (1_500, 1), (3_000, 1), (4_500, 1)];
    let of_width = of_width.map(|(from, count): (i64, u64)| bucket(Some(from), Some(from + 1_500), count));
    // 10, 20, 40 and 50: each in a bucket of its own.
    assert_eq!(outcomes[1], expected(of_width.to_vec()));
    assert_eq!(outcomes[2], Err(FacetProblem::TooManyBuckets { most: 3 }));
}

#[tokio::test]
async fn attributes_are_found_by_how_many_products_have_them() {
    let engine = shop().await;
    let discovered = |size| over(Facet::Attributes(AttributesFacet { names: None, size, values: 2 }));
    let all = counts(&engine, discovered(10)).await;
    let expected = ["colour 3: red 2, blue 1", "size 2: l 1, s 1", "colours 1: red 1"];
    assert_eq!(named(&all), expected);
    assert_eq!(named(&counts(&engine, discovered(1)).await), expected[..1]);
    let names_only = over(Facet::Attributes(AttributesFacet { names: None, size: 10, values: 0 }));
    assert_eq!(named(&counts(&engine, names_only).await), ["colour 3: ", "size 2: ", "colours 1: "]);
}

#[tokio::test]
async fn attributes_asked_by_name_come_in_that_order_even_when_no_product_has_them() {
    let engine = shop().await;
    let names = ["size", "voltage", "colour\u{1f}red", "colour"].map(str::to_owned).to_vec();
    let facet = Facet::Attributes(AttributesFacet { names: Some(names), size: 1, values: 10 });
    let expected = ["size 2: l 1, s 1", "voltage 0: ", "colour\u{1f}red 0: ", "colour 3: red 2, blue 1, green 1"];
    assert_eq!(named(&counts(&engine, over(facet)).await), expected);
}

#[tokio::test]
async fn an_attribute_that_is_filtered_by_counts_without_that_filter() {
    let engine = shop().await;
    let own = |name: &str, selected: &[&str]| OwnAttribute {
        name: name.to_owned(),
        filter: Filter::All,
        selected: set(selected),
    };
    let facet = |names: Option<Vec<String>>, size| FacetPlan {
        filter: colour("green"),
        own: vec![own("colour", &["green", "violet"]), own("material", &["wood"])],
        ..over(Facet::Attributes(AttributesFacet { names, size, values: 1 }))
    };
    let plan = |names, size| SearchPlan {
        relevance: Some(kettles()),
        narrowing: colour("green"),
        counting: Counting::Exact,
        facets: vec![facet(names, size)],
        ..SearchPlan::everything(0)
    };
    let answer = ask(&**engine, plan(None, 10)).await;
    assert_eq!(answer.total, Some(1));
    let of_colour = "colour 3: red 2, green* 1, violet* 0";
    let expected = [of_colour, "size 1: s 1", "material 0: wood* 0"];
    assert_eq!(named(answer.facets[0].as_ref().unwrap()), expected);
    let answer = ask(&**engine, plan(None, 1)).await;
    assert_eq!(named(answer.facets[0].as_ref().unwrap()), [of_colour, "material 0: wood* 0"]);
    let answer = ask(&**engine, plan(Some(vec!["size".to_owned(), "colour".to_owned()]), 10)).await;
    assert_eq!(named(answer.facets[0].as_ref().unwrap()), ["size 1: s 1", of_colour]);
}

#[tokio::test]
async fn facets_follow_every_change_of_the_catalogue() {
    let engine = shop().await;
    let brands = || over(Facet::Values(values(ValueField::Brand)));
    let before = counts(&engine, brands()).await;
    let moved = made("k4", "kettle k4", |draft| "Aaa".clone_into(&mut draft.brand));
    store(&**engine, &[moved, made("k9", "kettle k9", |draft| "Bolt".clone_into(&mut draft.brand))]).await;
    let after = counts(&engine, brands()).await;
    assert_eq!(listed(&before), ["Acme 2", "Bolt 1", "Zeta 1"]);
    assert_eq!(listed(&after), ["Acme 2", "Bolt 2", "Aaa 1"]);
}

#[tokio::test]
async fn an_empty_catalogue_has_facets_without_values() {
    let engine = stocked(&[]).await;
    let facets = vec![
        FacetPlan { selected: set(&["Acme"]), ..over(Facet::Values(values(ValueField::Brand))) },
        over(Facet::Stock),
        prices(PriceBuckets::Every { width: 10, most: 1 }),
        over(Facet::Attributes(AttributesFacet { names: None, size: 3, values: 3 })),
    ];
    let expected = [
        FacetCounts::Stock(StockCounts::default()),
        FacetCounts::Price(PriceCounts::default()),
        FacetCounts::Attributes(Vec::new()),
    ];
    let outcomes: Vec<FacetCounts> = counted(&engine, facets).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(listed(&outcomes[0]), ["Acme* 0"]);
    assert_eq!(outcomes[1..], expected);
}
