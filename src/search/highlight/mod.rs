//! Which words of a text made it be found, marked for a web page.
//!
//! Invariant: everything but the marks is HTML-escaped, and no character or entity is ever cut: without its marks and
//! entities a fragment is a part of the text.

mod fragments;
mod html;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ops::Range};

pub use fragments::{FRAGMENT_LENGTH, FRAGMENTS, fragments};
pub(super) use html::marked;

use super::analysis::analyze;

/// The whole text with its matches marked; `None` when no word of it was looked for.
pub fn whole(text: &str, sought: &BTreeSet<String>) -> Option<String> {
    let found = matches(text, sought);
    let ranges: Vec<Range<usize>> = found.into_iter().map(|found| found.range).collect();
    (!ranges.is_empty()).then(|| marked(text, 0..text.len(), &ranges))
}

/// A word of a text that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    /// Its bytes.
    range: Range<usize>,
    /// The token that it was found by.
    token: String,
}

/// The words that were looked for, in the order of the text; each place once.
fn matches(text: &str, sought: &BTreeSet<String>) -> Vec<Match> {
    if sought.is_empty() {
        return Vec::new();
    }
    let found = analyze(text).into_iter().filter(|token| sought.contains(&token.text));
    let mut matches: Vec<Match> =
        found.map(|token| Match { range: token.start..token.end, token: token.text }).collect();
    // Both numbers of a fraction that is one character stand in one place.
    matches.dedup_by(|next, first| next.range == first.range);
    matches
}
