use super::{draft::*, *};
use crate::{
    product::Rule,
    search::{SearchLimits, SearchProblem},
};

fn broken(outcome: Result<Facet, SearchProblem>) -> Vec<(String, Rule)> {
    match outcome {
        Err(SearchProblem::Invalid(violations)) => {
            violations.into_iter().map(|violation| (violation.field, violation.rule)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn values(first: i64, matching: Option<&str>) -> Result<Facet, SearchProblem> {
    let matching = matching.map(str::to_owned);
    ValuesFacetDraft { field: ValueField::Brand, first, order: FacetOrder::Count, matching }
        .check(&SearchLimits::default())
}

fn price(ranges: Option<&[(Option<f64>, Option<f64>)]>, interval: Option<f64>) -> Result<Facet, SearchProblem> {
    let ranges = ranges.map(|ranges| ranges.iter().map(|&(from, to)| PriceBandDraft { from, to }).collect());
    PriceFacetDraft { ranges, interval }.check(&SearchLimits::default())
}

fn attributes(names: Option<&[&str]>, first: i64, values: i64) -> Result<Facet, SearchProblem> {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    AttributesFacetDraft { names, first, values }.check(&SearchLimits::default())
}

fn buckets(facet: Facet) -> PriceBuckets {
    let Facet::Price(facet) = facet else { panic!("{facet:?}") };
    facet.buckets
}

fn at(field: &str, rule: Rule) -> Vec<(String, Rule)> {
    vec![(field.to_owned(), rule)]
}

#[test]
fn sizes_are_1_to_their_limit() {
    for size in [0, -1, i64::MIN] {
        assert_eq!(broken(values(size, None)), at("first", Rule::Min));
    }
    for size in [251, 10_000, i64::MAX] {
        assert_eq!(broken(values(size, None)), at("first", Rule::Max));
    }
    assert!(values(1, None).is_ok() && values(250, None).is_ok());
    let both = vec![("first".to_owned(), Rule::Max), ("values".to_owned(), Rule::Min)];
    assert_eq!(broken(attributes(None, 51, 0)), both);
}

#[test]
fn a_blank_pattern_is_none_and_a_long_or_controlling_one_is_refused() {
    for blank in ["", "  ", "\t\u{a0}"] {
        assert_eq!(values(10, Some(blank)), values(10, None));
    }
    assert_eq!(broken(values(10, Some("a\u{7}"))), at("matching", Rule::ControlCharacter));
    assert_eq!(broken(values(10, Some(&"é".repeat(51)))), at("matching", Rule::MaxLength));
    assert!(values(10, Some(&"é".repeat(50))).is_ok());
}

#[test]
fn bands_are_told_apart_by_their_place_when_they_are_bad() {
    let bad = [
        (Some(10.0), Some(5.0)),
        (Some(5.0), Some(5.0)),
        (None, None),
        (Some(-1.0), None),
        (Some(0.0), Some(1.005)),
        (None, Some(1e300)),
        (Some(0.0), Some(10_000_000.0)),
    ];
    let expected = [
        ("ranges[0]", Rule::EmptyRange),
        ("ranges[1]", Rule::EmptyRange),
        ("ranges[2]", Rule::Required),
        ("ranges[3].from", Rule::Min),
        ("ranges[4].to", Rule::Decimals),
        ("ranges[5].to", Rule::Max),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(field, rule)| (field.to_owned(), rule)).collect();
    assert_eq!(broken(price(Some(&bad), None)), expected);
    assert_eq!(broken(price(Some(&vec![(None, None); 1_000]), None)), at("ranges", Rule::MaxItems));
}

#[test]
fn bands_keep_their_order_and_may_overlap() {
    let facet = price(Some(&[(Some(20.0), None), (None, Some(25.5)), (Some(20.0), None)]), None).unwrap();
    let (high, low) = (PriceBand { from: Some(2_000), to: None }, PriceBand { from: None, to: Some(2_550) });
    assert_eq!(buckets(facet), PriceBuckets::Bands(vec![high, low, high]));
    assert_eq!(price(Some(&[]), None), price(None, None));
}

#[test]
fn an_interval_is_a_whole_number_of_cents() {
    assert_eq!(buckets(price(None, Some(0.01)).unwrap()), PriceBuckets::Every { width: 1, most: 200 });
    for (interval, rule) in [(0.0, Rule::Min), (-5.0, Rule::Min), (0.001, Rule::Decimals), (1e9, Rule::Max)] {
        assert_eq!(broken(price(None, Some(interval))), at("interval", rule), "{interval}");
    }
    assert_eq!(broken(price(Some(&[(Some(1.0), None)]), Some(5.0))), at("interval", Rule::Exclusive));
}

#[test]
fn names_collapse_and_bad_ones_are_told_by_their_place() {
    assert_eq!(attributes(Some(&["colour", " colour ", "size"]), 10, 5), attributes(Some(&["colour", "size"]), 3, 5));
    assert_ne!(attributes(None, 10, 5), attributes(None, 3, 5));
    assert_eq!(broken(attributes(Some(&["a", "b", "c", "d\u{202e}"]), 10, 5)), at("names[3]", Rule::ControlCharacter));
    assert_eq!(broken(attributes(Some(&["a"; 51]), 10, 5)), at("names", Rule::MaxItems));
}
