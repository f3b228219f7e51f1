//! How far a search goes under a filter: as far as its words do, and what facets count is what choosing finds.

use aisle::search::{
    Facet, FacetCounts, FilterDraft, SearchDraft, Stage, ValuesDraft, Wants,
    facet::{FacetOrder, ValueField, ValuesFacet},
};

use crate::support::{
    shelf::made,
    shop::{everything_wanted, relaxed, shops},
};

fn by_brand() -> Facet {
    Facet::Values(ValuesFacet { field: ValueField::Brand, size: 10, order: FacetOrder::Count, matching: None })
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_the_same_products_whether_a_filter_contradicts_itself_or_matches_nothing() {
    let brands = [("Red mug", "Zed"), ("Red cup", "Nox"), ("Blue mug", "Zed")];
    let product = |(number, (name, brand)): (usize, (&str, &str))| {
        made(&format!("p{number}"), name, |draft| draft.brand = brand.to_owned())
    };
    let brand = |name: &str| ValuesDraft { eq: Some(name.to_owned()), ..ValuesDraft::default() };
    let of = |name: &str| FilterDraft { brand: Some(brand(name)), ..FilterDraft::default() };
    for shop in shops("contradicted", brands.into_iter().enumerate().map(product).collect()).await {
        let mut counted = Vec::new();
        for filter in [FilterDraft { and: Some(vec![of("Nox")]), ..of("Zed") }, of("Qqq")] {
            let wants = Wants { facets: [by_brand()].into(), ..everything_wanted() };
            let draft = SearchDraft {
                query: Some("red mug".to_owned()),
                filter: Some(filter),
                wants,
                ..SearchDraft::default()
            };
            let answer = shop.answer(&shop.catalog.check(draft).unwrap()).await;
            assert_eq!((answer.results.total, answer.results.searches), (Some(0), 2), "{}", shop.name);
            let Some(Ok(FacetCounts::Values(values))) = answer.results.facets.first() else {
                panic!("values of brands")
            };
            let counts = values.iter().filter(|value| value.count > 0).map(|value| (value.value.clone(), value.count));
            counted.push(counts.collect::<Vec<_>>());
        }
        assert_eq!(counted[0], counted[1], "{}", shop.name);
        assert_eq!(counted[0], [("Zed".to_owned(), 2), ("Nox".to_owned(), 1)], "{}", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_never_leads_to_more_products_than_the_words_find() {
    let mut products: Vec<_> =
        (0..10).map(|number| made(&format!("p{number}"), &format!("Blue shell {number}"), |_| {})).collect();
    products.extend((10..13).map(|number| {
        made(&format!("p{number}"), &format!("Blue shell {number}"), |draft| draft.brand = "Acorn".to_owned())
    }));
    products.push(made("p20", "Blue lamp", |draft| draft.brand = "Acorn".to_owned()));
    for shop in shops("filtered", products).await {
        let of_acorn = |query: &str| {
            let brand = Some(ValuesDraft { eq: Some("Acorn".to_owned()), ..ValuesDraft::default() });
            let filter = Some(FilterDraft { brand, ..FilterDraft::default() });
            let wants = Wants { facets: [by_brand()].into(), ..everything_wanted() };
            SearchDraft { query: Some(query.to_owned()), filter, wants, ..SearchDraft::default() }
        };
        let ask = async |query: &str| shop.answer(&shop.catalog.check(of_acorn(query)).unwrap()).await;
        let enough = ask("blue shell").await;
        assert_eq!(
            (enough.results.total, enough.stage, enough.did_you_mean),
            (Some(3), Stage::Exact, None),
            "{}",
            shop.name
        );
        let Some(Ok(FacetCounts::Values(brands))) = enough.results.facets.first() else { panic!("{}", shop.name) };
        let acorn = brands.iter().find(|brand| brand.value == "Acorn").map(|brand| brand.count);
        assert_eq!(acorn, Some(3), "{}: what choosing it finds", shop.name);
        let too_few = ask("blue lamp").await;
        assert_eq!((too_few.results.total, too_few.stage), (Some(4), relaxed(&[])), "{}", shop.name);
    }
}
