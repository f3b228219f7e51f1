//! The texts of a product, column by column, as every engine indexes them.
//!
//! Invariant: each part is tokens with one space between them, none is empty, and no phrase reaches from one part into the
//! next: engines leave a gap of positions between parts.

use std::collections::BTreeSet;

use super::{KeyColumn, TextColumn, analysis};
use crate::product::ProductContent;

/// Version of what is put into the columns: an index of another version must be rebuilt.
pub const VERSION: u32 = 2;

/// Letters that a prefix has at most; a longer one is cut, in products and in queries alike.
pub const LONGEST_PREFIX: usize = 20;

/// How many times a word of the name counts in [`TextColumn::Everything`].
const NAME_TIMES: usize = 3;
/// How many times a word of the brand counts there.
const BRAND_TIMES: usize = 2;

/// The analysed texts of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductColumns {
    name: String,
    brand: String,
    category: String,
    details: Vec<String>,
    description: String,
    joined_name: String,
    spelling: Vec<String>,
    name_prefixes: String,
    brand_prefixes: String,
    category_prefixes: String,
}

impl ProductColumns {
    /// The columns of a product of this content.
    pub fn of(content: &ProductContent) -> Self {
        let tokens = |text: &str| analysis::join(&analysis::analyze(text));
        let [name, brand, category] = [&content.name, &content.brand, &content.category].map(|text| spelt(text));
        let spelling = [&name, &brand, &category].into_iter().map(|words| words.join(" "));
        let values = content.attributes.iter().map(|attribute| &attribute.value);
        let labels = content.tags.iter().chain(values.clone()).map(|text| spelt(text).join(" "));
        let described = BTreeSet::from_iter(spelt(&content.description));
        let described = described.into_iter().collect::<Vec<_>>().join(" ");
        Self {
            details: present(content.tags.iter().chain(values).map(|text| tokens(text))),
            description: tokens(&content.description),
            joined_name: joined(&name),
            spelling: present(spelling.chain(labels).chain([described])),
            name_prefixes: prefixes(&name),
            brand_prefixes: prefixes(&brand),
            category_prefixes: prefixes(&category),
            name: tokens(&content.name),
            brand: tokens(&content.brand),
            category: tokens(&content.category),
        }
    }

    /// The parts of a text column.
    pub fn parts(&self, column: TextColumn) -> Vec<&str> {
        let parts = match column {
            TextColumn::Everything => return self.everything(),
            TextColumn::Details => return self.details.iter().map(String::as_str).collect(),
            TextColumn::Spelling => return self.spelling.iter().map(String::as_str).collect(),
            TextColumn::Name => &self.name,
            TextColumn::Brand => &self.brand,
            TextColumn::Category => &self.category,
            TextColumn::JoinedName => &self.joined_name,
            TextColumn::NamePrefixes => &self.name_prefixes,
            TextColumn::BrandPrefixes => &self.brand_prefixes,
            TextColumn::CategoryPrefixes => &self.category_prefixes,
        };
        [parts.as_str()].into_iter().filter(|part| !part.is_empty()).collect()
    }

    /// The tokens by which a brand or category is recognised in a query; `None` for keys that are no words.
    pub fn words(&self, column: KeyColumn) -> Option<&str> {
        match column {
            KeyColumn::BrandWords => Some(&self.brand),
            KeyColumn::CategoryWords => Some(&self.category),
            KeyColumn::Sku | KeyColumn::Name => None,
        }
    }

    fn everything(&self) -> Vec<&str> {
        let name = std::iter::repeat_n(self.name.as_str(), NAME_TIMES);
        let brand = std::iter::repeat_n(self.brand.as_str(), BRAND_TIMES);
        let details = self.details.iter().map(String::as_str);
        let rest = [self.category.as_str()].into_iter().chain(details).chain([self.description.as_str()]);
        name.chain(brand).chain(rest).filter(|part| !part.is_empty()).collect()
    }
}

fn present(parts: impl Iterator<Item = String>) -> Vec<String> {
    parts.filter(|part| !part.is_empty()).collect()
}

/// The words of a text as they are spelt.
fn spelt(text: &str) -> Vec<String> {
    analysis::spelt(text).into_iter().map(|token| token.text).collect()
}

/// Each two neighbouring words as one, in the form in which a query's word is looked for.
fn joined(words: &[String]) -> String {
    let pairs = words.iter().zip(words.iter().skip(1));
    present(pairs.filter_map(|(one, two)| joined_token(one, two))).join(" ")
}

/// The token of two neighbouring words as one; `None` where that says no more than one of them, as `crib` of `crib bed`
/// ("cribbed") does: one word would stand for both.
pub(super) fn joined_token(one: &str, two: &str) -> Option<String> {
    let token = analysis::searchable(&format!("{one}{two}"));
    [one, two].iter().all(|word| analysis::searchable(word) != token).then_some(token)
}

/// Every start of every word.
fn prefixes(words: &[String]) -> String {
    let starts = words.iter().flat_map(|word| {
        let ends = word.char_indices().map(|(start, character)| start + character.len_utf8());
        ends.take(LONGEST_PREFIX).filter_map(|end| word.get(..end))
    });
    starts.collect::<Vec<_>>().join(" ")
}
