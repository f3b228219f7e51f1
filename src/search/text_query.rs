//! The words of a search, analysed once for every engine.
//!
//! A product is found when one of its texts has one of the words, or nearly, or when the whole query is its sku or name.

use std::collections::HashSet;

use super::{
    Problems, SearchLimits,
    analysis::{allowed_edits, searchable, spelt},
};
use crate::product::{self, Rule, TextProblem, UniqueKey};

/// One word to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word {
    /// The token, as [`analyze`] writes it.
    pub token: String,
    /// The word as it was spelt: folded, lower-cased, not stemmed.
    pub spelt: String,
    /// Edits (insert, delete, replace, swap neighbours) by which a word may differ: 0, 1 or 2.
    pub distance: u8,
}

/// What to look for in texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextQuery {
    /// The words, each once; never empty in a query that is sent to an engine.
    pub words: Vec<Word>,
    /// The query as a sku.
    pub sku: UniqueKey,
    /// The query as a name.
    pub name: UniqueKey,
}

/// The checked query: `None` when everything is asked for.
pub(super) fn check(query: Option<String>, limits: &SearchLimits, problems: &mut Problems) -> Option<TextQuery> {
    let text = match product::label_value(&query?) {
        Ok(text) => text,
        Err(TextProblem::ControlCharacter(character)) => {
            let message = format!("query must not contain the control character U+{:04X}", u32::from(character));
            problems.violation("query", Rule::ControlCharacter, message);
            return None;
        }
    };
    let length = text.chars().count();
    if length > limits.query_length {
        let message = format!("query must be at most {} characters, not {length}", limits.query_length);
        problems.violation("query", Rule::MaxLength, message);
        return None;
    }
    (!text.is_empty() && text != "*").then(|| TextQuery::new(&text))
}

impl TextQuery {
    fn new(text: &str) -> Self {
        let mut seen = HashSet::new();
        let words = spelt(text)
            .into_iter()
            .map(|word| Word { distance: allowed_edits(&word.text), token: searchable(&word.text), spelt: word.text })
            .filter(|word| seen.insert(word.token.clone()))
            .collect();
        Self { words, sku: UniqueKey::sku(text), name: UniqueKey::name(text) }
    }
}
