//! What can go wrong between us and a node, and what callers may know of it.
//!
//! Invariant: a node's own words stay in the cause; the kind carries none of them.

use std::error::Error as StdError;

use elasticsearch::http::StatusCode;

use crate::backend::{EngineError, EngineErrorKind};

/// The cause of a failure, for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The request or its answer got lost.
    #[error("no answer came back")]
    Transport(#[source] elasticsearch::Error),
    /// The answer was too large to be read.
    #[error("answer of {bytes} bytes, at most {limit} are read")]
    TooLarge { bytes: u64, limit: usize },
    /// The node refused the request, or a part of it.
    #[error("node refused with status {status}: {kind}: {reason}")]
    Refused { status: u16, kind: String, reason: String },
    /// The answer has another shape than expected.
    #[error("answer could not be read")]
    Shape(#[source] serde_json::Error),
    /// Something in an answer is not what was asked for.
    #[error("answer holds {0}")]
    Content(&'static str),
    /// A request could not be written.
    #[error("request could not be written")]
    Request(#[source] serde_json::Error),
    /// The index was not looked at yet.
    #[error("index has not been verified yet")]
    NotVerified,
    /// The index cannot be used.
    #[error("index cannot be used: {}", .0.join("; "))]
    Unfit(Vec<String>),
}

impl Problem {
    /// As an answer that we did not understand.
    pub(super) fn unexpected(self) -> EngineError {
        EngineError::new(EngineErrorKind::Unexpected, self)
    }

    /// As something that may be different later.
    pub(super) fn unavailable(self) -> EngineError {
        EngineError::new(EngineErrorKind::Unavailable, self)
    }
}

/// The failure of a request that got no answer within `timeout_ms`, or none at all.
pub(super) fn transport_failure(error: elasticsearch::Error, timeout_ms: u64) -> EngineError {
    let kind = if error.is_timeout() {
        EngineErrorKind::Timeout { timeout_ms }
    } else if spoke_no_http(&error) {
        EngineErrorKind::Unexpected
    } else {
        EngineErrorKind::Unreachable
    };
    EngineError::new(kind, Problem::Transport(error))
}

/// Whether no connection came about, or it broke before an answer.
pub(super) fn is_lost(error: &elasticsearch::Error) -> bool {
    !error.is_timeout() && !spoke_no_http(error)
}

/// Whether something answered that is not a node.
fn spoke_no_http(error: &elasticsearch::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse))
}

/// The client's own error below the library's.
pub(super) fn http_error(error: &elasticsearch::Error) -> Option<&reqwest::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn causes(error: &elasticsearch::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The kind of a refusal: too much to do and a missing index pass, anything else is our mistake.
pub(super) fn refusal_kind(status: u16, kind: &str) -> EngineErrorKind {
    let passing = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::BAD_GATEWAY,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT,
    ];
    if passing.iter().any(|code| code.as_u16() == status) || PASSING_KINDS.contains(&kind) {
        EngineErrorKind::Unavailable
    } else {
        EngineErrorKind::Unexpected
    }
}

/// How nodes name failures that pass, where they come without a status.
const PASSING_KINDS: [&str; 6] = [
    INDEX_MISSING,
    "es_rejected_execution_exception",
    "rejected_execution_exception",
    "circuit_breaking_exception",
    "no_shard_available_action_exception",
    "unavailable_shards_exception",
];
/// Whether a node names a failure so that comes before anything of a write was done.
pub(super) fn is_turned_away(kind: &str) -> bool {
    PASSING_KINDS.contains(&kind)
}

/// How nodes name the failure that an index is missing.
pub(super) const INDEX_MISSING: &str = "index_not_found_exception";
