//! The bodies that searches become, as snapshots.

use crate::{
    product::{FieldSet, ProductField, ProductId},
    search::{
        Direction, FilterDraft, Place, Position, Search, SearchDraft, SearchLimits, SortDraft, SortField, SortValue,
        Stage, TagsDraft, Tuning, ValuesDraft, Wants, WindowDraft,
    },
};

use super::body as body_of;

fn body(search: &Search) -> serde_json::Value {
    body_of(&search.plan(&Stage::Exact, &Tuning::default()))
}

fn checked(change: impl FnOnce(&mut SearchDraft)) -> Search {
    let fields = FieldSet::empty().with(ProductField::Id).with(ProductField::Name);
    let mut draft =
        SearchDraft { wants: Wants { hits: Some(fields), total: false, ..Wants::default() }, ..SearchDraft::default() };
    change(&mut draft);
    draft.check(&SearchLimits::default()).unwrap()
}

fn brand(name: &str) -> FilterDraft {
    FilterDraft {
        brand: Some(ValuesDraft { eq: Some(name.to_owned()), ..ValuesDraft::default() }),
        ..FilterDraft::default()
    }
}

fn tag(name: &str) -> FilterDraft {
    FilterDraft {
        tags: Some(TagsDraft { any_of: Some(vec![name.to_owned()]), ..TagsDraft::default() }),
        ..FilterDraft::default()
    }
}

#[test]
fn everything_is_a_list_by_age_of_one_more_than_the_page() {
    insta::assert_json_snapshot!(body(&checked(|_| ())));
}

#[test]
fn a_count_alone_reads_and_sorts_nothing() {
    insta::assert_json_snapshot!(body(&checked(
        |draft| draft.wants = Wants { hits: None, total: true, ..Wants::default() }
    )));
}

#[test]
fn words_are_looked_for_exactly_nearly_and_as_a_whole() {
    insta::assert_json_snapshot!(body(&checked(|draft| draft.query = Some("tv Mouse".to_owned()))));
}

#[test]
fn and_or_not_keep_their_shape() {
    let either = |one, two| FilterDraft { or: Some(vec![one, two]), ..FilterDraft::default() };
    let filter = FilterDraft {
        and: Some(vec![either(brand("a"), tag("b")), either(brand("c"), tag("d"))]),
        not: Some(Box::new(FilterDraft { in_stock: Some(false), ..brand("e") })),
        ..FilterDraft::default()
    };
    insta::assert_json_snapshot!(body(&checked(|draft| draft.filter = Some(filter))));
}

#[test]
fn a_page_before_a_place_is_read_backwards_and_scores_are_kept() {
    let mut search = checked(|draft| {
        draft.query = Some("tv".to_owned());
        draft.sort = Some(vec![SortDraft { field: SortField::Price, direction: Some(Direction::Descending) }]);
    });
    let position = Position { values: vec![SortValue::Number(1999)], id: ProductId::parse("p-1").unwrap() };
    search.window.place = Place::Before(position);
    search.wants.hits = Some(FieldSet::empty());
    insta::assert_json_snapshot!(body(&search));
}

#[test]
fn a_score_in_a_cursor_is_not_rounded() {
    let mut search = checked(|draft| draft.query = Some("tv".to_owned()));
    for text in ["18.312325", "0.022499999", "1.0E-4", "10000.1"] {
        let id = ProductId::parse("p-1").unwrap();
        search.window.place = Place::After(Position { values: vec![SortValue::Score(text.to_owned())], id });
        let sent = body(&search)["search_after"][0].to_string();
        assert_eq!(sent.parse::<f32>().unwrap().to_bits(), text.parse::<f32>().unwrap().to_bits());
        assert_eq!(sent.parse::<f64>().unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits());
    }
}

#[test]
fn a_page_by_number_skips() {
    let search = checked(|draft| draft.window = WindowDraft { page: Some(3), ..WindowDraft::default() });
    assert_eq!(body(&search)["from"], 20);
}

/// How many queries lie within each other.
fn depth(query: &serde_json::Value) -> usize {
    let inner = |parts: &mut dyn Iterator<Item = &serde_json::Value>| parts.map(depth).max().unwrap_or(0);
    match (query.as_object(), query.as_array()) {
        (Some(parts), _) => {
            inner(&mut parts.values()) + usize::from(parts.contains_key("bool") || parts.contains_key("terms"))
        }
        (None, Some(parts)) => inner(&mut parts.iter()),
        (None, None) => 0,
    }
}

#[test]
fn the_deepest_filter_nests_no_deeper_than_every_node_takes() {
    let levels = SearchLimits::default().filter_nesting;
    let innermost = FilterDraft { in_stock: Some(true), ..brand("x") };
    let filter = (0..levels).fold(innermost, |filter, level| {
        let outer = brand(&level.to_string());
        if level % 2 == 0 {
            FilterDraft { or: Some(vec![filter, tag("x")]), ..outer }
        } else {
            FilterDraft { not: Some(Box::new(filter)), ..outer }
        }
    });
    let body = body(&checked(|draft| (draft.query, draft.filter) = (Some("tv".to_owned()), Some(filter))));
    assert_eq!(depth(&body["query"]), 19);
}

#[test]
fn many_misspelt_words_share_the_near_words_that_a_node_takes() {
    let query = "alpha bravo delta eagle fancy giant house image jelly karma";
    let body = body(&checked(|draft| draft.query = Some(query.to_owned())));
    let near = &body["query"]["bool"]["should"][0]["dis_max"]["queries"][3]["dis_max"]["queries"][0];
    assert_eq!(near["fuzzy"]["derived.terms.name"]["rewrite"], "top_terms_boost_24");
}
