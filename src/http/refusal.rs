//! Answers to requests that never reach the API.

use axum::{
    Extension,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{caching, media::Media, request_id::RequestId, timing};
use crate::{
    failure::{ErrorCode, Failure, quoted},
    graphql::ApiAnswer,
};

/// A refusal in the form of the contract.
pub(super) struct Refused {
    answer: ApiAnswer,
    media: Media,
}

impl Refused {
    /// The refusal of the request `id`, as plain JSON.
    pub(super) fn new(failure: Failure, id: &RequestId) -> Self {
        Self { answer: ApiAnswer::refused(failure, id.as_str()), media: Media::Json }
    }

    /// The refusal of a probe.
    pub(super) fn of_probe(failure: Failure, id: &RequestId) -> Self {
        Self { answer: ApiAnswer::to_probe(failure, id.as_str()), media: Media::Json }
    }

    /// The same in the media type that the client asked for.
    pub(super) fn in_media(self, media: Media) -> Self {
        Self { media, ..self }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = self.answer.refusal.map_or(StatusCode::INTERNAL_SERVER_ERROR, |refusal| status(refusal.status));
        response(self.answer, status, self.media)
    }
}

/// The answer with its headers.
pub(super) fn response(answer: ApiAnswer, status: StatusCode, media: Media) -> Response {
    let ApiAnswer { body, refusal, cache, phases } = answer;
    let mut response = (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = refusal.and_then(|refusal| refusal.retry_after) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(timing) = timing::server_timing(phases) {
        headers.insert(timing::SERVER_TIMING, timing);
    }
    caching::declare(cache, status, headers);
    response
}

/// The status of a failure; every failure has a valid one.
pub(super) fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Nothing is served at this path; `*` is the server itself, and only OPTIONS may ask for it.
pub(super) async fn unknown_path(Extension(id): Extension<RequestId>, method: Method, uri: Uri) -> Response {
    if method == Method::OPTIONS && uri.path() == "*" {
        return StatusCode::NO_CONTENT.into_response();
    }
    let message = format!("nothing is served at {}", quoted(uri.path()));
    let failure = Failure::new(ErrorCode::BadRequest, message).with_status(StatusCode::NOT_FOUND.as_u16());
    Refused::new(failure, &id).into_response()
}

/// Something is served at this path, but not by this method; the router adds which ones are, which is all that OPTIONS
/// asks for.
pub(super) async fn unknown_method(Extension(id): Extension<RequestId>, method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let message = format!("this address does not take {}", quoted(method.as_str()));
    Refused::new(Failure::new(ErrorCode::MethodNotAllowed, message), &id).into_response()
}

/// What a layer does with a request that it has judged.
pub(super) async fn unless_refused(
    verdict: Result<(), Failure>,
    id: &RequestId,
    request: Request,
    next: Next,
) -> Response {
    match verdict {
        Ok(()) => next.run(request).await,
        Err(failure) => Refused::new(failure, id).into_response(),
    }
}
