//! Text to words: UAX#29, and then apart what punctuation without spaces ran together.
//!
//! Catalogue texts are full of `Color:Black`, `design.The` and `Sleeve_Length`, which UAX#29 takes for
//! one word each. A word here holds punctuation only where it is part of the word: `don't`, `12.5`,
//! `1,500`, `U.S.A`. It never holds white space or a control character.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{FRACTION_SLASH, is_apostrophe};

/// The words of a text, each with the byte where it starts.
pub(super) fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::with_capacity(text.len() / 6); // of a catalogue's text, a little more than needed
    let mut start = 0;
    // UAX#29 itself lets a word hold U+202F, and a space that a vowel sign follows.
    for run in text.split_inclusive(is_gap) {
        push_run(start, run.trim_end_matches(is_gap), &mut words);
        start += run.len();
    }
    words
}

fn is_gap(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// Adds the words of a run without gaps; plain letters and digits are one word by every rule of UAX#29.
fn push_run<'text>(start: usize, run: &'text str, words: &mut Vec<(usize, &'text str)>) {
    if run.is_empty() {
        return;
    }
    if run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        words.push((start, run));
        return;
    }
    for (offset, word) in run.unicode_word_indices() {
        if word.contains(is_connector) {
            push_parts(start + offset, word, words);
        } else {
            push_word(start + offset, word, words);
        }
    }
}

fn push_parts<'text>(start: usize, word: &'text str, words: &mut Vec<(usize, &'text str)>) {
    let initialism = is_initialism(word);
    let mut part_start = 0;
    for (at, connector) in word.char_indices().filter(|(_, character)| is_connector(*character)) {
        let next = at + connector.len_utf8();
        let before = word.get(..at).unwrap_or_default();
        let after = word.get(next..).unwrap_or_default();
        if (initialism && connector == '.') || is_inside_word(before, connector, after) {
            continue;
        }
        push_word(start + part_start, word.get(part_start..at).unwrap_or_default(), words);
        part_start = next;
    }
    push_word(start + part_start, word.get(part_start..).unwrap_or_default(), words);
}

fn push_word<'text>(start: usize, word: &'text str, words: &mut Vec<(usize, &'text str)>) {
    if word.contains(is_letter_or_number) {
        words.push((start, word));
    }
}

/// Stricter than UAX#29, to which a vowel sign makes a word of the symbol it follows, and an invisible letter (the
/// Hangul filler) one of nothing.
fn is_letter_or_number(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let is_of_category = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Number).contains(category);
    is_of_category && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// The punctuation (and its full-width forms) that UAX#29 leaves inside words and Western texts use.
fn is_connector(character: char) -> bool {
    matches!(character, '.' | '．' | ':' | '：' | ',' | '，' | ';' | '；' | '_' | '＿' | FRACTION_SLASH)
        || is_apostrophe(character)
}

fn is_inside_word(before: &str, connector: char, after: &str) -> bool {
    let between_digits = before.ends_with(char::is_numeric) && after.starts_with(char::is_numeric);
    match connector {
        '.' => between_digits,
        ',' => is_thousands_separator(before, after),
        _ => is_apostrophe(connector) && !between_digits,
    }
}

/// `1,500`, but not `8,10` or `1466,2010`.
fn is_thousands_separator(before: &str, after: &str) -> bool {
    let digit = |character: &char| character.is_ascii_digit();
    let digits_before = before.chars().rev().take(4).take_while(digit).count();
    let digits_after = after.chars().take(4).take_while(digit).count();
    (1..=3).contains(&digits_before) && digits_after == 3
}

/// `U.S.A`: single letters with full stops between them, in a script that has capitals.
fn is_initialism(word: &str) -> bool {
    let cased = |letter: char| letter.is_uppercase() || letter.is_lowercase();
    word.split('.').all(|part| {
        let mut letters = part.chars().filter(|character| is_letter_or_number(*character));
        letters.next().is_some_and(cased) && letters.next().is_none()
    })
}
