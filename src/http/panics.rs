//! Keeps the process alive, and the client informed, when a handler panics.

use std::panic::AssertUnwindSafe;

use axum::{
    Extension,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use super::{refusal::Refused, request_id::RequestId};
use crate::failure::Failure;

/// Answers a panic further inside with `INTERNAL_ERROR`.
pub(super) async fn contain(Extension(id): Extension<RequestId>, request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => Refused::new(Failure::panic(panic.as_ref()), &id).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware, routing};
    use tower::ServiceExt;

    use super::*;
    use crate::http::request_id;

    #[tokio::test]
    async fn a_panicking_handler_is_answered_and_named() {
        async fn panicking() -> Response {
            panic!("secret")
        }
        let router = Router::new()
            .route("/", routing::get(panicking))
            .layer(middleware::from_fn(contain))
            .layer(middleware::from_fn(request_id::identify));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key("x-request-id"));
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("INTERNAL_ERROR") && text.contains("CRITICAL") && !text.contains("secret"), "{text}");
    }
}
