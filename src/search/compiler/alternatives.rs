//! What stands for a word: the word, it and its neighbour as one, synonyms, what it was corrected to.
//!
//! Invariant: all alternatives of a query together have a bounded number of tokens.

use std::collections::BTreeSet;

use super::{RICH_WORDS, wanted::Wanted};
use crate::search::{
    Ranking, SYNONYM_WORDS_OF_QUERY, Stage, Synonyms, Term, TextColumn, TextQuery, Tuning, Word,
    analysis::{edits, searchable},
    columns::joined_token,
};

/// What stands for one word of a query.
pub(super) struct Alternatives {
    /// The word itself and what means the same; never empty.
    pub(super) exact: Vec<Alternative>,
    /// What it was corrected to.
    pub(super) corrected: Option<Alternative>,
}

/// Tokens that stand for a word when a product has all of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alternative {
    pub(super) column: TextColumn,
    pub(super) tokens: Vec<String>,
    /// Factor of the score of each token.
    pub(super) weight: f32,
}

/// What stands for each telling word.
pub(super) fn of(wanted: &Wanted<'_>, text: &TextQuery, stage: &Stage, tuning: &Tuning) -> Vec<Alternatives> {
    let places = wanted.telling();
    let is_rich = places.len() <= RICH_WORDS;
    let mut synonyms = if is_rich { synonyms_by_place(wanted, tuning) } else { Vec::new() };
    let mut alternatives = Vec::with_capacity(places.len());
    for place in places {
        let Some(word) = wanted.words.get(place) else { continue };
        let mut exact = vec![single(&word.token, 1.0)];
        if is_rich {
            exact.extend(joined(wanted, place, &tuning.ranking));
            exact.extend(synonyms.get_mut(place).map(std::mem::take).unwrap_or_default());
        }
        alternatives.push(Alternatives { exact, corrected: corrected(word, text, stage, &tuning.ranking) });
    }
    alternatives
}

fn single(token: &str, weight: f32) -> Alternative {
    Alternative { column: TextColumn::Everything, tokens: vec![token.to_owned()], weight }
}

fn corrected(word: &Word, text: &TextQuery, stage: &Stage, ranking: &Ranking) -> Option<Alternative> {
    let spelling = stage.correction_of(word, text)?;
    let weight = (0..edits(&word.spelt, spelling)).fold(1.0, |weight, _| weight * ranking.correction_weight);
    Some(single(&searchable(spelling), weight))
}

/// The word written as one with its neighbours, and names that write it as two.
fn joined(wanted: &Wanted<'_>, place: usize, ranking: &Ranking) -> Vec<Alternative> {
    let weight = ranking.joined_weight;
    let Some(word) = wanted.words.get(place).filter(|_| weight > 0.0) else { return Vec::new() };
    let before = place.checked_sub(1).and_then(|before| wanted.words.get(before));
    let pairs = [before.map(|before| (before, word)), wanted.words.get(place + 1).map(|behind| (word, behind))];
    let pairs = pairs.into_iter().flatten().filter(|(one, two)| may_be_one(wanted, one, two));
    let as_one = pairs.filter_map(|(one, two)| joined_token(&one.spelt, &two.spelt));
    let as_one = as_one.map(|token| single(&token, weight));
    let as_two =
        (!is_number(word)).then(|| Alternative { column: TextColumn::JoinedName, ..single(&word.token, weight) });
    as_one.chain(as_two).collect()
}

/// Two numbers side by side are never one.
fn may_be_one(wanted: &Wanted<'_>, one: &Word, two: &Word) -> bool {
    wanted.is_telling(one) && wanted.is_telling(two) && !(is_number(one) && is_number(two))
}

fn is_number(word: &Word) -> bool {
    !word.spelt.chars().any(char::is_alphabetic)
}

/// For each place what synonyms stand there; of a word that is repeated, at the first place.
fn synonyms_by_place(wanted: &Wanted<'_>, tuning: &Tuning) -> Vec<Vec<Alternative>> {
    let tokens: Vec<String> = wanted.words.iter().map(|word| word.token.clone()).collect();
    let mut by_place = vec![Vec::new(); tokens.len()];
    let mut left = SYNONYM_WORDS_OF_QUERY;
    for (span, term) in matches(&tokens, &tuning.synonyms) {
        // Each word of the span gets the mean of the term's words, so that a long term counts no more than a short one.
        let weight = tuning.ranking.synonym_weight / small(term.len());
        let alternative = Alternative { column: TextColumn::Everything, tokens: term.to_vec(), weight };
        let mut places = first_places(span, &tokens);
        places.retain(|place| by_place.get(*place).is_some_and(|there| !there.contains(&alternative)));
        let cost = term.len().saturating_mul(places.len());
        if cost > left {
            continue;
        }
        left -= cost;
        for place in places {
            if let Some(there) = by_place.get_mut(place) {
                there.push(alternative.clone());
            }
        }
    }
    by_place
}

/// Where the query has each word of a span for the first time.
fn first_places(span: &[String], tokens: &[String]) -> BTreeSet<usize> {
    span.iter().filter_map(|token| tokens.iter().position(|other| other == token)).collect()
}

/// Which spans of the query have synonyms, and which; longer spans first.
fn matches<'a>(tokens: &'a [String], synonyms: &'a Synonyms) -> impl Iterator<Item = (&'a [String], &'a Term)> {
    let lengths = (1..=synonyms.longest().min(tokens.len())).rev();
    let spans = lengths.flat_map(move |length| tokens.windows(length));
    spans.flat_map(move |span| synonyms.of(span).into_iter().map(move |term| (span, term)))
}

fn small(number: usize) -> f32 {
    u16::try_from(number).map_or(f32::from(u16::MAX), f32::from)
}
