//! The ranking as a file that an owner writes.
//!
//! Invariant: what is read passed the check of [`Ranking`]; a key that nobody knows is refused, never ignored.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::search::{Ranking, RankingProblem};

/// Why a text is no ranking; lines are counted from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TuningProblem {
    /// It is no TOML, has a key that nobody knows, or a value of another kind.
    #[error("line {line}: {reason}")]
    Form {
        /// Which line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value is not allowed.
    #[error("line {line}: {problem}")]
    Value {
        /// Which line.
        line: usize,
        /// What is wrong.
        problem: RankingProblem,
    },
    /// It is no UTF-8.
    #[error("line {line}: not UTF-8")]
    NotText {
        /// Which line.
        line: usize,
    },
}

/// The form of a file, with each key written once: a field that a ranking gains does not compile until it is here.
macro_rules! ranking_file {
    ($($key:ident: $kind:ty),+ $(,)?) => {
        /// The keys of a file; what it leaves out is as in the default ranking.
        #[derive(Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct RankingFile {
            $($key: $kind,)+
        }

        impl Default for RankingFile {
            fn default() -> Self {
                let Ranking { $($key),+ } = Ranking::default();
                Self { $($key),+ }
            }
        }

        impl From<RankingFile> for Ranking {
            fn from(RankingFile { $($key),+ }: RankingFile) -> Self {
                Self { $($key),+ }
            }
        }
    };
}

ranking_file! {
    everything_weight: f32,
    name_weight: f32,
    brand_weight: f32,
    category_weight: f32,
    details_weight: f32,
    phrase_weight: f32,
    joined_weight: f32,
    synonym_weight: f32,
    correction_weight: f32,
    brand_factor: f32,
    category_factor: f32,
    out_of_stock_factor: f32,
    excluded_factor: f32,
    free_of_factor: f32,
    required_share: f32,
    stop_words: BTreeSet<String>,
    exclusion_words: BTreeSet<String>,
}

/// The ranking of a file, or the first thing that is wrong with it.
pub fn read_ranking(bytes: &[u8]) -> Result<Ranking, TuningProblem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse_ranking(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Err(TuningProblem::NotText { line: line_at(before) })
        }
    }
}

/// The ranking that a text in TOML describes, or the first thing that is wrong with it.
pub fn parse_ranking(text: &str) -> Result<Ranking, TuningProblem> {
    let form = |error: toml::de::Error| {
        let end = error.span().map_or(0, |span| span.start);
        let before = text.as_bytes().get(..end).unwrap_or_default();
        TuningProblem::Form { line: line_at(before), reason: error.message().to_owned() }
    };
    let file: RankingFile = toml::from_str(text).map_err(form)?;
    Ranking::from(file)
        .checked()
        .map_err(|problem| TuningProblem::Value { line: line_of(text, problem.key()), problem })
}

/// The line on which what follows `before` begins.
fn line_at(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}

/// The line that sets a key.
fn line_of(text: &str, key: &str) -> usize {
    let sets = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(sets).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests;
