//! Words near those that products lack, by the node's own automata.
//!
//! The nearest are asked for by themselves, most frequent first, so that none is lost to those farther away. Invariant: a
//! word that any product has as it is spelt gets no candidates, however many shards there are; `there` says how a node
//! knows its other forms.

mod there;

pub(super) use there::counts;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{abilities::Abilities, facets::Aggregated, problem::Problem, query::path};
use crate::{
    backend::EngineError,
    search::{DoubtfulWord, FUZZY_PREFIX, MAX_CANDIDATES, Spelling, SpellingPlan},
};

/// Near words of one distance that are asked for: more than are told, since nodes break ties by other rules than ours.
const ASKED_CANDIDATES: usize = 3 * MAX_CANDIDATES;
/// Words of the dictionary that a node compares for each one asked for, before it looks how frequent they are.
const INSPECTIONS: usize = 20;
/// Shortest word that a node looks for near ones of, in letters; shorter ones allow no edit.
const SHORTEST_WORD: usize = 3;
/// Likeness of words, from 0 to 1, as a node reckons it, below that of any two that differ by the edits allowed.
const ACCURACY: f64 = 0.4;

/// What a node suggests.
#[derive(Debug, Default, Deserialize)]
pub(super) struct SuggestBody<'a> {
    #[serde(borrow, default)]
    near: Vec<WordBody<'a>>,
    #[serde(borrow, default)]
    far: Vec<WordBody<'a>>,
    #[serde(borrow, default)]
    form: Vec<WordBody<'a>>,
}

#[derive(Debug, Deserialize)]
struct WordBody<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    options: Vec<OptionBody<'a>>,
}

#[derive(Debug, Deserialize)]
struct OptionBody<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    freq: u64,
}

/// What is asked of the dictionaries; `None` when no word may differ.
pub(super) fn suggest(plan: &SpellingPlan, abilities: Abilities) -> Option<Value> {
    let near = [("near", 1), ("far", 2)].into_iter().filter_map(|(name, edits)| {
        let words = differing(plan, edits);
        (!words.is_empty()).then(|| (name.to_owned(), suggestion(plan, &words, edits)))
    });
    let form = there::forms(plan, abilities).map(|forms| ("form".to_owned(), forms));
    let asked: Map<String, Value> = near.chain(form).collect();
    (!asked.is_empty()).then(|| asked.into())
}

/// The words that may differ by so many edits, as they are spelt.
fn differing(plan: &SpellingPlan, edits: u8) -> Vec<&str> {
    let words = plan.words.iter().map(|word| word.spelt.as_str());
    words.filter(|word| plan.edits(word) >= edits).collect()
}

fn suggestion(plan: &SpellingPlan, words: &[&str], edits: u8) -> Value {
    json!({"text": words.join(" "), "term": {
        "field": path(plan.column),
        "suggest_mode": "missing",
        "sort": "frequency",
        "size": ASKED_CANDIDATES,
        "max_edits": edits,
        "prefix_length": FUZZY_PREFIX,
        "min_word_length": SHORTEST_WORD,
        "max_inspections": INSPECTIONS,
        "accuracy": ACCURACY,
    }})
}

/// For each word of the plan, those near it.
pub(super) fn read(
    plan: &SpellingPlan,
    body: SuggestBody<'_>,
    aggregated: &Aggregated<'_>,
    abilities: Abilities,
) -> Result<Vec<Vec<Spelling>>, EngineError> {
    let near = options(&differing(plan, 1), body.near)?;
    let far = options(&differing(plan, 2), body.far)?;
    let there = there::read(plan, body.form, aggregated, abilities)?;
    let found = |(place, word): (usize, &DoubtfulWord)| {
        let candidates = nearest(&word.spelt, [&near, &far]);
        if there.has(place, word, &candidates) { Vec::new() } else { candidates }
    };
    Ok(plan.words.iter().enumerate().map(found).collect())
}

/// What is offered for a word, nearer ones first and each once.
fn nearest(word: &str, offered: [&Vec<(&str, Vec<Spelling>)>; 2]) -> Vec<Spelling> {
    let mut found: Vec<Spelling> = Vec::new();
    for options in offered {
        let options = options.iter().filter(|(suggested, _)| *suggested == word).flat_map(|(_, options)| options);
        let mut farther: Vec<Spelling> = options.filter(|option| !found.contains(option)).cloned().collect();
        farther.sort_by(|one, two| two.products.cmp(&one.products).then_with(|| one.word.cmp(&two.word)));
        found.extend(farther);
    }
    found.truncate(MAX_CANDIDATES);
    found
}

fn options<'w>(words: &[&'w str], body: Vec<WordBody<'_>>) -> Result<Vec<(&'w str, Vec<Spelling>)>, EngineError> {
    let are_the_words = body.len() == words.len() && body.iter().zip(words).all(|(body, word)| body.text == *word);
    if !are_the_words {
        return Err(Problem::Content("suggestions for other words").unexpected());
    }
    let spelling = |option: OptionBody<'_>| Spelling { word: option.text.into_owned(), products: option.freq };
    let options = body.into_iter().map(|word| word.options.into_iter().map(spelling).collect());
    Ok(words.iter().copied().zip(options).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::elastic::abilities::{Composites, Scores},
        search::{TextColumn, analysis::searchable},
    };

    const ONE: Abilities = Abilities { shards: 1, composites: Composites::Nested, scores: Scores::Plain };
    const THREE: Abilities = Abilities { shards: 3, composites: Composites::Nested, scores: Scores::Plain };

    fn plan(words: &[&str]) -> SpellingPlan {
        let words =
            words.iter().map(|spelt| DoubtfulWord { spelt: (*spelt).to_owned(), token: Some(searchable(spelt)) });
        SpellingPlan { column: TextColumn::Spelling, words: words.collect() }
    }

    fn spellings(plan: &SpellingPlan, abilities: Abilities, suggest: &str, known: &str) -> Option<Vec<Vec<String>>> {
        let aggregated = Aggregated::new(serde_json::from_str(known).unwrap()).unwrap();
        let read = read(plan, serde_json::from_str(suggest).unwrap(), &aggregated, abilities).ok()?;
        Some(read.into_iter().map(|word| word.into_iter().map(|spelling| spelling.word).collect()).collect())
    }

    #[test]
    fn the_nearest_and_those_farther_away_and_other_forms_are_asked_for_by_themselves() {
        insta::assert_json_snapshot!(suggest(&plan(&["tv", "moose", "keybords"]), ONE));
    }

    #[test]
    fn words_that_may_not_differ_are_not_asked_for() {
        assert_eq!(suggest(&plan(&["tv", "of"]), ONE), None);
    }

    #[test]
    fn several_shards_are_not_asked_for_forms_nor_any_for_those_of_a_beginning() {
        let has_forms = |plan: &SpellingPlan, abilities| suggest(plan, abilities).unwrap().get("form").is_some();
        assert!(has_forms(&plan(&["moose"]), ONE) && !has_forms(&plan(&["moose"]), THREE));
        let beginning = DoubtfulWord { spelt: "moose".to_owned(), token: None };
        assert!(!has_forms(&SpellingPlan { column: TextColumn::NamePrefixes, words: vec![beginning] }, ONE));
    }

    #[test]
    fn nearer_words_come_first_and_each_once() {
        let body = r#"{"near":[{"text":"keybord","options":[{"text":"keybird","freq":1},{"text":"keyboard","freq":1}]}],
            "far":[{"text":"keybord","options":[{"text":"keyboards","freq":9},{"text":"keyboard","freq":1}]}],
            "form":[{"text":"keybord","options":[{"text":"keyboard","freq":10}]}]}"#;
        let found = spellings(&plan(&["tv", "keybord"]), ONE, body, "{}").unwrap();
        assert_eq!(found, [vec![], vec!["keybird", "keyboard", "keyboards"]]);
    }

    /// What becomes of a word with one candidate, when the node offers these in place of its token.
    fn candidates(spelt: &str, candidate: &str, forms: &str) -> Vec<String> {
        let (plan, token) = (plan(&[spelt]), searchable(spelt));
        let body = format!(
            r#"{{"near":[{{"text":"{spelt}","options":[{{"text":"{candidate}","freq":9}}]}}],
                "far":[{{"text":"{spelt}"}}],"form":[{{"text":"{token}","options":[{forms}]}}]}}"#
        );
        spellings(&plan, ONE, &body, "{}").unwrap().remove(0)
    }

    #[test]
    fn a_word_that_is_there_in_another_form_gets_no_candidates() {
        let other = r#"{"text":"port","freq":3}"#;
        assert_eq!(candidates("ponies", "phones", ""), [""; 0], "the node has its token");
        assert_eq!(candidates("ponies", "phones", other), ["phones"], "it lacks it and knows another");
        assert_eq!(
            candidates("berries", "barriers", ""),
            [""; 0],
            "no neighbour's stem is near, but neither is its word"
        );
        assert_eq!(candidates("decoratoins", "decorations", ""), ["decorations"], "a slip that no stem is near");
    }

    #[test]
    fn a_word_that_another_shard_has_gets_no_candidates() {
        let body = r#"{"near":[{"text":"moose","options":[{"text":"mouse","freq":1}]},{"text":"lamb"}]}"#;
        let known = |moose: u32| {
            format!(
                r#"{{"known":{{"doc_count":9,"words":{{"buckets":[{{"doc_count":{moose}}},{{"doc_count":0}}]}}}}}}"#
            )
        };
        let plan = plan(&["moose", "lamb"]);
        assert_eq!(spellings(&plan, THREE, body, &known(1)).unwrap(), [vec![""; 0], vec![]]);
        assert_eq!(spellings(&plan, THREE, body, &known(0)).unwrap(), [vec!["mouse"], vec![]]);
        assert_eq!(spellings(&plan, THREE, body, "{}"), None, "without counts nobody knows");
    }

    #[test]
    fn suggestions_for_other_words_are_refused() {
        assert_eq!(spellings(&plan(&["moose"]), ONE, r#"{"near":[{"text":"mouse"}]}"#, "{}"), None);
        assert_eq!(spellings(&plan(&["moose"]), ONE, r#"{"near":[{"text":"moose"}]}"#, "{}"), None);
        assert_eq!(spellings(&plan(&["moose"]), ONE, "{}", "{}"), None);
    }
}
