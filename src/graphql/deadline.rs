//! How long one operation may take.
//!
//! Invariant: work of ours that panics or does not end in time becomes a failure here, and what changes products is not
//! begun when the time is over.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use crate::failure::{Failure, Phase};

/// The end of one operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    at: Instant,
    timeout_ms: u64,
}

impl Deadline {
    /// The end of an operation that may take `timeout_ms` from `started` on.
    pub(super) fn after(started: Instant, timeout_ms: u64) -> Self {
        Self { at: started + Duration::from_millis(timeout_ms), timeout_ms }
    }

    /// What `question` answers in time.
    pub(super) async fn answer<Answer>(self, question: impl Future<Output = Answer>) -> Result<Answer, Failure> {
        match timeout_at(self.at, AssertUnwindSafe(question).catch_unwind()).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(panic)) => Err(Failure::panic(panic.as_ref())),
            Err(_) => Err(Failure::timeout(Phase::Operation, self.timeout_ms)),
        }
    }

    /// What `change` answers in time. The future is not even polled when the time is over: then nothing was changed. A
    /// change that was begun may be made although nobody waits for its answer any more.
    pub(super) async fn outcome<Outcome>(self, change: impl Future<Output = Outcome>) -> Result<Outcome, Failure> {
        if Instant::now() >= self.at {
            return Err(said(Failure::timeout(Phase::Operation, self.timeout_ms), "nothing was changed"));
        }
        match timeout_at(self.at, AssertUnwindSafe(change).catch_unwind()).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => Err(Failure::panic(panic.as_ref())),
            Err(_) => Err(said(
                Failure::timeout(Phase::Operation, self.timeout_ms),
                "the change may have been made all the same",
            )),
        }
    }
}

/// The failure with one more thing to know.
fn said(mut failure: Failure, more: &str) -> Failure {
    failure.message.push_str("; ");
    failure.message.push_str(more);
    failure
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_change_is_never_begun_after_the_end() {
        let now = Instant::now();
        assert_eq!(Deadline::after(now, 60_000).outcome(ready(1)).await.ok(), Some(1));
        let mut is_begun = false;
        let failure = Deadline::after(now, 0).outcome(async { is_begun = true }).await.unwrap_err();
        assert_eq!(failure.message, "operation took longer than 0 ms; nothing was changed");
        assert!(!is_begun);
    }

    #[tokio::test]
    async fn a_change_that_is_not_waited_for_any_more_may_have_been_made() {
        let failure = Deadline::after(Instant::now(), 50).outcome(pending::<()>()).await.unwrap_err();
        assert!(failure.message.ends_with("the change may have been made all the same"), "{}", failure.message);
    }
}
