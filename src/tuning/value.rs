//! What the keys of a ranking file can have.
//!
//! Invariant: a value is taken as it is written or refused in plain words, with its key.

use std::collections::BTreeSet;

use toml::de::DeValue;

/// Why a key cannot have what a file gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    /// A ranking has no such key.
    #[error("{0:?} is no key of a ranking")]
    Unknown(String),
    /// The value is of another kind.
    #[error("{key} must be {expected}, not {actual}")]
    Kind {
        /// Which key.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What the file gives it.
        actual: &'static str,
    },
}

/// The number that a key has.
pub(super) fn number(key: &'static str, value: &DeValue<'_>) -> Result<f32, ValueProblem> {
    let digits = match value {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    digits.ok_or_else(|| ValueProblem::Kind { key, expected: "a number", actual: kind(value) })
}

/// The words that a key has.
pub(super) fn words(key: &'static str, value: &DeValue<'_>) -> Result<BTreeSet<String>, ValueProblem> {
    let refuse = |actual| ValueProblem::Kind { key, expected: "a list of words", actual };
    let DeValue::Array(entries) = value else { return Err(refuse(kind(value))) };
    let word = |entry: &DeValue<'_>| match entry {
        DeValue::String(word) => Ok(word.to_string()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => Err(refuse(listed(entry))),
    };
    entries.iter().map(|entry| word(entry.get_ref())).collect()
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(integer) if integer.radix() != 10 => "a number to another base",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A list that has such an entry.
fn listed(entry: &DeValue<'_>) -> &'static str {
    match entry {
        DeValue::String(_) => "a list with text",
        DeValue::Integer(_) | DeValue::Float(_) => "a list with a number",
        DeValue::Boolean(_) => "a list with true or false",
        DeValue::Datetime(_) => "a list with a date",
        DeValue::Array(_) => "a list with a list",
        DeValue::Table(_) => "a list with a table",
    }
}
