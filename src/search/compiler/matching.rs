//! Which products match, and the tiers in which they come.

use super::{
    Heights, Query,
    alternatives::{Alternative, Alternatives},
};
use crate::search::{Clause, Factor, Ranking, Stage};

impl Query<'_> {
    /// What must match, with its score.
    pub(super) fn clause(&self, heights: Heights) -> Clause {
        let whole = self.whole(heights);
        if self.words.is_empty() {
            return Clause::Any(whole.into());
        }
        let required = match self.stage {
            Stage::Exact => Clause::all(self.scored(|word| word.exact.iter().collect())),
            Stage::Relaxed(_) => at_least(least(self.words.len(), self.ranking), self.scored(Alternatives::every)),
        };
        let extra = self.extra();
        let words = if extra.is_empty() { required } else { Clause::Plus { required: Box::new(required), extra } };
        Clause::Any([words].into_iter().chain(whole).collect())
    }

    /// Products with every word come first, right ones before corrected ones.
    pub(super) fn tiers(&self, heights: Heights) -> Vec<Factor> {
        if *self.stage == Stage::Exact {
            return Vec::new();
        }
        let exact = self.tier(heights, |word| word.exact.iter().collect());
        let is_corrected = self.words.iter().any(|word| word.corrected.is_some());
        let corrected = is_corrected.then(|| self.tier(heights, Alternatives::every));
        [Some(exact), corrected].into_iter().flatten().collect()
    }

    fn tier<'q>(&'q self, heights: Heights, alternatives: impl Fn(&'q Alternatives) -> Vec<&'q Alternative>) -> Factor {
        let word = |word: &'q Alternatives| {
            let alternatives = alternatives(word).into_iter().map(|alternative| alternative.clause(1.0));
            Clause::any(alternatives.collect())
        };
        let words = Clause::all(self.words.iter().map(word).collect());
        let when = Clause::Any([words].into_iter().chain(self.whole(heights)).collect());
        Factor { when, unless: Vec::new(), factor: heights.tier }
    }

    fn scored<'q>(&'q self, alternatives: impl Fn(&'q Alternatives) -> Vec<&'q Alternative>) -> Vec<Clause> {
        let weight = self.ranking.everything_weight;
        let word = |word: &'q Alternatives| {
            let alternatives = alternatives(word).into_iter().map(|alternative| alternative.clause(weight));
            Clause::best(alternatives.collect())
        };
        self.words.iter().map(word).collect()
    }
}

impl Alternatives {
    /// Everything that stands for the word.
    pub(super) fn every(&self) -> Vec<&Alternative> {
        self.exact.iter().chain(&self.corrected).collect()
    }
}

impl Alternative {
    fn clause(&self, weight: f32) -> Clause {
        let word =
            |token: &String| Clause::Word { column: self.column, token: token.clone(), weight: self.weight * weight };
        Clause::all(self.tokens.iter().map(word).collect())
    }
}

/// How many of so many words must match when not all need to.
pub(super) fn least(words: usize, ranking: &Ranking) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "a query has few words")]
    let wanted = ranking.required_share * words as f32;
    (1..words)
        .find(|&least| {
            #[expect(clippy::cast_precision_loss, reason = "a query has few words")]
            let number = least as f32;
            number >= wanted
        })
        .unwrap_or(words)
}

fn at_least(least: usize, parts: Vec<Clause>) -> Clause {
    if least <= 1 {
        Clause::any(parts)
    } else if least >= parts.len() {
        Clause::all(parts)
    } else {
        Clause::AtLeast { least, parts }
    }
}
