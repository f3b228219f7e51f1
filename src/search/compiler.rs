//! From words and a tuning to what engines look for.

use super::{Clause, Relevance, Stage, TextColumn, TextQuery, Tuning};

/// What is looked for at a stage.
pub(super) fn relevance(text: &TextQuery, _stage: &Stage, tuning: &Tuning) -> Relevance {
    let words = text.words.iter().map(|word| Clause::Word {
        column: TextColumn::Everything,
        token: word.token.clone(),
        weight: tuning.ranking.everything_weight,
    });
    Relevance { clause: Clause::Any(words.collect()), factors: Vec::new() }
}
