//! Unique keys on a node: one small document each, whose id is the key.
//!
//! Invariant: creating that document is the only way to get a key, so of two contenders one gets it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::product::UniqueKey;

/// The document of a key.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyDocument<'a> {
    /// What is unique, for people who look into the index.
    pub(super) value: std::borrow::Cow<'a, str>,
    /// Id of the product that has it.
    pub(super) owner: std::borrow::Cow<'a, str>,
    /// When it was taken, in UTC milliseconds.
    pub(super) at: i64,
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
