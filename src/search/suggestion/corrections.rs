//! Words that begin nothing of a kind, and beginnings near them that it has.

use std::collections::{BTreeMap, BTreeSet};

use super::SuggestionQuery;
use crate::search::{DoubtfulWord, Spelling};

/// Fewest letters of a word that may be misspelt: shorter ones are near too many others.
const FEWEST_LETTERS: usize = 3;
/// Most words of one query that are looked up in the dictionary; the last ones are.
const MOST_WORDS: usize = 3;
/// Most beginnings that are tried in the place of one.
const MOST_BEGINNINGS: usize = 3;

/// Beginnings by the word that they stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections(BTreeMap<String, Vec<String>>);

impl SuggestionQuery {
    /// The beginnings that may be misspelt, each once.
    pub(super) fn correctable(&self) -> Vec<DoubtfulWord> {
        let beginnings: BTreeSet<&str> = self
            .words
            .iter()
            .rev()
            .map(|word| word.beginning.as_str())
            .filter(|text| text.chars().count() >= FEWEST_LETTERS && text.chars().all(char::is_alphabetic))
            .take(MOST_WORDS)
            .collect();
        beginnings.into_iter().map(|spelt| DoubtfulWord { spelt: spelt.to_owned(), token: None }).collect()
    }

    /// What stands for the words that a dictionary lacks, where `spellings` are its answers to [`Self::correctable`].
    pub(super) fn corrections(&self, spellings: &[Vec<Spelling>]) -> Corrections {
        let words = self.correctable().into_iter().zip(spellings);
        let corrected = words.filter(|(_, candidates)| !candidates.is_empty());
        let corrected = corrected.map(|(word, candidates)| {
            let best = best(&word.spelt, candidates.clone());
            (word.spelt, best)
        });
        Corrections(corrected.collect())
    }
}

impl Corrections {
    /// Whether nothing stands for anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands for a beginning, the best first.
    pub(super) fn of(&self, beginning: &str) -> &[String] {
        self.0.get(beginning).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The best candidates: as long as the word first, since most slips keep the length, then those of most products.
fn best(word: &str, mut candidates: Vec<Spelling>) -> Vec<String> {
    let length = word.chars().count();
    candidates.sort_by(|one, other| {
        let rank = |spelling: &Spelling| (spelling.word.chars().count().abs_diff(length), u64::MAX - spelling.products);
        rank(one).cmp(&rank(other)).then_with(|| one.word.cmp(&other.word))
    });
    candidates.into_iter().map(|spelling| spelling.word).take(MOST_BEGINNINGS).collect()
}
