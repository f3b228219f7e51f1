//! GraphQL over HTTP, after the specification of that name.

use std::mem;

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Gateway, body, held_answer,
    media::{Media, check_codings, check_content_type},
    parameters,
    refusal::{Refused, response, status},
    request_id::RequestId,
    time_limit,
};
use crate::{
    failure::{ErrorCode, Failure},
    graphql::{Api, ApiAnswer, ApiRequest, Introspection},
};

/// Runs the operation in a JSON body.
pub(super) async fn post(
    State(gateway): State<Gateway>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut share = gateway.bodies.share();
    let request = async {
        check_content_type(&headers)?;
        check_codings(&headers)?;
        let timeout_ms = time_limit::asked(&headers)?;
        let bytes = body::read(&headers, body, &gateway.settings, &mut share).await?;
        Ok(ApiRequest { timeout_ms, ..parameters::from_body(&bytes, &gateway.settings)? })
    };
    answer(&gateway, &id, &headers, request).await
}

/// Runs the query in a query string.
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let request = async {
        let timeout_ms = time_limit::asked(&headers)?;
        Ok(ApiRequest { timeout_ms, ..parameters::from_query(&query.unwrap_or_default(), &gateway.settings)? })
    };
    answer(&gateway, &id, &headers, request).await
}

/// The schema as text, where callers may ask for it.
pub(super) async fn schema(State(gateway): State<Gateway>, Extension(id): Extension<RequestId>) -> Response {
    match gateway.api.introspection() {
        Introspection::Allowed => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], Api::sdl()).into_response(),
        Introspection::Refused => {
            let failure = Failure::new(ErrorCode::BadRequest, "introspection is turned off");
            Refused::new(failure.with_status(StatusCode::NOT_FOUND.as_u16()), &id).into_response()
        }
    }
}

async fn answer(
    gateway: &Gateway,
    id: &RequestId,
    headers: &HeaderMap,
    request: impl Future<Output = Result<ApiRequest, Failure>>,
) -> Response {
    let media = match Media::accepted(headers) {
        Ok(media) => media,
        Err(failure) => return Refused::new(failure, id).into_response(),
    };
    let answered = async {
        let request = ApiRequest { request_id: id.as_str().to_owned(), ..request.await? };
        let mut answer = gateway.api.execute(request).await;
        let bytes = held_answer::held(mem::take(&mut answer.body), &gateway.answers)?;
        Ok((answer, bytes))
    };
    match answered.await {
        Ok((answer, bytes)) => in_full(answer, bytes, media),
        Err(failure) => Refused::new(failure, id).in_media(media).into_response(),
    }
}

/// The answer of the API, whose body is `bytes`.
fn in_full(answer: ApiAnswer, bytes: Bytes, media: Media) -> Response {
    let status = answer_status(&answer, media);
    let mut response = response(answer, status, media);
    *response.body_mut() = Body::from(bytes);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// A plain-JSON client learns from the body alone that its document was understood and refused.
fn answer_status(answer: &ApiAnswer, media: Media) -> StatusCode {
    match answer.refusal {
        None => StatusCode::OK,
        Some(refusal) if media == Media::Json && is_about_document(refusal.code) => StatusCode::OK,
        Some(refusal) => status(refusal.status),
    }
}

fn is_about_document(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::GraphqlParseFailed | ErrorCode::GraphqlValidationFailed | ErrorCode::QueryTooComplex)
}
