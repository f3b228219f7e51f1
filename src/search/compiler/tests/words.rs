//! What is looked for.

use super::*;

#[test]
fn every_word_is_required_as_it_is_or_as_one_with_its_neighbour() {
    assert_eq!(
        required(&exact("red chairs 2 4")),
        "((red | redchair | JoinedName:red) & (chair | redchair | chairs2 | JoinedName:chair) & (2 | chairs2) & 4)"
    );
}

#[test]
fn two_words_as_one_never_stand_for_both_by_the_stem_of_one() {
    assert_eq!(required(&exact("chair red")), "((chair | JoinedName:chair) & (red | JoinedName:red))");
    assert_eq!(required(&exact("crib bed")), "((crib | JoinedName:crib) & (bed | JoinedName:bed))");
}

#[test]
fn a_product_whose_sku_or_name_is_the_whole_query_is_found_whatever_its_words() {
    let Clause::Any(parts) = exact("Red  Chair").clause else { panic!("keys stand beside the words") };
    let keys: Vec<String> = parts[1..].iter().map(written).collect();
    assert_eq!(keys, ["Sku=redchair", "Name=red chair"]);
}

#[test]
fn stop_words_are_not_looked_for_unless_there_is_nothing_else() {
    assert_eq!(exact("the mug for a cat").sought().words, query_tokens(&["mug", "cat"]));
    assert_eq!(required(&exact("of the")), "((of | ofth | JoinedName:of) & (the | ofth | JoinedName:the))");
}

fn query_tokens(tokens: &[&str]) -> std::collections::BTreeSet<String> {
    tokens.iter().map(|&token| token.to_owned()).collect()
}

#[test]
fn a_repeated_word_counts_once_and_neighbours_are_those_of_the_query() {
    let relevance = exact("red mug red cup of tea");
    assert_eq!(required(&relevance).matches("(red |").count(), 1);
    let phrases: Vec<String> = extra(&relevance).into_iter().filter(|extra| extra.starts_with('p')).collect();
    assert_eq!(phrases, ["p\"red mug\"", "p\"mug red\"", "p\"red cup\""]);
}

#[test]
fn words_in_the_name_add_to_the_score_and_other_texts_do_when_they_have_a_weight() {
    assert_eq!(extra(&exact("mug")), ["Name:mug", "Category:mug"]);
    let ranking = Ranking {
        name_weight: 0.0,
        brand_weight: 1.0,
        category_weight: 1.0,
        details_weight: 1.0,
        ..Ranking::default()
    };
    let relevance = relevance(&query("mug"), &Stage::Exact, &Tuning { ranking: ranking.into(), ..Tuning::default() });
    assert_eq!(extra(&relevance), ["Brand:mug", "Category:mug", "Details:mug"]);
}

#[test]
fn synonyms_stand_for_each_word_of_what_they_mean() {
    let tuning = with_synonyms("tv, television set\nflat screen => tv");
    let required = |text: &str| {
        let ranking = Ranking { joined_weight: 0.0, ..Ranking::default() };
        required(&relevance(&query(text), &Stage::Exact, &Tuning { ranking: ranking.into(), ..tuning.clone() }))
    };
    assert_eq!(required("tv stand"), "((tv | (televis & set)) & stand)");
    assert_eq!(required("flat screen"), "((flat | tv) & (screen | tv))");
    assert_eq!(required("television"), "televis");
}

#[test]
fn a_ranking_says_which_share_of_the_words_must_match() {
    let least = |share: f32, words: &str| {
        let ranking = Ranking { required_share: share, ..Ranking::default() };
        matching::least(query(words).words.len(), &ranking)
    };
    assert_eq!([0.0, 0.2, 0.5, 0.6, 0.75, 1.0].map(|share| least(share, "a1 b2 c3 d4")), [1, 1, 2, 3, 3, 4]);
    assert_eq!(least(0.0, "a1"), 1);
    let ranking = Ranking::default();
    assert!(!can_relax(&query("chair"), &corrected(&[]), &ranking), "one word has nothing to leave out");
    assert!(can_relax(&query("red chair"), &corrected(&[]), &ranking));
    assert!(can_relax(&query("chiar"), &corrected(&[(0, "chair")]), &ranking));
}

#[test]
fn synonyms_of_a_span_stand_at_the_first_place_of_each_of_its_words() {
    let tuning = with_synonyms("red phone => iphone\ntick tick => clock");
    let ranking = Ranking { joined_weight: 0.0, ..Ranking::default() };
    let tuning = Tuning { ranking: ranking.into(), ..tuning };
    let required = |text: &str| required(&relevance(&query(text), &Stage::Exact, &tuning));
    assert_eq!(required("red tv red phone"), "((red | iphon) & tv & (phone | iphon))");
    assert_eq!(required("red phone red phone"), "((red | iphon) & (phone | iphon))");
    assert_eq!(required("tick tick tick"), "(tick | clock)");
}

#[test]
fn a_query_looks_for_all_synonyms_of_one_term_and_for_those_of_many_as_far_as_it_takes() {
    let synonyms = |term: &str, count: usize| {
        let terms: Vec<String> = (0..count).map(|number| format!("{term}{number} {term}x{number}")).collect();
        format!("{term} => {}\n{term} => {}\n", terms[..count / 2].join(","), terms[count / 2..].join(","))
    };
    let ranking = Ranking { joined_weight: 0.0, ..Ranking::default() };
    let rules = synonyms("sofa", 25) + &synonyms("lamp", 25) + "old sofa => divan";
    let tuning = Tuning { ranking: ranking.into(), ..with_synonyms(&rules) };
    let tokens = |text: &str| relevance(&query(text), &Stage::Exact, &tuning).sought().words.len();
    assert_eq!(tokens("sofa"), 1 + 50);
    assert_eq!(tokens("sofa lamp"), 2 + 50, "no synonym of the second");
    assert!(
        relevance(&query("old sofa lamp"), &Stage::Exact, &tuning).sought().words.contains("divan"),
        "longer spans first"
    );
}
