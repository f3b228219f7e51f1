//! Writes of one product by one gateway, one after the other.
//!
//! Invariant: this only spares writers from getting in each other's way; other gateways know nothing of it, so nothing
//! that is right depends on it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

use crate::product::ProductId;

/// A lock for each product that is being written, fair to those who wait.
#[derive(Debug, Default)]
pub(super) struct ProductLocks {
    waiters: Mutex<HashMap<ProductId, Waiters>>,
}

/// Those who wait for one product, and the one who has its lock.
#[derive(Debug, Default)]
struct Waiters {
    lock: Arc<tokio::sync::Mutex<()>>,
    count: usize,
}

/// The lock of one product, until it is dropped.
#[derive(Debug)]
pub(super) struct ProductLock<'a> {
    locks: &'a ProductLocks,
    id: ProductId,
    held: Option<OwnedMutexGuard<()>>,
}

impl ProductLocks {
    /// Waits for those who came earlier.
    pub(super) async fn lock(&self, id: &ProductId) -> ProductLock<'_> {
        let waiting = {
            let mut waiters = self.waiters();
            let waiting = waiters.entry(id.clone()).or_default();
            waiting.count += 1;
            Arc::clone(&waiting.lock)
        };
        // Whoever stops waiting is counted out as well.
        let mut lock = ProductLock { locks: self, id: id.clone(), held: None };
        lock.held = Some(waiting.lock_owned().await);
        lock
    }

    fn waiters(&self) -> MutexGuard<'_, HashMap<ProductId, Waiters>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ProductLock<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut waiters = self.locks.waiters();
        if let Some(waiting) = waiters.get_mut(&self.id) {
            waiting.count = waiting.count.saturating_sub(1);
            if waiting.count == 0 {
                waiters.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn each_product_has_one_holder_at_a_time_and_leaves_nothing_behind() {
        let locks = ProductLocks::default();
        let [one, two] = ["one", "two"].map(|id| ProductId::parse(id).unwrap());
        let first = locks.lock(&one).await;
        assert!(locks.lock(&one).now_or_never().is_none(), "it has to wait");
        assert!(locks.lock(&two).now_or_never().is_some(), "another product is free");
        let (third, ()) = tokio::join!(locks.lock(&one), async { drop(first) });
        drop(third);
        assert!(locks.waiters().is_empty());
    }
}
