//! How far a search went to find something.
//!
//! Invariant: a stage that fits a query corrects words of it, each once and in their order, by single words, and
//! no more of them than a search corrects.

use super::{
    TextQuery, Word,
    analysis::{LONGEST_TOKEN, spelt},
    spelling::MOST_CORRECTED,
};

/// What is looked for: the words as they are, or more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Every word, as it was written.
    #[default]
    Exact,
    /// Some of the words, misspelt ones corrected: the exact words found too few.
    Relaxed(Vec<Correction>),
}

/// A word of the query that the catalogue does not have, and one near it that it has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Correction {
    /// Which word of the query, from 0; the same word further on is corrected as well.
    pub word: usize,
    /// What is looked for in its place, as it is spelt.
    pub spelling: String,
}

impl Stage {
    /// The corrections, none for exact words.
    pub fn corrections(&self) -> &[Correction] {
        match self {
            Self::Exact => &[],
            Self::Relaxed(corrections) => corrections,
        }
    }

    /// What is looked for in place of a word of `text`.
    pub fn correction_of(&self, word: &Word, text: &TextQuery) -> Option<&str> {
        let is_same =
            |correction: &&Correction| text.words.get(correction.word).is_some_and(|other| other.spelt == word.spelt);
        self.corrections().iter().find(is_same).map(|correction| correction.spelling.as_str())
    }

    /// Whether this can be the stage of a search for `text`.
    pub(super) fn fits(&self, text: Option<&TextQuery>) -> bool {
        let Self::Relaxed(corrections) = self else { return true };
        let words = text.map_or(0, |text| text.words.len());
        words > 0
            && corrections.len() <= MOST_CORRECTED
            && corrections.iter().all(|correction| correction.word < words && is_word(&correction.spelling))
            && corrections.is_sorted_by(|one, two| one.word < two.word)
    }
}

/// Whether analysis spells this text in this very way, as one word.
fn is_word(text: &str) -> bool {
    // A character is four bytes at most: nothing long is analysed.
    text.len() <= 4 * LONGEST_TOKEN && matches!(spelt(text).as_slice(), [word] if word.text == text)
}
