//! The tokens that texts are searched for: what highlights mark.
//!
//! Invariant: a token is known by where it is looked for, so that nothing is marked that no product is found by.

use std::collections::BTreeSet;

use super::TextColumn;

/// What is looked for in the texts of products.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// Tokens of single words, synonyms and corrections included.
    pub words: BTreeSet<String>,
    /// Tokens of two neighbouring words of a name, written as one.
    pub joined: BTreeSet<String>,
}

impl Sought {
    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.joined.is_empty()
    }

    /// Adds a token that is looked for in a column.
    pub(super) fn insert(&mut self, column: TextColumn, token: &str) {
        let tokens = match column {
            TextColumn::JoinedName => &mut self.joined,
            TextColumn::Everything
            | TextColumn::Name
            | TextColumn::Brand
            | TextColumn::Category
            | TextColumn::Details
            | TextColumn::Spelling
            | TextColumn::NamePrefixes
            | TextColumn::BrandPrefixes
            | TextColumn::CategoryPrefixes => &mut self.words,
        };
        tokens.insert(token.to_owned());
    }
}
