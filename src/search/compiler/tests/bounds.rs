//! What holds for every query, ranking and stage: numbers stay sound, and nodes take what is asked.

use proptest::prelude::*;

use super::*;

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
        let tuning = Tuning { ranking: ranking.checked().unwrap().into(), ..Tuning::default() };
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
        exclusion_words: (1..20).map(|number| format!("ex{number}")).chain(["without".to_owned()]).collect(),
        ..Ranking::default()
    }
}

#[test]
fn the_longest_queries_stay_within_what_nodes_take() {
    let rules: Vec<String> = (10..40).map(|n| format!("w{n}, s{n} t{n} u{n}, v{n}")).collect();
    let tuning = Tuning { ranking: heaviest().into(), ..with_synonyms(&rules.join("\n")) };
    let worst = (1..=250)
        .flat_map(|words| {
            let short: Vec<String> = (0..words.min(60)).map(|n| format!("w{}", n + 10)).collect();
            let single: String = ('\u{4e00}'..).take(words).collect();
            [short.join(" ") + " without lids caps", single]
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
        let tuning = Tuning { ranking: ranking.into(), ..with_synonyms("tv, television set\nred mug, beaker\nno => none") };
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
