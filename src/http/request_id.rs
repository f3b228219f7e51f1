//! Names every request, so that an answer, its errors and the log can be brought together.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tracing::{Instrument, Span, field::Empty};
use uuid::Uuid;

/// Longest name that is taken over from a client, in bytes.
const MAX_LENGTH: usize = 128;
/// The header that names a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header with the seconds that an answer took.
pub(super) const PROCESS_TIME: HeaderName = HeaderName::from_static("x-process-time");

/// The name of a request: 1 to 128 of `A–Z a–z 0–9 . _ -`.
#[derive(Debug, Clone)]
pub(super) struct RequestId(String);

impl RequestId {
    /// The client's name for the request when it is one and well-formed, else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(REQUEST_ID).iter();
        let only = values.next().filter(|_| values.next().is_none());
        let given = only.and_then(|value| value.to_str().ok());
        given.filter(|text| is_well_formed(text)).map_or_else(Self::fresh, |text| Self(text.to_owned()))
    }

    /// A new name.
    pub(super) fn fresh() -> Self {
        Self(Uuid::now_v7().to_string())
    }

    /// What the log says about this request; at the level of errors, so that every line has the name whatever the log
    /// leaves out.
    pub(super) fn span(&self) -> Span {
        tracing::error_span!("request", request_id = self.as_str(), client = Empty)
    }

    /// The name as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_well_formed(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Names the request and says in the answer which it was and how many seconds it took.
pub(super) async fn identify(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(id.span()).await;
    let seconds = format!("{:.6}", started.elapsed().as_secs_f64());
    for (name, value) in [(REQUEST_ID, id.as_str()), (PROCESS_TIME, &seconds)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
