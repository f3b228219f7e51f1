//! How far a search goes: the exact words, and when they find too few, whatever comes near; the same on every engine.

use std::sync::Arc;

use aisle::{
    backend::EngineErrorKind,
    catalog::{Catalog, CatalogSettings, Tuning},
    product::{FieldSet, Product, ProductField, RandomIds, SystemClock},
    search::{
        Correction, Direction, Facet, FacetCounts, FilterDraft, Ranking, Search, SearchAnswer, SearchDraft,
        SearchLimits, SortDraft, SortField, Stage, SynonymLimits, Synonyms, ValuesDraft, Wants, WindowDraft,
        facet::{FacetOrder, ValueField, ValuesFacet},
    },
};

use crate::support::{
    engines::{self, TestEngine},
    shelf::{attributes, made},
    watched_engine::{Fault, WatchedEngine},
    writes::Writes,
};

/// A catalogue over an engine that has products of these names.
struct Shop {
    catalog: Catalog,
    name: &'static str,
    _engine: TestEngine,
}

fn named(names: &[&str]) -> Vec<Product> {
    names.iter().enumerate().map(|(number, name)| made(&format!("p{number:03}"), name, |_| {})).collect()
}

fn catalog_over(engine: Arc<dyn aisle::backend::Engine>, relax_below: u32) -> Catalog {
    let searches = SearchLimits { relax_below, ..SearchLimits::default() };
    let settings = CatalogSettings { searches, ..CatalogSettings::default() };
    Catalog::new(engine, settings, Arc::new(SystemClock), Arc::new(RandomIds::default()))
}

async fn shops(name: &str, products: Vec<Product>) -> Vec<Shop> {
    let mut shops = Vec::new();
    for engine in engines::all(name).await {
        engine.import(products.clone()).await.unwrap();
        engine.publish().await.unwrap();
        shops.push(Shop { catalog: catalog_over(Arc::clone(&engine), 10), name: engine.name(), _engine: engine });
    }
    shops
}

fn everything_wanted() -> Wants {
    let hits = Some(FieldSet::empty().with(ProductField::Name));
    Wants { hits, total: true, did_you_mean: true, highlights: true, ..Wants::default() }
}

impl Shop {
    fn search(&self, draft: SearchDraft) -> Search {
        self.catalog.check(SearchDraft { wants: everything_wanted(), ..draft }).unwrap()
    }

    async fn answer(&self, search: &Search) -> SearchAnswer {
        self.catalog.search(std::slice::from_ref(search)).await.remove(0).unwrap()
    }

    async fn ask(&self, query: &str) -> SearchAnswer {
        self.answer(&self.search(SearchDraft { query: Some(query.to_owned()), ..SearchDraft::default() })).await
    }

    async fn names(&self, query: &str) -> Vec<String> {
        names(&self.ask(query).await)
    }
}

fn names(answer: &SearchAnswer) -> Vec<String> {
    answer.results.hits.iter().map(|hit| hit.product.name.clone().unwrap()).collect()
}

fn by_brand() -> Facet {
    Facet::Values(ValuesFacet { field: ValueField::Brand, size: 10, order: FacetOrder::Count, matching: None })
}

fn relaxed(corrections: &[(usize, &str)]) -> Stage {
    let correction = |&(word, spelling): &(usize, &str)| Correction { word, spelling: spelling.to_owned() };
    Stage::Relaxed(corrections.iter().map(correction).collect())
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
        assert!(answer.sought.contains("red") && answer.sought.contains("chair"), "{:?}", answer.sought);
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
    let shop = Shop { catalog: catalog_over(Arc::clone(&engine), 0), name: "embedded", _engine: engine };
    let answer = shop.ask("red chiar").await;
    assert_eq!((names(&answer), answer.did_you_mean.as_deref()), (Vec::new(), Some("red chair")));
    assert_eq!((answer.stage, answer.results.searches), (Stage::Exact, 1));
    assert_eq!(shop.names("red chair").await, ["Red chair"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_words_are_not_one_whose_stem_is_the_first_of_them() {
    let all: Vec<String> = (0..12).map(|number| format!("Chair {number}")).chain(["Red chair".to_owned()]).collect();
    for shop in shops("stems", named(&all.iter().map(String::as_str).collect::<Vec<_>>())).await {
        let answer = shop.ask("chair red").await;
        assert_eq!((names(&answer)[0].as_str(), answer.results.searches), ("Red chair", 2), "{}", shop.name);
    }
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
        assert!(!shop.ask("lamp chiar").await.sought.contains("lamb"));
    }
}

#[tokio::test]
async fn a_better_spelling_takes_two_questions_however_many_words_and_pages_and_is_all_that_is_lost_with_them() {
    let engine = engines::embedded();
    engine.import(named(&["Yellow kettle stand", "Yellow lamp", "Kettle"])).await.unwrap();
    engine.publish().await.unwrap();
    let watched = WatchedEngine::new(Arc::clone(&engine));
    let shop = Shop { catalog: catalog_over(Arc::clone(&watched) as _, 10), name: "watched", _engine: engine };
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
async fn no_factor_puts_a_product_with_some_words_before_one_with_all() {
    let mut products = named(&["Oak chair", "Chair"]);
    products[0].content.in_stock = false;
    products[1].content.brand = "Chair".to_owned();
    let ranking = Ranking { brand_factor: 10.0, out_of_stock_factor: 0.1, name_weight: 10.0, ..Ranking::default() };
    for shop in shops("factors", products).await {
        shop.catalog.tune(Tuning { ranking: ranking.clone(), ..Tuning::default() });
        assert_eq!(shop.names("chair oak").await[0], "Oak chair", "{}", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn synonyms_find_each_other_without_another_index() {
    let products = named(&["Television stand", "Flat TV", "Computer", "Laptop sleeve"]);
    for shop in shops("synonyms", products).await {
        assert_eq!(shop.names("tv").await, ["Flat TV"], "{}", shop.name);
        let rules = b"tv, television\nlaptop => computer";
        let synonyms = Synonyms::parse(rules, SynonymLimits::default()).unwrap();
        shop.catalog.tune(Tuning { synonyms, ..Tuning::default() });
        let mut found = shop.names("tv").await;
        found.sort();
        assert_eq!(found, ["Flat TV", "Television stand"], "{}", shop.name);
        assert_eq!(shop.names("television stand").await[0], "Television stand", "{}", shop.name);
        assert_eq!(shop.names("laptop").await.len(), 2, "{}", shop.name);
        assert_eq!(shop.names("computer").await, ["Computer"], "{}: an arrow leads one way", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ordered_first_is_what_a_shopper_means() {
    let mut products =
        named(&["Mug with handle", "Mug, handle free", "Ecloth", "E cloth duster", "Oak table", "Oak table"]);
    products[4].content.in_stock = false;
    products.push(made("p200", "Acorn bowl", |draft| draft.brand = "Beech".to_owned()));
    products.push(made("p201", "Acorn bowl beech", |_| {}));
    products[5].content.name = "Oak, table".to_owned();
    for shop in shops("meant", products).await {
        assert_eq!(shop.names("mug without handle").await, ["Mug, handle free", "Mug with handle"], "{}", shop.name);
        for query in ["ecloth", "e cloth"] {
            let mut found = shop.names(query).await;
            found.sort();
            assert_eq!(found, ["E cloth duster", "Ecloth"], "{}: {query}", shop.name);
        }
        assert_eq!(shop.names("table oak").await, ["Oak, table", "Oak table"], "{}: in stock first", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_is_text_and_gets_an_answer() {
    let words: Vec<String> = (0..50).map(|number| format!("w{}", number % 10)).collect();
    let long = "a".repeat(100);
    let many: String = ('\u{4e00}'..).take(100).collect();
    let every = words.join(" ").chars().take(100).collect::<String>();
    let table: [(&str, &[&str]); 16] = [
        ("the of and", &["Of the and"]),
        ("?!... --", &[]),
        ("\u{1f600}\u{1f600}", &[]),
        ("كرسي أحمر", &["كرسي أحمر"]),
        ("כיסא", &[]),
        (&long, &[]),
        (&many, &[]),
        (&every, &[]),
        ("name:(red AND chair)~2^5", &["Red chair"]),
        ("/r.d/ chair*", &["Red chair"]),
        ("\"red chair\" OR +-&&||!", &["Red chair"]),
        // What joins letters makes one word of two, which a name may write as two.
        ("red\u{200d}chair", &["Red chair"]),
        ("red chair\\", &["Red chair"]),
        ("{\"match_all\":{}} red chair", &["Red chair"]),
        ("red\u{200b} chair", &["Red chair"]),
        ("%red% chair'; --", &["Red chair"]),
    ];
    for shop in shops("typed", named(&["Red chair", "Of the and", "كرسي أحمر"])).await {
        for (query, first) in table {
            let found = shop.names(query).await;
            assert_eq!(found.first().map(String::as_str), first.first().copied(), "{}: {query:?}", shop.name);
        }
    }
}
