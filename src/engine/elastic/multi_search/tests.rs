//! The bodies that searches become, as snapshots.

use serde_json::json;

use crate::{
    engine::elastic::abilities::{Abilities, Composites, Scores},
    product::{FieldSet, ProductField, ProductId},
    search::{
        Clause, Condition, Counting, Direction, DoubtfulWord, Facet, FacetPlan, Factor, Filter, FilterDraft, HitsPlan,
        KeyColumn, Place, Position, Relevance, Search, SearchDraft, SearchLimits, SearchPlan, SortDraft, SortField,
        SortValue, SpellingPlan, Stage, TagsDraft, TextColumn, Tuning, ValuesDraft, Wants, WindowDraft,
        analysis::searchable,
    },
};

use super::search_body;

const ONE_SHARD: Abilities = Abilities { shards: 1, composites: Composites::Nested, scores: Scores::Plain };

fn body(search: &Search) -> serde_json::Value {
    search_body(&search.plan(&Stage::Exact, &Tuning::default()), ONE_SHARD)
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
fn words_are_looked_for_in_everything() {
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
    (search.wants.hits, search.wants.scores) = (Some(FieldSet::empty()), true);
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

fn word(column: TextColumn, token: &str, weight: f32) -> Clause {
    Clause::Word { column, token: token.to_owned(), weight }
}

fn looked_for(clause: Clause, factors: Vec<Factor>) -> SearchPlan {
    SearchPlan { relevance: Some(Relevance { clause, factors }), ..SearchPlan::everything(0) }
}

/// A page of what a plan finds, newest first, with its scores.
fn listed(plan: SearchPlan) -> SearchPlan {
    let hits = checked(|draft| draft.wants.scores = true).plan(&Stage::Exact, &Tuning::default()).hits;
    SearchPlan { hits, ..plan }
}

fn every_clause() -> Clause {
    let tokens = ["red".to_owned(), "shoe".to_owned()];
    let phrase = Clause::Phrase { column: TextColumn::Name, tokens: tokens.to_vec(), weight: 0.3 };
    let key = Clause::Key { column: KeyColumn::Sku, values: vec!["red shoe".to_owned()], weight: 20.0 };
    let meets = Clause::Meets { filter: Filter::Is(Condition::InStock(true)), weight: 1.0 };
    let red =
        Clause::Best(vec![word(TextColumn::Everything, "red", 1.0), word(TextColumn::JoinedName, "redshoe", 0.5)]);
    let both = Clause::All(vec![red, word(TextColumn::Everything, "shoe", 1.0)]);
    let ranked = Clause::Plus { required: Box::new(both), extra: vec![word(TextColumn::Name, "red", 0.1), phrase] };
    Clause::Any(vec![ranked, key, meets])
}

#[test]
fn every_clause_and_factor_has_its_query() {
    let factor = |unless, factor| Factor { when: word(TextColumn::Brand, "acme", 3.0), unless, factor };
    let factors = vec![factor(Vec::new(), 1.2), factor(vec![word(TextColumn::Name, "case", 1.0)], 0.5)];
    insta::assert_json_snapshot!(search_body(&listed(looked_for(every_clause(), factors)), ONE_SHARD));
}

#[test]
fn what_is_only_counted_has_no_scores() {
    let factors = vec![Factor { when: word(TextColumn::Brand, "acme", 3.0), unless: Vec::new(), factor: 2.0 }];
    let plan = SearchPlan { counting: Counting::UpTo(10), ..looked_for(every_clause(), factors) };
    insta::assert_json_snapshot!(search_body(&plan, ONE_SHARD));
}

#[test]
fn what_facets_ignore_comes_after_them() {
    let narrowed = SearchPlan {
        filter: Filter::Is(Condition::InStock(true)),
        narrowing: Filter::Is(Condition::Brand(["acme".to_owned()].into())),
        ..listed(SearchPlan::everything(0))
    };
    let without = search_body(&narrowed, ONE_SHARD);
    assert_eq!((without.get("post_filter"), without.get("aggs")), (None, None), "a query is cheaper");
    assert!(without["query"].to_string().contains("acme"), "{without}");
    let facet = FacetPlan {
        facet: Facet::Stock,
        filter: narrowed.narrowing.clone(),
        selected: std::collections::BTreeSet::new(),
        own: Vec::new(),
    };
    let with = SearchPlan { facets: vec![facet], ..narrowed };
    insta::assert_json_snapshot!(search_body(&with, ONE_SHARD));
    let facets_alone = search_body(&SearchPlan { hits: None, ..with }, ONE_SHARD);
    assert_eq!((&facets_alone["size"], facets_alone.get("post_filter")), (&0.into(), None), "nothing is listed");
}

#[test]
fn scores_of_several_shards_are_made_comparable_first() {
    let header = |shards: u32, plan: &SearchPlan| {
        let abilities = Abilities { shards, composites: Composites::Nested, scores: Scores::Plain };
        let lines = super::body("shop", &[plan], abilities).unwrap();
        String::from_utf8(lines.to_vec()).unwrap().lines().next().unwrap().contains("dfs_query_then_fetch")
    };
    let words = looked_for(word(TextColumn::Everything, "red", 1.0), Vec::new());
    assert!(!header(3, &words), "a count has no scores");
    assert!(!header(3, &listed(SearchPlan::everything(0))), "a list of everything has none");
    let scored = listed(words);
    assert!(header(3, &scored) && !header(1, &scored));
    let unscored = scored.hits.clone().map(|hits| HitsPlan { scores: false, ..hits });
    assert!(!header(3, &SearchPlan { hits: unscored, ..scored }), "nobody reads the scores of a list by age");
}

#[test]
fn near_words_are_asked_for_in_the_same_search() {
    let words =
        ["keybords", "tv"].map(|spelt| DoubtfulWord { spelt: spelt.to_owned(), token: Some(searchable(spelt)) });
    let spelling = SpellingPlan { column: TextColumn::Spelling, words: words.into() };
    let plan = SearchPlan { spelling: Some(spelling), ..SearchPlan::everything(0) };
    let one = search_body(&plan, ONE_SHARD);
    assert_eq!((&one["suggest"]["near"]["text"], one.get("aggs")), (&"keybords".into(), None));
    assert_eq!(one["suggest"]["form"]["text"], "keybord");
    let three = search_body(&plan, Abilities { shards: 3, ..ONE_SHARD });
    let counted = &three["aggs"]["known"]["aggs"]["words"]["filters"]["filters"];
    let token = |token: &str| json!({"term": {"derived.terms.everything": token}});
    assert_eq!((counted, three["suggest"].get("form")), (&json!([token("keybord"), token("tv")]), None));
}
