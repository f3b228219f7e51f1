//! Which of what was found is suggested, and in which order.

use std::collections::HashSet;

use super::{Found, SuggestionKind, SuggestionQuery, marks::Marks};
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

/// Something that may be suggested.
struct Candidate {
    text: String,
    kind: SuggestionKind,
    product: Option<PartialProduct>,
}

/// The suggestions to a query of what was found. No text comes twice of a kind, whatever its case.
pub fn choose(query: &SuggestionQuery, found: Found) -> Vec<Suggestion> {
    let most = query.size as usize;
    let marks = Marks::of(query, &found.reading);
    let mut seen = HashSet::new();
    let mut chosen: Vec<Candidate> = ordered(found, most).collect();
    chosen.retain(|candidate| seen.insert((candidate.kind, UniqueKey::name(&candidate.text))));
    chosen.truncate(most);
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
        search::{
            SearchLimits,
            suggestion::{Reading, SuggestionDraft},
        },
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

    fn chosen(size: i64, found: Found) -> Vec<String> {
        let draft = SuggestionDraft { prefix: "mug".to_owned(), first: size, fields: FieldSet::empty() };
        let query = draft.check(&SearchLimits::default()).unwrap();
        choose(&query, found).into_iter().map(|suggestion| suggestion.text).collect()
    }

    #[test]
    fn no_text_comes_twice_of_a_kind_and_products_stand_between_a_share_of_the_others_and_the_rest() {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        let found = Found {
            products: ["Mug", "MUG", "Mugs"].map(named).into(),
            categories: texts(&["mug", "Mug", "cups"]),
            brands: texts(&["Mug"]),
            ..Found::of(Reading::AsTyped, Vec::new())
        };
        assert_eq!(chosen(10, found.clone()), ["mug", "cups", "Mug", "Mug", "Mugs"]);
        assert_eq!(chosen(4, found), ["mug", "Mug", "Mug", "Mugs"]);
    }
}
