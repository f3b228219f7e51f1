//! The words of a search, analysed once for every engine.
//!
//! Invariant: the words stand in the order in which they were written, each as often as it was written.

use super::{
    Problems, SearchLimits, Stage,
    analysis::{searchable, spelt},
};
use crate::product::UniqueKey;

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word {
    /// The token, as [`analyze`](super::analysis::analyze) writes it.
    pub token: String,
    /// The word as it was spelt: folded, lower-cased, not stemmed.
    pub spelt: String,
    /// Where it starts, in bytes of the query.
    pub start: usize,
    /// Where it ends, in bytes of the query.
    pub end: usize,
}

/// What to look for in texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextQuery {
    /// The query as it was written, white space collapsed.
    pub text: String,
    /// The words; never empty in a query that is sent to an engine.
    pub words: Vec<Word>,
    /// The query as a sku.
    pub sku: UniqueKey,
    /// The query as a name.
    pub name: UniqueKey,
}

/// The checked query: `None` when everything is asked for.
pub(super) fn check(query: Option<String>, limits: &SearchLimits, problems: &mut Problems) -> Option<TextQuery> {
    let text = problems.line("query", &query?, limits.query_length)?;
    (!text.is_empty() && text != "*").then(|| TextQuery::new(text))
}

impl TextQuery {
    fn new(text: String) -> Self {
        let word = |token: super::analysis::Token| Word {
            token: searchable(&token.text),
            spelt: token.text,
            start: token.start,
            end: token.end,
        };
        let words = spelt(&text).into_iter().map(word).collect();
        Self { words, sku: UniqueKey::sku(&text), name: UniqueKey::name(&text), text }
    }

    /// What decides which products this query finds, however it is written.
    pub(super) fn meaning(&self) -> (Vec<(&str, &str)>, &str) {
        let words = self.words.iter().map(|word| (word.token.as_str(), word.spelt.as_str()));
        (words.collect(), self.name.value())
    }

    /// This query with what a stage corrects: the other words as they were written, one space between all; `None` when
    /// there is nothing to correct.
    pub fn corrected(&self, stage: &Stage) -> Option<Self> {
        if stage.corrections().is_empty() {
            return None;
        }
        let mut words: Vec<&str> = Vec::with_capacity(self.words.len());
        let mut end = 0;
        for word in &self.words {
            if let Some(spelling) = stage.correction_of(word, self) {
                words.push(spelling);
            } else if word.start >= end {
                words.extend(self.text.get(word.start..word.end));
            }
            // The two numbers of a fraction in one character share its place.
            end = word.end;
        }
        Some(Self::new(words.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Correction, *};

    fn corrected(text: &str, corrections: &[(usize, &str)]) -> Option<String> {
        let correction = |&(word, spelling): &(usize, &str)| Correction { word, spelling: spelling.to_owned() };
        let stage = Stage::Relaxed(corrections.iter().map(correction).collect());
        TextQuery::new(text.to_owned()).corrected(&stage).map(|query| query.text)
    }

    #[test]
    fn words_keep_their_order_and_their_doubles() {
        let query = TextQuery::new("Red chairs, red".to_owned());
        let words: Vec<(&str, &str)> =
            query.words.iter().map(|word| (word.token.as_str(), word.spelt.as_str())).collect();
        assert_eq!(words, [("red", "red"), ("chair", "chairs"), ("red", "red")]);
    }

    #[test]
    fn a_corrected_query_keeps_what_was_right_as_it_was_written() {
        assert_eq!(corrected("RED  \"chiar\" (Oak)", &[(1, "chair")]).as_deref(), Some("RED chair Oak"));
        assert_eq!(corrected("½ chiar, chiar", &[(2, "chair")]).as_deref(), Some("½ chair chair"));
        assert_eq!(corrected("red chair", &[]), None);
    }
}
