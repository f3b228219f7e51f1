//! GraphQL over HTTP, after the specification of that name.

use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Gateway, body,
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
    answer(&gateway.api, &id, &headers, request).await
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
    answer(&gateway.api, &id, &headers, request).await
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
    api: &Api,
    id: &RequestId,
    headers: &HeaderMap,
    request: impl Future<Output = Result<ApiRequest, Failure>>,
) -> Response {
    let media = match Media::accepted(headers) {
        Ok(media) => media,
        Err(failure) => return Refused::new(failure, id).into_response(),
    };
    match request.await {
        Ok(request) => {
            let answer = api.execute(ApiRequest { request_id: id.as_str().to_owned(), ..request }).await;
            let status = answer_status(&answer, media);
            let mut response = response(answer, status, media);
            if status == StatusCode::METHOD_NOT_ALLOWED {
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            response
        }
        Err(failure) => Refused::new(failure, id).in_media(media).into_response(),
    }
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
