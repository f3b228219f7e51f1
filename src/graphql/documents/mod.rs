//! From the document that a request names to the prepared one: parsed, validated and translated once.
//!
//! Invariant: what is prepared has passed every check that does not depend on the values of variables, and the memory
//! for prepared documents is bounded.

mod id;

use std::sync::Arc;

use moka::sync::Cache;

pub use self::id::DocumentId;
use super::{
    failure::LocatedFailure,
    guard::{Guard, Prepared},
};
use crate::failure::{ErrorCode, Failure};

/// How a request names its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSource {
    /// By its text.
    Text(String),
    /// By the id under which it was published.
    Id(DocumentId),
    /// By its id, and by its text when the id alone was not known (automatic persisted queries).
    Automatic {
        /// The id.
        id: DocumentId,
        /// The text.
        text: Option<String>,
    },
}

impl Default for DocumentSource {
    /// A text of nothing.
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// Every document that can be run.
pub(super) struct Documents {
    guard: Arc<Guard>,
    /// By text: two texts are never taken for one.
    prepared: Cache<Box<str>, Arc<Prepared>>,
}

impl Documents {
    /// No documents yet, and at most `bytes` of prepared ones later.
    pub(super) fn new(guard: Arc<Guard>, bytes: u64) -> Self {
        let prepared = Cache::builder().max_capacity(bytes).weigher(|_, prepared: &Arc<Prepared>| prepared.weight());
        Self { guard, prepared: prepared.build() }
    }

    /// The prepared document that `source` names.
    pub(super) fn find(&self, source: &DocumentSource) -> Result<Arc<Prepared>, Vec<LocatedFailure>> {
        match source {
            DocumentSource::Text(text) => self.prepare(text),
            DocumentSource::Id(_) | DocumentSource::Automatic { .. } => {
                let message = "documents cannot be named by ids here";
                Err(vec![Failure::new(ErrorCode::PersistedQueryNotSupported, message).into()])
            }
        }
    }

    fn prepare(&self, text: &str) -> Result<Arc<Prepared>, Vec<LocatedFailure>> {
        if let Some(prepared) = self.prepared.get(text) {
            return Ok(prepared);
        }
        let prepared = Arc::new(self.guard.prepare(text)?);
        self.prepared.insert(text.into(), Arc::clone(&prepared));
        Ok(prepared)
    }
}
