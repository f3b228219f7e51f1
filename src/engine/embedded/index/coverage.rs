//! What an index says of itself: which changes of which store it holds, and by which rules it was made.
//!
//! Invariant: it is written with a commit, so it is true of exactly what that commit made durable.

use serde::{Deserialize, Serialize};

use super::schema;
use crate::search::{analysis, columns};

/// The payload of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Coverage {
    schema: u32,
    analysis: u32,
    columns: u32,
    store: u64,
    /// The last change that the index holds.
    pub(super) covered: u64,
}

impl Coverage {
    /// An index of this version that holds the changes of `store` up to `covered`.
    pub(super) fn new(store: u64, covered: u64) -> Self {
        Self { schema: schema::VERSION, analysis: analysis::VERSION, columns: columns::VERSION, store, covered }
    }

    /// What a commit says; `None` when it says nothing that is understood.
    pub(super) fn parse(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }

    /// The payload.
    pub(super) fn payload(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Whether an index of `store` made by this version can say it.
    pub(super) fn is_of(&self, store: u64) -> bool {
        *self == Self::new(store, self.covered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_reads_back_and_belongs_to_one_store() {
        let coverage = Coverage::new(u64::MAX, 17);
        let read = Coverage::parse(&coverage.payload().unwrap()).unwrap();
        assert_eq!(read, coverage);
        assert!(read.is_of(u64::MAX) && !read.is_of(1));
    }

    #[test]
    fn an_index_of_other_rules_is_not_ours() {
        let older = Coverage { analysis: analysis::VERSION - 1, ..Coverage::new(1, 2) };
        assert!(!older.is_of(1));
        assert_eq!(Coverage::parse("{}"), None);
        assert_eq!(Coverage::parse("covered"), None);
    }
}
