//! Facets: what is counted, in which order, and what is selected.

use aisle::{
    backend::ProductReader as _,
    product::{Attribute, ProductId},
    search::{
        Condition, Counting, Facet, FacetCounts, FacetPlan, FacetProblem, Filter, SearchPlan, SearchResults,
        facet::{
            AttributesFacet, FacetOrder, OwnAttribute, PriceBand, PriceBuckets, PriceFacet, StockCounts, ValueField,
            ValuePattern, ValuesFacet,
        },
    },
};

use super::{SHELF, Shelf, ids, in_stock, page, product, shelves, texts};
use crate::support::{node, writes::Writes as _};

fn plan(facet: Facet, filter: Filter, selected: &[&str]) -> FacetPlan {
    FacetPlan { facet, filter, selected: texts(selected), own: Vec::new() }
}

fn values(field: ValueField, size: u32, order: FacetOrder, matching: Option<&str>) -> Facet {
    let either = |letter: char| letter.to_lowercase().chain(letter.to_uppercase()).collect();
    let matching = matching.map(|text| ValuePattern { characters: text.chars().map(either).collect() });
    Facet::Values(ValuesFacet { field, size, order, matching })
}

fn price(buckets: PriceBuckets) -> Facet {
    Facet::Price(PriceFacet { buckets })
}

fn attributes(names: Option<&[&str]>, values: u32) -> Facet {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    Facet::Attributes(AttributesFacet { names, size: 10, values })
}

/// What a facet lists, as `value count`, with a star where it is selected.
fn listed(results: &SearchResults, place: usize) -> Vec<String> {
    match results.facets[place].as_ref().unwrap() {
        FacetCounts::Values(values) => values
            .iter()
            .map(|value| format!("{} {}{}", value.value, value.count, if value.selected { "*" } else { "" }))
            .collect(),
        FacetCounts::Attributes(attributes) => attributes
            .iter()
            .map(|attribute| {
                let values = attribute
                    .values
                    .iter()
                    .map(|value| format!("{} {}{}", value.value, value.count, if value.selected { "*" } else { "" }));
                format!("{} {}: {}", attribute.name, attribute.count, values.collect::<Vec<_>>().join(", "))
            })
            .collect(),
        FacetCounts::Price(prices) => prices
            .buckets
            .iter()
            .map(|bucket| format!("{:?}-{:?} {}", bucket.from.unwrap_or(-1), bucket.to.unwrap_or(-1), bucket.count))
            .collect(),
        FacetCounts::Stock(StockCounts { in_stock, out_of_stock }) => vec![format!("{in_stock}/{out_of_stock}")],
    }
}

#[tokio::test]
async fn values_are_counted_in_order_with_what_is_selected() {
    for shelf in shelves().await {
        let results = shelf
            .count(vec![
                plan(values(ValueField::Brand, 2, FacetOrder::Count, None), Filter::All, &["brass.co", "none", "Acme"]),
                plan(values(ValueField::Brand, 9, FacetOrder::Value, None), in_stock(), &[]),
                plan(values(ValueField::Tags, 9, FacetOrder::Count, Some("A.B")), Filter::All, &["run"]),
                plan(values(ValueField::Brand, 9, FacetOrder::Count, Some("É")), Filter::All, &[]),
                plan(values(ValueField::Brand, 9, FacetOrder::Count, Some("\"")), Filter::All, &[]),
                plan(values(ValueField::Category, 1, FacetOrder::Value, Some(".*")), Filter::All, &[]),
                plan(values(ValueField::Tags, 1, FacetOrder::Value, None), Filter::Nothing, &["new"]),
                plan(Facet::Stock, Filter::All, &[]),
            ])
            .await;
        let expected: [&[&str]; 8] = [
            &["Acme 3*", "Élan 2", "brass.co 1*", "none 0*"],
            &["\"quoted\" 1", "Acme 2", "Brass & Co 1", "Élan 2"],
            &["a.b 1", "run 2*"],
            &["Élan 2"],
            &["\"quoted\" 1"],
            &[],
            &["new 0*"],
            &["6/2"],
        ];
        for (place, expected) in expected.into_iter().enumerate() {
            assert_eq!(listed(&results, place), expected, "{}: facet {place}", shelf.place);
        }
        assert_eq!((results.exact_counts, results.searches, results.hits.len()), (true, 1, 0), "{}", shelf.place);
    }
}

#[tokio::test]
async fn prices_are_counted_in_bands_and_in_buckets_of_a_width() {
    let band = |from, to| PriceBand { from, to };
    for shelf in shelves().await {
        let bands = vec![band(Some(2_500), Some(5_000)), band(None, Some(2_500)), band(Some(2_500), Some(5_000))];
        let every = |width, most| price(PriceBuckets::Every { width, most });
        let results = shelf
            .count(vec![
                plan(price(PriceBuckets::Bands(bands)), Filter::All, &[]),
                plan(every(5_000, 4), Filter::All, &[]),
                plan(every(5_000, 3), Filter::All, &[]),
                plan(every(2_500, 8), in_stock(), &[]),
                plan(every(1, 1_000), Filter::All, &[]),
                plan(every(1, 1_000), Filter::Nothing, &[]),
            ])
            .await;
        assert_eq!(listed(&results, 0), ["2500-5000 3", "-1-2500 2", "2500-5000 3"], "{}", shelf.place);
        let FacetCounts::Price(prices) = results.facets[0].as_ref().unwrap() else { panic!("prices") };
        assert_eq!((prices.min, prices.max, prices.sum, prices.count), (Some(1), Some(19_900), 50_847, 8));
        assert_eq!(listed(&results, 1), ["0-5000 5", "5000-10000 2", "10000-15000 0", "15000-20000 1"]);
        assert_eq!(results.facets[2], Err(FacetProblem::TooManyBuckets { most: 3 }), "{}", shelf.place);
        let narrow = ["0-2500 1", "2500-5000 3", "5000-7500 0", "7500-10000 1"];
        assert_eq!(listed(&results, 3)[..4], narrow, "{}", shelf.place);
        assert_eq!(results.facets[4], Err(FacetProblem::TooManyBuckets { most: 1_000 }));
        let FacetCounts::Price(prices) = results.facets[5].as_ref().unwrap() else { panic!("prices") };
        assert_eq!((prices.min, prices.sum, prices.count, prices.buckets.len()), (None, 0, 0, 0), "{}", shelf.place);
    }
}

#[tokio::test]
async fn attributes_are_discovered_and_counted_by_their_own_filters() {
    let own = |name: &str, selected: &[&str]| OwnAttribute {
        name: name.to_owned(),
        filter: Filter::All,
        selected: texts(selected),
    };
    for shelf in shelves().await {
        let filtered = FacetPlan {
            own: vec![own("size [cm]", &["1", "99"]), own("width", &["7"])],
            ..plan(attributes(None, 2), in_stock(), &[])
        };
        let asked = FacetPlan {
            own: vec![own("colour", &["blue"])],
            ..plan(attributes(Some(&["none", "colour"]), 1), in_stock(), &[])
        };
        let results = shelf.count(vec![plan(attributes(None, 2), Filter::All, &[]), filtered, asked]).await;
        let everything = ["size [cm] 8: 1 1, 2 1", "colour 7: red 4, black 2"];
        assert_eq!(listed(&results, 0), everything, "{}", shelf.place);
        let filtered = ["size [cm] 8: 1 1*, 2 1, 99 0*", "colour 5: red 4, white 2", "width 0: 7 0*"];
        assert_eq!(listed(&results, 1), filtered, "{}", shelf.place);
        assert_eq!(listed(&results, 2), ["none 0: ", "colour 7: red 4, blue 1*"], "{}", shelf.place);
        assert_eq!((results.searches, results.exact_counts), (1, true), "{}", shelf.place);
    }
}

#[tokio::test]
async fn attributes_that_others_crowd_out_are_counted_by_one_more_request() {
    for node in node::all() {
        let shelf = Shelf::on(node, 1).await;
        let mut products = Vec::new();
        for number in 0..300 {
            let mut product = product(SHELF[0]);
            product.id = ProductId::parse(&format!("more-{number}")).unwrap();
            (product.content.name, product.content.sku) = (format!("More {number}"), Some(format!("M{number}")));
            let pair = |name: &str, value: String| Attribute { name: name.to_owned(), value };
            let serials = (0..4).map(|other| pair("serial", format!("{other}{number}")));
            product.content.attributes = serials.chain([pair("model", format!("{:03}", number / 2))]).collect();
            products.push(product);
        }
        shelf.engine.import(products).await.unwrap();
        aisle::backend::ProductWriter::publish(&*shelf.engine).await.unwrap();
        shelf.proxy.take_requests();
        // Of 1,000 pairs 150 are models, and the bytes of serials come before those of sizes.
        let facets = vec![plan(attributes(None, 5), Filter::All, &[])];
        let plans = [SearchPlan { facets, ..SearchPlan::everything(0) }, SearchPlan::everything(0)];
        let answers = shelf.engine.search(&plans).await.unwrap();
        let results = answers[0].as_ref().unwrap();
        let FacetCounts::Attributes(counts) = results.facets[0].as_ref().unwrap() else { panic!("attributes") };
        let told: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.count, one.values.len())).collect();
        let expected = [("model", 300, 5), ("serial", 300, 5), ("size [cm]", 8, 5), ("colour", 7, 4)];
        assert_eq!(told, expected, "{}", shelf.place);
        assert_eq!(counts[2].values[4].value, "5", "the first by bytes");
        assert_eq!((results.searches, answers[1].as_ref().unwrap().searches), (1, 1));
        assert_eq!(shelf.proxy.take_requests().len(), 2, "{}", shelf.place);
    }
}

#[tokio::test]
async fn what_facets_ignore_narrows_hits_and_total_alone() {
    for shelf in shelves().await {
        let narrowed = SearchPlan {
            filter: in_stock(),
            narrowing: Filter::Is(Condition::Brand(texts(&["Acme"]))),
            hits: Some(page(Vec::new())),
            counting: Counting::Exact,
            facets: vec![plan(values(ValueField::Brand, 2, FacetOrder::Count, None), Filter::All, &["Acme"])],
            ..SearchPlan::everything(0)
        };
        let results = shelf.ask(narrowed.clone()).await;
        assert_eq!((ids(&results), results.total), (vec!["s1", "s7"], Some(2)), "{}", shelf.place);
        assert_eq!(listed(&results, 0), ["Acme 2*", "Élan 2"], "{}", shelf.place);
        let results = shelf.ask(SearchPlan { facets: Vec::new(), ..narrowed }).await;
        assert_eq!((ids(&results), results.total), (vec!["s1", "s7"], Some(2)), "{}", shelf.place);
    }
}
