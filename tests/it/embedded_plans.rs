//! What the embedded engine makes of plans: clauses, factors, counts, spellings.

use std::collections::BTreeSet;

use aisle::{
    product::Product,
    search::{
        Clause, Condition, Counting, Factor, Filter, KeyColumn, MAX_CANDIDATES, Relevance, SearchPlan, SearchResults,
        Spelling, SpellingPlan, TextColumn,
    },
};

use crate::support::{
    engines::TestEngine,
    shelf::{ask, best_hundred, doubted, ids, made, scored, stocked, store},
};

fn word(column: TextColumn, token: &str) -> Clause {
    Clause::Word { column, token: token.to_owned(), weight: 1.0 }
}

fn phrase(column: TextColumn, tokens: &[&str]) -> Clause {
    Clause::Phrase { column, tokens: tokens.iter().map(|token| (*token).to_owned()).collect(), weight: 1.0 }
}

fn in_stock(value: bool) -> Clause {
    Clause::Meets { filter: Filter::Is(Condition::InStock(value)), weight: 1.0 }
}

fn looking_for(clause: Clause, factors: Vec<Factor>) -> SearchPlan {
    SearchPlan {
        relevance: Some(Relevance { clause, factors }),
        hits: Some(best_hundred()),
        ..SearchPlan::everything(0)
    }
}

fn kettles() -> Vec<Vec<Product>> {
    let sold_out = |id: &str, name: &str| made(id, name, |draft| draft.in_stock = false);
    vec![
        vec![made("a", "red kettle", |_| {}), sold_out("b", "blue kettle")],
        vec![made("c", "green kettle", |draft| "Acme".clone_into(&mut draft.brand)), made("d", "red lamp", |_| {})],
    ]
}

async fn find(engine: &TestEngine, clause: Clause, factors: Vec<Factor>) -> SearchResults {
    ask(&***engine, looking_for(clause, factors)).await
}

#[tokio::test]
async fn a_factor_multiplies_the_score_of_products_that_match_and_are_not_excepted() {
    let engine = stocked(&kettles()).await;
    let kettle = || word(TextColumn::Everything, "kettl");
    let plain = find(&engine, kettle(), Vec::new()).await;
    let factors = vec![
        Factor { when: in_stock(false), unless: Vec::new(), factor: 0.5 },
        Factor { when: in_stock(true), unless: vec![word(TextColumn::Brand, "acm")], factor: 3.0 },
        Factor { when: word(TextColumn::Name, "red"), unless: Vec::new(), factor: 2.0 },
    ];
    let multiplied = find(&engine, kettle(), factors).await;
    assert_eq!(ids(&multiplied), ["a", "c", "b"]);
    for (id, score) in scored(&multiplied) {
        let before = scored(&plain).into_iter().find(|(other, _)| *other == id).unwrap().1;
        let factor = match id {
            "a" => 6.0,
            "b" => 0.5,
            _ => 1.0,
        };
        assert!((score / before - factor).abs() < 1e-5, "{id}: {score} was {before}");
    }
}

#[tokio::test]
async fn factors_change_no_count() {
    let engine = stocked(&kettles()).await;
    let factors = vec![Factor { when: in_stock(false), unless: Vec::new(), factor: 0.5 }];
    for hits in [None, Some(best_hundred())] {
        let plan = looking_for(word(TextColumn::Everything, "kettl"), factors.clone());
        let answer = ask(&**engine, SearchPlan { hits, counting: Counting::Exact, ..plan }).await;
        assert_eq!(answer.total, Some(3));
    }
}

#[tokio::test]
async fn a_phrase_is_found_within_one_part_of_a_text_and_never_across_two() {
    let shelf = vec![
        made("name", "big red shoe", |_| {}),
        made("tags", "one", |draft| draft.tags = vec!["red".to_owned(), "shoe".to_owned()]),
        made("repeated", "shoe red", |_| {}),
        made("brand", "two", |draft| "red shoe".clone_into(&mut draft.brand)),
        made("described", "red", |draft| draft.description = "shoe without a name".to_owned()),
    ];
    let engine = stocked(&[shelf]).await;
    let everywhere = find(&engine, phrase(TextColumn::Everything, &["red", "shoe"]), Vec::new()).await;
    assert_eq!(ids(&everywhere).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["brand", "name"]));
    let in_names = find(&engine, phrase(TextColumn::Name, &["big", "red", "shoe"]), Vec::new()).await;
    assert_eq!(ids(&in_names), ["name"]);
}

#[tokio::test]
async fn scores_of_clauses_add_up_or_the_best_counts_and_those_of_keys_are_flat() {
    let engine = stocked(&kettles()).await;
    let (red, lamp) = (|| word(TextColumn::Everything, "red"), || word(TextColumn::Everything, "lamp"));
    let of_d = async |clause: Clause| {
        let found = find(&engine, clause, Vec::new()).await;
        scored(&found).into_iter().find(|(id, _)| *id == "d").map(|(_, score)| score).unwrap()
    };
    let (one, two) = (of_d(red()).await, of_d(lamp()).await);
    let near = |score: f32, expected: f32| assert!((score - expected).abs() < 1e-5, "{score}, not {expected}");
    near(of_d(Clause::All(vec![red(), lamp()])).await, one + two);
    near(of_d(Clause::Any(vec![red(), lamp()])).await, one + two);
    near(of_d(Clause::Best(vec![red(), lamp()])).await, one.max(two));
    near(of_d(Clause::Plus { required: Box::new(red()), extra: vec![lamp()] }).await, one + two);
    let at_least_two =
        || Clause::AtLeast { least: 2, parts: vec![red(), lamp(), word(TextColumn::Everything, "kettl")] };
    near(of_d(at_least_two()).await, one + two);
    let key = Clause::Key { column: KeyColumn::Name, values: vec!["red lamp".to_owned()], weight: 9.0 };
    near(of_d(key).await, 9.0);
    let any = find(&engine, Clause::Any(vec![red(), lamp()]), Vec::new()).await;
    assert_eq!(ids(&any).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["a", "d"]));
    let all = find(&engine, Clause::All(vec![red(), lamp()]), Vec::new()).await;
    assert_eq!(ids(&all), ["d"]);
    let two = find(&engine, at_least_two(), Vec::new()).await;
    assert_eq!(ids(&two).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["a", "d"]), "b and c have one of three");
}

#[tokio::test]
async fn a_brand_is_recognised_by_its_words() {
    let shelf = vec![
        made("a", "one", |draft| "Red Bull".clone_into(&mut draft.brand)),
        made("b", "two", |draft| "Red".clone_into(&mut draft.brand)),
    ];
    let engine = stocked(&[shelf]).await;
    let clause =
        Clause::Key { column: KeyColumn::BrandWords, values: vec!["red bull".to_owned(), "x".to_owned()], weight: 1.0 };
    assert_eq!(ids(&find(&engine, clause, Vec::new()).await), ["a"]);
}

#[tokio::test]
async fn counting_stops_where_it_is_told_and_is_exact_below() {
    let engine = stocked(&kettles()).await;
    let total = async |counting| {
        let plan = looking_for(word(TextColumn::Everything, "kettl"), Vec::new());
        ask(&**engine, SearchPlan { hits: None, counting, ..plan }).await.total
    };
    assert_eq!(total(Counting::Off).await, None);
    assert_eq!(total(Counting::Exact).await, Some(3));
    assert_eq!(total(Counting::UpTo(10)).await, Some(3));
    assert!(total(Counting::UpTo(2)).await >= Some(2));
}

#[tokio::test]
async fn narrowing_decides_about_hits_and_total() {
    let engine = stocked(&kettles()).await;
    let plan = looking_for(word(TextColumn::Everything, "kettl"), Vec::new());
    let narrowing = Filter::Is(Condition::InStock(false));
    let answer = ask(&**engine, SearchPlan { narrowing, counting: Counting::Exact, ..plan }).await;
    assert_eq!((ids(&answer), answer.total), (vec!["b"], Some(1)));
}

fn spellings(column: TextColumn, words: &[&str]) -> SearchPlan {
    let words = doubted(column, words);
    SearchPlan { spelling: Some(SpellingPlan { column, words }), ..SearchPlan::everything(0) }
}

fn found(answer: &SearchResults) -> Vec<Vec<(&str, u64)>> {
    answer.spellings.iter().map(|near| near.iter().map(|near| (near.word.as_str(), near.products)).collect()).collect()
}

#[tokio::test]
async fn a_word_that_the_catalogue_lacks_gets_near_ones_of_all_segments_with_their_products() {
    let engine = stocked(&kettles()).await;
    let words = ["kettel", "kettle", "kettles", "lmap", "ett", "unheard"];
    let answer = ask(&**engine, spellings(TextColumn::Spelling, &words)).await;
    let expected = [vec![("kettle", 3)], vec![], vec![], vec![("lamp", 1)], vec![], vec![]];
    assert_eq!(found(&answer), expected);
    assert_eq!((answer.total, answer.hits.len()), (None, 0));
}

#[tokio::test]
async fn starts_of_words_may_differ_by_one_edit_from_three_letters_on() {
    let engine = stocked(&kettles()).await;
    let answer = ask(&**engine, spellings(TextColumn::NamePrefixes, &["kte", "ke", "ka", "kxxtle"])).await;
    let near: Vec<Vec<&str>> =
        answer.spellings.iter().map(|near| near.iter().map(|near| near.word.as_str()).collect()).collect();
    assert_eq!(near, [vec!["ke", "ket"], vec![], vec![], vec![]]);
    let near = answer.spellings[0].iter().find(|near| near.word == "ket").unwrap();
    assert_eq!(near.products, 3);
}

#[tokio::test]
async fn no_more_near_words_come_than_are_looked_at() {
    let shelf = (0..30).map(|number| made(&format!("p{number}"), &format!("hammer{number}"), |_| {})).collect();
    let engine = stocked(&[shelf]).await;
    let answer = ask(&**engine, spellings(TextColumn::Spelling, &["hammer"])).await;
    assert_eq!(answer.spellings[0].len(), MAX_CANDIDATES);
    assert_eq!(answer.spellings[0][0], Spelling { word: "hammer0".to_owned(), products: 1 });
}

#[tokio::test]
async fn words_of_products_that_were_renamed_are_neither_known_nor_told() {
    let zorbats = ["Zorbat one", "Zorbat two", "Zorbat three"];
    let named = |number: usize, name: &str| made(&format!("z{number}"), name, |_| {});
    let mut group: Vec<Product> = zorbats.iter().enumerate().map(|(number, name)| named(number, name)).collect();
    group.push(named(9, "Zorbak"));
    let engine = stocked(&[group]).await;
    let asked = spellings(TextColumn::Spelling, &["zorbal", "zorbat"]);
    assert_eq!(found(&ask(&**engine, asked.clone()).await), [vec![("zorbat", 3), ("zorbak", 1)], vec![]]);
    store(&**engine, &[named(0, "Lamp"), named(1, "Pot")]).await;
    assert_eq!(found(&ask(&**engine, asked.clone()).await), [vec![("zorbak", 1), ("zorbat", 1)], vec![]]);
    store(&**engine, &[named(2, "Mug")]).await;
    assert_eq!(found(&ask(&**engine, asked).await), [[("zorbak", 1)], [("zorbak", 1)]]);
}
