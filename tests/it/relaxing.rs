//! How far a search goes: the exact words, and when they find too few, whatever comes near; the same on every engine.

use std::sync::Arc;

use aisle::{
    backend::EngineErrorKind,
    product::{FieldSet, ProductField},
    search::{
        Direction, Facet, SearchAnswer, SearchDraft, SortDraft, SortField, Stage, Wants, WindowDraft,
        facet::{FacetOrder, ValueField, ValuesFacet},
    },
};

use crate::support::{
    engines,
    shelf::{attributes, made},
    shop::{Shop, catalog_over, everything_wanted, named, names, relaxed, shops},
    watched_engine::{Fault, WatchedEngine},
    writes::Writes as _,
};

fn by_brand() -> Facet {
    Facet::Values(ValuesFacet { field: ValueField::Brand, size: 10, order: FacetOrder::Count, matching: None })
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_words_that_find_enough_are_asked_for_once_and_stand_alone() {
    let mut all: Vec<String> = (0..10).map(|number| format!("Red chair {number}")).collect();
    all.extend(["Red lamp".to_owned(), "Oak chair".to_owned()]);
    for shop in shops("enough", named(&all.iter().map(String::as_str).collect::<Vec<_>>())).await {
        let answer = shop.ask("red chair").await;
        assert_eq!(
            (answer.results.total, answer.results.searches, &answer.stage),
            (Some(10), 1, &Stage::Exact),
            "{}",
            shop.name
        );
        assert_eq!(answer.did_you_mean, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_by_all_words_lead_to_products_with_some_behind_those_with_all() {
    for shop in shops("few", named(&["Red lamp red", "Oak chair", "A chair, red", "Blue mug"])).await {
        let answer = shop.ask("red chair").await;
        assert_eq!(
            (answer.results.total, answer.results.searches, &answer.stage),
            (Some(3), 2, &relaxed(&[])),
            "{}",
            shop.name
        );
        assert_eq!(names(&answer)[0], "A chair, red", "{}", shop.name);
        assert!(["red", "chair"].iter().all(|word| answer.sought.words.contains(*word)), "{:?}", answer.sought);
        let one_word = shop.ask("mug").await;
        assert_eq!(
            (one_word.results.total, one_word.results.searches),
            (Some(1), 1),
            "one right word cannot be relaxed"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_word_is_corrected_told_and_comes_behind_the_right_one() {
    let mut products = named(&["Kettle", "Kettle stand", "Lamp"]);
    products.push(made("p100", "Pot", |draft| draft.description = "often called a chiar by mistake".to_owned()));
    products.push(made("p101", "Chair", |_| {}));
    for shop in shops("misspelt", products).await {
        let answer = shop.ask("KETTEL Stand").await;
        assert_eq!(answer.stage, relaxed(&[(0, "kettle")]), "{}", shop.name);
        assert_eq!(answer.did_you_mean.as_deref(), Some("kettle Stand"), "{}", shop.name);
        assert_eq!(names(&answer), ["Kettle stand", "Kettle"], "{}", shop.name);
        let in_a_description = shop.ask("chiar").await;
        assert_eq!(names(&in_a_description), ["Pot"], "{}: a word that a product has is right", shop.name);
        assert_eq!(in_a_description.did_you_mean, None, "{}: a product has this word", shop.name);
        for right in ["kettle", "kettles", "stands lamp", "kettle 12"] {
            assert_eq!(shop.ask(right).await.did_you_mean, None, "{}: {right}", shop.name);
        }
    }
}

/// The list in pages of two, each by the cursor of the one before.
async fn walk(shop: &Shop, query: &str, direction: Direction, sort: Option<SortField>) -> Vec<String> {
    let (mut list, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let is_first = cursor.is_none();
        let window = match direction {
            Direction::Ascending => WindowDraft { first: Some(2), after: cursor, ..WindowDraft::default() },
            Direction::Descending => WindowDraft { last: Some(2), before: cursor, ..WindowDraft::default() },
        };
        let sort = sort.map(|field| vec![SortDraft { field, direction: None }]);
        let search = shop.search(SearchDraft { query: Some(query.to_owned()), sort, window, ..SearchDraft::default() });
        let answer = shop.answer(&search).await;
        assert_eq!(answer.results.searches, if is_first { 2 } else { 1 }, "a cursor knows how far to go");
        assert_eq!(answer.did_you_mean.as_deref(), Some("red chair"), "{}", shop.name);
        let names = names(&answer);
        let edge =
            if direction == Direction::Ascending { answer.results.hits.last() } else { answer.results.hits.first() };
        cursor = edge.map(|hit| search.cursor(&answer.stage, hit.position.clone()).to_string());
        if direction == Direction::Ascending {
            list.extend(names);
        } else {
            list.splice(0..0, names).for_each(drop);
        }
        if !answer.results.has_more {
            return list;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_relaxed_list_is_of_the_same_list() {
    let all = ["Red chair", "Red lamp", "Oak chair", "Chair", "Red rug", "Red mug and red cup", "Blue chair", "Jug"];
    for shop in shops("pages", named(&all)).await {
        let whole = shop.names("red chiar").await;
        assert_eq!(whole.len(), 7, "{}", shop.name);
        assert_eq!(whole[0], "Red chair", "{}", shop.name);
        assert_eq!(walk(&shop, "red chiar", Direction::Ascending, None).await, whole, "{}", shop.name);
        assert_eq!(walk(&shop, "red chiar", Direction::Descending, None).await, whole, "{}", shop.name);
        let by_name = walk(&shop, "red chiar", Direction::Ascending, Some(SortField::Name)).await;
        assert!(by_name.len() == 7 && by_name.is_sorted(), "{}: {by_name:?}", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_with_a_stage_of_another_query_is_refused() {
    let shop = shops("forged", named(&["Red chair"])).await.remove(0);
    let search = shop.search(SearchDraft { query: Some("red chair".to_owned()), ..SearchDraft::default() });
    let position = shop.answer(&search).await.results.hits[0].position.clone();
    let with = |stage: Stage| {
        let after = Some(search.cursor(&stage, position.clone()).to_string());
        let window = WindowDraft { after, ..WindowDraft::default() };
        shop.catalog.check(SearchDraft { query: Some("red chair".to_owned()), window, ..SearchDraft::default() })
    };
    assert_eq!(with(relaxed(&[(1, "lamp")])).unwrap().stage, Some(relaxed(&[(1, "lamp")])));
    let long = "x".repeat(65);
    let words = ["w"; 25].join(" ");
    let with_many = |count: usize| {
        let query = || Some(words.clone());
        let search = shop.search(SearchDraft { query: query(), ..SearchDraft::default() });
        let stage = relaxed(&(0..count).map(|word| (word, "lamp")).collect::<Vec<_>>());
        let after = Some(search.cursor(&stage, position.clone()).to_string());
        let window = WindowDraft { after, ..WindowDraft::default() };
        shop.catalog.check(SearchDraft { query: query(), window, ..SearchDraft::default() })
    };
    assert!(with_many(20).is_ok() && with_many(21).is_err(), "no search corrects more than 20 words");
    for bad in [
        vec![(2, "lamp")],
        vec![(1, "lamp"), (0, "lamp")],
        vec![(0, "lamp"), (0, "lamp")],
        vec![(0, "two words")],
        vec![(0, "Lamp")],
        vec![(0, "")],
        vec![(0, long.as_str())],
    ] {
        assert!(with(relaxed(&bad)).is_err(), "{bad:?}");
    }
}

#[tokio::test]
async fn searches_that_differ_in_what_they_count_are_one_and_a_second_round_is_one_request() {
    let engine = engines::embedded();
    engine.import(named(&["Red chair", "Red lamp", "Jug"])).await.unwrap();
    engine.publish().await.unwrap();
    let watched = WatchedEngine::new(Arc::clone(&engine));
    let catalog = catalog_over(Arc::clone(&watched) as _, 10);
    let search = |query: &str, first: i64, wants: Wants| {
        let window = WindowDraft { first: Some(first), ..WindowDraft::default() };
        catalog.check(SearchDraft { query: Some(query.to_owned()), window, wants, ..SearchDraft::default() }).unwrap()
    };
    let hits = Wants { hits: Some(FieldSet::empty().with(ProductField::Name)), ..Wants::default() };
    let total = Wants { total: true, ..Wants::default() };
    let searches = [
        search("red chair", 10, total.clone()),
        search("red chair", 1, hits.clone()),
        search("red chair", 1, Wants { did_you_mean: true, ..hits.clone() }),
        search("red chair", 2, hits),
        search("jug lamp", 2, total),
    ];
    let answers: Vec<SearchAnswer> = catalog.search(&searches).await.into_iter().map(Result::unwrap).collect();
    let requests: Vec<usize> = watched.searches().iter().map(Vec::len).collect();
    assert_eq!(requests, [3, 3], "three lists, asked together in each round");
    let counted: Vec<(usize, Option<u64>)> =
        answers.iter().map(|answer| (answer.results.hits.len(), answer.results.total)).collect();
    assert_eq!(counted, [(0, Some(2)), (1, None), (1, None), (2, None), (0, Some(2))]);
    assert!(answers.iter().all(|answer| answer.results.searches == 2 && answer.stage == relaxed(&[])));
}

#[tokio::test]
async fn a_shop_may_have_exact_words_only_and_still_tell_a_better_spelling() {
    let engine = engines::embedded();
    engine.import(named(&["Red chair", "Red lamp"])).await.unwrap();
    engine.publish().await.unwrap();
    let behind = Arc::clone(&engine);
    let shop = Shop::over(engine, behind, 0);
    let answer = shop.ask("red chiar").await;
    assert_eq!((names(&answer), answer.did_you_mean.as_deref()), (Vec::new(), Some("red chair")));
    assert_eq!((answer.stage, answer.results.searches), (Stage::Exact, 1));
    assert_eq!(shop.names("red chair").await, ["Red chair"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_a_description_or_a_value_is_right_and_no_other_is_kept_from_being_corrected() {
    let mut products = named(&["Lamb toy", "Chair"]);
    products.push(made("p100", "Cabinet", |draft| draft.description = "with a lamp inside".to_owned()));
    products.push(made("p101", "Rug", |draft| draft.attributes = attributes(&[("weave", "tufted")])));
    for shop in shops("right", products).await {
        for (query, found, better) in [
            ("lamp", vec!["Cabinet"], None),
            ("tufted", vec!["Rug"], None),
            ("tuftde", vec!["Rug"], Some("tufted")),
            ("lamp chiar", vec!["Cabinet", "Chair"], None),
        ] {
            let answer = shop.ask(query).await;
            let mut names = names(&answer);
            names.sort();
            assert_eq!(names, found, "{}: {query}", shop.name);
            assert_eq!(answer.did_you_mean.as_deref(), better, "{}: {query}", shop.name);
        }
        assert!(!shop.ask("lamp chiar").await.sought.words.contains("lamb"));
    }
}

#[tokio::test]
async fn a_better_spelling_takes_two_questions_however_many_words_and_pages_and_is_all_that_is_lost_with_them() {
    let engine = engines::embedded();
    engine.import(named(&["Yellow kettle stand", "Yellow lamp", "Kettle"])).await.unwrap();
    engine.publish().await.unwrap();
    let watched = WatchedEngine::new(Arc::clone(&engine));
    let shop = Shop::over(engine, Arc::clone(&watched) as _, 10);
    let search = |first: i64| {
        let window = WindowDraft { first: Some(first), ..WindowDraft::default() };
        let (query, wants) =
            (Some("yelow kettel stnad".to_owned()), Wants { facets: [by_brand()].into(), ..everything_wanted() });
        shop.catalog.check(SearchDraft { query, window, wants, ..SearchDraft::default() }).unwrap()
    };
    let answers = shop.catalog.search(&[search(1), search(2)]).await;
    for answer in answers {
        assert_eq!(answer.unwrap().did_you_mean.as_deref(), Some("yellow kettle stand"));
    }
    let requests: Vec<usize> = watched.searches().iter().map(Vec::len).collect();
    assert_eq!(requests, [2, 4], "a page each, then once whether it finds more and whether the words are wrong");
    let (pages, checks): (Vec<_>, Vec<_>) =
        watched.searches().remove(1).into_iter().partition(|plan| plan.hits.is_some());
    assert!(pages.iter().all(|page| page.facets.len() == 1) && checks.iter().all(|check| check.facets.is_empty()));
    watched.break_with(Fault::CountsFail(EngineErrorKind::Unexpected));
    let answer = shop.answer(&search(5)).await;
    assert_eq!((names(&answer).len(), answer.did_you_mean), (3, None));
}
