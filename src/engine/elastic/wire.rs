//! One request to a node and its answer.
//!
//! Invariant: every request is timed and counted, waits no longer than its timeout, and goes to a second node only when
//! the first could not be connected to, or when it reads and its connection broke.

use std::time::{Duration, Instant};

use bytes::Bytes;
use elasticsearch::{
    Elasticsearch,
    http::{Method, StatusCode, headers::HeaderMap},
};
use serde::Deserialize;

use super::{
    nodes::NodePool,
    problem::{INDEX_MISSING, Problem, http_error, is_lost, refusal_kind, transport_failure},
};
use crate::backend::{EngineError, EngineErrorKind};

/// Shortest timeout of work that grows with the catalogue or waits for the whole cluster.
const LONG_WORK: Duration = Duration::from_secs(30);
/// Longest part of a node's own words that is kept, in characters.
const REASON_LENGTH: usize = 500;

/// What a request is for; the label of its metrics, in the words of every engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// Searches.
    Search,
    /// Look-ups.
    MultiGet,
    /// Writes.
    Write,
    /// One page of an export.
    Export,
    /// Lets searches see writes.
    Refresh,
    /// Reads how an index is laid out or stands.
    Inspect,
    /// Makes an index.
    Create,
}

impl RequestKind {
    fn label(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::MultiGet => "multi_get",
            Self::Write => "write",
            Self::Export => "export",
            Self::Refresh => "refresh",
            Self::Inspect => "inspect",
            Self::Create => "create",
        }
    }

    /// Whether asking twice changes nothing.
    fn reads(self) -> bool {
        match self {
            Self::Search | Self::MultiGet | Self::Export | Self::Inspect => true,
            Self::Write | Self::Refresh | Self::Create => false,
        }
    }
}

/// A request to whichever node is in turn.
#[derive(Debug, Clone)]
pub(super) struct Request<'a> {
    /// What it is for.
    pub(super) kind: RequestKind,
    /// HTTP method.
    pub(super) method: Method,
    /// Path below the node's address.
    pub(super) path: &'a str,
    /// Parameters.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// Content.
    pub(super) body: Option<Bytes>,
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Bytes,
}

/// The way to the nodes.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) client: Elasticsearch,
    pub(super) pool: NodePool,
    pub(super) attempt_timeout: Duration,
    /// Longest wait for the answer to writes.
    pub(super) bulk_timeout: Duration,
    pub(super) answer_bytes: usize,
}

impl Wire {
    fn timeout(&self, kind: RequestKind) -> Duration {
        match kind {
            RequestKind::Search | RequestKind::MultiGet | RequestKind::Inspect => self.attempt_timeout,
            RequestKind::Write => self.bulk_timeout,
            RequestKind::Export | RequestKind::Refresh | RequestKind::Create => self.attempt_timeout.max(LONG_WORK),
        }
    }

    /// The answer of a node, whatever its status.
    pub(super) async fn send(&self, request: Request<'_>) -> Result<Answer, EngineError> {
        let label = request.kind.label();
        metrics::counter!("engine_requests_total", "engine" => "elasticsearch", "kind" => label).increment(1);
        let start = Instant::now();
        let answer = self.send_or_turn(&request).await;
        metrics::histogram!("engine_request_seconds", "engine" => "elasticsearch", "kind" => label)
            .record(start.elapsed().as_secs_f64());
        answer
    }

    async fn send_or_turn(&self, request: &Request<'_>) -> Result<Answer, EngineError> {
        let timeout = self.timeout(request.kind);
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let response = match self.attempt(request, timeout).await {
            Err(error) if self.may_turn(request.kind, &error) => self.attempt(request, timeout).await,
            response => response,
        };
        let response = response.map_err(|error| transport_failure(error, timeout_ms))?;
        let status = response.status_code();
        self.check_size(response.content_length())?;
        let body = response.bytes().await.map_err(|error| transport_failure(error, timeout_ms))?;
        self.check_size(u64::try_from(body.len()).ok())?;
        Ok(Answer { status, body })
    }

    async fn attempt(
        &self,
        request: &Request<'_>,
        timeout: Duration,
    ) -> Result<elasticsearch::http::response::Response, elasticsearch::Error> {
        let query = Some(request.query);
        self.client
            .send(request.method, request.path, HeaderMap::new(), query, request.body.clone(), Some(timeout))
            .await
    }

    /// Whether a node that is gone makes it right to ask another one; that node is left out until the next look.
    fn may_turn(&self, kind: RequestKind, error: &elasticsearch::Error) -> bool {
        let Some(gone) = http_error(error).filter(|_| is_lost(error)) else { return false };
        if let Some(number) = gone.url().and_then(|url| self.pool.number_of(url)) {
            self.pool.mark(number, false);
        }
        (kind.reads() || gone.is_connect()) && self.pool.any_up()
    }

    /// An answer that announces its size is refused unread; the library cannot stop in the middle of one that does
    /// not, whose reading only the timeout ends.
    fn check_size(&self, bytes: Option<u64>) -> Result<(), EngineError> {
        match bytes {
            Some(bytes) if usize::try_from(bytes).map_or(true, |bytes| bytes > self.answer_bytes) => {
                Err(Problem::TooLarge { bytes, limit: self.answer_bytes }.unexpected())
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What a node says when it refuses; nodes of every version write it alike, or as a mere text.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    /// Its name for the failure.
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    /// Its explanation.
    #[serde(default)]
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
struct RefusalBody {
    #[serde(default)]
    error: ErrorBody,
}

impl ErrorBody {
    /// The failure that a node's words and status stand for.
    pub(super) fn failure(self, status: u16) -> EngineError {
        let kind = refusal_kind(status, &self.kind);
        let reason = self.reason.unwrap_or_default().chars().take(REASON_LENGTH).collect();
        EngineError::new(kind, Problem::Refused { status, kind: self.kind, reason })
    }
}

impl Answer {
    /// The content of an answer to a request that was accepted.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, EngineError> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body).map_err(|error| Problem::Shape(error).unexpected())
    }

    /// Whether the index that was asked does not exist.
    pub(super) fn is_missing_index(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.error().kind == INDEX_MISSING
    }

    /// What the node said in place of an answer.
    pub(super) fn error(&self) -> ErrorBody {
        serde_json::from_slice::<RefusalBody>(&self.body).map(|body| body.error).unwrap_or_default()
    }

    fn refusal(&self) -> EngineError {
        self.error().failure(self.status.as_u16())
    }
}

/// Whether a failure says that the index is gone.
pub(super) fn says_index_missing(error: &EngineError) -> bool {
    let problem = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<Problem>());
    error.kind == EngineErrorKind::Unavailable
        && matches!(problem, Some(Problem::Refused { kind, .. }) if kind == INDEX_MISSING)
}

/// Whether a failure came before the request left, so that no node can have obeyed it.
pub(super) fn was_never_sent(error: &EngineError) -> bool {
    let problem = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<Problem>());
    let Some(Problem::Transport(error)) = problem else { return false };
    http_error(error).is_some_and(reqwest::Error::is_connect)
}

/// Writes a request's content.
pub(super) fn json(body: &impl serde::Serialize) -> Result<Bytes, EngineError> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|error| Problem::Request(error).unexpected())
}
