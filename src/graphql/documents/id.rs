//! The id of a document: the SHA-256 of its text.

use std::fmt;

use sha2::{Digest, Sha256};

/// What graphql-codegen writes before the digits.
const PREFIX: &str = "sha256:";

/// SHA-256 of a document's text, as `sha256:<hex>` (graphql-codegen) or as bare hex (relay-compiler, Apollo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentId([u8; 32]);

impl DocumentId {
    /// The id of `text`.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// The id that `text` writes; `None` when it writes none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.split_at_checked(PREFIX.len()) {
            Some((prefix, digits)) if prefix.eq_ignore_ascii_case(PREFIX) => digits.as_bytes(),
            Some(_) | None => text.as_bytes(),
        };
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = <[u8; 2]>::try_from(pair).ok()?;
            *byte = nibble(high)? << 4 | nibble(low)?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for DocumentId {
    /// Bare hex, in small letters.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_an_id_are_the_same_document() {
        let id = DocumentId::of("{ __typename }");
        assert_eq!(DocumentId::parse(&id.to_string()), Some(id));
        assert_eq!(DocumentId::parse(&format!("sha256:{id}")), Some(id));
        assert_eq!(DocumentId::parse(&id.to_string().to_uppercase()), Some(id));
        assert_eq!(DocumentId::parse(&format!("sha256:{id}").to_uppercase()), Some(id));
    }

    #[test]
    fn what_is_no_sha256_is_no_id() {
        for text in [
            "",
            "sha256:",
            "5",
            "sha256:sha256:",
            &format!("md5:{}", "a".repeat(60)),
            &"g".repeat(64),
            &"a".repeat(63),
            &"a".repeat(65),
            &"ä".repeat(32),
        ] {
            assert_eq!(DocumentId::parse(text), None, "{text}");
        }
    }
}
