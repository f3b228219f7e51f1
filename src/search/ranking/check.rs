//! What a ranking may say.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::Ranking;
use crate::search::analysis::spelt;

/// Most stop words: more than any language has articles, prepositions, conjunctions and pronouns.
pub(super) const MOST_STOP_WORDS: usize = 1_000;
/// Most words that exclude: engines look for each of them before what is excluded, in every search that excludes.
pub(super) const MOST_EXCLUSION_WORDS: usize = 20;

/// Why a ranking cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RankingProblem {
    /// A number is outside its range, or none.
    #[error("{key} must be from {least} to {most}, not {actual}")]
    Range {
        /// Which.
        key: &'static str,
        /// The lowest that is allowed.
        least: f32,
        /// The highest that is allowed.
        most: f32,
        /// What it is.
        actual: f32,
    },
    /// An entry of a list of words is no word, or several.
    #[error("{key} takes single words, not {word:?}")]
    Word {
        /// Which list.
        key: &'static str,
        /// The entry.
        word: String,
    },
    /// A list has too many words.
    #[error("{key} takes at most {most} words, not {actual}")]
    TooManyWords {
        /// Which list.
        key: &'static str,
        /// How many it may have.
        most: usize,
        /// What it has.
        actual: usize,
    },
}

impl RankingProblem {
    /// The key that is wrong.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Range { key, .. } | Self::Word { key, .. } | Self::TooManyWords { key, .. } => key,
        }
    }
}

// Narrow enough that tiers above everything that weights and factors can do stay far below the largest f32.
const WEIGHT: RangeInclusive<f32> = 0.0..=10.0;
const POSITIVE: RangeInclusive<f32> = 0.1..=10.0;
const DISCOUNT: RangeInclusive<f32> = 0.1..=1.0;
const SHARE: RangeInclusive<f32> = 0.0..=1.0;

impl Ranking {
    /// The names of everything that can be set, as a ranking file has them.
    pub fn keys() -> Vec<&'static str> {
        let mut ranking = Self::default();
        let mut keys: Vec<&str> = ranking.numbers().into_iter().map(|(key, ..)| key).collect();
        keys.extend(ranking.lists().into_iter().map(|(key, ..)| key));
        keys
    }

    /// This ranking with its words as analysis spells them, or the first thing that is wrong with it.
    pub fn checked(mut self) -> Result<Self, RankingProblem> {
        for (key, &mut actual, range) in self.numbers() {
            // Not a number is in no range.
            if !range.contains(&actual) {
                return Err(RankingProblem::Range { key, least: *range.start(), most: *range.end(), actual });
            }
        }
        for (key, list, most) in self.lists() {
            *list = words(key, list, most)?;
        }
        Ok(self)
    }

    /// Every number with its key and its range.
    pub fn numbers(&mut self) -> [(&'static str, &mut f32, RangeInclusive<f32>); 15] {
        // Taken apart in full, so that a number which the ranking gains does not compile until it has a range here.
        let Self {
            everything_weight,
            name_weight,
            brand_weight,
            category_weight,
            details_weight,
            phrase_weight,
            joined_weight,
            synonym_weight,
            correction_weight,
            brand_factor,
            category_factor,
            out_of_stock_factor,
            excluded_factor,
            free_of_factor,
            required_share,
            stop_words: _,
            exclusion_words: _,
        } = self;
        [
            ("everything_weight", everything_weight, POSITIVE),
            ("name_weight", name_weight, WEIGHT),
            ("brand_weight", brand_weight, WEIGHT),
            ("category_weight", category_weight, WEIGHT),
            ("details_weight", details_weight, WEIGHT),
            ("phrase_weight", phrase_weight, WEIGHT),
            ("joined_weight", joined_weight, WEIGHT),
            ("synonym_weight", synonym_weight, DISCOUNT),
            ("correction_weight", correction_weight, DISCOUNT),
            ("brand_factor", brand_factor, POSITIVE),
            ("category_factor", category_factor, POSITIVE),
            ("out_of_stock_factor", out_of_stock_factor, POSITIVE),
            ("excluded_factor", excluded_factor, POSITIVE),
            ("free_of_factor", free_of_factor, POSITIVE),
            ("required_share", required_share, SHARE),
        ]
    }

    /// Every list of words with its key and how many it may have.
    pub fn lists(&mut self) -> [(&'static str, &mut BTreeSet<String>, usize); 2] {
        [
            ("stop_words", &mut self.stop_words, MOST_STOP_WORDS),
            ("exclusion_words", &mut self.exclusion_words, MOST_EXCLUSION_WORDS),
        ]
    }
}

fn words(key: &'static str, written: &BTreeSet<String>, most: usize) -> Result<BTreeSet<String>, RankingProblem> {
    if written.len() > most {
        return Err(RankingProblem::TooManyWords { key, most, actual: written.len() });
    }
    let word = |entry: &String| match <[_; 1]>::try_from(spelt(entry)) {
        Ok([word]) => Ok(word.text),
        Err(_) => Err(RankingProblem::Word { key, word: entry.clone() }),
    };
    written.iter().map(word).collect()
}
