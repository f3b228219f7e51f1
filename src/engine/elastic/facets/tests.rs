//! What facets become, as snapshots, and what is made of a node's answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::{
    backend::EngineErrorKind,
    engine::elastic::abilities::{Composites, Scores},
    search::{
        Condition, Counting, FacetProblem, SearchPlan, SearchResults,
        facet::{
            AttributeCounts, AttributesFacet, FacetOrder, OwnAttribute, PriceBand, PriceBuckets, PriceFacet,
            StockCounts, ValueCount, ValueField, ValuePattern, ValuesFacet,
        },
    },
};

const ONE_SHARD: Abilities = Abilities { shards: 1, composites: Composites::Nested, scores: Scores::Plain };
const THREE_SHARDS: Abilities = Abilities { shards: 3, composites: Composites::Nested, scores: Scores::Plain };
const OLD: Abilities = Abilities { shards: 1, composites: Composites::AtTop, scores: Scores::Plain };

fn texts(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn brand() -> Filter {
    Filter::Is(Condition::Brand(texts(&["acme"])))
}

fn in_stock() -> Filter {
    Filter::Is(Condition::InStock(true))
}

fn plan(facet: Facet, filter: Filter) -> FacetPlan {
    FacetPlan { facet, filter, selected: BTreeSet::new(), own: Vec::new() }
}

fn values(field: ValueField, size: u32, order: FacetOrder) -> ValuesFacet {
    ValuesFacet { field, size, order, matching: None }
}

fn every(width: i64, most: u32) -> Facet {
    Facet::Price(PriceFacet { buckets: PriceBuckets::Every { width, most } })
}

fn attributes(names: Option<&[&str]>) -> AttributesFacet {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    AttributesFacet { names, size: 2, values: 2 }
}

fn own(name: &str, selected: &[&str]) -> OwnAttribute {
    OwnAttribute { name: name.to_owned(), filter: in_stock(), selected: texts(selected) }
}

fn counted(plans: &[FacetPlan], abilities: Abilities, body: &Value) -> Result<(Counted, bool), EngineErrorKind> {
    let text = body.to_string();
    let mut aggregated = Aggregated::new(serde_json::from_str(&text).unwrap()).map_err(|error| error.kind)?;
    let counted = read(plans, &mut aggregated, abilities).map_err(|error| error.kind)?;
    Ok((counted, aggregated.is_exact))
}

fn outcome(plan: FacetPlan, body: &Value) -> FacetOutcome {
    counted(&[plan], ONE_SHARD, body).unwrap().0.outcomes.remove(0)
}

fn terms_body(counts: &[(&str, u64)]) -> Value {
    let buckets: Vec<Value> = counts.iter().map(|(key, count)| json!({"key": key, "doc_count": count})).collect();
    json!({"doc_count_error_upper_bound": 0, "sum_other_doc_count": 0, "buckets": buckets})
}

fn value(value: &str, count: u64) -> ValueCount {
    ValueCount { value: value.to_owned(), count, selected: false }
}

fn selected(name: &str, count: u64) -> ValueCount {
    ValueCount { selected: true, ..value(name, count) }
}

#[test]
fn facets_over_the_same_products_share_a_filter() {
    let containing = ValuesFacet {
        matching: Some(ValuePattern { characters: vec![['a', 'A'].into(), ['.'].into()] }),
        ..values(ValueField::Brand, 10, FacetOrder::Value)
    };
    let bands = [PriceBand { from: None, to: Some(5_000) }, PriceBand { from: Some(2_500), to: None }];
    let plans = [
        FacetPlan { selected: texts(&["acme"]), ..plan(Facet::Values(containing), Filter::All) },
        plan(Facet::Values(values(ValueField::Tags, 5, FacetOrder::Count)), brand()),
        plan(Facet::Stock, brand()),
        plan(Facet::Price(PriceFacet { buckets: PriceBuckets::Bands(bands.to_vec()) }), brand()),
        plan(every(1_000, 100), brand()),
        plan(Facet::Price(PriceFacet { buckets: PriceBuckets::None }), Filter::All),
    ];
    insta::assert_json_snapshot!(aggregations(&plans, ONE_SHARD));
}

#[test]
fn attributes_are_one_list_of_names_one_of_pairs_and_those_filtered_by() {
    let discovered =
        FacetPlan { own: vec![own("size [cm]", &["9", "10"])], ..plan(Facet::Attributes(attributes(None)), brand()) };
    let named = plan(Facet::Attributes(attributes(Some(&["colour", "size"]))), Filter::All);
    insta::assert_json_snapshot!(aggregations(&[discovered, named], THREE_SHARDS));
}

#[test]
fn no_facet_is_no_aggregation() {
    assert!(aggregations(&[], THREE_SHARDS).is_empty());
}

#[test]
fn selected_values_follow_in_the_same_order_with_their_counts() {
    let tags = |order| FacetPlan {
        selected: texts(&["new", "old", "sale", "zero"]),
        ..plan(Facet::Values(values(ValueField::Tags, 2, order)), Filter::All)
    };
    let body = json!({
        "0-values": terms_body(&[("big", 9), ("sale", 7)]),
        "0-selected": terms_body(&[("sale", 7), ("old", 3), ("new", 2)]),
    });
    let by_count = [value("big", 9), selected("sale", 7), selected("old", 3), selected("new", 2), selected("zero", 0)];
    assert_eq!(outcome(tags(FacetOrder::Count), &body), Ok(FacetCounts::Values(by_count.to_vec())));
    let by_value = [value("big", 9), selected("sale", 7), selected("new", 2), selected("old", 3), selected("zero", 0)];
    assert_eq!(outcome(tags(FacetOrder::Value), &body), Ok(FacetCounts::Values(by_value.to_vec())));
}

#[test]
fn what_stands_within_a_filter_is_read_like_the_rest() {
    let body = json!({"within0": {"doc_count": 5, "0-stock": {"buckets": [{"key": 1, "doc_count": 5}]}}});
    let stock = StockCounts { in_stock: 5, out_of_stock: 0 };
    assert_eq!(outcome(plan(Facet::Stock, brand()), &body), Ok(FacetCounts::Stock(stock)));
}

#[test]
fn an_answer_without_a_facet_is_refused() {
    let missing = counted(&[plan(Facet::Stock, Filter::All)], ONE_SHARD, &json!({}));
    assert_eq!(missing.unwrap_err(), EngineErrorKind::Unexpected);
}

#[test]
fn an_error_bound_makes_counts_estimates() {
    let tags = plan(Facet::Values(values(ValueField::Tags, 2, FacetOrder::Count)), Filter::All);
    for (bound, is_exact) in [(0, true), (3, false), (-1, false)] {
        let mut body = json!({"0-values": terms_body(&[("big", 9)])});
        body["0-values"]["doc_count_error_upper_bound"] = bound.into();
        assert_eq!(counted(std::slice::from_ref(&tags), THREE_SHARDS, &body).unwrap().1, is_exact);
    }
}

fn prices(buckets: &[(f64, u64)]) -> Value {
    let buckets: Vec<Value> =
        buckets.iter().map(|(from, count)| json!({"key": {"from": from}, "doc_count": count})).collect();
    json!({"0-prices": {"count": 3, "min": 120.0, "max": 4.1E2, "sum": 9.007E15},
        "0-buckets": {"buckets": buckets}})
}

#[test]
fn gaps_between_buckets_are_filled_and_sums_are_whole() {
    let Ok(FacetCounts::Price(counts)) = outcome(plan(every(100, 4), Filter::All), &prices(&[(100.0, 2), (400.0, 1)]))
    else {
        panic!("prices")
    };
    let told: Vec<_> = counts.buckets.iter().map(|bucket| (bucket.from, bucket.to, bucket.count)).collect();
    let expected = [(100, 200, 2), (200, 300, 0), (300, 400, 0), (400, 500, 1)];
    assert_eq!(told, expected.map(|(from, to, count)| (Some(from), Some(to), count)));
    assert_eq!((counts.min, counts.max, counts.sum), (Some(120), Some(410), 9_007_000_000_000_000));
}

#[test]
fn too_many_buckets_fail_alone() {
    let few = plan(every(100, 3), Filter::All);
    assert_eq!(outcome(few, &prices(&[(100.0, 2), (400.0, 1)])), Err(FacetProblem::TooManyBuckets { most: 3 }));
}

#[test]
fn prices_that_are_not_what_was_asked_for_are_refused() {
    for buckets in [[(100.0, 2), (150.0, 1)], [(100.5, 2), (200.0, 1)]] {
        let refused = counted(&[plan(every(100, 4), Filter::All)], ONE_SHARD, &prices(&buckets));
        assert_eq!(refused.unwrap_err(), EngineErrorKind::Unexpected);
    }
}

#[test]
fn attributes_that_are_filtered_by_are_ranked_by_their_own_counts_and_follow() {
    let question = FacetPlan {
        own: vec![own("size", &["9"]), own("width", &["1"])],
        ..plan(Facet::Attributes(attributes(None)), Filter::All)
    };
    let single = |count: u64, values: &[(&str, u64)], selected: &[(&str, u64)]| json!({"doc_count": count, "values": terms_body(values), "selected": terms_body(selected)});
    let body = json!({
        "0-names": terms_body(&[("colour", 5), ("weight", 4), ("depth", 3), ("size", 2)]),
        "0-pairs": terms_body(&[("weight\u{1f}2", 4), ("colour\u{1f}red", 3), ("colour\u{1f}blue", 2), ("colour\u{1f}z", 1)]),
        "within0": {"doc_count": 9,
            "0-attribute-0": single(8, &[("size\u{1f}8", 7), ("size\u{1f}7", 1)], &[("size\u{1f}9", 1)]),
            "0-attribute-1": single(0, &[], &[])},
    });
    let (mut counted, _) = counted(&[question], ONE_SHARD, &body).unwrap();
    let attribute = |name: &str, count, values: &[ValueCount]| AttributeCounts {
        name: name.to_owned(),
        count,
        values: values.to_vec(),
    };
    let expected = [
        attribute("size", 8, &[value("8", 7), value("7", 1), selected("9", 1)]),
        attribute("colour", 5, &[value("red", 3), value("blue", 2)]),
        attribute("width", 0, &[selected("1", 0)]),
    ];
    assert_eq!(counted.outcomes.remove(0), Ok(FacetCounts::Attributes(expected.to_vec())));
    assert!(counted.lacking.is_empty());
}

#[test]
fn attributes_without_values_ask_for_no_pairs_and_lack_none() {
    let names_only = |names| Facet::Attributes(AttributesFacet { values: 0, ..attributes(names) });
    let discovered = FacetPlan { own: vec![own("size", &["9"])], ..plan(names_only(None), Filter::All) };
    let plans = [discovered, plan(names_only(Some(&["width"])), Filter::All)];
    let asked = serde_json::to_string(&aggregations(&plans, ONE_SHARD)).unwrap();
    assert!(!asked.contains("\"derived.attributes\""), "{asked}");
    let body = json!({
        "0-names": terms_body(&[("colour", 5), ("size", 2)]),
        "within0": {"doc_count": 9, "0-attribute-0": {"doc_count": 3}},
        "1-attribute-0": {"doc_count": 4},
    });
    let (counted, is_exact) = counted(&plans, ONE_SHARD, &body).unwrap();
    let named = |name: &str, count| AttributeCounts { name: name.to_owned(), count, values: Vec::new() };
    let expected = [vec![named("colour", 5), named("size", 3)], vec![named("width", 4)]];
    assert_eq!(counted.outcomes, expected.map(|counts| Ok(FacetCounts::Attributes(counts))));
    assert!(counted.lacking.is_empty() && is_exact);
}

#[test]
fn attributes_whose_values_may_have_been_cut_are_asked_for_once_more() {
    let question = plan(Facet::Attributes(attributes(None)), brand());
    let mut pairs = terms_body(&[("colour\u{1f}red", 9), ("colour\u{1f}blue", 8), ("size\u{1f}9", 7)]);
    pairs["sum_other_doc_count"] = 40.into();
    let body = json!({"within0": {"0-names": terms_body(&[("colour", 20), ("size", 20)]), "0-pairs": pairs}});
    let (mut counted, _) = counted(std::slice::from_ref(&question), ONE_SHARD, &body).unwrap();
    let search = SearchPlan { filter: in_stock(), facets: vec![question], ..SearchPlan::everything(0) };
    let after = FollowUp::after((0, &search), counted.lacking.remove(0)).unwrap();
    assert_eq!(after.plan.filter, Filter::And(vec![brand(), in_stock()]).simplified());
    let asked = plan(Facet::Attributes(attributes(Some(&["size"]))), Filter::All);
    assert_eq!((after.plan.facets.as_slice(), after.plan.counting), (&[asked][..], Counting::Off));

    let mut results = SearchResults { facets: counted.outcomes, searches: 1, ..SearchResults::default() };
    let size = AttributeCounts { name: "size".to_owned(), count: 20, values: vec![value("9", 7), value("8", 6)] };
    let facets = vec![Ok(FacetCounts::Attributes(vec![size.clone()]))];
    after.complete(&mut results, SearchResults { facets, searches: 1, took_ms: 3, ..SearchResults::default() });
    let Ok(FacetCounts::Attributes(attributes)) = &results.facets[0] else { panic!("attributes") };
    assert_eq!((attributes[1].clone(), attributes[0].values.len()), (size, 2));
    assert_eq!((results.searches, results.took_ms), (1, 3), "it is the same search");
}

#[test]
fn attributes_that_the_cut_list_tells_wholly_lack_nothing() {
    let question = plan(Facet::Attributes(attributes(None)), Filter::All);
    let lacking = |pairs: &[(&str, u64)], error: i64| {
        let mut pairs = terms_body(pairs);
        pairs["sum_other_doc_count"] = 40.into();
        pairs["doc_count_error_upper_bound"] = error.into();
        let body = json!({"0-names": terms_body(&[("colour", 20), ("size", 20)]), "0-pairs": pairs});
        let (counted, _) = counted(std::slice::from_ref(&question), ONE_SHARD, &body).unwrap();
        counted.lacking.into_iter().flat_map(|lacking| lacking.names).collect::<Vec<_>>()
    };
    let ending_with = |last: (&'static str, u64)| [("colour\u{1f}red", 9), last];
    assert_eq!(lacking(&ending_with(("size\u{1f}9", 1)), 0), ["size"], "pairs are in order of their bytes");
    assert_eq!(lacking(&ending_with(("size\u{1f}9", 2)), 0), ["colour", "size"], "blue may count 1");
    assert_eq!(lacking(&ending_with(("size\u{1f}9", 1)), 3), ["colour", "size"], "any count may be wrong");
    assert_eq!(lacking(&ending_with(("colour\u{1f}z", 1)), 0), ["size"], "two are told");
    assert!(lacking(&ending_with(("width\u{1f}9", 1)), 0).is_empty());
}

#[test]
fn old_nodes_count_buckets_below_a_filter_in_a_search_of_their_own() {
    let search = SearchPlan {
        facets: vec![plan(Facet::Stock, brand()), plan(every(100, 4), brand()), plan(every(100, 4), Filter::All)],
        ..SearchPlan::everything(0)
    };
    assert_eq!(FollowUp::beside((7, &search), ONE_SHARD).count(), 0);
    let aside: Vec<FollowUp> = FollowUp::beside((7, &search), OLD).collect();
    assert_eq!(aside.len(), 1);
    assert_eq!((aside[0].search, &aside[0].plan.filter, &aside[0].plan.facets[0].filter), (7, &brand(), &Filter::All));
    let asked = aggregations(&search.facets, OLD);
    assert!(!serde_json::to_string(&asked).unwrap().contains("1-buckets"), "{asked:?}");
}

#[test]
fn facets_of_too_many_buckets_are_counted_in_searches_of_their_own() {
    let pairs = |size, values| AttributesFacet { size, values, ..attributes(Some(&["colour"; 50])) };
    let large = |values| plan(Facet::Attributes(pairs(50, values)), brand());
    let crowded = FacetPlan { own: vec![own("size", &["9"])], ..plan(Facet::Attributes(attributes(None)), brand()) };
    let facets = vec![large(250), large(249), plan(Facet::Stock, brand()), large(200), crowded];
    let search = SearchPlan { filter: in_stock(), facets, ..SearchPlan::everything(0) };
    let aside: Vec<FollowUp> = FollowUp::beside((3, &search), ONE_SHARD).collect();
    assert_eq!(FollowUp::places(&search.facets, ONE_SHARD), BTreeSet::from([1, 3]));
    assert_eq!(aside.len(), 2);
    let first = &aside[0].plan;
    assert_eq!((&first.filter, &first.facets[..], first.counting), (&in_stock(), &[large(249)][..], Counting::Off));
    assert_eq!(FollowUp::places(&first.facets, ONE_SHARD), BTreeSet::new(), "one facet is never too many");

    let lacking = aside[1].lacking(vec![Lacking { facet: 0, names: vec!["size".to_owned()] }]);
    assert_eq!(lacking.map(|lacking| lacking.facet).collect::<Vec<_>>(), [3]);
    let mut results = SearchResults { facets: vec![Ok(FollowUp::placeholder()); 5], ..SearchResults::default() };
    let counts = Ok(FacetCounts::Attributes(Vec::new()));
    aside[0].complete(&mut results, SearchResults { facets: vec![counts.clone()], ..SearchResults::default() });
    assert_eq!((&results.facets[1], &results.facets[3]), (&counts, &Ok(FollowUp::placeholder())));
}
