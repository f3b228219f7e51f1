//! What is wrong with an input.
//!
//! Invariant: a message names the value and the rule, fits on a line and never carries a control character.

use super::text::is_refused;

/// The longest part of a value that a message repeats, in characters.
const SHOWN_LENGTH: usize = 80;

/// Which rule a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// It is missing.
    Required,
    /// It is too short.
    MinLength,
    /// It is too long.
    MaxLength,
    /// It is too low.
    Min,
    /// It is too high.
    Max,
    /// It has too many decimals.
    Decimals,
    /// It has the wrong form.
    Pattern,
    /// It holds a control, bidirectional or unassigned character.
    ControlCharacter,
    /// There are too many of them.
    MaxItems,
    /// It is there twice.
    Duplicate,
    /// It does not go with another.
    Exclusive,
    /// It is a range that nothing can be in.
    EmptyRange,
    /// It is not known.
    Unknown,
}

impl Rule {
    /// The rule's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::MinLength => "min_length",
            Self::MaxLength => "max_length",
            Self::Min => "min",
            Self::Max => "max",
            Self::Decimals => "decimals",
            Self::Pattern => "pattern",
            Self::ControlCharacter => "control_character",
            Self::MaxItems => "max_items",
            Self::Duplicate => "duplicate",
            Self::Exclusive => "exclusive",
            Self::EmptyRange => "empty_range",
            Self::Unknown => "unknown",
        }
    }
}

/// One problem of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where it is: the path of the argument, such as `input.tags[3]`.
    pub field: String,
    /// Which rule is broken.
    pub rule: Rule,
    /// The value and the rule in words, for people.
    pub message: String,
}

impl Violation {
    /// States that the value at `field` breaks `rule`.
    pub fn new(field: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { field: field.into(), rule, message: message.into() }
    }
}

/// A value in single quotes for a message: cut after 80 characters, white space and control characters made visible.
pub fn quoted(value: &str) -> String {
    let mut shown = String::from("'");
    let mut characters = value.chars();
    for character in characters.by_ref().take(SHOWN_LENGTH) {
        if is_refused(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown.push('\'');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_quoted_as_they_are() {
        assert_eq!(quoted("Café 'x'"), "'Café 'x''");
    }

    #[test]
    fn long_values_are_cut_and_controls_made_visible() {
        assert_eq!(quoted(&"é".repeat(81)), format!("'{}…'", "é".repeat(80)));
        assert_eq!(quoted(&"é".repeat(80)), format!("'{}'", "é".repeat(80)));
        assert_eq!(quoted("a\u{7}\n\u{202e}"), "'a\\u{7}\\n\\u{202e}'");
    }
}
