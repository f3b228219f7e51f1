//! What comes before what.

use super::*;

#[test]
fn what_stands_behind_without_is_not_looked_for_and_makes_products_come_later() {
    let relevance = exact("travel mugs without a handle cover lid");
    assert_eq!(relevance.sought(), exact("travel mugs").sought());
    let [_, _, later, earlier] = relevance.factors.as_slice() else { panic!("{:?}", relevance.factors) };
    let says_so = "(p\"without handl\" | p\"no handl\" | p\"non handl\" | p\"handl free\" | handleless)";
    assert_eq!((written(&later.when), later.factor), ("(Name:handl & Name:cover)".to_owned(), 0.5));
    assert_eq!(later.unless.iter().map(written).collect::<Vec<_>>(), [says_so]);
    assert_eq!((written(&earlier.when), earlier.factor), (says_so.to_owned(), 1.2));
}

#[test]
fn a_word_that_excludes_is_a_word_where_nothing_stands_before_it() {
    for text in ["without", "without sugar", "the without sugar"] {
        let factors = exact(text).factors;
        assert!(!factors.iter().any(|factor| written(&factor.when).contains("Name:")), "{text}: {factors:?}");
        assert!(exact(text).sought().words.iter().any(|token| token == "without"), "{text}");
    }
}

#[test]
fn a_word_that_excludes_nothing_yet_is_not_looked_for() {
    for text in ["mug without", "mug without the", "mug without without"] {
        assert_eq!(required(&exact(text)), required(&exact("mug")), "{text}");
        assert_eq!(exact(text).factors, exact("mug").factors, "{text}");
    }
}

#[test]
fn brands_are_recognised_in_runs_of_up_to_three_words() {
    let [(brands, brand), (stock, out)]: [(String, f32); 2] = factors(&exact("the north face")).try_into().unwrap();
    assert_eq!(brands, "BrandWords=face,north,north face,the north,the north face");
    assert_eq!((brand, stock.as_str(), out), (1.2, "in_stock(false)", 0.9));
    let ranking = Ranking { brand_factor: 1.0, out_of_stock_factor: 1.0, category_factor: 2.0, ..Ranking::default() };
    let relevance = relevance(&query("mug"), &Stage::Exact, &Tuning { ranking: ranking.into(), ..Tuning::default() });
    assert_eq!(factors(&relevance), [("CategoryWords=mug".to_owned(), 2.0)]);
}

#[test]
fn relaxed_any_word_suffices_and_products_with_all_words_come_first() {
    let ranking = Ranking { joined_weight: 0.0, brand_factor: 1.0, out_of_stock_factor: 1.0, ..Ranking::default() };
    let tuning = Tuning { ranking: ranking.into(), ..Tuning::default() };
    let relaxed = |stage: &Stage| relevance(&query("red chiar lamp"), stage, &tuning);
    assert_eq!(required(&relaxed(&corrected(&[]))), "(red | chiar | lamp)");
    let whole = "Sku=redchiarlamp | Name=red chiar lamp";
    let exact = (format!("((red & chiar & lamp) | {whole})"), 1_000.0 * tuning.ranking.weights());
    assert_eq!(factors(&relaxed(&corrected(&[]))), std::slice::from_ref(&exact));
    let with_correction = relaxed(&corrected(&[(1, "chair")]));
    assert_eq!(required(&with_correction), "(red | (chiar | chair) | lamp)");
    let near = (format!("((red & (chiar | chair) & lamp) | {whole})"), 1_000.0 * tuning.ranking.weights());
    assert_eq!(factors(&with_correction), [exact, near]);
    assert!(extra(&with_correction).contains(&"p\"red chair\"".to_owned()));
}

#[test]
fn a_product_is_free_of_what_several_are_excluded_of() {
    for (query, expected) in
        [("dress without sleeves", ["sleevesless", "sleeveless"]), ("top without STRAPS", ["strapsless", "strapless"])]
    {
        let factors = exact(query).factors;
        let says_so = written(&factors.last().unwrap().when);
        assert!(expected.iter().all(|word| says_so.contains(&format!("| {word}"))), "{says_so}");
    }
}
