//! One line of log and one measurement for each operation.
//!
//! Invariant: nothing that a caller wrote is logged but the operation's name, and an operation that nobody waits for any
//! more is told of too.

use std::{collections::BTreeSet, thread};

use tokio::time::Instant;

use super::{
    CostMode, Outcome,
    documents::DocumentOrigin,
    failure::{self, LocatedFailure},
    guard::{OperationCost, PreparedOperation},
    row_failures::RowFailures,
};
use crate::failure::ErrorCategory;

/// Longest part of an operation's name that is logged, in characters.
const NAME_LENGTH: usize = 100;

/// The watch over one operation.
pub(super) struct Observation {
    started: Instant,
    origin: Option<DocumentOrigin>,
    operation_type: &'static str,
    operation_name: Option<String>,
    cost: Option<OperationCost>,
    row_failures: RowFailures,
    has_ended: bool,
}

impl Observation {
    /// Starts the clock.
    pub(super) fn begin() -> Self {
        Self {
            started: Instant::now(),
            origin: None,
            operation_type: "unknown",
            operation_name: None,
            cost: None,
            row_failures: RowFailures::default(),
            has_ended: false,
        }
    }

    /// When the clock was started.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Where failures of rows are told, which the answer carries as data.
    pub(super) fn row_failures(&self) -> RowFailures {
        self.row_failures.clone()
    }

    /// Notes where the document comes from.
    pub(super) fn found(&mut self, origin: DocumentOrigin) {
        self.origin = Some(origin);
    }

    /// Notes which operation it is, and tells of one that is not trusted.
    pub(super) fn chosen(&mut self, operation: &PreparedOperation) {
        self.operation_type = operation.operation_type();
        self.operation_name = operation.name().map(|name| name.chars().take(NAME_LENGTH).collect());
        self.tell_of_untrusted();
    }

    /// Notes what it costs, and warns of one that costs too much and is run all the same.
    pub(super) fn costs(&mut self, cost: OperationCost) {
        self.cost = Some(cost);
        if cost.mode == CostMode::Measure && cost.is_exceeded() {
            let OperationCost { requested, limit, .. } = cost;
            tracing::warn!(name = self.name(), cost = requested, limit, "operation above the limit of cost");
        }
    }

    /// What it costs; `None` as long as that is not known.
    pub(super) fn cost(&self) -> Option<OperationCost> {
        self.cost
    }

    /// Logs and counts what became of it; slower than `slow_ms` is worth a warning.
    pub(super) fn end(mut self, outcome: &Outcome, slow_ms: u64) {
        self.has_ended = true;
        let of_rows = self.row_failures.take();
        failure::record(outcome.failures.iter().chain(&of_rows));
        let duration_ms = self.measured(word(outcome, &of_rows));
        let codes = outcome.failures.iter().chain(&of_rows).map(|located| located.failure.code.definition().name);
        let codes = codes.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",");
        let (name, operation_type, document, cost) = self.labels();
        if duration_ms > slow_ms {
            tracing::warn!(name, operation_type, document, duration_ms, cost, codes, "slow operation");
        } else {
            tracing::info!(name, operation_type, document, duration_ms, cost, codes, "operation");
        }
    }

    /// Counts the operation, and returns how many milliseconds it took.
    fn measured(&self, outcome: &'static str) -> u64 {
        let elapsed = self.started.elapsed();
        let labels = [("operation_type", self.operation_type), ("outcome", outcome)];
        metrics::counter!("graphql_operations_total", &labels).increment(1);
        metrics::histogram!("graphql_operation_seconds", "operation_type" => self.operation_type)
            .record(elapsed.as_secs_f64());
        if let Some(cost) = self.cost {
            #[expect(clippy::cast_precision_loss, reason = "a histogram tells orders of magnitude")]
            metrics::histogram!("graphql_operation_cost", "operation_type" => self.operation_type)
                .record(cost.requested as f64);
        }
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    fn tell_of_untrusted(&self) {
        if let Some(DocumentOrigin::Untrusted(id)) = self.origin {
            let (name, operation_type) = (self.name(), self.operation_type);
            tracing::warn!(%id, name, operation_type, "operation is not trusted");
            metrics::counter!("graphql_untrusted_operations_total", "operation_type" => operation_type).increment(1);
        }
    }

    /// What every line tells: name, type, origin of the document, and cost.
    fn labels(&self) -> (&str, &'static str, &'static str, Option<u64>) {
        let document = self.origin.map_or("unknown", DocumentOrigin::name);
        (self.name(), self.operation_type, document, self.cost.map(|cost| cost.requested))
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
        failure::record(&self.row_failures.take());
        let outcome = if thread::panicking() { "error" } else { "cancelled" };
        let duration_ms = self.measured(outcome);
        let (name, operation_type, document, cost) = self.labels();
        tracing::info!(name, operation_type, document, duration_ms, cost, outcome, "operation not answered");
    }
}

/// `ok`; `client_error` when all errors are the caller's, those of rows too; else `partial` or `error`.
fn word(outcome: &Outcome, of_rows: &[LocatedFailure]) -> &'static str {
    let is_callers = |category| {
        use ErrorCategory::{Authorization, Conflict, NotFound, RateLimit, Validation};
        matches!(category, Validation | NotFound | Conflict | Authorization | RateLimit)
    };
    let failures = || outcome.failures.iter().chain(of_rows);
    let mut categories = failures().map(|located| located.failure.code.definition().category);
    match (failures().next(), categories.all(is_callers), &outcome.data) {
        (None, _, _) => "ok",
        (Some(_), true, _) => "client_error",
        (Some(_), false, Some(_)) => "partial",
        (Some(_), false, None) => "error",
    }
}
