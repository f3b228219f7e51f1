//! Which list a cursor belongs to: a hash of everything that decides members and order.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Filter, SortKey, TextQuery};

/// 64 bits of SHA-256 over the canonical query, filter and sort: equal lists share it, whichever gateway is asked.
pub(super) fn fingerprint(text: Option<&TextQuery>, filter: &Filter, order: &[SortKey]) -> u64 {
    let mut canonical = String::new();
    // Writing to a String cannot fail.
    let _ = write!(canonical, "{:?}|{filter}|{order:?}", text.map(TextQuery::meaning));
    let digest = Sha256::digest(canonical.as_bytes());
    digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
