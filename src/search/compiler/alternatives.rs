//! What stands for a word: the word, it and its neighbour as one, synonyms, what it was corrected to.
//!
//! Invariant: all alternatives of a query together have a bounded number of tokens.

use super::{RICH_WORDS, wanted::Wanted};
use crate::search::{
    Ranking, Stage, TextColumn, TextQuery, Tuning, Word, analysis::searchable, columns::joined_token, spelling,
    synonyms::Synonyms,
};

/// Most tokens that synonyms add to one query.
const MOST_SYNONYM_TOKENS: usize = 50;

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
    let weight = (0..spelling::edits(&word.spelt, spelling)).fold(1.0, |weight, _| weight * ranking.correction_weight);
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

/// For each place what synonyms stand there.
fn synonyms_by_place(wanted: &Wanted<'_>, tuning: &Tuning) -> Vec<Vec<Alternative>> {
    let mut by_place = vec![Vec::new(); wanted.words.len()];
    let tokens: Vec<String> = wanted.words.iter().map(|word| word.token.clone()).collect();
    let mut left = MOST_SYNONYM_TOKENS;
    for (start, length, term) in matches(&tokens, &tuning.synonyms) {
        let cost = term.len().saturating_mul(length);
        if cost > left {
            continue;
        }
        left -= cost;
        // Each word of the span gets the mean of the term's words, so that a long term counts no more than a short one.
        let weight = tuning.ranking.synonym_weight / small(term.len());
        let alternative = Alternative { column: TextColumn::Everything, tokens: term.clone(), weight };
        by_place.iter_mut().skip(start).take(length).for_each(|place| place.push(alternative.clone()));
    }
    by_place
}

/// Where spans of the query have synonyms, and which; longer spans first.
fn matches<'a>(tokens: &'a [String], synonyms: &'a Synonyms) -> impl Iterator<Item = (usize, usize, &'a Vec<String>)> {
    let lengths = (1..=synonyms.longest().min(tokens.len())).rev();
    lengths.flat_map(move |length| {
        let spans = tokens.windows(length).enumerate();
        spans.flat_map(move |(start, span)| synonyms.of(span).iter().map(move |term| (start, length, term)))
    })
}

fn small(number: usize) -> f32 {
    u16::try_from(number).map_or(f32::from(u16::MAX), f32::from)
}
