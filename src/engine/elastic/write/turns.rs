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

/// Whose turn it is at each product that is being written.
#[derive(Debug, Default)]
pub(super) struct Turns {
    lines: Mutex<HashMap<ProductId, Line>>,
}

/// Those who wait for one product, and the one whose turn it is.
#[derive(Debug, Default)]
struct Line {
    turn: Arc<tokio::sync::Mutex<()>>,
    length: usize,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    id: ProductId,
    hold: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for those who came earlier.
    pub(super) async fn take(&self, id: &ProductId) -> Turn<'_> {
        let line = {
            let mut lines = self.lines();
            let line = lines.entry(id.clone()).or_default();
            line.length += 1;
            Arc::clone(&line.turn)
        };
        // Whoever stops waiting leaves the line as well.
        let mut turn = Turn { turns: self, id: id.clone(), hold: None };
        turn.hold = Some(line.lock_owned().await);
        turn
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<ProductId, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.hold = None;
        let mut lines = self.turns.lines();
        if let Some(line) = lines.get_mut(&self.id) {
            line.length = line.length.saturating_sub(1);
            if line.length == 0 {
                lines.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn each_product_has_one_turn_at_a_time_and_leaves_nothing_behind() {
        let turns = Turns::default();
        let [one, two] = ["one", "two"].map(|id| ProductId::parse(id).unwrap());
        let first = turns.take(&one).await;
        assert!(turns.take(&one).now_or_never().is_none(), "it has to wait");
        assert!(turns.take(&two).now_or_never().is_some(), "another product is free");
        let (third, ()) = tokio::join!(turns.take(&one), async { drop(first) });
        drop(third);
        assert!(turns.lines().is_empty());
    }
}
