//! Reads on after the last answer, and discards what it reads.
//!
//! Closing a socket that has unread bytes resets the connection, and the reset takes the answer away from a client that
//! has not read it yet, because it is still sending (RFC 9112, 9.6).
//!
//! Invariant: it ends after a set time and a set number of bytes.

use std::{io, time::Duration};

use rustix::net::{RecvFlags, recv};
use tokio::{io::Interest, net::TcpStream, time::timeout};

use crate::http::HttpSettings;

/// Most bytes that are discarded at once.
const AT_ONCE: usize = 256 * 1024;

/// Waits for the client's end of the connection.
pub(super) async fn until_the_end(stream: &TcpStream, settings: &HttpSettings) -> io::Result<()> {
    match timeout(Duration::from_millis(settings.linger_ms), discard(stream, settings.linger_bytes)).await {
        Ok(discarded) => discarded,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

async fn discard(stream: &TcpStream, most: u64) -> io::Result<()> {
    // Linux throws the bytes away instead of copying them here; other systems do copy.
    let mut space = vec![0; AT_ONCE];
    let mut left = most;
    while left > 0 {
        let receive = || Ok(recv(stream, space.as_mut_slice(), RecvFlags::TRUNC)?);
        let (received, _) = stream.async_io(Interest::READABLE, receive).await?;
        if received == 0 {
            break;
        }
        left = left.saturating_sub(received as u64);
    }
    Ok(())
}
