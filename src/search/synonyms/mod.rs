//! Words that mean the same, so that one finds the other.
//!
//! Invariant: a term is tokens of our own analysis, no term has itself as its synonym, and what is kept grows with the
//! text of the rules: the terms of a rule share what they find.

mod parse;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

pub use parse::{SynonymLimits, SynonymProblem};

/// Most words that the synonyms of one query have, each counted once for each word that it stands for: several
/// conditions for each of them are what nodes take beside everything else that a query asks.
pub const SYNONYM_WORDS_OF_QUERY: usize = 50;

/// The tokens of a word or of several that belong together.
pub type Term = Arc<[String]>;
/// The terms that one rule finds.
type Group = Arc<[Term]>;

/// What else is looked for, by what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    /// Of each group something that no group before it has.
    by_term: BTreeMap<Term, Vec<Group>>,
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
    pub fn of(&self, tokens: &[String]) -> Vec<&Term> {
        self.by_term.get(tokens).map(|groups| others(tokens, groups)).unwrap_or_default()
    }

    /// Tokens of the longest term that has synonyms; 0 without any.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Has `term` find what is in a group, and tells how many words its synonyms have now, each once for each word of
    /// the term.
    fn add(&mut self, term: &Term, group: &Group) -> usize {
        let groups = self.by_term.entry(Arc::clone(term)).or_default();
        let known = others(term, groups).len();
        groups.push(Arc::clone(group));
        let synonyms = others(term, groups);
        let words: usize = synonyms.iter().map(|synonym| synonym.len()).sum();
        if synonyms.len() == known {
            groups.pop();
        }
        self.longest = self.longest.max(term.len());
        words.saturating_mul(term.len())
    }
}

/// The terms of groups, each once and without `term`.
fn others<'a>(term: &[String], groups: &'a [Group]) -> Vec<&'a Term> {
    let mut seen = HashSet::from([term]);
    groups.iter().flat_map(|group| group.iter()).filter(|other| seen.insert(other)).collect()
}
