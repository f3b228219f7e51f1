//! Bounds the head of a request: its target and its headers.
//!
//! Invariant: the HTTP library's own limits are above these, so that what is a little too large gets a typed answer.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Uri},
};

use super::HttpSettings;
use crate::failure::{ErrorCode, Fact, Failure};

/// How large the head of a request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadLimits {
    /// Longest target, in bytes.
    pub target_bytes: usize,
    /// Most headers.
    pub headers: usize,
    /// Most bytes of all headers together, with their names, colons, spaces and line ends.
    pub header_bytes: usize,
}

impl HeadLimits {
    /// Most bytes of a head that the HTTP library reads, and of a body at once; each connection may hold as many.
    pub(super) fn bytes_read(self) -> usize {
        /// For the rest of the request line, and for heads a little too large: their refusal says more when they are
        /// read. Alone it is twice the least that hyper takes.
        const BEYOND: usize = 16 * 1024;
        self.target_bytes + self.header_bytes + BEYOND
    }

    /// Most headers that the HTTP library reads.
    pub(super) fn headers_read(self) -> usize {
        /// For heads with a few too many, for the same reason.
        const BEYOND: usize = 50;
        self.headers + BEYOND
    }
}

/// Finds nothing wrong with small heads.
pub(super) fn judge(request: &Request, settings: &HttpSettings) -> Result<(), Failure> {
    let limits = settings.head;
    let headers = request.headers();
    let measures = [
        (StatusCode::URI_TOO_LONG, "the target", "bytes", limits.target_bytes, target_bytes(request.uri())),
        (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the head", "headers", limits.headers, headers.len()),
        (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "the headers",
            "bytes",
            limits.header_bytes,
            header_bytes(headers),
        ),
    ];
    for (status, what, unit, limit, actual) in measures {
        if actual > limit {
            let message = format!("{what} may have {limit} {unit}, this request has {actual}");
            return Err(Failure::new(ErrorCode::BadRequest, message)
                .with_status(status.as_u16())
                .with(Fact::Limit(limit as u64))
                .with(Fact::Actual(actual as u64)));
        }
    }
    Ok(())
}

fn target_bytes(uri: &Uri) -> usize {
    let before = uri.authority().map_or(0, |host| host.as_str().len() + uri.scheme_str().map_or(0, |s| s.len() + 3));
    before + uri.path_and_query().map_or(0, |rest| rest.as_str().len())
}

fn header_bytes(headers: &HeaderMap) -> usize {
    /// Colon, space and the line's end.
    const AROUND: usize = 4;
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + AROUND).sum()
}
