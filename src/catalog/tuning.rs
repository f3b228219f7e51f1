//! The tuning of searches in force, which an owner may change while the gateway serves.
//!
//! Invariant: one request sees one tuning, from its first search to its last.

use std::sync::Arc;

use super::Catalog;
use crate::search::Tuning;

impl Catalog {
    /// Has every search from now on follow this tuning.
    pub fn tune(&self, tuning: Tuning) {
        self.tuning.store(Arc::new(tuning));
    }

    /// Has every search from now on follow a tuning made from the one in force.
    pub fn retune(&self, change: impl Fn(&Tuning) -> Tuning) {
        self.tuning.rcu(|tuning| change(tuning));
    }

    /// The tuning in force.
    pub fn tuning(&self) -> Arc<Tuning> {
        self.tuning.load_full()
    }
}
