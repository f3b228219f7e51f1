//! Reads on after the last answer, and discards what it reads.
//!
//! Closing a socket that has unread bytes resets the connection, and the reset takes the answer away from a client that
//! has not read it yet, because it is still sending (RFC 9112, 9.6).
//!
//! Invariant: it ends after a set time and a set number of bytes.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, copy, sink},
    net::TcpStream,
    time::timeout,
};

use crate::http::HttpSettings;

/// Waits for the client's end of the connection.
pub(super) async fn until_the_end(stream: &mut TcpStream, settings: &HttpSettings) -> io::Result<()> {
    let mut rest = stream.take(settings.linger_bytes);
    match timeout(Duration::from_millis(settings.linger_ms), copy(&mut rest, &mut sink())).await {
        Ok(read) => read.map(drop),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}
