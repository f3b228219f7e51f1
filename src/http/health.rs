//! What a supervisor asks: whether the process lives, and whether it should get requests.

use axum::{
    Extension,
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};

use super::{Gateway, refusal::Refused, request_id::RequestId};
use crate::failure::{ErrorCode, Fact, Failure, RETRY_AFTER_SECONDS};

/// Whether a supervisor asks: it addresses a machine, by whatever name, and as often as it wants.
pub(super) fn is_probe(uri: &Uri) -> bool {
    uri.path().starts_with("/health/")
}

/// The process works.
pub(super) async fn live() -> Response {
    status(r#"{"status":"live"}"#)
}

/// The engine can answer.
pub(super) async fn ready(State(gateway): State<Gateway>, Extension(id): Extension<RequestId>) -> Response {
    if gateway.api.is_ready() {
        return status(r#"{"status":"ready"}"#);
    }
    let failure = Failure::new(ErrorCode::ServiceUnavailable, "the search engine is not ready")
        .with(Fact::RetryAfter(RETRY_AFTER_SECONDS));
    Refused::of_probe(failure, &id).into_response()
}

fn status(body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
