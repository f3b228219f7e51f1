//! The ways to read what was typed.
//!
//! Invariant: what has a likelier reading is not read in another way: where anything begins with what was typed, nothing
//! of it is corrected.

use super::{Corrections, Found, SuggestionKind, SuggestionQuery};

/// One way to read what was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Complete words are whole words, the last one may go on.
    AsTyped,
    /// Complete words may go on as well.
    Beginnings,
    /// Others may stand for the words as well, by the kinds whose dictionaries have any.
    Corrected(Vec<(SuggestionKind, Corrections)>),
}

impl Reading {
    /// The kinds that are asked for, in the order of their plans.
    pub fn kinds(&self) -> Vec<SuggestionKind> {
        match self {
            Self::AsTyped | Self::Beginnings => SuggestionKind::ALL.into(),
            Self::Corrected(corrections) => corrections.iter().map(|(kind, _)| *kind).collect(),
        }
    }

    /// What stands for words, of each kind.
    pub(super) fn corrections(&self) -> impl Iterator<Item = &Corrections> {
        let corrections = match self {
            Self::AsTyped | Self::Beginnings => &[],
            Self::Corrected(corrections) => corrections.as_slice(),
        };
        corrections.iter().map(|(_, corrections)| corrections)
    }
}

impl SuggestionQuery {
    /// The likeliest reading; none without a word.
    pub fn likeliest(&self) -> Option<Reading> {
        (!self.words.is_empty()).then_some(Reading::AsTyped)
    }

    /// The other readings, the likelier first, when the likeliest found nothing.
    pub fn others(&self, typed: &Found) -> Vec<Reading> {
        if !typed.is_empty() {
            return Vec::new();
        }
        let has_complete_words = self.words.iter().any(|word| word.token.is_some());
        let corrections = typed.spellings.iter().map(|(kind, spellings)| (*kind, self.corrections(spellings)));
        let corrections: Vec<_> = corrections.filter(|(_, corrections)| !corrections.is_empty()).collect();
        let corrected = (!corrections.is_empty()).then_some(Reading::Corrected(corrections));
        has_complete_words.then_some(Reading::Beginnings).into_iter().chain(corrected).collect()
    }
}
