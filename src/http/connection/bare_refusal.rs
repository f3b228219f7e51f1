//! Tells the refusals that hyper writes itself from everything that we write.
//!
//! Invariant: an answer of ours is never taken for one: each carries `X-Request-Id` in its head, and no line break of a
//! head can stand in the JSON of a body.

use hyper::StatusCode;

/// The status of hyper's refusal of a head, if that is what these bytes are as a whole.
pub(super) fn bare_refusal(written: &[u8]) -> Option<StatusCode> {
    let text = str::from_utf8(written).ok()?;
    let lines = text.strip_suffix("\r\n\r\n")?;
    let (status_line, headers) = lines.split_once("\r\n")?;
    let code = status_line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
    let status = StatusCode::from_bytes(code.as_bytes()).ok()?;
    let mut headers = headers.split("\r\n").map(str::to_ascii_lowercase);
    let is_bare = headers.clone().any(|line| line == "content-length: 0")
        && !headers.any(|line| line.is_empty() || line.starts_with("x-request-id:"));
    (status.is_client_error() && is_bare).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hyper_writes_itself_is_a_bare_refusal() {
        let head =
            "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        assert_eq!(bare_refusal(head.as_bytes()), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        let head = "HTTP/1.0 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(bare_refusal(head.as_bytes()), Some(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn what_we_write_is_none() {
        for ours in [
            "HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\nmore",
            "HTTP/1.1 200 OK\r\nx-request-id: 1\r\n\r\nHTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
            "{\"data\":null}",
            "",
        ] {
            assert_eq!(bare_refusal(ours.as_bytes()), None, "{ours}");
        }
    }
}
