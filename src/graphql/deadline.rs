//! How long one operation may take.
//!
//! Invariant: work of ours that panics or does not end in time becomes a failure here, and what changes products is not
//! begun when the time is over.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, error::Elapsed, timeout_at};

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
        self.wait(question).await.unwrap_or_else(|_: Elapsed| Err(self.passed()))
    }

    /// What `change` answers in time. The future is not even polled when the time is over: then nothing was changed. A
    /// change that was begun may be made although nobody waits for its answer any more.
    pub(super) async fn outcome<Outcome>(self, change: impl Future<Output = Outcome>) -> Result<Outcome, Failure> {
        if Instant::now() >= self.at {
            return Err(said(self.passed(), "nothing was changed"));
        }
        let outcome = self.wait(change).await;
        outcome.unwrap_or_else(|_: Elapsed| Err(said(self.passed(), "the change may have been made all the same")))
    }

    async fn wait<Answer>(self, work: impl Future<Output = Answer>) -> Result<Result<Answer, Failure>, Elapsed> {
        let answer = timeout_at(self.at, AssertUnwindSafe(work).catch_unwind()).await?;
        Ok(answer.map_err(|panic| Failure::panic(panic.as_ref())))
    }

    fn passed(self) -> Failure {
        Failure::timeout(Phase::Operation, self.timeout_ms)
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
