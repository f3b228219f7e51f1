//! One property of a product that has no field of its own.

use std::ops::Range;

use super::limits::{ATTRIBUTE_NAME_LENGTH, ATTRIBUTE_VALUE_LENGTH};

/// A named value such as `colour = red`; a product may carry a name several times, but no pair twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// 1–50 code points, one line, compared exactly.
    pub name: String,
    /// 1–200 code points, one line, compared exactly.
    pub value: String,
}

/// Stands between name and value in a pair: both are one line without control characters, so neither contains it.
const PAIR_SEPARATOR: char = '\u{1f}';

impl Attribute {
    /// Whether a product may have an attribute of this name, given in its stored form: no other product has one either.
    pub fn is_name(name: &str) -> bool {
        ATTRIBUTE_NAME_LENGTH.contains(&name.chars().count())
    }

    /// Whether a product may have an attribute with this value, given in its stored form.
    pub fn is_value(value: &str) -> bool {
        ATTRIBUTE_VALUE_LENGTH.contains(&value.chars().count())
    }

    /// Where the pairs of that name lie among all pairs sorted by bytes: behind the start, which each of them begins with,
    /// and before the end.
    pub fn pairs_of(name: &str) -> Range<String> {
        // Nothing that a value may begin with comes between the separator and the white space behind it.
        format!("{name}{PAIR_SEPARATOR}")..format!("{name} ")
    }

    /// Name and value as one text, a different one for every pair: how indexes hold an attribute.
    pub fn pair(&self) -> String {
        format!("{}{PAIR_SEPARATOR}{}", self.name, self.value)
    }

    /// What was written by [`pair`](Self::pair); `None` for other texts.
    pub fn from_pair(pair: &str) -> Option<Self> {
        let (name, value) = pair.split_once(PAIR_SEPARATOR)?;
        Some(Self { name: name.to_owned(), value: value.to_owned() })
    }
}
