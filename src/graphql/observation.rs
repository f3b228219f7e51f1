//! One line of log and one measurement for each operation.
//!
//! Invariant: nothing that a caller wrote is logged but the operation's name, and an operation that nobody waits for any
//! more is told of too.

use std::{collections::BTreeSet, thread};

use tokio::time::Instant;

use super::{Outcome, failure, guard::Admitted};
use crate::failure::ErrorCategory;

/// Longest part of an operation's name that is logged, in characters.
const NAME_LENGTH: usize = 100;

/// The watch over one operation.
pub(super) struct Observation {
    started: Instant,
    operation_type: &'static str,
    operation_name: Option<String>,
    has_ended: bool,
}

impl Observation {
    /// Starts the clock.
    pub(super) fn begin() -> Self {
        Self { started: Instant::now(), operation_type: "unknown", operation_name: None, has_ended: false }
    }

    /// When the clock was started.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Notes which operation it is.
    pub(super) fn admitted(&mut self, admitted: &Admitted) {
        self.operation_type = admitted.operation_type;
        let name = admitted.operation_name.as_deref();
        self.operation_name = name.map(|name| name.chars().take(NAME_LENGTH).collect());
    }

    /// Logs and counts what became of it; slower than `slow_ms` is worth a warning.
    pub(super) fn end(mut self, outcome: &Outcome, slow_ms: u64) {
        self.has_ended = true;
        failure::record(&outcome.failures);
        let duration_ms = self.measured(word(outcome));
        let codes = outcome.failures.iter().map(|located| located.failure.code.definition().name);
        let codes = codes.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",");
        let name = self.name();
        if duration_ms > slow_ms {
            tracing::warn!(name, operation_type = self.operation_type, duration_ms, codes, "slow operation");
        } else {
            tracing::info!(name, operation_type = self.operation_type, duration_ms, codes, "operation");
        }
    }

    /// Counts the operation, and returns how many milliseconds it took.
    fn measured(&self, outcome: &'static str) -> u64 {
        let elapsed = self.started.elapsed();
        let labels = [("operation_type", self.operation_type), ("outcome", outcome)];
        metrics::counter!("graphql_operations_total", &labels).increment(1);
        metrics::histogram!("graphql_operation_seconds", "operation_type" => self.operation_type)
            .record(elapsed.as_secs_f64());
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    fn name(&self) -> &str {
        self.operation_name.as_deref().unwrap_or_default()
    }
}

impl Drop for Observation {
    /// Logs and counts an operation that was given up: mostly its client has hung up.
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        let outcome = if thread::panicking() { "error" } else { "cancelled" };
        let duration_ms = self.measured(outcome);
        let (name, operation_type) = (self.name(), self.operation_type);
        tracing::info!(name, operation_type, duration_ms, outcome, "operation not answered");
    }
}

/// `ok`; `client_error` when all errors are the caller's; else `partial` or `error`.
fn word(outcome: &Outcome) -> &'static str {
    let is_callers =
        |category| matches!(category, ErrorCategory::Validation | ErrorCategory::NotFound | ErrorCategory::Conflict);
    let mut categories = outcome.failures.iter().map(|located| located.failure.code.definition().category);
    match (outcome.failures.is_empty(), categories.all(is_callers), &outcome.data) {
        (true, _, _) => "ok",
        (false, true, _) => "client_error",
        (false, false, Some(_)) => "partial",
        (false, false, None) => "error",
    }
}
