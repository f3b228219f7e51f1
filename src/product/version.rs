//! The token by which a caller names the revision it has read.
//!
//! Invariant: a product that was deleted and made again later under the same id never repeats a token, unless an import
//! brings its creation time and its version back.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{ProductId, Timestamp};

/// The first byte of a token: the layout of the rest.
const FORMAT: u8 = 1;

/// The length of the fingerprint of id and creation time, in bytes.
const FINGERPRINT_LENGTH: usize = 8;

/// Opaque text that stands for one revision of one product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionToken(String);

impl VersionToken {
    /// The token of revision `version` of the product `id` that was made at `created_at`.
    pub fn of(id: &ProductId, created_at: Timestamp, version: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(created_at.millis().to_be_bytes());
        hash.update(id.as_str());
        let mut bytes = vec![FORMAT];
        bytes.extend(version.to_be_bytes());
        bytes.extend(hash.finalize().iter().take(FINGERPRINT_LENGTH));
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(id: &str, created_at: i64, version: u64) -> VersionToken {
        VersionToken::of(&ProductId::parse(id).unwrap(), Timestamp::from_millis(created_at), version)
    }

    #[test]
    fn a_token_is_the_same_for_the_same_revision_only() {
        assert_eq!(token("a", 1, 1), token("a", 1, 1));
        for other in [token("a", 1, 2), token("b", 1, 1), token("a", 2, 1), token("a", 1, u64::MAX)] {
            assert_ne!(token("a", 1, 1), other);
        }
    }

    #[test]
    fn a_token_needs_no_escaping_and_does_not_change_between_releases() {
        assert_eq!(token("a", 1, 1).to_string(), "AQAAAAAAAAABOxlv1JB77fU");
    }
}
