//! The edge form of every error: a code, a message for people, and what else a caller may know.
//!
//! Invariant: nothing internal is in a [`Failure`] but its `cause`, which goes to the log and never to a caller.

mod code;
mod from;

use std::{any::Any, error::Error, sync::Arc};

pub use code::{ErrorCategory, ErrorCode, ErrorDefinition, ErrorSeverity};

use crate::product::Violation;
/// How a message shows a value.
pub use crate::product::quoted;

/// Seconds after which a caller should try an engine again that could not answer: the background probe asks every
/// second.
pub const RETRY_AFTER_SECONDS: u64 = 1;

/// One error as it leaves the program.
///
/// It deliberately has no `Display`: an error that turns itself into text would reach callers without a code.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What went wrong.
    pub code: ErrorCode,
    /// How bad this occurrence is.
    pub severity: ErrorSeverity,
    /// HTTP status: the code's own, but for refusals that share a code (404, 408, 431, …).
    pub status: u16,
    /// The value and the rule, in words.
    pub message: String,
    /// What else a caller may know.
    pub facts: Vec<Fact>,
    /// What happened inside, for the log.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// One more entry of an error's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Each broken rule.
    Details(Vec<Violation>),
    /// The limit that was exceeded.
    Limit(u64),
    /// What the request had; at least, where counting stopped early.
    Actual(u64),
    /// The time given, in milliseconds.
    TimeoutMs(u64),
    /// What the time was given for.
    Phase(Phase),
    /// Whole seconds after which to try again.
    RetryAfter(u64),
    /// The product that has what was wanted.
    ExistingId(String),
    /// The version that the product has.
    CurrentVersion(String),
}

/// What a time limit was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Receiving the request.
    Request,
    /// One attempt at the engine.
    Attempt,
    /// The operation as a whole.
    Operation,
}

impl Phase {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Attempt => "attempt",
            Self::Operation => "operation",
        }
    }
}

impl Failure {
    /// A failure with the code's own severity and status.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let definition = code.definition();
        Self {
            code,
            severity: definition.severity,
            status: definition.status,
            message: message.into(),
            facts: Vec::new(),
            cause: None,
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// The same with another HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same with another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: ErrorSeverity) -> Self {
        self.severity = severity;
        self
    }

    /// The same with what happened inside.
    #[must_use]
    pub fn caused_by(mut self, cause: Arc<dyn Error + Send + Sync>) -> Self {
        self.cause = Some(cause);
        self
    }

    /// A limit that was exceeded.
    pub fn too_complex(what: &str, limit: u64, actual: u64) -> Self {
        Self::new(ErrorCode::QueryTooComplex, format!("{what} is limited to {limit}, this operation has {actual}"))
            .with(Fact::Limit(limit))
            .with(Fact::Actual(actual))
    }

    /// A time limit that was exceeded.
    pub fn timeout(phase: Phase, timeout_ms: u64) -> Self {
        let message = format!("{} took longer than {timeout_ms} ms", phase.name());
        Self::new(ErrorCode::Timeout, message).with(Fact::TimeoutMs(timeout_ms)).with(Fact::Phase(phase))
    }

    /// Arguments that break rules.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let message = violations.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>().join("; ");
        Self::new(ErrorCode::ValidationFailed, message).with(Fact::Details(violations))
    }

    /// A mistake of ours; `cause` goes to the log.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::new(ErrorCode::InternalError, INTERNAL_MESSAGE).caused_by(Arc::new(cause))
    }

    /// A panic that was caught; what it said goes to the log.
    pub fn panic(payload: &(dyn Any + Send)) -> Self {
        let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        Self::new(ErrorCode::InternalError, INTERNAL_MESSAGE)
            .with_severity(ErrorSeverity::Critical)
            .caused_by(Arc::new(Panicked(said)))
    }
}

/// What a panic said.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
struct Panicked(String);

/// What callers are told about mistakes of ours.
const INTERNAL_MESSAGE: &str = "internal error";
