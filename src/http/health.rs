//! What a supervisor asks: whether the process lives, and whether it should get requests.

use axum::{
    Extension,
    extract::{Request, State},
    http::{Method, header},
    response::{IntoResponse, Response},
};

use super::{Gateway, refusal::Refused, request_id::RequestId};
use crate::failure::{ErrorCode, Fact, Failure, RETRY_AFTER_SECONDS};

/// Where [`live`] is asked for.
pub(super) const LIVE: &str = "/health/live";
/// Where [`ready`] is asked for.
pub(super) const READY: &str = "/health/ready";

/// Whether a supervisor asks: it addresses a machine, by whatever name, and as often as it wants. Nothing else is, so
/// what is refused here is as bounded as everywhere.
pub(super) fn is_probe(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) && matches!(request.uri().path(), LIVE | READY)
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
