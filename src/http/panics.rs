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

/// Answers a panic further inside with INTERNAL_ERROR.
pub(super) async fn contain(Extension(id): Extension<RequestId>, request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => Refused::new(Failure::panic(panic.as_ref()), &id).into_response(),
    }
}
