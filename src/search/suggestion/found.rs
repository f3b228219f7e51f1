//! What an engine found for one reading of what was typed.

use super::{Reading, SuggestionKind};
use crate::{
    product::PartialProduct,
    search::{FacetCounts, FacetOutcome, SearchResults, Spelling},
};

/// What was found, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How the query was read.
    pub(super) reading: Reading,
    /// Products, with their names.
    pub(super) products: Vec<PartialProduct>,
    /// Categories.
    pub(super) categories: Vec<String>,
    /// Brands.
    pub(super) brands: Vec<String>,
    /// What the dictionary of each kind has near the words that it lacks.
    pub(super) spellings: Vec<(SuggestionKind, Vec<Vec<Spelling>>)>,
    /// Whether every part of the index answered in time.
    pub complete: bool,
}

impl Found {
    /// What the plans of a reading found, in their order.
    pub fn of(reading: Reading, answers: Vec<SearchResults>) -> Self {
        let (products, categories, brands) = (Vec::new(), Vec::new(), Vec::new());
        let kinds = reading.kinds();
        let mut found = Self { reading, products, categories, brands, spellings: Vec::new(), complete: true };
        for (kind, results) in kinds.into_iter().zip(answers) {
            found.complete &= results.complete;
            found.spellings.push((kind, results.spellings));
            match kind {
                SuggestionKind::Product => {
                    found.products = results.hits.into_iter().map(|hit| hit.product).collect();
                }
                SuggestionKind::Category => found.categories = values(results.facets),
                SuggestionKind::Brand => found.brands = values(results.facets),
            }
        }
        found
    }

    /// Whether nothing of any kind was found.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty() && self.categories.is_empty() && self.brands.is_empty()
    }
}

/// The values that were counted, those of most products first.
fn values(facets: Vec<FacetOutcome>) -> Vec<String> {
    let counted = facets.into_iter().flatten().find_map(|counts| match counts {
        FacetCounts::Values(values) => Some(values),
        FacetCounts::Stock(_) | FacetCounts::Price(_) | FacetCounts::Attributes(_) => None,
    });
    counted.into_iter().flatten().map(|counted| counted.value).collect()
}
