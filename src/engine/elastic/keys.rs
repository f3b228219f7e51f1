//! Unique keys on a node: one small document each, whose id is the key.
//!
//! Invariant: a key is got by creating its document or by compare-and-set over one that was abandoned, so of two
//! contenders one gets it.

use std::{borrow::Cow, fmt::Write as _};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{bulk::Revision, document::product_id, multi_get::DocumentBody, problem::Problem, wire::json};
use crate::{
    backend::EngineError,
    product::{ProductId, Timestamp, UniqueKey},
};

/// The document of a key.
#[derive(Debug, Serialize, Deserialize)]
struct KeyDocument<'a> {
    /// What is unique, for people who look into the index.
    #[serde(borrow)]
    value: Cow<'a, str>,
    /// Id of the product that has it.
    #[serde(borrow)]
    owner: Cow<'a, str>,
    /// When it was taken, in UTC milliseconds.
    at: i64,
    /// The write that took it.
    #[serde(borrow)]
    write: Cow<'a, str>,
}

/// A key that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldKey {
    /// The product that has it, or that is to have it.
    pub(super) owner: ProductId,
    /// When it was taken.
    pub(super) at: Timestamp,
    /// The write that took it.
    pub(super) write: String,
    /// Where its document stands.
    pub(super) revision: Revision,
}

impl HeldKey {
    /// Reads the document of a key.
    pub(super) fn read(document: &DocumentBody<'_>) -> Result<Self, EngineError> {
        let stored: Option<KeyDocument<'_>> = document.read()?;
        match (stored, document.revision()) {
            (Some(stored), Some(revision)) => Ok(Self {
                owner: product_id(&stored.owner)?,
                at: Timestamp::from_millis(stored.at),
                write: stored.write.into_owned(),
                revision,
            }),
            _ => Err(Problem::Content("a key without content").unexpected()),
        }
    }
}

/// The document by which `write` takes `key` for `owner`.
pub(super) fn key_document(
    key: &UniqueKey,
    owner: &ProductId,
    write: &str,
    at: Timestamp,
) -> Result<Bytes, EngineError> {
    let [value, owner, write] = [key.value(), owner.as_str(), write].map(Cow::Borrowed);
    json(&KeyDocument { value, owner, at: at.millis(), write })
}

/// The document id of a key: hashed, for ids hold 512 bytes and a name may take more.
pub(super) fn key_id(key: &UniqueKey) -> String {
    let mut id = format!("{}:", key.kind().as_str());
    for byte in Sha256::digest(key.value().as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_an_id_of_its_kind_and_value() {
        assert_eq!(
            key_id(&UniqueKey::sku(" ABC ")),
            "sku:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_ne!(key_id(&UniqueKey::sku("abc")), key_id(&UniqueKey::name("abc")));
        assert!(key_id(&UniqueKey::name(&"ﷺ".repeat(200))).len() < 512);
    }
}
