//! Spellings to one spelling: case, accents, apostrophes and invisible characters.
//!
//! Only what becomes plain ASCII is folded; every other script stays as it was written, in lower case
//! and NFC. The result holds no white space.

use std::iter::once;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Separates the two numbers of a fraction that was one character (½).
pub(super) const FRACTION_SLASH: char = '\u{2044}';

/// Appends the folded form of a word, which may be empty.
pub(super) fn fold(word: &str, folded: &mut String) {
    if word.is_ascii() {
        folded.push_str(word);
    } else {
        fold_unicode(word, folded);
    }
    folded.make_ascii_lowercase();
    if folded.bytes().any(|byte| matches!(byte, b'\'' | b',' | b'.')) {
        drop_punctuation(folded);
    }
}

/// Whether the character is written for an apostrophe inside words.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '＇')
}

fn fold_unicode(word: &str, folded: &mut String) {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible: String = word.chars().filter(|character| !ignorable.contains(*character)).collect();
    let lower = visible.to_lowercase();
    for character in ComposingNormalizerBorrowed::new_nfc().normalize(&lower).chars() {
        push_folded(character, folded);
    }
}

fn push_folded(character: char, folded: &mut String) {
    if character.is_ascii() {
        folded.push(character);
    } else if is_apostrophe(character) {
        folded.push('\'');
    } else if is_mark(character) {
        // NFC has a composed letter for most accents; the rest go with the ASCII letter they stand on.
        if !folded.ends_with(|last: char| last.is_ascii()) {
            folded.push(character);
        }
    } else {
        push_folded_letter(character, folded);
    }
}

fn push_folded_letter(letter: char, folded: &mut String) {
    let start = folded.len();
    for part in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(once(letter)) {
        match spelled_out(part) {
            Some(spelling) => folded.push_str(spelling),
            None if is_mark(part) => {}
            None => folded.push(part),
        }
    }
    let plain = |character: char| character.is_ascii_alphanumeric() || character == FRACTION_SLASH;
    let result = folded.get(start..).unwrap_or_default();
    if result.is_empty() || !result.chars().all(plain) {
        folded.truncate(start);
        folded.push(same_letter(letter));
    }
}

fn is_mark(character: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(character))
}

/// Lower-case Latin letters that Unicode does not decompose, as they are spelled without them.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ł' | 'ƚ' => "l",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ȷ' | 'ɉ' => "j",
        'ŋ' | 'ŉ' | 'ɲ' | 'ƞ' => "n",
        'ŧ' | 'ⱦ' | 'ƭ' | 'ʈ' => "t",
        'ĸ' | 'ƙ' => "k",
        'ƀ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' => "c",
        'ɇ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' => "g",
        'ƥ' => "p",
        'ɍ' => "r",
        'ʉ' => "u",
        'ʋ' => "v",
        'ɏ' | 'ƴ' => "y",
        'ƶ' | 'ȥ' => "z",
        'ⱥ' => "a",
        _ => return None,
    })
}

/// Greek letters with two code points each, for which queries and documents differ by accident.
fn same_letter(letter: char) -> char {
    match letter {
        'ς' => 'σ',
        'µ' => 'μ',
        _ => letter,
    }
}

/// Drops the possessive, then every sign that is not a decimal point: `l'oreal` is typed `loreal`,
/// `1,500` is typed `1500` and `u.s.a` is typed `usa`.
fn drop_punctuation(folded: &mut String) {
    if let Some(owner) = folded.strip_suffix("'s") {
        folded.truncate(owner.len());
    }
    let mut previous = None;
    folded.retain(|character| {
        let kept = match character {
            '\'' | ',' => false,
            '.' => previous.is_some_and(char::is_numeric),
            _ => true,
        };
        previous = Some(character);
        kept
    });
}
