//! Which of what was found is suggested, and in which order.

use std::collections::HashSet;

use super::{Corrections, SuggestionKind, SuggestionQuery, marks::Marks};
use crate::product::{PartialProduct, UniqueKey};

/// The part of a list that categories may take, and brands too, before products: a quarter.
const SHARE: usize = 4;

/// One suggestion.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What to search for: the name of a product, a category or a brand.
    pub text: String,
    /// The text as HTML, what was typed of it marked.
    pub highlighted: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// The product, where it is one.
    pub product: Option<PartialProduct>,
}

/// What an engine found for one query, the best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Products, with their names.
    pub products: Vec<PartialProduct>,
    /// Categories.
    pub categories: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
}

impl Found {
    /// Whether nothing of a kind was found.
    pub fn is_without(&self, kind: SuggestionKind) -> bool {
        match kind {
            SuggestionKind::Product => self.products.is_empty(),
            SuggestionKind::Category => self.categories.is_empty(),
            SuggestionKind::Brand => self.brands.is_empty(),
        }
    }

    /// How many suggestions it is enough for: no text comes twice of a kind, whatever its case.
    pub fn suggestible(&self) -> usize {
        let names = self.products.iter().filter_map(|product| product.name.as_deref());
        let categories = self.categories.iter().map(String::as_str);
        let brands = self.brands.iter().map(String::as_str);
        count(names) + count(categories) + count(brands)
    }
}

fn count<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UniqueKey::name).collect::<HashSet<_>>().len()
}

/// Something that may be suggested.
struct Candidate {
    text: String,
    kind: SuggestionKind,
    product: Option<PartialProduct>,
}

/// The suggestions to a query: what was `found` as it was typed, then what was found `corrected`. No text comes twice
/// of a kind, whatever its case.
pub fn choose(query: &SuggestionQuery, found: Found, corrected: Found, corrections: &[Corrections]) -> Vec<Suggestion> {
    let most = query.size as usize;
    let mut seen = HashSet::new();
    let mut chosen: Vec<Candidate> = ordered(found, most).chain(ordered(corrected, most)).collect();
    chosen.retain(|candidate| seen.insert((candidate.kind, UniqueKey::name(&candidate.text))));
    chosen.truncate(most);
    let marks = Marks::of(query, corrections);
    let suggestion = |Candidate { text, kind, product }: Candidate| {
        let highlighted = marks.highlighted(&text);
        Suggestion { text, highlighted, kind, product }
    };
    chosen.into_iter().map(suggestion).collect()
}

/// A few categories and brands, then products, then the other categories and brands.
fn ordered(found: Found, most: usize) -> impl Iterator<Item = Candidate> {
    let share = (most / SHARE).max(1);
    let labels = |texts: Vec<String>, kind| {
        let mut first: Vec<Candidate> = distinct(texts).map(|text| Candidate { text, kind, product: None }).collect();
        let rest = first.split_off(share.min(first.len()));
        (first, rest)
    };
    let (categories, more_categories) = labels(found.categories, SuggestionKind::Category);
    let (brands, more_brands) = labels(found.brands, SuggestionKind::Brand);
    let product = |product: PartialProduct| {
        let text = product.name.clone()?;
        Some(Candidate { text, kind: SuggestionKind::Product, product: Some(product) })
    };
    let products = found.products.into_iter().filter_map(product);
    categories.into_iter().chain(brands).chain(products).chain(more_categories).chain(more_brands)
}

/// Each text once, whatever its case: the first spelling is that of most products.
fn distinct(texts: Vec<String>) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(move |text| seen.insert(UniqueKey::name(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        product::{FieldSet, ProductId},
        search::{SearchLimits, suggestion::SuggestionDraft},
    };

    fn named(name: &str) -> PartialProduct {
        PartialProduct {
            id: ProductId::parse("a").unwrap(),
            name: Some(name.to_owned()),
            sku: None,
            description: None,
            price: None,
            category: None,
            brand: None,
            in_stock: None,
            tags: None,
            attributes: None,
            image_url: None,
            image: None,
            created_at: None,
            updated_at: None,
            version: None,
        }
    }

    #[test]
    fn what_is_found_is_enough_for_as_many_suggestions_as_are_chosen_of_it() {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        let found = Found {
            products: ["Mug", "MUG", "Mugs"].map(named).into(),
            categories: texts(&["mug", "Mug", "cups"]),
            brands: texts(&["Mug"]),
        };
        let draft = SuggestionDraft { prefix: "mug".to_owned(), first: 10, fields: FieldSet::empty() };
        let query = draft.check(&SearchLimits::default()).unwrap();
        assert_eq!(found.suggestible(), 5);
        assert_eq!(choose(&query, found, Found::default(), &[]).len(), 5);
    }
}
