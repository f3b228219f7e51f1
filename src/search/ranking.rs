//! How what is found is ordered, as data: one value that an owner can read, change and measure.

use super::{Clause, Factor, Relevance, Stage, TextQuery};

/// How words find products and in which order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {}

impl Ranking {
    /// What is looked for.
    pub fn relevance(&self, text: &TextQuery, _stage: &Stage) -> Relevance {
        let words = text.words.iter().map(|word| Clause::Word {
            column: super::TextColumn::Everything,
            token: word.token.clone(),
            weight: 1.0,
        });
        let factors: Vec<Factor> = Vec::new();
        Relevance { clause: Clause::Any(words.collect()), factors }
    }
}
