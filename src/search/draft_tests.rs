//! What a search may not ask, and what asking nothing means.

use super::*;
use crate::product::{ProductField, Rule};

fn check(draft: SearchDraft) -> Result<Search, SearchProblem> {
    draft.check(&SearchLimits::default())
}

fn window(window: WindowDraft) -> SearchDraft {
    SearchDraft { window, ..SearchDraft::default() }
}

fn filtered(filter: FilterDraft) -> SearchDraft {
    SearchDraft { filter: Some(filter), ..SearchDraft::default() }
}

fn sorted(sort: &[(SortField, Option<Direction>)]) -> SearchDraft {
    let sort = sort.iter().map(|&(field, direction)| SortDraft { field, direction }).collect();
    SearchDraft { sort: Some(sort), ..SearchDraft::default() }
}

/// Field and rule of everything that is wrong.
fn wrong(draft: SearchDraft) -> Vec<(String, Rule)> {
    match check(draft) {
        Err(SearchProblem::Invalid(violations)) => {
            violations.into_iter().map(|violation| (violation.field, violation.rule)).collect()
        }
        other => panic!("expected violations, got {other:?}"),
    }
}

fn nested(levels: usize) -> FilterDraft {
    (0..levels)
        .fold(FilterDraft::default(), |inner, _| FilterDraft { not: Some(Box::new(inner)), ..Default::default() })
}

#[test]
fn every_bad_window_names_its_argument_and_rule() {
    let draft = WindowDraft::default;
    let cursor = || Some("x".to_owned());
    let table = [
        (WindowDraft { first: Some(0), ..draft() }, "first", Rule::Min),
        (WindowDraft { first: Some(-1), ..draft() }, "first", Rule::Min),
        (WindowDraft { first: Some(101), ..draft() }, "first", Rule::Max),
        (WindowDraft { first: Some(i64::MAX), ..draft() }, "first", Rule::Max),
        (WindowDraft { last: Some(0), ..draft() }, "last", Rule::Min),
        (WindowDraft { last: Some(101), ..draft() }, "last", Rule::Max),
        (WindowDraft { page: Some(0), ..draft() }, "page", Rule::Min),
        (WindowDraft { page: Some(1_001), ..draft() }, "page", Rule::Max),
        (WindowDraft { page: Some(i64::MAX), first: Some(100), ..draft() }, "page", Rule::Max),
        (WindowDraft { first: Some(1), last: Some(1), ..draft() }, "last", Rule::Exclusive),
        (WindowDraft { first: Some(1), before: cursor(), ..draft() }, "before", Rule::Exclusive),
        (WindowDraft { last: Some(1), after: cursor(), ..draft() }, "last", Rule::Exclusive),
        (WindowDraft { after: cursor(), before: cursor(), ..draft() }, "before", Rule::Exclusive),
        (WindowDraft { page: Some(1), after: cursor(), ..draft() }, "page", Rule::Exclusive),
        (WindowDraft { page: Some(1), before: cursor(), ..draft() }, "page", Rule::Exclusive),
        (WindowDraft { page: Some(1), last: Some(1), ..draft() }, "page", Rule::Exclusive),
    ];
    for (draft, field, rule) in table {
        assert_eq!(wrong(window(draft.clone())), [(field.to_owned(), rule)], "{draft:?}");
    }
}

#[test]
fn the_last_page_inside_the_window_is_allowed() {
    let search = check(window(WindowDraft { page: Some(1_000), ..WindowDraft::default() })).unwrap();
    assert_eq!(search.window, Window { place: Place::Offset(9_990), size: 10 });
}

#[test]
fn before_alone_means_the_ten_products_before() {
    let search = check(SearchDraft::default()).unwrap();
    let position = Position { values: vec![SortValue::Number(5)], id: crate::product::ProductId::parse("a").unwrap() };
    let before = Some(search.cursor(&Stage::Exact, position.clone()).to_string());
    let search = check(window(WindowDraft { before, ..WindowDraft::default() })).unwrap();
    assert_eq!(search.window, Window { place: Place::Before(position), size: 10 });
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let by_name = sorted(&[(SortField::Name, None)]);
    let search = check(by_name).unwrap();
    let position =
        Position { values: vec![SortValue::Text("a".to_owned())], id: crate::product::ProductId::parse("a").unwrap() };
    let after = Some(search.cursor(&Stage::Exact, position).to_string());
    let other = window(WindowDraft { after, ..WindowDraft::default() });
    assert_eq!(check(other), Err(SearchProblem::Cursor(CursorProblem::OtherSearch)));
}

#[test]
fn a_cursor_whose_values_do_not_fit_its_order_is_refused() {
    let search = check(SearchDraft::default()).unwrap();
    let id = crate::product::ProductId::parse("a").unwrap();
    for values in [vec![], vec![SortValue::Text("a".to_owned())], vec![SortValue::Number(1), SortValue::Number(2)]] {
        let after = Some(search.cursor(&Stage::Exact, Position { values, id: id.clone() }).to_string());
        let draft = window(WindowDraft { after, ..WindowDraft::default() });
        assert_eq!(check(draft), Err(SearchProblem::Cursor(CursorProblem::Malformed)));
    }
}

#[test]
fn cursors_do_not_care_how_a_filter_is_written() {
    let brand = |values: &[&str]| FilterDraft {
        brand: Some(ValuesDraft {
            any: Some(values.iter().map(|&value| value.to_owned()).collect()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let one = check(filtered(brand(&["a", "b"]))).unwrap();
    let two = check(filtered(FilterDraft { and: Some(vec![brand(&["b", "a", "b"])]), ..Default::default() })).unwrap();
    assert_eq!(one.fingerprint, two.fingerprint);
    assert_ne!(one.fingerprint, check(filtered(brand(&["a,b"]))).unwrap().fingerprint);
}

#[test]
fn sorts_are_checked() {
    let relevance_up = sorted(&[(SortField::Relevance, Some(Direction::Ascending))]);
    assert_eq!(wrong(relevance_up), [("sort[0].direction".to_owned(), Rule::Exclusive)]);
    let twice = sorted(&[(SortField::Name, None), (SortField::Price, None), (SortField::Name, None)]);
    assert_eq!(wrong(twice), [("sort[2]".to_owned(), Rule::Duplicate)]);
    let five = sorted(&[(SortField::Name, None); 5]);
    assert_eq!(wrong(five), [("sort".to_owned(), Rule::MaxItems)]);
}

#[test]
fn an_empty_sort_is_relevance_with_words_and_newest_first_without() {
    let order = |query: Option<&str>| {
        let draft = SearchDraft { query: query.map(str::to_owned), sort: Some(vec![]), ..SearchDraft::default() };
        check(draft).unwrap().order
    };
    let descending = |field| vec![SortKey { field, direction: Direction::Descending }];
    assert_eq!(order(Some("mug")), descending(SortField::Relevance));
    assert_eq!(order(None), descending(SortField::CreatedAt));
    assert_eq!(order(Some(" * ")), descending(SortField::CreatedAt));
}

#[test]
fn relevance_without_words_beside_creation_time_is_one_key() {
    let both = sorted(&[(SortField::Relevance, None), (SortField::CreatedAt, Some(Direction::Ascending))]);
    assert_eq!(check(both).unwrap().order, [SortKey { field: SortField::CreatedAt, direction: Direction::Descending }]);
}

#[test]
fn queries_are_texts_of_at_most_a_hundred_characters() {
    let query = |text: &str| SearchDraft { query: Some(text.to_owned()), ..SearchDraft::default() };
    assert_eq!(wrong(query(&"x".repeat(101))), [("query".to_owned(), Rule::MaxLength)]);
    assert_eq!(wrong(query("mug\u{0}")), [("query".to_owned(), Rule::ControlCharacter)]);
    assert_eq!(wrong(query("mug\u{202e}")), [("query".to_owned(), Rule::ControlCharacter)]);
    let many_words = (0..200_000).map(|number: u32| number.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(wrong(query(&many_words)), [("query".to_owned(), Rule::MaxLength)], "and its words are not looked at");
    assert!(check(query(&"é".repeat(100))).is_ok());
    assert!(check(query("\t\n")).unwrap().text.is_none());
    assert!(check(query("!? …")).unwrap().is_hopeless());
    let syntax = check(query("name:mug AND (price:[1 TO 2] OR *:*) \"x\"~2")).unwrap();
    assert!(syntax.text.unwrap().words.iter().any(|word| word.token == "and"), "syntax is text");
}

#[test]
fn ranges_are_checked() {
    let price = |draft| filtered(FilterDraft { price: Some(draft), ..Default::default() });
    let bounds = IntervalDraft::default;
    let path = |rule| vec![("filter.price".to_owned(), rule)];
    assert_eq!(wrong(price(IntervalDraft { gte: Some(2.0), lte: Some(1.0), ..bounds() })), path(Rule::EmptyRange));
    assert_eq!(wrong(price(IntervalDraft { gt: Some(1.0), lte: Some(1.0), ..bounds() })), path(Rule::EmptyRange));
    assert_eq!(wrong(price(IntervalDraft { gte: Some(1.0), lt: Some(1.0), ..bounds() })), path(Rule::EmptyRange));
    assert!(check(price(IntervalDraft { gte: Some(1.0), lte: Some(1.0), ..bounds() })).is_ok());
    let negative = wrong(price(IntervalDraft { gte: Some(-0.01), ..bounds() }));
    assert_eq!(negative, [("filter.price.gte".to_owned(), Rule::Min)]);
    let endless = wrong(price(IntervalDraft { lt: Some(f64::NAN), ..bounds() }));
    assert_eq!(endless, [("filter.price.lt".to_owned(), Rule::Pattern)]);
    let created_at = Some(IntervalDraft { gt: Some("yesterday".to_owned()), ..Default::default() });
    let time = wrong(filtered(FilterDraft { created_at, ..Default::default() }));
    assert_eq!(time, [("filter.createdAt.gt".to_owned(), Rule::Pattern)]);
}

#[test]
fn bounds_finer_than_a_cent_are_rounded_towards_the_inside() {
    let price = |draft| check(filtered(FilterDraft { price: Some(draft), ..Default::default() })).unwrap().filter;
    let bounds = IntervalDraft::default;
    let minor = |low, high| Filter::Is(Condition::Price(Interval { low, high }));
    assert_eq!(price(IntervalDraft { gte: Some(1.001), ..bounds() }), minor(Some(101), None));
    assert_eq!(price(IntervalDraft { gt: Some(1.001), ..bounds() }), minor(Some(101), None));
    assert_eq!(price(IntervalDraft { gt: Some(1.0), ..bounds() }), minor(Some(101), None));
    assert_eq!(price(IntervalDraft { lt: Some(1.001), ..bounds() }), minor(None, Some(100)));
    assert_eq!(price(IntervalDraft { lte: Some(1.009), ..bounds() }), minor(None, Some(100)));
    assert_eq!(price(IntervalDraft { lt: Some(1.0), ..bounds() }), minor(None, Some(99)));
}

#[test]
fn filters_nested_too_deep_or_with_too_many_conditions_are_too_complex() {
    let complex = |filter| match check(filtered(filter)) {
        Err(SearchProblem::TooComplex { limit, actual, .. }) => (limit, actual),
        other => panic!("expected a refusal, got {other:?}"),
    };
    assert!(check(filtered(nested(8))).is_ok());
    assert_eq!(complex(nested(9)), (8, 9));
    assert_eq!(complex(nested(60)), (8, 9));
    let condition = FilterDraft { in_stock: Some(true), ..Default::default() };
    let many = FilterDraft {
        or: Some(vec![FilterDraft { and: Some(vec![condition; 51]), ..Default::default() }; 2]),
        ..Default::default()
    };
    assert_eq!(complex(many), (100, 101));
}

#[test]
fn lists_that_are_too_long_are_refused() {
    let values = |count: usize| Some((0..count).map(|number| number.to_string()).collect());
    let brand = Some(ValuesDraft { any: values(101), ..Default::default() });
    assert_eq!(
        wrong(filtered(FilterDraft { brand, ..Default::default() })),
        [("filter.brand.in".to_owned(), Rule::MaxItems)]
    );
    let tags = Some(TagsDraft { all_of: values(11), ..Default::default() });
    let tags = FilterDraft { tags, ..Default::default() };
    let inside = FilterDraft { and: Some(vec![FilterDraft::default(), tags]), ..Default::default() };
    assert_eq!(wrong(filtered(inside)), [("filter.and[1].tags.allOf".to_owned(), Rule::MaxItems)]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let draft = SearchDraft {
        query: Some("x".repeat(101)),
        filter: Some(FilterDraft {
            price: Some(IntervalDraft { gte: Some(-1.0), ..Default::default() }),
            brand: Some(ValuesDraft { eq: Some("a\u{7}".to_owned()), ..Default::default() }),
            ..Default::default()
        }),
        sort: Some(vec![SortDraft { field: SortField::Relevance, direction: Some(Direction::Ascending) }]),
        window: WindowDraft { first: Some(0), ..WindowDraft::default() },
        wants: Wants::default(),
    };
    let fields: Vec<String> = wrong(draft).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["query", "filter.brand.eq", "filter.price.gte", "sort[0].direction", "first"]);
}

#[test]
fn nothing_and_empty_mean_what_the_semantics_say() {
    let empty =
        |draft: ValuesDraft| check(filtered(FilterDraft { sku: Some(draft), ..Default::default() })).unwrap().filter;
    assert_eq!(empty(ValuesDraft { any: Some(vec![]), ..Default::default() }), Filter::Nothing);
    assert_eq!(empty(ValuesDraft { none: Some(vec![]), ..Default::default() }), Filter::All);
    assert_eq!(empty(ValuesDraft::default()), Filter::All);
    let tags =
        |draft: TagsDraft| check(filtered(FilterDraft { tags: Some(draft), ..Default::default() })).unwrap().filter;
    assert_eq!(tags(TagsDraft { any_of: Some(vec![]), ..Default::default() }), Filter::Nothing);
    assert_eq!(tags(TagsDraft { all_of: Some(vec![]), ..Default::default() }), Filter::All);
    assert_eq!(tags(TagsDraft { none_of: Some(vec![]), ..Default::default() }), Filter::All);
    let root = |draft: FilterDraft| check(filtered(draft)).unwrap().filter;
    assert_eq!(root(FilterDraft::default()), Filter::All);
    assert_eq!(root(FilterDraft { and: Some(vec![]), ..Default::default() }), Filter::All);
    assert_eq!(root(FilterDraft { or: Some(vec![]), ..Default::default() }), Filter::Nothing);
    assert_eq!(root(nested(1)), Filter::Nothing);
    assert_eq!(root(FilterDraft { attributes: Some(vec![]), ..Default::default() }), Filter::All);
    let unknown = FilterDraft {
        id: Some(ValuesDraft { eq: Some("not an id!".to_owned()), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(root(unknown), Filter::Nothing);
}

#[test]
fn a_search_is_the_same_value_whatever_is_selected_but_wants() {
    let wants = Wants { hits: Some(FieldSet::empty().with(ProductField::Name)), total: true, ..Wants::default() };
    let one = check(SearchDraft { wants, ..SearchDraft::default() }).unwrap();
    let two = check(SearchDraft::default()).unwrap();
    assert_eq!(one.fingerprint, two.fingerprint);
}
