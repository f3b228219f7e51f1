//! How long a write goes on trying.
//!
//! Invariant: pauses grow from one try to the next and differ between contenders, and none outlasts the end.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use super::saga::AttemptError;
use crate::backend::{EngineErrorKind, WriteError};

/// Pause before the second try, at most.
const FIRST: Duration = Duration::from_millis(10);
/// Longest pause.
const LONGEST: Duration = Duration::from_millis(200);

/// The backoff of one write.
#[derive(Debug)]
pub(super) struct Backoff {
    /// When it ends.
    pub(super) until: Instant,
    next: Duration,
}

impl Backoff {
    /// Backoff until `until`.
    pub(super) fn new(until: Instant) -> Self {
        Self { until, next: FIRST }
    }

    /// Waits before the next try, if there is to be one after that.
    pub(super) async fn after(&mut self, error: AttemptError) -> Result<(), WriteError> {
        match error {
            AttemptError::Final(error) => Err(error),
            AttemptError::Retry(_) if self.pause().await => Ok(()),
            AttemptError::Retry(why) => Err(why.unwrap_or_else(|| EngineErrorKind::Unavailable.into()).into()),
        }
    }

    /// Waits before the next try; false, at once, when there is to be none.
    pub(super) async fn pause(&mut self) -> bool {
        let pause = self.next.mul_f64(portion());
        self.next = (self.next * 2).min(LONGEST);
        if Instant::now() + pause >= self.until {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

/// From a half to one, by chance, so that those who met once do not meet again.
fn portion() -> f64 {
    // Each state of this kind hashes by keys of its own.
    let chance = RandomState::new().hash_one(()) % 1_000;
    0.5 + f64::from(u32::try_from(chance).unwrap_or_default()) / 2_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_lies_between_a_half_and_one_and_varies() {
        let portions: Vec<f64> = (0..100).map(|_| portion()).collect();
        assert!(portions.iter().all(|portion| (0.5..=1.0).contains(portion)));
        assert!(portions.iter().any(|portion| (portion - portions[0]).abs() > 0.001));
    }

    #[tokio::test]
    async fn nobody_waits_beyond_the_end() {
        assert!(!Backoff::new(Instant::now()).pause().await);
        assert!(Backoff::new(Instant::now() + Duration::from_mins(1)).pause().await);
    }
}
