//! Tells browsers what not to do with an answer.
//!
//! Invariant: every answer has all of these, refusals too, also of heads that cannot be read; a handler that serves
//! something else than data may set its own. TLS, and with it `Strict-Transport-Security`, is the proxy's.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The headers, each with what it is unless the answer has set it itself.
pub(super) const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    // Whether an answer may be kept is known where it is made; others are of their moment.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Adds what the answer has not set itself.
pub(super) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}
