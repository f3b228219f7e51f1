//! The ranking as a file that an owner writes.
//!
//! Invariant: what is read passed the check of [`Ranking`]; a key that nobody knows is refused, never ignored; every
//! problem is told with its line, however the key is written there.

mod value;

use std::collections::BTreeMap;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use self::value::{number, words};
use crate::search::{Ranking, RankingProblem};

pub use self::value::ValueProblem;

/// Why a text is no ranking; lines are counted from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TuningProblem {
    /// It is no TOML.
    #[error("line {line}: no TOML: {reason}")]
    Form {
        /// Which line.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A value is none that its key can have.
    #[error("line {line}: {problem}")]
    Key {
        /// Which line.
        line: usize,
        /// What is wrong.
        problem: ValueProblem,
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

/// Sets what `key` names.
fn set(ranking: &mut Ranking, key: &str, value: &DeValue<'_>) -> Result<(), ValueProblem> {
    if let Some((key, place, _)) = ranking.numbers().into_iter().find(|(name, ..)| *name == key) {
        *place = number(key, value)?;
    } else if let Some((key, place, _)) = ranking.lists().into_iter().find(|(name, ..)| *name == key) {
        *place = words(key, value)?;
    } else {
        return Err(ValueProblem::Unknown(key.to_owned()));
    }
    Ok(())
}

/// The ranking of a file, or the first thing that is wrong with it.
pub fn read_ranking(bytes: &[u8]) -> Result<Ranking, TuningProblem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse_ranking(text),
        Err(error) => Err(TuningProblem::NotText { line: line_at(bytes, error.valid_up_to()) }),
    }
}

/// The ranking that a text in TOML describes, or the first thing that is wrong with it.
pub fn parse_ranking(text: &str) -> Result<Ranking, TuningProblem> {
    let line = |place: usize| line_at(text.as_bytes(), place);
    let table = DeTable::parse(text).map_err(|error| TuningProblem::Form {
        line: line(error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    let mut entries: Vec<(&Spanned<_>, &Spanned<DeValue<'_>>)> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let (mut ranking, mut lines) = (Ranking::default(), BTreeMap::new());
    for (key, value) in entries {
        let line = line(key.span().start);
        set(&mut ranking, key.get_ref(), value.get_ref()).map_err(|problem| TuningProblem::Key { line, problem })?;
        lines.insert(key.get_ref().as_ref(), line);
    }
    ranking
        .checked()
        .map_err(|problem| TuningProblem::Value { line: lines.get(problem.key()).copied().unwrap_or(1), problem })
}

/// The line of the byte at a place.
fn line_at(text: &[u8], place: usize) -> usize {
    text.get(..place).unwrap_or(text).split(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
