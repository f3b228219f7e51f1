//! The body of a request, and whether it was read to its end.
//!
//! Invariant: an answer that is given before the end is the last of its connection, and says so: what is left of the
//! body is not read, so that no next request can be found behind it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{http::HeaderValue, response::Response};
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    header::CONNECTION,
};

/// What hyper receives, watched.
pub(super) struct RequestBody {
    incoming: Incoming,
    end: BodyEnd,
}

/// Whether a body was read to its end.
#[derive(Clone)]
pub(super) struct BodyEnd(Arc<AtomicBool>);

impl RequestBody {
    /// A body, and who knows of its end.
    pub(super) fn watched(incoming: Incoming) -> (Self, BodyEnd) {
        let end = BodyEnd(Arc::new(AtomicBool::new(incoming.is_end_stream())));
        (Self { incoming, end: end.clone() }, end)
    }
}

impl BodyEnd {
    /// The answer, marked as the last one if the body was not read.
    pub(super) fn mark(&self, mut response: Response) -> Response {
        if !self.0.load(Ordering::Relaxed) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Body for RequestBody {
    type Data = <Incoming as Body>::Data;
    type Error = <Incoming as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = Pin::new(&mut self.incoming).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) {
            self.end.0.store(true, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
