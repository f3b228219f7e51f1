//! The client's socket as hyper sees it.
//!
//! Invariant: nothing waits longer for the client to take what was written than it may, and hyper neither refuses
//! anything in its own words nor ends the connection: both are left to [`Ending`](super::ending::Ending).

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use hyper::StatusCode;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::bare_refusal::bare_refusal;

/// A socket with a limit on how long its client may take.
pub(super) struct Socket {
    stream: TcpStream,
    write_timeout: Duration,
    /// Runs since the client made us wait, until everything that was written is taken.
    overdue: Option<Pin<Box<Sleep>>>,
    has_ended: bool,
    withheld: Option<StatusCode>,
}

impl Socket {
    /// The socket of a client that takes what is written within `write_timeout`.
    pub(super) fn new(stream: TcpStream, write_timeout: Duration) -> Self {
        Self { stream, write_timeout, overdue: None, has_ended: false, withheld: None }
    }

    /// Whether the client ended its half of the connection.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The status of a refusal in hyper's words, which the client did not get.
    pub(super) fn withheld(&self) -> Option<StatusCode> {
        self.withheld
    }

    /// What is below, for the end of the connection.
    pub(super) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// The outcome of a write, unless the client made us wait for too long.
    fn in_time(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            return written;
        }
        let overdue = self.overdue.get_or_insert_with(|| Box::pin(sleep(self.write_timeout)));
        overdue.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.remaining();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.has_ended |= matches!(read, Poll::Ready(Ok(()))) && before > 0 && buffer.remaining() == before;
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [bytes] = slices
            && let Some(status) = bare_refusal(bytes)
        {
            self.withheld = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// The writer says by this that it has nothing more to write for now.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.overdue = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
