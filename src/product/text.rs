//! The rules for text: how it is stored, and what is refused.
//!
//! Invariant: normalising is idempotent, and a filter value goes through the same function as the stored value.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{BidiControl, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use thiserror::Error;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextProblem {
    /// A control character, a bidirectional control or a code point that Unicode has not assigned.
    #[error("the character U+{:04X} is not allowed", u32::from(*.0))]
    ControlCharacter(char),
}

/// The stored form of a text of one line: NFC, trimmed, every run of Unicode white space one space.
pub fn one_line(text: &str) -> Result<String, TextProblem> {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut line = String::with_capacity(composed.len());
    for word in composed.split_whitespace() {
        refuse_controls(word)?;
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Ok(line)
}

/// The stored form of a text of several lines: NFC, trimmed, every kind of line break that is a control one `\n`;
/// tabs and other white space stay.
pub fn multi_line(text: &str) -> Result<String, TextProblem> {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let trimmed = composed.trim();
    let mut lines = String::with_capacity(trimmed.len());
    let mut characters = trimmed.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                lines.push('\n');
            }
            '\u{b}' | '\u{c}' | '\u{85}' => lines.push('\n'),
            '\n' | '\t' => lines.push(character),
            other if is_refused(other) => return Err(TextProblem::ControlCharacter(other)),
            other => lines.push(other),
        }
    }
    Ok(lines)
}

/// The stored form of a category: one line in lower case.
pub fn category_value(text: &str) -> Result<String, TextProblem> {
    let lower = one_line(text)?.to_lowercase();
    Ok(ComposingNormalizerBorrowed::new_nfc().normalize(&lower).into_owned())
}

/// The stored form of a brand, a tag, a sku, and an attribute's name or value: one line as given.
pub fn label_value(text: &str) -> Result<String, TextProblem> {
    one_line(text)
}

fn refuse_controls(text: &str) -> Result<(), TextProblem> {
    text.chars()
        .find(|&character| is_refused(character))
        .map_or(Ok(()), |found| Err(TextProblem::ControlCharacter(found)))
}

/// Whether a character other than white space may not stand in any text.
pub(super) fn is_refused(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    // Noncharacters are among the unassigned.
    category == GeneralCategory::Control
        || category == GeneralCategory::Unassigned
        || CodePointSetData::new::<BidiControl>().contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_line_composes_trims_and_collapses_all_white_space() {
        assert_eq!(one_line("  Cafe\u{301}\t\r\n\u{a0}\u{2028}\u{85}\u{3000}au lait ").unwrap(), "Café au lait");
        assert_eq!(one_line("\u{b}\u{c}").unwrap(), "");
    }

    #[test]
    fn compatibility_characters_are_stored_as_given() {
        assert_eq!(one_line("ﬁne ½ ™ Ⅳ").unwrap(), "ﬁne ½ ™ Ⅳ");
    }

    #[test]
    fn controls_bidirectional_controls_and_unassigned_code_points_are_refused() {
        for refused in ['\0', '\u{7}', '\u{1c}', '\u{7f}', '\u{9f}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}'] {
            assert_eq!(one_line(&format!("a{refused}b")), Err(TextProblem::ControlCharacter(refused)));
            assert_eq!(multi_line(&format!("a{refused}b")), Err(TextProblem::ControlCharacter(refused)));
        }
        for refused in ['\u{378}', '\u{fdd0}', '\u{ffff}', '\u{10ffff}'] {
            assert_eq!(one_line(&format!("a{refused}b")), Err(TextProblem::ControlCharacter(refused)));
        }
    }

    #[test]
    fn joiners_emoji_and_private_use_are_allowed() {
        for allowed in ["می\u{200c}خواهم", "👩\u{200d}💻", "\u{e000}"] {
            assert_eq!(one_line(allowed).unwrap(), allowed);
        }
    }

    #[test]
    fn several_lines_keep_line_feeds_and_tabs_and_unify_line_breaks() {
        assert_eq!(multi_line(" a\r\nb\rc\n\td \u{85}e\u{b}f\r\r\n").unwrap(), "a\nb\nc\n\td \ne\nf");
        assert_eq!(multi_line("a\u{2028}b\u{a0}c").unwrap(), "a\u{2028}b\u{a0}c");
    }

    #[test]
    fn categories_are_lower_case_and_brands_are_not() {
        assert_eq!(category_value("  Home &  GARDEN ").unwrap(), "home & garden");
        assert_eq!(category_value("İ").unwrap(), "i\u{307}");
        assert_eq!(label_value(" ACME  Inc ").unwrap(), "ACME Inc");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            if let Ok(once) = one_line(&text) {
                prop_assert_eq!(one_line(&once).unwrap(), once);
            }
            if let Ok(once) = multi_line(&text) {
                prop_assert_eq!(multi_line(&once).unwrap(), once);
            }
            if let Ok(once) = category_value(&text) {
                prop_assert_eq!(category_value(&once).unwrap(), once);
            }
        }

        #[test]
        fn white_space_is_never_refused(text in r"[\s]{0,20}") {
            prop_assert_eq!(one_line(&text).unwrap(), "");
            prop_assert_eq!(multi_line(&text).unwrap(), "");
        }
    }
}
