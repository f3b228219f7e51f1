//! The one place where errors take the form in which they leave the program, and where they are logged, once.
//!
//! Invariant: every error on the wire carries the extensions of the contract, and nothing of a cause.

use std::collections::BTreeMap;

use async_graphql::{PathSegment, ServerError};
use serde::Serialize;

use crate::failure::{ErrorCategory, ErrorSeverity, Fact, Failure};

/// A failure and where in the document and the answer it happened.
#[derive(Clone)]
pub(super) struct LocatedFailure {
    /// The failure.
    pub(super) failure: Failure,
    /// Places in the document.
    pub(super) locations: Vec<Location>,
    /// Place in the answer; empty for errors of the request.
    pub(super) path: Vec<PathSegment>,
}

/// A place in a document, counted from 1.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Location {
    /// Line.
    pub(super) line: usize,
    /// Column, in characters.
    pub(super) column: usize,
}

impl From<Failure> for LocatedFailure {
    fn from(failure: Failure) -> Self {
        Self { failure, locations: Vec::new(), path: Vec::new() }
    }
}

/// `async_graphql` carries failures through itself by this form; [`LocatedFailure::from_server_error`] takes them out
/// again.
impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut error = Self::new(failure.message.as_str());
        error.source = Some(std::sync::Arc::new(failure));
        error
    }
}

/// An error that the library made itself although the guard let the document through.
#[derive(Debug, thiserror::Error)]
#[error("error of the GraphQL library: {0}")]
struct ForeignError(String);

impl LocatedFailure {
    /// The failure that a resolver returned, or what stands for an error of the library's own.
    pub(super) fn from_server_error(error: ServerError) -> Self {
        let failure = match error.source::<Failure>() {
            Some(failure) => failure.clone(),
            None => Failure::internal(ForeignError(error.message)),
        };
        let locations = error.locations.iter().map(|place| Location { line: place.line, column: place.column });
        Self { failure, locations: locations.collect(), path: error.path }
    }
}

/// An error in the form of the contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireError<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    locations: &'a [Location],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    path: &'a [PathSegment],
    extensions: WireExtensions<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireExtensions<'a> {
    code: &'static str,
    category: &'static str,
    severity: &'static str,
    retryable: bool,
    recoverable: bool,
    status: u16,
    request_id: &'a str,
    #[serde(flatten)]
    facts: WireFacts<'a>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct WireFacts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Vec<WireDetail<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    existing_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<&'a str>,
}

#[derive(Serialize)]
struct WireDetail<'a> {
    field: &'a str,
    rule: &'static str,
    message: &'a str,
}

/// The errors of one answer as its `errors` entry.
pub(super) fn wire<'a>(failures: &'a [LocatedFailure], request_id: &'a str) -> impl Serialize + use<'a> {
    let errors = failures.iter().map(|located| WireError {
        message: &located.failure.message,
        locations: &located.locations,
        path: &located.path,
        extensions: extensions(&located.failure, request_id),
    });
    errors.collect::<Vec<_>>()
}

fn extensions<'a>(failure: &'a Failure, request_id: &'a str) -> WireExtensions<'a> {
    let definition = failure.code.definition();
    WireExtensions {
        code: definition.name,
        category: definition.category.name(),
        severity: failure.severity.name(),
        retryable: definition.retryable,
        recoverable: definition.recoverable,
        status: failure.status,
        request_id,
        facts: failure.facts.iter().fold(WireFacts::default(), with_fact),
    }
}

fn with_fact<'a>(mut facts: WireFacts<'a>, fact: &'a Fact) -> WireFacts<'a> {
    match fact {
        Fact::Details(violations) => {
            let detail = violations.iter().map(|violation| WireDetail {
                field: &violation.field,
                rule: violation.rule.as_str(),
                message: &violation.message,
            });
            facts.details = Some(detail.collect());
        }
        Fact::Limit(limit) => facts.limit = Some(*limit),
        Fact::Actual(actual) => facts.actual = Some(*actual),
        Fact::TimeoutMs(timeout_ms) => facts.timeout_ms = Some(*timeout_ms),
        Fact::Phase(phase) => facts.phase = Some(phase.name()),
        Fact::RetryAfter(seconds) => facts.retry_after = Some(*seconds),
        Fact::ExistingId(id) => facts.existing_id = Some(id),
        Fact::CurrentVersion(version) => facts.current_version = Some(version),
    }
    facts
}

/// Logs the failures of one answer, equal ones in one line, and counts them.
pub(super) fn record<'a>(failures: impl IntoIterator<Item = &'a LocatedFailure>) {
    let mut kinds: BTreeMap<(&str, String), (usize, &LocatedFailure)> = BTreeMap::new();
    for located in failures {
        let definition = located.failure.code.definition();
        metrics::counter!(
            "application_errors_total",
            "error_type" => definition.name,
            "category" => definition.category.name(),
            "severity" => located.failure.severity.name(),
        )
        .increment(1);
        kinds.entry((definition.name, causes(&located.failure))).or_insert((0, located)).0 += 1;
    }
    for ((code, causes), (times, located)) in kinds {
        log(code, &causes, times, located);
    }
}

fn log(code: &str, causes: &str, times: usize, located: &LocatedFailure) {
    let failure = &located.failure;
    let path = located.path.iter().map(segment).collect::<Vec<_>>().join(".");
    let is_ours = failure.code.definition().category == ErrorCategory::Internal;
    match failure.severity {
        ErrorSeverity::High | ErrorSeverity::Critical => {
            tracing::error!(code, severity = failure.severity.name(), path, times, causes, "request failed");
        }
        ErrorSeverity::Medium if is_ours => {
            tracing::error!(code, severity = failure.severity.name(), path, times, causes, "request failed");
        }
        ErrorSeverity::Medium => {
            tracing::warn!(code, severity = failure.severity.name(), path, times, causes, "request failed");
        }
        // The caller's business; the message may repeat what was searched for.
        ErrorSeverity::Low => tracing::debug!(code, path, times, message = failure.message, "request refused"),
    }
}

/// What happened inside, outermost first.
fn causes(failure: &Failure) -> String {
    let mut causes = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = failure.cause.as_deref().map(|cause| cause as _);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.join(": ")
}

fn segment(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    }
}
