//! Bounds the memory of answers that wait for their clients to take them, those of all connections together.
//!
//! Invariant: a large answer holds its share until the socket has taken its last byte; small ones are bounded by the
//! number of connections, and are never refused for want of room, however many large ones wait.

use axum::body::Bytes;

use super::memory::{Memory, Share};
use crate::failure::{Fact, Failure};

/// The largest answer that is small.
const SMALL: usize = 16 * 1024;

/// An answer and the room it takes.
struct HeldAnswer {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for HeldAnswer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The answer to an operation that ran, to be sent; refuses it when there is no room for it.
pub(super) fn held(bytes: Vec<u8>, answers: &Memory) -> Result<Bytes, Failure> {
    let mut share = answers.share();
    if bytes.capacity() > SMALL {
        share.grow(bytes.capacity()).map_err(|full| too_much(&bytes, full))?;
    }
    Ok(Bytes::from_owner(HeldAnswer { bytes, _share: share }))
}

fn too_much(bytes: &[u8], full: Failure) -> Failure {
    let message = format!("the operation ran, but its answer has {} bytes, and {}", bytes.len(), full.message);
    Failure { message, ..full }.with(Fact::Actual(bytes.len() as u64))
}
