//! What went wrong with rows of lists.
//!
//! Callers get these failures as data; here they wait to be logged and counted with those of the operation. Invariant:
//! each is taken once.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use super::failure::LocatedFailure;

/// Failures of rows of one operation; clones share them. No more than the operation has rows.
#[derive(Clone, Default)]
pub(super) struct RowFailures(Arc<Mutex<Vec<LocatedFailure>>>);

impl RowFailures {
    /// Remembers one.
    pub(super) fn add(&self, failure: LocatedFailure) {
        // A push or a take cannot leave the list half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
    }

    /// Every one that was not taken yet.
    pub(super) fn take(&self) -> Vec<LocatedFailure> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
