//! The parts of a long text that matter for a search.
//!
//! Invariant: parts do not overlap, and each begins and ends between two words, but for a word that is longer than a
//! part may be.

use std::{cmp::Reverse, collections::HashSet, ops::Range};

use super::marked;
use crate::search::{
    Sought,
    analysis::{Token, analyze},
};

/// Most parts of a text that are shown.
pub const FRAGMENTS: usize = 3;
/// Longest part, in code points of the text: what a result list shows in two lines.
pub const FRAGMENT_LENGTH: usize = 150;
/// How much of a part may stand before its first match, in code points.
const LEAD: usize = 50;

/// The best parts of a description around its matches, the one with most different words first; empty without a match.
pub fn description(text: &str, sought: &Sought) -> Vec<String> {
    if sought.words.is_empty() {
        return Vec::new();
    }
    let tokens = analyze(text);
    let matches = matches(&tokens, sought);
    if matches.is_empty() {
        return Vec::new();
    }
    let mut parts = Parts { text, cuts: cuts(text, &tokens), end: 0 }.around(&matches);
    parts.sort_by_key(|part| Reverse(part.words));
    parts.truncate(FRAGMENTS);
    let ranges: Vec<Range<usize>> = matches.into_iter().map(|found| found.range).collect();
    parts.into_iter().map(|part| marked(text, part.window, &ranges)).collect()
}

/// A word of a text that was looked for.
struct Match<'a> {
    /// Its bytes.
    range: Range<usize>,
    /// The token that it was found by.
    token: &'a str,
}

/// The words that were looked for, in the order of the text; each place once.
fn matches<'a>(tokens: &'a [Token], sought: &Sought) -> Vec<Match<'a>> {
    let found = tokens.iter().filter(|token| sought.words.contains(&token.text));
    let mut matches: Vec<Match<'a>> =
        found.map(|token| Match { range: token.start..token.end, token: &token.text }).collect();
    // Both numbers of a fraction that is one character stand in one place.
    matches.dedup_by(|next, first| next.range == first.range);
    matches
}

/// One part of a text.
struct Part {
    /// Its bytes.
    window: Range<usize>,
    /// How many different words in it were looked for.
    words: usize,
}

/// Where a text may be cut: at its ends and at both ends of every word.
fn cuts(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut cuts: Vec<usize> = tokens.iter().flat_map(|token| [token.start, token.end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Cuts parts out of a text, one behind the other.
struct Parts<'a> {
    text: &'a str,
    /// Ascending.
    cuts: Vec<usize>,
    /// Where the last part ends.
    end: usize,
}

impl Parts<'_> {
    fn around(mut self, matches: &[Match<'_>]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut rest = matches;
        while let Some(first) = rest.first() {
            let window = self.window(&first.range);
            let inside = rest.partition_point(|found| found.range.start < window.end);
            let (here, after) = rest.split_at(inside.max(1));
            let words: HashSet<&str> = here.iter().map(|found| found.token).collect();
            self.end = window.end;
            parts.push(Part { words: words.len(), window: self.trimmed(window) });
            rest = after;
        }
        parts
    }

    /// What is shown around a match, and behind the part before.
    fn window(&self, found: &Range<usize>) -> Range<usize> {
        let lead = self.back(found.start, LEAD).max(self.end);
        let start = self.first_cut_from(lead).filter(|cut| *cut <= found.start).unwrap_or(found.start);
        let start = if self.length(start..found.end) > FRAGMENT_LENGTH { found.start } else { start };
        let reach = self.ahead(start, FRAGMENT_LENGTH);
        let end = self.last_cut_to(reach).filter(|end| *end >= found.end).unwrap_or(reach);
        start..end
    }

    fn first_cut_from(&self, place: usize) -> Option<usize> {
        self.cuts.get(self.cuts.partition_point(|cut| *cut < place)).copied()
    }

    fn last_cut_to(&self, place: usize) -> Option<usize> {
        let behind = self.cuts.partition_point(|cut| *cut <= place);
        self.cuts.get(behind.checked_sub(1)?).copied()
    }

    fn trimmed(&self, window: Range<usize>) -> Range<usize> {
        let part = self.text.get(window.clone()).unwrap_or_default();
        let start = window.end - part.trim_start().len();
        start..start + part.trim().len()
    }

    fn length(&self, range: Range<usize>) -> usize {
        self.text.get(range).map_or(0, |part| part.chars().count())
    }

    /// The place so many characters before another, or the start of the text.
    fn back(&self, from: usize, characters: usize) -> usize {
        let before = self.text.get(..from).unwrap_or_default();
        before.char_indices().rev().take(characters).last().map_or(from, |(place, _)| place)
    }

    /// The place so many characters behind another, or the end of the text.
    fn ahead(&self, from: usize, characters: usize) -> usize {
        let after = self.text.get(from..).unwrap_or_default();
        after.char_indices().nth(characters).map_or(self.text.len(), |(place, _)| from + place)
    }
}
