//! Which parts of a suggestion were typed already.

use std::ops::Range;

use super::{Reading, SuggestionQuery};
use crate::search::{
    analysis::{Token, searchable, spelt},
    highlight::marked,
};

/// What is marked in suggestions to one query.
pub(super) struct Marks {
    tokens: Vec<String>,
    /// The longest first.
    beginnings: Vec<String>,
}

impl Marks {
    /// The words of `query`, and what stands for them.
    pub(super) fn of(query: &SuggestionQuery, reading: &Reading) -> Self {
        let own = query.words.iter().map(|word| &word.beginning);
        let others =
            query.words.iter().flat_map(|word| reading.corrections().flat_map(|some| some.of(&word.beginning)));
        let mut beginnings: Vec<String> = own.chain(others).cloned().collect();
        beginnings.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { tokens: query.tokens().map(str::to_owned).collect(), beginnings }
    }

    /// A text as HTML with what was typed of it marked.
    pub(super) fn highlighted(&self, text: &str) -> String {
        let ranges: Vec<Range<usize>> = spelt(text).iter().filter_map(|token| self.range(text, token)).collect();
        marked(text, 0..text.len(), &ranges)
    }

    fn range(&self, text: &str, token: &Token) -> Option<Range<usize>> {
        if self.tokens.contains(&searchable(&token.text)) {
            return Some(token.start..token.end);
        }
        let beginning = self.beginnings.iter().find(|beginning| token.text.starts_with(beginning.as_str()))?;
        Some(token.start..typed_end(text, token, beginning))
    }
}

/// Where a beginning ends in the text: folding may have changed the number of letters, so it is looked for.
fn typed_end(text: &str, token: &Token, beginning: &str) -> usize {
    let word = text.get(token.start..token.end).unwrap_or_default();
    let ends = word.char_indices().map(|(place, character)| place + character.len_utf8());
    let is_typed = |end: &usize| {
        let part = word.get(..*end).unwrap_or_default();
        spelt(part).first().is_some_and(|folded| folded.text.starts_with(beginning))
    };
    token.start + ends.take(beginning.len()).find(is_typed).unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        product::FieldSet,
        search::{SearchLimits, suggestion::SuggestionDraft},
    };

    fn highlighted(prefix: &str, text: &str) -> String {
        let draft = SuggestionDraft { prefix: prefix.to_owned(), first: 8, fields: FieldSet::empty() };
        Marks::of(&draft.check(&SearchLimits::default()).unwrap(), &Reading::AsTyped).highlighted(text)
    }

    #[test]
    fn beginnings_and_complete_words_are_marked() {
        assert_eq!(
            highlighted("wir", "Wireless & wired <wires>"),
            "<em>Wir</em>eless &amp; <em>wir</em>ed &lt;<em>wir</em>es&gt;"
        );
        assert_eq!(highlighted("shoes b", "Black Shoe Box"), "<em>B</em>lack <em>Shoe</em> <em>B</em>ox");
    }

    #[test]
    fn letters_that_folding_multiplies_or_changes_are_never_cut() {
        assert_eq!(highlighted("stras", "Straße"), "<em>Straß</em>e");
        assert_eq!(highlighted("creme b", "Crème brûlée"), "<em>Crème</em> <em>b</em>rûlée");
        assert_eq!(highlighted("loreal p", "L'Oréal Paris"), "<em>L&#39;Oréal</em> <em>P</em>aris");
        assert_eq!(highlighted("של", "שלום"), "<em>של</em>ום");
    }

    #[test]
    fn what_was_not_typed_is_escaped_and_nothing_else() {
        assert_eq!(highlighted("x", "a < b"), "a &lt; b");
    }
}
