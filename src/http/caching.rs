//! Who may keep an answer, and for how long (`Cache-Control`, `Vary`).
//!
//! Invariant: only what the API declares fit for everybody may be kept, and only an answer without refusal; the layer of
//! `security_headers` forbids it for all others.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::graphql::CachePolicy;

/// Writes the policy of an answer with this status.
pub(super) fn declare(policy: CachePolicy, status: StatusCode, headers: &mut HeaderMap) {
    // The media type is chosen by it; origins are added by `cors`.
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    if let (CachePolicy::Public { seconds }, StatusCode::OK) = (policy, status)
        && let Ok(value) = HeaderValue::try_from(format!("public, max-age={seconds}"))
    {
        headers.insert(header::CACHE_CONTROL, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_answers_that_succeeded_may_be_kept() {
        for (policy, status, expected) in [
            (CachePolicy::Public { seconds: 60 }, StatusCode::OK, Some("public, max-age=60")),
            (CachePolicy::Public { seconds: 60 }, StatusCode::BAD_REQUEST, None),
            (CachePolicy::NoStore, StatusCode::OK, None),
        ] {
            let mut headers = HeaderMap::new();
            declare(policy, status, &mut headers);
            assert_eq!(headers.get(header::CACHE_CONTROL).map(|value| value.to_str().unwrap()), expected);
            assert_eq!(headers[header::VARY], "accept");
        }
    }
}
