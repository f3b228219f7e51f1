//! Lets pages of allowed origins read answers, refusals too.
//!
//! Invariant: a preflight costs nothing, for nothing further inside sees it; that a page may not read an answer does not
//! keep it from asking, which is the work of `cross_site`.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, Method, header},
    middleware::Next,
    response::Response,
};
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    origin::AllowedOrigins,
    request_id::{PROCESS_TIME, REQUEST_ID},
    time_limit::TIMEOUT,
    timing::SERVER_TIMING,
};

/// How long a browser need not ask again: as long as Chromium remembers at most.
const REMEMBERED: Duration = Duration::from_hours(2);

/// What clients of GraphQL and tracing send beside the headers that we read.
const SENT_BY_CLIENTS: [HeaderName; 9] = [
    HeaderName::from_static("apollo-require-preflight"),
    HeaderName::from_static("apollographql-client-name"),
    HeaderName::from_static("apollographql-client-version"),
    HeaderName::from_static("baggage"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("x-apollo-operation-id"),
    HeaderName::from_static("x-apollo-operation-name"),
    HeaderName::from_static("x-requested-with"),
];

/// The layer that says so to browsers; `None` where no other origin is allowed.
pub(super) fn layer(allowed: &AllowedOrigins) -> Option<CorsLayer> {
    let (origins, varies) = match allowed.clone() {
        AllowedOrigins::None => return None,
        AllowedOrigins::Any => (AllowOrigin::any(), None),
        allowed @ (AllowedOrigins::Loopback | AllowedOrigins::Listed(_)) => {
            (AllowOrigin::predicate(move |origin, _| allowed.allow(origin)), Some(header::ORIGIN))
        }
    };
    let ours = [header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID, TIMEOUT];
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .vary(varies.into_iter().collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(ours.into_iter().chain(SENT_BY_CLIENTS).collect::<Vec<_>>())
        .expose_headers([REQUEST_ID, PROCESS_TIME, SERVER_TIMING, header::RETRY_AFTER])
        .max_age(REMEMBERED);
    Some(layer)
}

/// Answers preflights, and marks answers as readable by the pages that may read them.
pub(super) async fn share(State(layer): State<Option<CorsLayer>>, request: Request, next: Next) -> Response {
    // The library takes every OPTIONS for a preflight.
    let is_other_options =
        request.method() == Method::OPTIONS && !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    match layer {
        Some(layer) if !is_other_options => {
            let answered: Result<Response, Infallible> = layer.layer(next).oneshot(request).await;
            match answered {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        _ => next.run(request).await,
    }
}
