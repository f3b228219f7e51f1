//! How long a client wants to wait for its operation (`X-Request-Timeout-Ms`).

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::failure::{ErrorCode, Failure, quoted};

/// The header.
pub(super) const TIMEOUT: HeaderName = HeaderName::from_static("x-request-timeout-ms");

/// The milliseconds that the client gives its operation; the API lets them shorten its own limit alone.
pub(super) fn asked(headers: &HeaderMap) -> Result<Option<u64>, Failure> {
    let mut values = headers.get_all(TIMEOUT).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => milliseconds(value).map(Some),
        (Some(_), Some(_)) => Err(Failure::new(ErrorCode::BadRequest, "X-Request-Timeout-Ms is given twice")),
    }
}

fn milliseconds(value: &HeaderValue) -> Result<u64, Failure> {
    let text = String::from_utf8_lossy(value.as_bytes());
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text.as_ref());
    digits.and_then(|digits| digits.parse().ok()).filter(|milliseconds| *milliseconds > 0).ok_or_else(|| {
        let message = format!("X-Request-Timeout-Ms {} must be whole milliseconds, 1 or more", quoted(&text));
        Failure::new(ErrorCode::BadRequest, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_milliseconds_are_taken() {
        let read = |text: &str| milliseconds(&HeaderValue::from_bytes(text.as_bytes()).unwrap()).ok();
        assert_eq!(read("1"), Some(1));
        assert_eq!(read("0250"), Some(250));
        for text in ["", "0", "-1", "+5", "1.5", "1e3", "5 ", "5ms", "ten", "99999999999999999999", "\u{ff15}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
