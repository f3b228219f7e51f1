//! How long to leave a store alone that failed.
//!
//! Invariant: each pause is twice as long as the one before, within limits, until the store is known to work.

use std::time::Duration;

/// The first pause.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest pause: an attempt reads the whole store, and may find the disk as full as before.
const LONGEST: Duration = Duration::from_secs(30);

/// The next pause.
#[derive(Debug)]
pub(super) struct Pause(Duration);

impl Pause {
    /// Pauses that begin with the shortest one.
    pub(super) fn new() -> Self {
        Self(SHORTEST)
    }

    /// The pause to make now.
    pub(super) fn take(&mut self) -> Duration {
        let pause = self.0;
        self.0 = pause.saturating_mul(2).min(LONGEST);
        pause
    }

    /// The store works: the next pause is short.
    pub(super) fn reset(&mut self) {
        self.0 = SHORTEST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_until_the_store_works() {
        let mut pause = Pause::new();
        let taken: Vec<u64> = (0..7).map(|_| pause.take().as_secs()).collect();
        assert_eq!(taken, [1, 2, 4, 8, 16, 30, 30]);
        pause.reset();
        assert_eq!(pause.take(), SHORTEST);
    }
}
