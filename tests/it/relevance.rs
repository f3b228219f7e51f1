//! Which products are found, and which of them come first; the same on every engine.

use aisle::{
    catalog::Tuning,
    search::{Ranking, SynonymLimits, Synonyms},
};

use crate::support::{
    shelf::made,
    shop::{named, names, shops},
};

#[tokio::test(flavor = "multi_thread")]
async fn no_factor_puts_a_product_with_some_words_before_one_with_all() {
    let mut products = named(&["Oak chair", "Chair"]);
    products[0].content.in_stock = false;
    products[1].content.brand = "Chair".to_owned();
    let ranking = Ranking { brand_factor: 10.0, out_of_stock_factor: 0.1, name_weight: 10.0, ..Ranking::default() };
    for shop in shops("factors", products).await {
        shop.catalog.tune(Tuning { ranking: ranking.clone().into(), ..Tuning::default() });
        assert_eq!(shop.names("chair oak").await[0], "Oak chair", "{}", shop.name);
    }
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
async fn synonyms_find_each_other_without_another_index() {
    let products = named(&["Television stand", "Flat TV", "Computer", "Laptop sleeve"]);
    for shop in shops("synonyms", products).await {
        assert_eq!(shop.names("tv").await, ["Flat TV"], "{}", shop.name);
        let rules = b"tv, television\nlaptop => computer";
        let synonyms = Synonyms::parse(rules, SynonymLimits::default()).unwrap();
        shop.catalog.tune(Tuning { synonyms: synonyms.into(), ..Tuning::default() });
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
async fn what_says_that_it_is_free_of_what_is_excluded_comes_before_what_says_nothing() {
    for shop in shops("free", named(&["Dress, plain", "Dress, sleeveless"])).await {
        let found = shop.names("dress without sleeves").await;
        assert_eq!(found, ["Dress, sleeveless", "Dress, plain"], "{}", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_that_is_named_comes_before_products_that_have_its_name_elsewhere() {
    let products = vec![
        // As many words of the query as the other one, in a shorter text.
        made("p200", "Acorn, bowl", |draft| {
            draft.tags = vec!["beech".to_owned()];
            draft.description = "made of beech".to_owned();
        }),
        made("p201", "Acorn bowl", |draft| {
            draft.brand = "Beech".to_owned();
            draft.description = "a vessel of a plain form that holds fruit and nuts".to_owned();
        }),
    ];
    let unrecognised = Ranking { brand_factor: 1.0, ..Ranking::default() };
    for shop in shops("brand", products).await {
        assert_eq!(shop.names("beech acorn bowl").await, ["Acorn bowl", "Acorn, bowl"], "{}", shop.name);
        shop.catalog.tune(Tuning { ranking: unrecognised.clone().into(), ..Tuning::default() });
        assert_eq!(shop.names("beech acorn bowl").await, ["Acorn, bowl", "Acorn bowl"], "{}", shop.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_may_require_a_share_of_the_words_of_whatever_comes_near() {
    let half = Ranking { required_share: 0.5, ..Ranking::default() };
    for shop in shops("share", named(&["Red mug", "Red oak", "Red oak chair", "Jug"])).await {
        assert_eq!(shop.names("red oak chair lamp").await, ["Red oak chair", "Red oak", "Red mug"], "{}", shop.name);
        shop.catalog.tune(Tuning { ranking: half.clone().into(), ..Tuning::default() });
        let answer = shop.ask("red oak chair lamp").await;
        assert_eq!(
            (names(&answer), answer.results.total),
            (vec!["Red oak chair".to_owned(), "Red oak".to_owned()], Some(2)),
            "{}",
            shop.name
        );
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
