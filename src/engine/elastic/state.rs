//! What is known about nodes and indices.
//!
//! Invariant: names of indices are given out only while the last look found them fit.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use super::{
    abilities::{Composites, Scores},
    layout::IndexNames,
    problem::Problem,
};
use crate::backend::{EngineError, EngineErrorKind};

#[derive(Debug, Clone, Default)]
enum Index {
    #[default]
    Unknown,
    Fit(Arc<IndexNames>),
    Unfit(Vec<String>),
}

/// What the last looks found.
#[derive(Debug, Default)]
pub(super) struct State {
    index: RwLock<Index>,
    was_ready: AtomicBool,
    is_opensearch: AtomicBool,
    nests_composites: AtomicBool,
    scores_plainly: AtomicBool,
}

impl State {
    /// The indices to use; without them the failure that says why not.
    pub(super) fn names(&self, any_node_up: bool) -> Result<Arc<IndexNames>, EngineError> {
        match &*self.index.read().unwrap_or_else(PoisonError::into_inner) {
            Index::Fit(names) => Ok(Arc::clone(names)),
            Index::Unfit(reasons) => Err(Problem::Unfit(reasons.clone()).unavailable()),
            Index::Unknown if any_node_up => Err(Problem::NotVerified.unavailable()),
            Index::Unknown => Err(EngineError::new(EngineErrorKind::Unreachable, Problem::NotVerified)),
        }
    }

    /// Whether the indices were found fit at the last look.
    pub(super) fn is_fit(&self) -> bool {
        matches!(*self.index.read().unwrap_or_else(PoisonError::into_inner), Index::Fit(_))
    }

    /// Whether the indices were ever found fit.
    pub(super) fn was_ready(&self) -> bool {
        self.was_ready.load(Ordering::Relaxed)
    }

    /// Takes the indices into use.
    pub(super) fn accept(&self, names: IndexNames) {
        self.set(Index::Fit(Arc::new(names)));
        self.was_ready.store(true, Ordering::Relaxed);
    }

    /// Keeps away from the indices; tells whether the reasons are new.
    pub(super) fn reject(&self, reasons: &[String]) -> bool {
        let earlier = self.set(Index::Unfit(reasons.to_vec()));
        !matches!(earlier, Index::Unfit(earlier) if earlier == reasons)
    }

    /// Needs another look before the next use.
    pub(super) fn forget(&self) {
        self.set(Index::Unknown);
    }

    fn set(&self, index: Index) -> Index {
        std::mem::replace(&mut *self.index.write().unwrap_or_else(PoisonError::into_inner), index)
    }

    /// Notes which of the two products a node said to be, and in which version.
    pub(super) fn note_product(&self, is_opensearch: bool, version: &str) {
        self.is_opensearch.store(is_opensearch, Ordering::Relaxed);
        let nests = Composites::of_version(is_opensearch, version) == Composites::Nested;
        self.nests_composites.store(nests, Ordering::Relaxed);
        let is_plain = Scores::of_version(is_opensearch, version) == Scores::Plain;
        self.scores_plainly.store(is_plain, Ordering::Relaxed);
    }

    /// Where the nodes count buckets of prices.
    pub(super) fn composites(&self) -> Composites {
        if self.nests_composites.load(Ordering::Relaxed) { Composites::Nested } else { Composites::AtTop }
    }

    /// What the nodes' scores of words are like.
    pub(super) fn scores(&self) -> Scores {
        if self.scores_plainly.load(Ordering::Relaxed) { Scores::Plain } else { Scores::Multiplied }
    }

    /// The product that the nodes are.
    pub(super) fn product_name(&self) -> &'static str {
        if self.is_opensearch.load(Ordering::Relaxed) { "opensearch" } else { "elasticsearch" }
    }
}
