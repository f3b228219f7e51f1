//! Reads a request's body, no more of it than allowed and no longer than allowed.
//!
//! Invariant: memory is taken for bytes that have arrived, whatever length the head announces, and counts until the
//! request is answered, since what is made of a body is as large as it; a body that is refused by its announced length is
//! not asked for (`Expect: 100-continue`).

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::{HttpSettings, memory::Share};
use crate::failure::{ErrorCode, Fact, Failure, Phase};

/// The whole body; `share` counts its bytes.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    settings: &HttpSettings,
    share: &mut Share,
) -> Result<Vec<u8>, Failure> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    check_length(declared.unwrap_or(0), settings)?;
    let deadline = Instant::now() + Duration::from_millis(settings.body_timeout_ms);
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = timeout_at(deadline, chunks.next()).await.map_err(|_| too_slow(settings))? {
        let chunk = chunk.map_err(|_| Failure::new(ErrorCode::BadRequest, "the body ended before it was complete"))?;
        check_length((bytes.len() + chunk.len()) as u64, settings)?;
        share.grow(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn check_length(length: u64, settings: &HttpSettings) -> Result<(), Failure> {
    let limit = settings.body_bytes as u64;
    if length <= limit {
        return Ok(());
    }
    let message = format!("the body is limited to {limit} bytes, this one has {length} or more");
    Err(Failure::new(ErrorCode::PayloadTooLarge, message).with(Fact::Limit(limit)).with(Fact::Actual(length)))
}

fn too_slow(settings: &HttpSettings) -> Failure {
    Failure::timeout(Phase::Request, settings.body_timeout_ms).with_status(StatusCode::REQUEST_TIMEOUT.as_u16())
}
