//! How what is found is ordered, as data: one value that an owner can read, change and measure.
//!
//! Invariant: a checked ranking has finite numbers inside the ranges of its table, and words as analysis spells them.

mod check;
mod words;

use std::collections::BTreeSet;

pub use check::RankingProblem;

/// How words find products, and which of these come first.
///
/// A word scores by how rare it is in the catalogue, how often a product has it and how short its text is (BM25); a
/// weight says how much a text counts. A factor multiplies the score of some products; 1 changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Weight of a word anywhere in a product, where a word of the name counts three times and one of the brand twice;
    /// 0.1 to 10.
    pub everything_weight: f32,
    /// Weight of a word in the name, on top; 0 to 10.
    pub name_weight: f32,
    /// Weight of a word in the brand, on top; 0 to 10.
    pub brand_weight: f32,
    /// Weight of a word in the category, on top; 0 to 10.
    pub category_weight: f32,
    /// Weight of a word in tags and values of attributes, on top; 0 to 10.
    pub details_weight: f32,
    /// Weight of two neighbouring words of the query that stand side by side in the name; 0 to 10.
    pub phrase_weight: f32,
    /// Weight of two neighbouring words of the query that a product writes as one, and the other way round; 0 to 10,
    /// 0 finds them only as they are written.
    pub joined_weight: f32,
    /// Weight of a synonym beside the word itself; 0.1 to 1.
    pub synonym_weight: f32,
    /// Weight of a corrected word beside a right one, once for each letter corrected; 0.1 to 1.
    pub correction_weight: f32,
    /// Factor of products whose whole brand the query names; 0.1 to 10.
    pub brand_factor: f32,
    /// Factor of products whose whole category the query names; 0.1 to 10.
    pub category_factor: f32,
    /// Factor of products that cannot be bought now; 0.1 to 10.
    pub out_of_stock_factor: f32,
    /// Factor of products whose name has what the query excludes ("mug without handle"); 0.1 to 10.
    pub excluded_factor: f32,
    /// Factor of products that say they are free of what the query excludes; 0.1 to 10.
    pub free_of_factor: f32,
    /// Once the exact words found too few: which share of the words a product must have, at least one; 0 to 1.
    pub required_share: f32,
    /// Words that are never looked for, unless a query has no other; at most 1,000.
    pub stop_words: BTreeSet<String>,
    /// Words after which a query says what it does not want; at most 20.
    pub exclusion_words: BTreeSet<String>,
}

impl Default for Ranking {
    /// What was measured on judged queries of shoppers, as far as a reason stands behind it (docs/relevance.md).
    fn default() -> Self {
        Self {
            everything_weight: 1.0,
            name_weight: 1.0,
            brand_weight: 0.0,
            category_weight: 0.5,
            details_weight: 0.0,
            phrase_weight: 0.3,
            joined_weight: 1.0,
            synonym_weight: 0.9,
            correction_weight: 0.8,
            brand_factor: 1.2,
            category_factor: 1.0,
            out_of_stock_factor: 0.9,
            excluded_factor: 0.5,
            free_of_factor: 1.2,
            required_share: 0.0,
            stop_words: words::stop_words(),
            exclusion_words: words::exclusion_words(),
        }
    }
}

impl Ranking {
    /// Most that the score of a word is multiplied by when every text has it.
    pub(super) fn weights(&self) -> f32 {
        // Taken apart in full, so that a field which the ranking gains does not compile until it is weighed here.
        let Self {
            everything_weight,
            name_weight,
            brand_weight,
            category_weight,
            details_weight,
            phrase_weight,
            joined_weight,
            // At most 1: no synonym and no corrected word scores above the word itself.
            synonym_weight: _,
            correction_weight: _,
            // Factors multiply the score of a product as a whole; who needs them multiplies those that a query has.
            brand_factor: _,
            category_factor: _,
            out_of_stock_factor: _,
            excluded_factor: _,
            free_of_factor: _,
            required_share: _,
            stop_words: _,
            exclusion_words: _,
        } = self;
        let on_top = [name_weight, brand_weight, category_weight, details_weight, phrase_weight];
        everything_weight * joined_weight.max(1.0) + on_top.into_iter().sum::<f32>()
    }
}

#[cfg(test)]
mod tests;
