//! A text that values of a facet have to contain.
//!
//! Invariant: whether a value matches depends on its characters alone, never on a locale, so that every engine can tell.

use std::collections::BTreeSet;

/// A text that values contain, ignoring case letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValuePattern {
    /// For each character of the text, the characters that stand for it.
    pub characters: Vec<BTreeSet<char>>,
}

impl ValuePattern {
    /// The pattern of a text: each character stands for itself and for its other case, where that is one character too
    /// (`ß` has none, for its capital is two letters).
    pub fn new(text: &str) -> Self {
        Self { characters: text.chars().map(cases).collect() }
    }

    /// Whether a value contains the text.
    pub fn matches(&self, value: &str) -> bool {
        let mut starts = value.char_indices().map(|(start, _)| start).chain([value.len()]);
        starts.any(|start| value.get(start..).is_some_and(|rest| self.begins(rest)))
    }

    fn begins(&self, text: &str) -> bool {
        let mut characters = text.chars();
        self.characters.iter().all(|set| characters.next().is_some_and(|character| set.contains(&character)))
    }
}

fn cases(character: char) -> BTreeSet<char> {
    let cases = [only(character.to_lowercase()), only(character.to_uppercase())];
    cases.into_iter().flatten().chain([character]).collect()
}

/// The only character of a mapping.
fn only(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next();
    if mapped.next().is_none() { first } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_is_ignored_letter_by_letter_and_nothing_else_is() {
        let pattern = ValuePattern::new("éS.*");
        for value in ["éS.*", "ÉS.*", "És.*", "a éS.* b"] {
            assert!(pattern.matches(value), "{value}");
        }
        for value in ["", "é", "es.*", "éS..", "éSx", "é S.*"] {
            assert!(!pattern.matches(value), "{value}");
        }
    }

    #[test]
    fn a_letter_whose_other_case_is_several_letters_stands_for_itself() {
        assert!(ValuePattern::new("ß").matches("Straße"));
        assert!(!ValuePattern::new("ß").matches("STRASSE"));
        assert!(!ValuePattern::new("i").matches("İ"), "its small form is two characters");
    }

    proptest! {
        #[test]
        fn every_part_of_a_value_matches_it(value in "\\PC{1,20}", start in 0_usize..20, length in 1_usize..20) {
            let part: String = value.chars().skip(start).take(length).collect();
            prop_assert!(ValuePattern::new(&part).matches(&value));
        }
    }
}
