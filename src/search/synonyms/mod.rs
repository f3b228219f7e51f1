//! Words that mean the same, so that one finds the other.
//!
//! Invariant: a term is tokens of our own analysis, and no term has itself as its synonym.

mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use parse::{SynonymLimits, SynonymProblem};

/// The tokens of a word or of several that belong together.
pub type Term = Vec<String>;

/// What else is looked for, by what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    by_term: BTreeMap<Term, Vec<Term>>,
    /// Tokens of the longest term that has synonyms.
    longest: usize,
    rules: usize,
}

impl Synonyms {
    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.rules
    }

    /// What else is looked for where a query has these tokens side by side, in the order of the rules.
    pub fn of(&self, tokens: &[String]) -> &[Term] {
        self.by_term.get(tokens).map_or(&[], Vec::as_slice)
    }

    /// Tokens of the longest term that has synonyms; 0 without any.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Tells whether there was room: a term has at most `most` synonyms.
    fn add(&mut self, term: &Term, others: &[Term], most: usize) -> bool {
        let known = self.by_term.entry(term.clone()).or_default();
        for other in others {
            if other != term && !known.contains(other) {
                known.push(other.clone());
            }
        }
        self.longest = self.longest.max(term.len());
        known.len() <= most
    }
}
