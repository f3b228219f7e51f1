//! How a connection is to be ended, by what became of it.
//!
//! Invariant: a client that was sent an answer can read it: the connection is not cut while it may still be sending.

use std::io;

use hyper::StatusCode;
use tokio::io::AsyncWriteExt;

use super::{last_words, linger, socket::Socket};
use crate::{
    failure::{ErrorCode, Failure, Phase},
    http::HttpSettings,
};

/// What is left to do for a connection.
pub(super) enum Ending {
    /// Nothing: the client is gone, does not take what it is sent, or has not begun to ask.
    Silent,
    /// Letting the client read its answers.
    Answered,
    /// Saying why what the client sent is not answered.
    Refused(Failure),
}

impl Ending {
    /// The ending of what hyper served; `unread` are bytes that it read and did not use.
    pub(super) fn of(
        served: Result<(), hyper::Error>,
        socket: &Socket,
        unread: &[u8],
        settings: &HttpSettings,
    ) -> Self {
        match served {
            Ok(()) if socket.has_ended() => Self::Silent,
            Ok(()) => Self::Answered,
            Err(error) => {
                tracing::debug!(error = %error, "connection ended early");
                refusal(&error, socket, unread, settings).map_or(Self::Silent, Self::Refused)
            }
        }
    }

    /// Ends the connection.
    pub(super) async fn perform(self, mut socket: Socket, settings: &HttpSettings) -> io::Result<()> {
        match self {
            Self::Silent => return Ok(()),
            Self::Answered => {}
            Self::Refused(failure) => socket.write_all(&last_words::of(failure)).await?,
        }
        let stream = socket.stream();
        stream.shutdown().await?;
        linger::until_the_end(stream, settings).await
    }
}

/// What to tell the client about an error, if it has sent anything that waits for an answer.
fn refusal(error: &hyper::Error, socket: &Socket, unread: &[u8], settings: &HttpSettings) -> Option<Failure> {
    if error.is_parse() {
        let message = format!("the request cannot be read as HTTP/1.1: {error}");
        let status = match socket.withheld().unwrap_or(StatusCode::BAD_REQUEST) {
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE if !has_headers(unread) => StatusCode::URI_TOO_LONG,
            status => status,
        };
        return Some(Failure::new(ErrorCode::BadRequest, message).with_status(status.as_u16()));
    }
    // Without bytes of a head no request had begun, or the one under way was dropped.
    if unread.is_empty() {
        return None;
    }
    if error.is_timeout() {
        let failure = Failure::timeout(Phase::Request, settings.header_timeout_ms);
        return Some(failure.with_status(StatusCode::REQUEST_TIMEOUT.as_u16()));
    }
    let message = "the head of the request ended before it was complete";
    error.is_incomplete_message().then(|| Failure::new(ErrorCode::BadRequest, message))
}

/// Whether a head reaches beyond its request line, before which empty lines may stand.
fn has_headers(head: &[u8]) -> bool {
    head.trim_ascii_start().contains(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_begin_behind_the_request_line() {
        assert!(has_headers(b"GET / HTTP/1.1\r\nhost"));
        assert!(!has_headers(b"\r\n\r\nGET /graphql?query=x"));
        assert!(!has_headers(b""));
    }
}
