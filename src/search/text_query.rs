//! The words of a search, analysed once for every engine.
//!
//! A product is found when one of its texts has one of the words, or nearly, or when the whole query is its sku or name.

use std::collections::HashSet;

use super::{
    Problems, SearchLimits,
    analysis::{allowed_edits, analyze},
};
use crate::product::{self, Rule, TextProblem, UniqueKey};

/// Letters at the start of a word that must be right: a misspelling rarely starts with its mistake, and a word of the
/// dictionary need not be compared when its first letter differs.
pub const FUZZY_PREFIX: usize = 1;
/// Most words of the dictionary of one field that stand in for a misspelt one: the nearest, then by UTF-8 bytes.
pub const MAX_EXPANSIONS: usize = 50;
/// Most near words of one field that all words of a query have together.
const MAX_QUERY_EXPANSIONS: usize = 240;
/// Most words of one field, asked for and near, in a query: a node takes 1,024 clauses, and three fields × 300 leave room
/// for the usual filter.
const MAX_QUERY_WORDS: usize = 300;
/// Weight of a word that is only nearly right, so that every product with the word itself comes first.
pub const FUZZY_WEIGHT: f32 = 0.01;
/// Weight of a query that is a product's whole sku or name: far above what words can add up to.
pub const EXACT_WEIGHT: f32 = 10_000.0;

/// A text in which words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The name.
    Name,
    /// The brand.
    Brand,
    /// The description.
    Description,
}

impl TextField {
    /// Every searched text.
    pub const ALL: [Self; 3] = [Self::Name, Self::Brand, Self::Description];

    /// How much a word found here counts (name^3, brand^2, description).
    pub fn weight(self) -> f32 {
        match self {
            Self::Name => 3.0,
            Self::Brand => 2.0,
            Self::Description => 1.0,
        }
    }
}

/// One word to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word {
    /// The token, as [`analyze`] writes it.
    pub token: String,
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
        let words = analyze(text)
            .into_iter()
            .filter(|token| seen.insert(token.text.clone()))
            .map(|token| Word { distance: allowed_edits(&token.text), token: token.text })
            .collect();
        Self { words, sku: UniqueKey::sku(text), name: UniqueKey::name(text) }
    }

    /// Most words of the dictionary of one field that stand in for each misspelt one: [`MAX_EXPANSIONS`], and fewer
    /// in a query of more than four such words; none when the words alone are as many as a node takes.
    pub fn max_expansions(&self) -> usize {
        let misspelt = self.words.iter().filter(|word| word.distance > 0).count();
        let left = MAX_QUERY_WORDS.saturating_sub(self.words.len()).min(MAX_QUERY_EXPANSIONS);
        MAX_EXPANSIONS.min(left / misspelt.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expansions(misspelt: usize, short: usize) -> usize {
        let word = |number: usize, distance| Word { token: number.to_string(), distance };
        let words = (0..misspelt).map(|number| word(number, 1)).chain((0..short).map(|number| word(number, 0)));
        TextQuery { words: words.collect(), ..TextQuery::new("") }.max_expansions()
    }

    #[test]
    fn near_words_fill_what_a_node_takes_beside_the_words_themselves() {
        assert_eq!([expansions(0, 1), expansions(4, 0), expansions(5, 0)], [50, 50, 48]);
        assert_eq!([expansions(25, 0), expansions(5, 185), expansions(62, 2)], [9, 22, 3]);
        assert_eq!([expansions(150, 0), expansions(151, 0), expansions(1, 400)], [1, 0, 0]);
        for misspelt in 1..=250 {
            for short in [0, 10, 100, 250 - misspelt.min(250)] {
                let words = (misspelt + short).max(MAX_QUERY_WORDS);
                assert!(misspelt + short + misspelt * expansions(misspelt, short) <= words, "{misspelt}, {short}");
            }
        }
    }
}
