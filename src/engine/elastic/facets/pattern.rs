//! Regular expressions over whole values, as Lucene writes them.
//!
//! Invariant: no character of a text is an operator.

use std::collections::BTreeSet;

use crate::search::facet::ValuePattern;

/// Values that contain what the pattern says: about 300 characters for the longest text, where nodes take 1,000.
pub(super) fn containing(pattern: &ValuePattern) -> String {
    let mut expression = ".*".to_owned();
    for characters in &pattern.characters {
        push_one_of(characters, &mut expression);
    }
    expression.push_str(".*");
    expression
}

/// Values that begin with `start` and go on: OpenSearch 2.19 takes `.*` behind a mere text for a prefix, and fails where
/// every value comes before it.
pub(super) fn beginning_with(start: &str) -> String {
    let mut expression = String::with_capacity(start.len() + 2);
    for character in start.chars() {
        push(character, &mut expression);
    }
    expression.push_str(".+");
    expression
}

fn push_one_of(characters: &BTreeSet<char>, expression: &mut String) {
    if characters.len() == 1 {
        push_all(characters, expression);
        return;
    }
    expression.push('[');
    push_all(characters, expression);
    expression.push(']');
}

fn push_all(characters: &BTreeSet<char>, expression: &mut String) {
    for character in characters {
        push(*character, expression);
    }
}

/// A letter behind a backslash may be a class, so only what may be an operator is escaped.
fn push(character: char, expression: &mut String) {
    if character.is_ascii_punctuation() {
        expression.push('\\');
    }
    expression.push(character);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_with_other_forms_is_any_of_them_and_operators_are_text() {
        let sets = [&['k', 'K', '\u{212a}'][..], &['.'], &['"'], &['é', 'É'], &['\\'], &[' ']];
        let pattern = ValuePattern { characters: sets.map(|set| set.iter().copied().collect()).to_vec() };
        assert_eq!(containing(&pattern), ".*[Kk\u{212a}]\\.\\\"[Éé]\\\\ .*");
    }

    #[test]
    fn a_start_is_taken_as_it_is() {
        assert_eq!(beginning_with("size [cm]\u{1f}"), "size \\[cm\\]\u{1f}.+");
    }
}
