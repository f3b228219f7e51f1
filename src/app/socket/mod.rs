//! The socket in the data directory, by which commands work through a serving gateway.
//!
//! A client sends one line, the command as JSON, then the bytes of its input, and closes its half; the answer is one
//! [`DataEvent`](super::data::DataEvent) as JSON a line. Invariant: only the owner of the data directory can connect;
//! commands at once, and their silence, are bounded.

mod client;
mod server;

use std::path::{Path, PathBuf};

pub use client::{Connection, connect};
pub use server::{SocketServer, SocketSettings};

/// Longest path of a Unix socket: `sun_path` of Linux holds 108 bytes, one of them for the end.
const LONGEST_PATH: usize = 107;

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The path does not fit.
    #[error(
        "{} is too long for a socket ({} bytes, at most {LONGEST_PATH}); choose a shorter AISLE_DATA_DIR",
        .0.display(), .0.as_os_str().len()
    )]
    PathTooLong(PathBuf),
    /// The operating system refuses.
    #[error("cannot serve commands on {}", .0.display())]
    Refused(PathBuf, #[source] std::io::Error),
}

/// Where the socket of a data directory is.
pub(super) fn path(data_dir: &Path) -> Result<PathBuf, SocketError> {
    let path = data_dir.join("aisle.sock");
    // The name under which the socket is made before it takes its place.
    if path.as_os_str().len() + server::NEW_SUFFIX.len() > LONGEST_PATH {
        return Err(SocketError::PathTooLong(path));
    }
    Ok(path)
}
