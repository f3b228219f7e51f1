//! The answer to a request that never became one, for its head cannot be read.
//!
//! Invariant: it has the typed body of the contract and a name, as every other answer, and says that the connection
//! ends with it. How long it took is not told: when a request begins that is none, nobody knows.

use crate::{
    failure::Failure,
    graphql::ApiAnswer,
    http::{media::Media, refusal, request_id::RequestId, security_headers},
};

/// The answer as bytes.
pub(super) fn of(failure: Failure) -> Vec<u8> {
    let id = RequestId::fresh();
    let status = refusal::status(failure.status);
    let answer = id.span().in_scope(|| ApiAnswer::refused(failure, id.as_str()));
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\
         x-request-id: {id}\r\n",
        media = Media::Json.content_type(),
        length = answer.body.len(),
        id = id.as_str(),
    );
    let mut bytes = head.into_bytes();
    for (name, value) in security_headers::HEADERS {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    [&bytes, b"\r\n".as_slice(), &answer.body].concat()
}
