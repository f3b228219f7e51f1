//! What becomes of words.

use proptest::prelude::*;

use super::*;
use crate::search::{Correction, SearchDraft, SearchLimits, SynonymLimits, Synonyms, TextColumn};

fn query(text: &str) -> TextQuery {
    let limits = SearchLimits { query_length: 250, ..SearchLimits::default() };
    let draft = SearchDraft { query: Some(text.to_owned()), ..SearchDraft::default() };
    draft.check(&limits).unwrap().text.unwrap()
}

fn with_synonyms(text: &str) -> Tuning {
    let synonyms = Synonyms::parse(text.as_bytes(), SynonymLimits::default()).unwrap();
    Tuning { synonyms, ..Tuning::default() }
}

fn corrected(corrections: &[(usize, &str)]) -> Stage {
    let correction = |&(word, spelling): &(usize, &str)| Correction { word, spelling: spelling.to_owned() };
    Stage::Relaxed(corrections.iter().map(correction).collect())
}

fn exact(text: &str) -> Relevance {
    relevance(&query(text), &Stage::Exact, &Tuning::default())
}

/// What must match of a clause, without weights: `&` all, `|` one at least, `p"…"` a phrase; texts but everything by name.
fn written(clause: &Clause) -> String {
    let list = |parts: &[Clause], sign: &str| {
        let parts: Vec<String> = parts.iter().map(written).collect();
        format!("({})", parts.join(sign))
    };
    match clause {
        Clause::Word { column: TextColumn::Everything, token, .. } => token.clone(),
        Clause::Word { column, token, .. } => format!("{column:?}:{token}"),
        Clause::Phrase { tokens, .. } => format!("p\"{}\"", tokens.join(" ")),
        Clause::Key { column, values, .. } => format!("{column:?}={}", values.join(",")),
        Clause::Meets { filter, .. } => filter.to_string(),
        Clause::All(parts) => list(parts, " & "),
        Clause::Any(parts) | Clause::Best(parts) => list(parts, " | "),
        Clause::AtLeast { least, parts } => format!("{least}{}", list(parts, ", ")),
        Clause::Plus { required, .. } => written(required),
    }
}

/// What is looked for, keys of the whole query left out.
fn words(relevance: &Relevance) -> &Clause {
    if let Clause::Any(parts) = &relevance.clause { &parts[0] } else { &relevance.clause }
}

fn required(relevance: &Relevance) -> String {
    written(words(relevance))
}

fn extra(relevance: &Relevance) -> Vec<String> {
    if let Clause::Plus { extra, .. } = words(relevance) { extra.iter().map(written).collect() } else { Vec::new() }
}

fn factors(relevance: &Relevance) -> Vec<(String, f32)> {
    relevance.factors.iter().map(|factor| (written(&factor.when), factor.factor)).collect()
}

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
    assert_eq!(exact("the mug for a cat").sought(), query_tokens(&["mug", "cat"]));
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
    let relevance = relevance(&query("mug"), &Stage::Exact, &Tuning { ranking, ..Tuning::default() });
    assert_eq!(extra(&relevance), ["Brand:mug", "Category:mug", "Details:mug"]);
}

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
fn a_word_that_excludes_is_a_word_where_nothing_stands_before_or_behind_it() {
    for text in ["without sugar", "the without sugar", "sugar without", "sugar without the"] {
        let factors = exact(text).factors;
        assert!(!factors.iter().any(|factor| written(&factor.when).contains("Name:")), "{text}: {factors:?}");
        assert!(exact(text).sought().iter().any(|token| token == "without"), "{text}");
    }
}

#[test]
fn brands_are_recognised_in_runs_of_up_to_three_words() {
    let [(brands, brand), (stock, out)]: [(String, f32); 2] = factors(&exact("the north face")).try_into().unwrap();
    assert_eq!(brands, "BrandWords=face,north,north face,the north,the north face");
    assert_eq!((brand, stock.as_str(), out), (1.2, "in_stock(false)", 0.9));
    let ranking = Ranking { brand_factor: 1.0, out_of_stock_factor: 1.0, category_factor: 2.0, ..Ranking::default() };
    let relevance = relevance(&query("mug"), &Stage::Exact, &Tuning { ranking, ..Tuning::default() });
    assert_eq!(factors(&relevance), [("CategoryWords=mug".to_owned(), 2.0)]);
}

#[test]
fn synonyms_stand_for_each_word_of_what_they_mean() {
    let tuning = with_synonyms("tv, television set\nflat screen => tv");
    let required = |text: &str| {
        let ranking = Ranking { joined_weight: 0.0, ..Ranking::default() };
        required(&relevance(&query(text), &Stage::Exact, &Tuning { ranking, ..tuning.clone() }))
    };
    assert_eq!(required("tv stand"), "((tv | (televis & set)) & stand)");
    assert_eq!(required("flat screen"), "((flat | tv) & (screen | tv))");
    assert_eq!(required("television"), "televis");
}

#[test]
fn relaxed_any_word_suffices_and_products_with_all_words_come_first() {
    let ranking = Ranking { joined_weight: 0.0, brand_factor: 1.0, out_of_stock_factor: 1.0, ..Ranking::default() };
    let tuning = Tuning { ranking, ..Tuning::default() };
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
fn no_ranking_has_factors_that_make_up_for_a_tier_or_leave_the_numbers() {
    let weights = |weight| Ranking { name_weight: weight, brand_weight: weight, phrase_weight: weight, ..heaviest() };
    let factors = |ranking, high, low| Ranking {
        brand_factor: high,
        category_factor: high,
        free_of_factor: high,
        out_of_stock_factor: low,
        excluded_factor: low,
        ..ranking
    };
    let rankings = [
        Ranking::default(),
        factors(weights(10.0), 10.0, 0.1),
        factors(Ranking { everything_weight: 0.1, joined_weight: 10.0, ..weights(10.0) }, 10.0, 0.1),
    ];
    for ranking in rankings {
        let tuning = Tuning { ranking: ranking.checked().unwrap(), ..Tuning::default() };
        let relevance = relevance(&query("red chiar without lamp"), &corrected(&[(1, "chair")]), &tuning);
        let [exact, near, preferred @ ..] = relevance.factors.as_slice() else { panic!("two tiers") };
        let spread: f32 = preferred.iter().map(|factor| factor.factor.max(1.0 / factor.factor)).product();
        assert!(near.factor >= 1_000.0 * spread && exact.factor >= 1_000.0 * spread);
        let Clause::Any(parts) = &relevance.clause else { panic!("keys stand beside the words") };
        let Clause::Key { weight: whole, .. } = parts[1] else { panic!("a key") };
        assert!(whole >= 10_000.0 * spread);
        assert!((whole * exact.factor * near.factor * spread).is_finite());
    }
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

/// Conditions on words, phrases and keys, as a node counts them.
fn leaves(clause: &Clause) -> usize {
    match clause {
        Clause::Word { .. } | Clause::Phrase { .. } | Clause::Key { .. } | Clause::Meets { .. } => 1,
        Clause::All(parts) | Clause::Any(parts) | Clause::Best(parts) | Clause::AtLeast { parts, .. } => {
            assert!(!parts.is_empty(), "no list is empty");
            parts.iter().map(leaves).sum()
        }
        Clause::Plus { required, extra } => {
            assert!(!extra.is_empty(), "no list is empty");
            leaves(required) + extra.iter().map(leaves).sum::<usize>()
        }
    }
}

fn all_leaves(relevance: &Relevance) -> usize {
    let factors = relevance.factors.iter().map(|factor| {
        assert!(factor.factor.is_finite() && factor.factor > 0.0);
        leaves(&factor.when) + factor.unless.iter().map(leaves).sum::<usize>()
    });
    leaves(&relevance.clause) + factors.sum::<usize>()
}

fn heaviest() -> Ranking {
    Ranking {
        brand_weight: 1.0,
        category_weight: 1.0,
        details_weight: 1.0,
        category_factor: 1.2,
        exclusion_words: (0..500).map(|number| format!("ex{number}")).chain(["without".to_owned()]).collect(),
        ..Ranking::default()
    }
}

#[test]
fn the_longest_queries_stay_within_what_nodes_take() {
    let rules: Vec<String> = (10..40).map(|n| format!("w{n}, s{n} t{n} u{n}, v{n}")).collect();
    let tuning = Tuning { ranking: heaviest(), ..with_synonyms(&rules.join("\n")) };
    let worst = (1..=250)
        .flat_map(|words| {
            let short: Vec<String> = (0..words.min(60)).map(|n| format!("w{}", n + 10)).collect();
            let single: String = ('\u{4e00}'..).take(words).collect();
            [short.join(" ") + " without lid cap", single]
        })
        .filter(|text| text.chars().count() <= 250)
        .flat_map(|text| {
            let query = query(&text);
            let spellings: Vec<String> = (0..query.words.len().min(20)).map(|word| format!("near{word}")).collect();
            let every: Vec<(usize, &str)> = spellings.iter().map(String::as_str).enumerate().collect();
            [Stage::Exact, corrected(&every)].map(|stage| all_leaves(&relevance(&query, &stage, &tuning)))
        })
        .max();
    assert!(worst.is_some_and(|worst| (700..1_000).contains(&worst)), "{worst:?}");
}

proptest! {
    #[test]
    fn whatever_is_asked_has_sound_weights_and_no_empty_list(
        words in prop::collection::vec(prop::sample::select(vec![
            "mug", "the", "without", "no", "red", "12", "5", "e", "cloth", "tv", "of", "ecloth", "%%", "日本", "½",
        ]), 1..40),
        corrections in prop::collection::vec(0_usize..40, 0..3),
        share in 0.0_f32..=1.0,
    ) {
        let ranking = Ranking { required_share: share, ..heaviest() };
        let tuning = Tuning { ranking, ..with_synonyms("tv, television set\nred mug, beaker\nno => none") };
        let query = query(&words.join(" ").chars().take(250).collect::<String>());
        prop_assume!(!query.words.is_empty());
        let corrections: Vec<(usize, &str)> = corrections.into_iter().map(|word| (word, "word")).collect();
        for stage in [Stage::Exact, corrected(&corrections)] {
            let relevance = relevance(&query, &stage, &tuning);
            prop_assert!(all_leaves(&relevance) < 1_000);
            prop_assert!(all_weights_are_sound(&relevance.clause));
        }
    }
}

fn all_weights_are_sound(clause: &Clause) -> bool {
    match clause {
        Clause::Word { weight, .. } | Clause::Key { weight, .. } | Clause::Meets { weight, .. } => is_sound(*weight),
        Clause::Phrase { weight, tokens, .. } => is_sound(*weight) && tokens.len() > 1,
        Clause::All(parts) | Clause::Any(parts) | Clause::Best(parts) => parts.iter().all(all_weights_are_sound),
        Clause::AtLeast { least, parts } => (2..parts.len()).contains(least) && parts.iter().all(all_weights_are_sound),
        Clause::Plus { required, extra } => all_weights_are_sound(required) && extra.iter().all(all_weights_are_sound),
    }
}

fn is_sound(weight: f32) -> bool {
    weight.is_finite() && weight > 0.0
}
