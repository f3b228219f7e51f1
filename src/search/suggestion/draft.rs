//! The beginning of a query as a caller wrote it, and its check.

use super::{SuggestionQuery, TypedWord};
use crate::{
    product::{FieldSet, ProductField},
    search::{
        Problems, SearchLimits, SearchProblem,
        analysis::{Token, searchable, spelt},
        columns::LONGEST_PREFIX,
    },
};

/// The arguments of suggestions before their check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionDraft {
    /// What was typed so far; blank means nothing yet.
    pub prefix: String,
    /// Most suggestions.
    pub first: i64,
    /// The selected fields of products.
    pub fields: FieldSet,
}

impl SuggestionDraft {
    /// The checked query, or everything that is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<SuggestionQuery, SearchProblem> {
        let mut problems = Problems::default();
        let size = problems.size("first", self.first, limits.suggestions).unwrap_or(1);
        let words = words(&self.prefix, limits, &mut problems);
        problems.into_result(SuggestionQuery { words, size, fields: self.fields.with(ProductField::Name) })
    }
}

fn words(prefix: &str, limits: &SearchLimits, problems: &mut Problems) -> Vec<TypedWord> {
    let Some(text) = problems.line("prefix", prefix, limits.query_length) else { return Vec::new() };
    let tokens = spelt(&text);
    let is_last_complete = prefix.ends_with(char::is_whitespace);
    let complete = tokens.len().saturating_sub(usize::from(!is_last_complete));
    tokens.iter().enumerate().map(|(place, token)| typed(token, place < complete)).collect()
}

fn typed(token: &Token, is_complete: bool) -> TypedWord {
    let beginning = token.text.chars().take(LONGEST_PREFIX).collect();
    TypedWord { beginning, token: is_complete.then(|| searchable(&token.text)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Rule;

    fn check(prefix: &str, first: i64) -> Result<SuggestionQuery, SearchProblem> {
        let draft = SuggestionDraft { prefix: prefix.to_owned(), first, fields: FieldSet::empty() };
        draft.check(&SearchLimits::default())
    }

    fn typed_words(prefix: &str) -> Vec<(String, Option<String>)> {
        let words = check(prefix, 8).unwrap().words;
        words.into_iter().map(|word| (word.beginning, word.token)).collect()
    }

    fn broken(outcome: Result<SuggestionQuery, SearchProblem>) -> Vec<(String, Rule)> {
        let Err(SearchProblem::Invalid(violations)) = outcome else { panic!("{outcome:?}") };
        violations.into_iter().map(|violation| (violation.field, violation.rule)).collect()
    }

    #[test]
    fn the_last_word_goes_on_until_a_space_ends_it() {
        let (running, shoes) = ("running".to_owned(), "shoes".to_owned());
        let complete = |word: &str, token: &str| (word.to_owned(), Some(token.to_owned()));
        assert_eq!(typed_words("Running shoes"), [complete("running", "run"), (shoes, None)]);
        assert_eq!(typed_words(" running  shoes\u{a0}"), [complete("running", "run"), complete("shoes", "shoe")]);
        assert_eq!(typed_words("running 🎉 - "), [complete("running", "run")]);
        assert_eq!(typed_words("running-"), [(running, None)]);
    }

    #[test]
    fn what_has_no_word_is_no_query() {
        for prefix in ["", "   ", "🎉", "-- !", "\u{200d}"] {
            assert!(check(prefix, 8).unwrap().words.is_empty(), "{prefix:?}");
        }
        assert_eq!(typed_words("של"), [("של".to_owned(), None)]);
    }

    #[test]
    fn a_long_word_is_cut_as_it_is_in_the_index() {
        assert_eq!(typed_words(&"a".repeat(100)), [("a".repeat(LONGEST_PREFIX), None)]);
    }

    #[test]
    fn sizes_lengths_and_control_characters_are_checked_together() {
        let expected = |first, prefix| vec![("first".to_owned(), first), ("prefix".to_owned(), prefix)];
        assert_eq!(broken(check(&"a".repeat(101), 0)), expected(Rule::Min, Rule::MaxLength));
        assert_eq!(broken(check("a\u{7}", 21)), expected(Rule::Max, Rule::ControlCharacter));
        assert_eq!(broken(check("a", i64::MAX)), [("first".to_owned(), Rule::Max)]);
        assert!(check("a", 1).is_ok() && check("a", 20).is_ok());
    }
}
