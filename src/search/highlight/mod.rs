//! Which words of a text made it be found, marked for a web page.
//!
//! Invariant: everything but the marks is HTML-escaped, and no character or entity is ever cut: without its marks and
//! entities a fragment is a part of the text.

mod fragments;
mod html;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ops::Range};

pub use fragments::{FRAGMENT_LENGTH, FRAGMENTS, description};
pub(super) use html::marked;

use super::{
    Sought,
    analysis::{Token, searchable, spelt},
    columns::joined_token,
};

/// A whole name with its matches marked, two words too that were found as one; `None` when nothing of it was looked for.
pub fn name(text: &str, sought: &Sought) -> Option<String> {
    let words = spelt(text);
    let single = words.iter().filter(|word| sought.words.contains(&searchable(&word.text)));
    let pairs = words.iter().zip(words.iter().skip(1));
    let pairs = pairs.filter(|(one, two)| are_sought_as_one(one, two, sought)).flat_map(|(one, two)| [one, two]);
    let places: BTreeSet<(usize, usize)> = single.chain(pairs).map(|word| (word.start, word.end)).collect();
    let ranges: Vec<Range<usize>> = places.into_iter().map(|(start, end)| start..end).collect();
    (!ranges.is_empty()).then(|| marked(text, 0..text.len(), &ranges))
}

fn are_sought_as_one(one: &Token, two: &Token, sought: &Sought) -> bool {
    !sought.joined.is_empty() && joined_token(&one.text, &two.text).is_some_and(|token| sought.joined.contains(&token))
}
