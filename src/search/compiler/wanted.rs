//! Which words of a query say what is wanted, and which say what is not.
//!
//! Invariant: something is always wanted, as long as there are words.

use std::collections::HashSet;

use crate::search::{Ranking, TextQuery, Word};

/// Most words that exclude: further ones rather describe what is excluded.
const MOST_EXCLUDED: usize = 2;

/// The words of a query, taken apart.
pub(super) struct Wanted<'a> {
    /// What is wanted, words without meaning included, in order.
    pub(super) words: &'a [Word],
    /// What is not wanted.
    pub(super) excluded: Vec<&'a Word>,
    ranking: &'a Ranking,
    /// Whether nothing but stop words is wanted, so that they count.
    stop_words_count: bool,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(text: &'a TextQuery, ranking: &'a Ranking) -> Self {
        let (words, excluded) = split(&text.words, ranking);
        let stop_words_count = words.iter().all(|word| ranking.stop_words.contains(&word.spelt));
        Self { words, excluded, ranking, stop_words_count }
    }

    /// Places of the words that decide what is found, each word once.
    pub(super) fn telling(&self) -> Vec<usize> {
        let mut seen = HashSet::new();
        let places = self.words.iter().enumerate().filter(|(_, word)| self.is_telling(word));
        places.filter(|(_, word)| seen.insert(word.token.as_str())).map(|(place, _)| place).collect()
    }

    /// Whether this word decides what is found.
    pub(super) fn is_telling(&self, word: &Word) -> bool {
        self.stop_words_count || !self.ranking.stop_words.contains(&word.spelt)
    }

    /// Each two neighbours of which both are telling.
    pub(super) fn neighbours(&self) -> impl Iterator<Item = (&'a Word, &'a Word)> {
        let pairs = self.words.iter().zip(self.words.iter().skip(1));
        pairs.filter(|(one, two)| self.is_telling(one) && self.is_telling(two))
    }
}

/// What stands before the first word that excludes, and what it excludes: nothing yet while the query is being typed.
/// Everything is wanted when there is nothing before it.
fn split<'a>(words: &'a [Word], ranking: &Ranking) -> (&'a [Word], Vec<&'a Word>) {
    let excludes = |word: &Word| ranking.exclusion_words.contains(&word.spelt);
    let means = |word: &&Word| !ranking.stop_words.contains(&word.spelt) && !excludes(word);
    for (place, _) in words.iter().enumerate().filter(|(_, word)| excludes(word)) {
        let Some((before, behind)) = words.split_at_checked(place) else { continue };
        let unwanted: Vec<&Word> = behind.iter().filter(means).take(MOST_EXCLUDED).collect();
        if before.iter().any(|word| means(&word)) {
            return (before, unwanted);
        }
    }
    (words, Vec::new())
}
