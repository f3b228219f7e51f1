//! How far a search went to find something.

/// What is looked for: the words as they are, or more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Every word, as it was written.
    #[default]
    Exact,
    /// Some of the words, misspelt ones corrected: the exact words found too few.
    Relaxed(Vec<Correction>),
}

/// A word of the query that the catalogue does not have, and one near it that it has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Correction {
    /// Which word of the query, from 0.
    pub word: usize,
    /// What is looked for in its place.
    pub spelling: String,
}
