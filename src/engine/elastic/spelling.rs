//! Words near those that the dictionary lacks, by the node's own automata.
//!
//! The nearest are asked for by themselves, most frequent first, so that none is lost to those farther away. Invariant: a
//! word that any product has gets no candidates, however many shards there are.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{abilities::Abilities, facets::Aggregated, problem::Problem, query::path};
use crate::{
    backend::EngineError,
    search::{FUZZY_PREFIX, MAX_CANDIDATES, Spelling, SpellingPlan},
};

/// Near words of one distance that are asked for: more than are told, since nodes break ties by other rules than ours.
const ASKED_CANDIDATES: usize = 3 * MAX_CANDIDATES;
/// Words of the dictionary that a node compares for each one asked for, before it looks how frequent they are.
const INSPECTIONS: usize = 20;
/// Shortest word that a node looks for near ones of, in letters; shorter ones allow no edit.
const SHORTEST_WORD: usize = 3;
/// Likeness of words, from 0 to 1, as a node reckons it, below that of any two that differ by the edits allowed.
const ACCURACY: f64 = 0.4;
/// The aggregation that tells which words there are, and its part.
const KNOWN: &str = "known";

/// What a node suggests.
#[derive(Debug, Default, Deserialize)]
pub(super) struct SuggestBody<'a> {
    #[serde(borrow, default)]
    near: Vec<WordBody<'a>>,
    #[serde(borrow, default)]
    far: Vec<WordBody<'a>>,
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

#[derive(Deserialize)]
struct KnownBody {
    words: FiltersBody,
}

#[derive(Deserialize)]
struct FiltersBody {
    buckets: Vec<CountBody>,
}

#[derive(Deserialize)]
struct CountBody {
    doc_count: u64,
}

/// What is asked of the dictionary; `None` when no word may differ.
pub(super) fn suggest(plan: &SpellingPlan) -> Option<Value> {
    let asked = [("near", 1), ("far", 2)].into_iter().filter_map(|(name, edits)| {
        let words = differing(plan, edits);
        (!words.is_empty()).then(|| (name.to_owned(), suggestion(plan, &words, edits)))
    });
    let asked: Map<String, Value> = asked.collect();
    (!asked.is_empty()).then(|| asked.into())
}

/// The words that may differ by so many edits.
fn differing(plan: &SpellingPlan, edits: u8) -> Vec<&str> {
    plan.words.iter().map(String::as_str).filter(|word| plan.edits(word) >= edits).collect()
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

/// What tells which of the words there are: a shard that lacks one suggests others, though another shard has it.
pub(super) fn known_words(plan: &SpellingPlan, abilities: Abilities) -> Option<(String, Value)> {
    abilities.has_several_shards().then(|| {
        let words: Vec<Value> = plan.words.iter().map(|word| json!({"term": {path(plan.column): word}})).collect();
        let known = json!({"global": {}, "aggs": {"words": {"filters": {"filters": words}}}});
        (KNOWN.to_owned(), known)
    })
}

/// For each word of the plan, those near it.
pub(super) fn read(
    plan: &SpellingPlan,
    body: SuggestBody<'_>,
    aggregated: &Aggregated<'_>,
    abilities: Abilities,
) -> Result<Vec<Vec<Spelling>>, EngineError> {
    let may_differ = differing(plan, 1);
    let near = options(&may_differ, body.near)?;
    let far = options(&differing(plan, 2), body.far)?;
    let may_be_known = abilities.has_several_shards() && !may_differ.is_empty();
    let known = if may_be_known { known(plan, aggregated)? } else { Vec::new() };
    let found = |place: usize, word: &str| {
        if known.get(place).is_some_and(|products| *products > 0) {
            return Vec::new();
        }
        let mut found: Vec<Spelling> = Vec::new();
        for options in [&near, &far] {
            let options = options.iter().filter(|(suggested, _)| *suggested == word).flat_map(|(_, options)| options);
            let mut farther: Vec<Spelling> = options.filter(|option| !found.contains(option)).cloned().collect();
            farther.sort_by(|one, two| two.products.cmp(&one.products).then_with(|| one.word.cmp(&two.word)));
            found.extend(farther);
        }
        found.truncate(MAX_CANDIDATES);
        found
    };
    Ok(plan.words.iter().enumerate().map(|(place, word)| found(place, word)).collect())
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

/// How many products have each of the words.
fn known(plan: &SpellingPlan, aggregated: &Aggregated<'_>) -> Result<Vec<u64>, EngineError> {
    let KnownBody { words } = aggregated.leaf(KNOWN)?;
    if words.buckets.len() != plan.words.len() {
        return Err(Problem::Content("counts of other words").unexpected());
    }
    Ok(words.buckets.into_iter().map(|bucket| bucket.doc_count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::elastic::abilities::{Composites, Scores},
        search::TextColumn,
    };

    const ONE: Abilities = Abilities { shards: 1, composites: Composites::Nested, scores: Scores::Plain };
    const THREE: Abilities = Abilities { shards: 3, composites: Composites::Nested, scores: Scores::Plain };

    fn plan(words: &[&str]) -> SpellingPlan {
        SpellingPlan { column: TextColumn::Spelling, words: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    fn spellings(plan: &SpellingPlan, abilities: Abilities, suggest: &str, known: &str) -> Option<Vec<Vec<String>>> {
        let aggregated = Aggregated::new(serde_json::from_str(known).unwrap()).unwrap();
        let read = read(plan, serde_json::from_str(suggest).unwrap(), &aggregated, abilities).ok()?;
        Some(read.into_iter().map(|word| word.into_iter().map(|spelling| spelling.word).collect()).collect())
    }

    #[test]
    fn the_nearest_and_those_farther_away_are_asked_for_by_themselves() {
        insta::assert_json_snapshot!(suggest(&plan(&["tv", "moose", "keybord"])));
    }

    #[test]
    fn words_that_may_not_differ_are_not_asked_for() {
        assert_eq!(suggest(&plan(&["tv", "of"])), None);
    }

    #[test]
    fn nearer_words_come_first_and_each_once() {
        let body = r#"{"near":[{"text":"keybord","options":[{"text":"keybird","freq":1},{"text":"keyboard","freq":1}]}],
            "far":[{"text":"keybord","options":[{"text":"keyboards","freq":9},{"text":"keyboard","freq":1}]}]}"#;
        let found = spellings(&plan(&["tv", "keybord"]), ONE, body, "{}").unwrap();
        assert_eq!(found, [vec![], vec!["keybird", "keyboard", "keyboards"]]);
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
        assert_eq!(spellings(&plan(&["moose"]), ONE, "{}", "{}"), None);
    }
}
