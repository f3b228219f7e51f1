//! Whether products have a doubted word after all, in whatever form.
//!
//! Invariant: one shard tells it by its dictionary alone; several count the products, for a shard that lacks a word
//! says nothing about another. What is right costs a look into the dictionary, and no more.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{WordBody, options};
use crate::{
    backend::EngineError,
    engine::elastic::{abilities::Abilities, facets::Aggregated, problem::Problem, query::path},
    search::{
        DoubtfulWord, FUZZY_PREFIX, Spelling, SpellingPlan, TextColumn,
        analysis::{edits, searchable},
    },
};

/// The aggregation that tells how many products have each word, and its part.
const KNOWN: &str = "known";
/// Most edits by which a node's near words differ.
const MOST_EDITS: usize = 2;

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

/// What is known of each word of a plan.
pub(super) enum There<'w> {
    /// How many products have it.
    Counted(Vec<u64>),
    /// The tokens of words in whose place the node offers another: it lacks them.
    Lacking(Vec<&'w str>),
}

/// What is asked of the dictionary of one shard: anything near the tokens that it lacks.
pub(super) fn forms(plan: &SpellingPlan, abilities: Abilities) -> Option<Value> {
    let tokens = tokens(plan, abilities);
    (!tokens.is_empty()).then(|| {
        json!({"text": tokens.join(" "), "term": {
            "field": path(TextColumn::Everything),
            "suggest_mode": "missing",
            "size": 1,
            "max_edits": MOST_EDITS,
            "prefix_length": FUZZY_PREFIX,
            "min_word_length": 1,
            "max_inspections": 1,
            "accuracy": 0,
        }})
    })
}

/// What counts the products of several shards that have each word.
pub(in crate::engine::elastic) fn counts(plan: &SpellingPlan, abilities: Abilities) -> Option<(String, Value)> {
    abilities.has_several_shards().then(|| {
        let term = |word: &DoubtfulWord| {
            let (column, evidence) = plan.evidence(word);
            json!({"term": {path(column): evidence}})
        };
        let words: Vec<Value> = plan.words.iter().map(term).collect();
        (KNOWN.to_owned(), json!({"global": {}, "aggs": {"words": {"filters": {"filters": words}}}}))
    })
}

/// What the node told, by [`forms`] or by [`counts`].
pub(super) fn read<'w>(
    plan: &'w SpellingPlan,
    forms: Vec<WordBody<'_>>,
    aggregated: &Aggregated<'_>,
    abilities: Abilities,
) -> Result<There<'w>, EngineError> {
    if !abilities.has_several_shards() {
        let offered = options(&tokens(plan, abilities), forms)?;
        let lacking = offered.into_iter().filter(|(_, options)| !options.is_empty());
        return Ok(There::Lacking(lacking.map(|(token, _)| token).collect()));
    }
    if !plan.words.iter().any(|word| may_differ(plan, word)) {
        return Ok(There::Counted(Vec::new()));
    }
    let KnownBody { words } = aggregated.leaf(KNOWN)?;
    if words.buckets.len() != plan.words.len() {
        return Err(Problem::Content("counts of other words").unexpected());
    }
    Ok(There::Counted(words.buckets.into_iter().map(|bucket| bucket.doc_count).collect()))
}

impl There<'_> {
    /// Whether products have the word at a place of the plan, given the words that the node offers for its spelling.
    pub(super) fn has(&self, place: usize, word: &DoubtfulWord, candidates: &[Spelling]) -> bool {
        match (self, &word.token) {
            (Self::Counted(counts), _) => counts.get(place).is_some_and(|products| *products > 0),
            (Self::Lacking(lacking), Some(token)) => {
                !lacking.contains(&token.as_str()) && !is_far_from_all(word, token, candidates)
            }
            (Self::Lacking(_), None) => false,
        }
    }
}

/// Whether a node that offers nothing in place of a token may just know nothing near it: the tokens of the candidates
/// are not. So it is with a slip in an ending, which is stemmed where it is right and not where it is wrong
/// ("decoratoins"). One edit is then taken for a slip; two may lead from another form of a right word to another word.
fn is_far_from_all(word: &DoubtfulWord, token: &str, candidates: &[Spelling]) -> bool {
    let is_slip = |candidate: &Spelling| edits(&candidate.word, &word.spelt) == 1;
    let is_near = |candidate: &Spelling| edits(&searchable(&candidate.word), token) <= MOST_EDITS;
    candidates.iter().any(is_slip) && !candidates.iter().any(is_near)
}

/// The tokens that are asked for.
fn tokens(plan: &SpellingPlan, abilities: Abilities) -> Vec<&str> {
    let words = plan.words.iter().filter(|word| !abilities.has_several_shards() && may_differ(plan, word));
    words.filter_map(|word| word.token.as_deref()).collect()
}

fn may_differ(plan: &SpellingPlan, word: &DoubtfulWord) -> bool {
    plan.edits(&word.spelt) > 0
}
