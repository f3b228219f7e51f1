//! What a field's own facet ignores, what it keeps, and what it lists as selected.

use super::{AttributesFacet, Facet, FacetOrder, OwnFilters, ValueField, ValuesFacet};
use crate::search::{
    AttributeDraft, Condition, Filter, FilterDraft, Interval, IntervalDraft, Problems, SearchLimits, TagsDraft,
    ValuesDraft,
};

fn own(draft: FilterDraft) -> OwnFilters {
    let mut problems = Problems::default();
    let own = draft.check("filter", &SearchLimits::default(), &mut problems);
    problems.into_result(own).unwrap()
}

fn texts<List: FromIterator<String>>(values: &[&str]) -> List {
    values.iter().map(|&value| value.to_owned()).collect()
}

fn brand_in(values: &[&str]) -> FilterDraft {
    FilterDraft { brand: Some(ValuesDraft { any: Some(texts(values)), ..Default::default() }), ..Default::default() }
}

fn brand(values: &[&str]) -> Filter {
    Filter::Is(Condition::Brand(texts(values)))
}

fn tag(value: &str) -> Filter {
    Filter::Is(Condition::Tag([value.to_owned()].into()))
}

fn values_of(field: ValueField) -> Facet {
    Facet::Values(ValuesFacet { field, size: 10, order: FacetOrder::Count, matching: None })
}

fn attributes_named(names: &[&str]) -> Facet {
    Facet::Attributes(AttributesFacet { names: Some(texts(names)), size: 10, values: 10 })
}

fn attribute(name: &str, values: &[&str]) -> AttributeDraft {
    AttributeDraft { name: name.to_owned(), any: texts(values) }
}

#[test]
fn conditions_of_the_outermost_filter_and_of_its_and_belong_to_their_fields() {
    let inner = FilterDraft {
        in_stock: Some(true),
        price: Some(IntervalDraft { lte: Some(5.0), ..Default::default() }),
        ..brand_in(&["b", "c"])
    };
    let own = own(FilterDraft { and: Some(vec![inner]), ..brand_in(&["a", "b"]) });
    assert_eq!(own.brand.filter, brand(&["b"]));
    assert_eq!(own.brand.selected, ["a", "b", "c"].map(str::to_owned).into());
    assert_eq!(own.price.filter, Filter::Is(Condition::Price(Interval { low: None, high: Some(500) })));
    assert_eq!(own.stock.filter, Filter::Is(Condition::InStock(true)));
    assert_eq!(own.rest, Filter::All);
}

#[test]
fn conditions_below_or_not_and_a_second_and_are_obeyed_by_every_facet() {
    let inside = |draft: FilterDraft| own(draft);
    let or = inside(FilterDraft { or: Some(vec![brand_in(&["a"])]), ..Default::default() });
    let not = inside(FilterDraft { not: Some(Box::new(brand_in(&["a"]))), ..Default::default() });
    let and = FilterDraft { and: Some(vec![brand_in(&["a"])]), ..Default::default() };
    let deeper = inside(FilterDraft { and: Some(vec![and]), ..Default::default() });
    assert_eq!(or, OwnFilters { rest: brand(&["a"]), ..OwnFilters::default() });
    assert_eq!(not, OwnFilters { rest: brand(&["a"]).negated(), ..OwnFilters::default() });
    assert_eq!(deeper, OwnFilters { rest: brand(&["a"]), ..OwnFilters::default() });
}

#[test]
fn what_is_refused_or_demanded_is_kept_and_what_is_demanded_is_selected() {
    let tags =
        TagsDraft { any_of: Some(texts(&["a"])), all_of: Some(texts(&["b", "c"])), none_of: Some(texts(&["d"])) };
    let category = ValuesDraft { none: Some(texts(&["Books"])), ..Default::default() };
    let own = own(FilterDraft { tags: Some(tags), category: Some(category), ..Default::default() });
    assert_eq!(own.tags.filter, tag("a"));
    assert_eq!(own.tags.selected, ["a", "b", "c"].map(str::to_owned).into());
    let books = Filter::Is(Condition::Category(["books".to_owned()].into())).negated();
    assert_eq!(own.rest, Filter::And(vec![tag("b"), tag("c"), tag("d").negated(), books]).simplified());
    assert!(own.category.selected.is_empty());
    assert_eq!(own.category.filter, Filter::All);
}

#[test]
fn each_attribute_has_a_filter_of_its_own() {
    let entries = vec![attribute("color", &["red"]), attribute("size", &["S", "M"]), attribute("color", &["blue"])];
    let own = own(FilterDraft { attributes: Some(entries), ..Default::default() });
    assert_eq!(own.attributes.keys().collect::<Vec<_>>(), ["color", "size"]);
    assert_eq!(own.attributes["color"].selected, ["blue", "red"].map(str::to_owned).into());
    assert!(matches!(&own.attributes["color"].filter, Filter::And(parts) if parts.len() == 2));
    let spread = own.spread(&[attributes_named(&["size"])]);
    assert_eq!(spread.narrowing, own.attributes["size"].filter, "only the size is ignored by a facet");
    assert_eq!(spread.filter, own.attributes["color"].filter);
}

#[test]
fn a_contradiction_empties_the_whole_filter_but_not_the_facet_of_its_field() {
    let inner =
        FilterDraft { tags: Some(TagsDraft { any_of: Some(texts(&["x"])), ..Default::default() }), ..brand_in(&["a"]) };
    let own = own(FilterDraft { and: Some(vec![inner]), ..brand_in(&["b"]) });
    assert_eq!(own.whole(), Filter::Nothing);
    let spread = own.spread(&[values_of(ValueField::Brand)]);
    assert_eq!((spread.filter, spread.narrowing), (tag("x"), Filter::Nothing));
    assert_eq!(spread.facets[0].filter, Filter::All);
    assert_eq!(spread.facets[0].selected, ["a", "b"].map(str::to_owned).into());
}

#[test]
fn conditions_are_counted_once_however_they_are_taken_apart() {
    let limits = SearchLimits { filter_conditions: 3, ..SearchLimits::default() };
    let mut problems = Problems::default();
    let draft = FilterDraft { and: Some(vec![brand_in(&["a"]), brand_in(&["b"])]), ..brand_in(&["c"]) };
    let _ = draft.check("filter", &limits, &mut problems);
    assert_eq!(problems.into_result(()), Ok(()));
}
