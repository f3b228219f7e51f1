//! Unique keys: what makes two names, or two skus, the same.
//!
//! Invariant: a key of a key is itself, and canonically or compatibly equal spellings share one key.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// Which value of a product a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The product's name.
    Name,
    /// The product's stock keeping unit.
    Sku,
}

impl KeyKind {
    /// The word under which keys of this kind are stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Sku => "sku",
        }
    }
}

/// Whether two products may have the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameRule {
    /// They may not.
    #[default]
    Unique,
    /// They may: variants of one product share its name.
    Shared,
}

/// The comparable form of a name or sku, of which a catalogue holds each at most once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UniqueKey {
    kind: KeyKind,
    value: String,
}

impl UniqueKey {
    /// The key of a name: NFKC, casefolded, runs of white space one space.
    pub fn name(name: &str) -> Self {
        Self { kind: KeyKind::Name, value: settle(name, |text| joined(text, " ")) }
    }

    /// The key of a sku: as of a name, without any white space.
    pub fn sku(sku: &str) -> Self {
        Self { kind: KeyKind::Sku, value: settle(sku, |text| joined(text, "")) }
    }

    /// Whether a product of that name and sku has the key.
    pub fn is_of(&self, name: Option<&str>, sku: Option<&str>) -> bool {
        match self.kind {
            KeyKind::Name => name.is_some_and(|name| Self::name(name) == *self),
            KeyKind::Sku => sku.is_some_and(|sku| Self::sku(sku) == *self),
        }
    }

    /// What the key is of.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The comparable text; empty only for blank input.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Folds until nothing changes: folding may leave text that composes further, and so may a removed space.
fn settle(text: &str, space: impl Fn(&str) -> String) -> String {
    if text.is_ascii() {
        // Nothing to compose, and nothing that folds into anything but a small letter.
        return space(&text.to_ascii_lowercase());
    }
    let mut settled = space(&fold(text));
    loop {
        let next = space(&fold(&settled));
        if next == settled {
            return settled;
        }
        settled = next;
    }
}

fn fold(text: &str) -> String {
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let composed = normalizer.normalize(text);
    let folded = CaseMapper::new().fold_string(&composed);
    normalizer.normalize(&folded).into_owned()
}

fn joined(text: &str, separator: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push_str(separator);
        }
        words.push_str(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::product::limits::{MAX_SKU_KEY_BYTES, SKU_LENGTH};

    use super::*;

    fn same_name(left: &str, right: &str) {
        assert_eq!(UniqueKey::name(left), UniqueKey::name(right), "{left} {right}");
    }

    #[test]
    fn names_that_differ_in_case_spaces_or_compatible_characters_are_the_same() {
        same_name("Wireless Mouse", "  wireless\u{a0}\u{3000} MOUSE\t");
        same_name("ﬁne", "FINE");
        same_name("Straße", "STRASSE");
        same_name("Cafe\u{301}", "CAFÉ");
        same_name("Ⅳ ½", "iv 1⁄2");
        same_name("Ｍｏｕｓｅ", "mouse");
        assert_ne!(UniqueKey::name("Wireless Mouse"), UniqueKey::name("WirelessMouse"));
        assert_ne!(UniqueKey::name("cafe"), UniqueKey::name("café"));
    }

    #[test]
    fn skus_ignore_spaces_too_and_never_meet_names() {
        assert_eq!(UniqueKey::sku(" ab 12-C "), UniqueKey::sku("AB12-c"));
        assert_ne!(UniqueKey::sku("a"), UniqueKey::name("a"));
        assert_eq!(UniqueKey::sku("Ab 1").value(), "ab1");
        assert_eq!(UniqueKey::name("Ab  1").value(), "ab 1");
    }

    #[test]
    fn every_character_that_folds_has_a_stable_key_alone_and_among_others() {
        // Without the ideographs and syllables, which do not fold, and the planes of the rare.
        let scripts = ('\0'..='\u{33ff}').chain('\u{a000}'..='\u{abff}').chain('\u{f900}'..='\u{1ffff}');
        for character in scripts.filter(|&character| fold(character.encode_utf8(&mut [0; 4])) != character.to_string())
        {
            for text in [String::from(character), format!("A{character}b"), format!("ΐ \u{345}{character}\u{301}")] {
                let (name, sku) = (UniqueKey::name(&text), UniqueKey::sku(&text));
                assert_eq!(UniqueKey::name(name.value()), name, "{text:?}");
                assert_eq!(UniqueKey::sku(sku.value()), sku, "{text:?}");
            }
        }
    }

    #[test]
    fn no_sku_has_a_longer_key_than_is_looked_for() {
        let longest =
            ('\u{a0}'..='\u{1fbff}').map(|character| UniqueKey::sku(&character.to_string()).value().len()).max();
        assert_eq!(longest, Some(30));
        assert_eq!(SKU_LENGTH.end() * 30, MAX_SKU_KEY_BYTES);
    }

    proptest! {
        #[test]
        fn a_key_of_a_key_is_itself(text in any::<String>()) {
            let key = UniqueKey::name(&text);
            prop_assert_eq!(UniqueKey::name(key.value()), key);
        }

        #[test]
        fn upper_and_lower_case_of_ascii_share_a_key(text in "[ -~]{0,40}") {
            prop_assert_eq!(UniqueKey::name(&text.to_uppercase()), UniqueKey::name(&text.to_lowercase()));
            prop_assert_eq!(UniqueKey::sku(&text.to_uppercase()), UniqueKey::sku(&text.replace(' ', "")));
        }

        #[test]
        fn folding_ascii_makes_it_lower_case_and_nothing_else(text in "[\\x00-\\x7f]{0,40}") {
            prop_assert_eq!(fold(&text), text.to_ascii_lowercase());
        }
    }
}
