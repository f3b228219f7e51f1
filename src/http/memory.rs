//! Bounds the memory of one kind of bytes, those of all connections together.
//!
//! Invariant: bytes count when they are there, never when they are announced, so that nobody takes the room of others by
//! promises; and they count as long as their share lives.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::failure::{ErrorCode, Fact, Failure, RETRY_AFTER_SECONDS};

/// The room for all bytes of a kind.
#[derive(Clone)]
pub(super) struct Memory {
    /// A permit is a byte.
    free: Arc<Semaphore>,
    total: usize,
    holders: &'static str,
}

/// What one holder takes of the room; it is given back on drop.
pub(super) struct Share {
    memory: Memory,
    taken: Option<OwnedSemaphorePermit>,
}

impl Memory {
    /// Room for `total` bytes; `holders` says in refusals what fills it.
    pub(super) fn new(total: usize, holders: &'static str) -> Self {
        Self { free: Arc::new(Semaphore::new(total)), total, holders }
    }

    /// The share of a holder that has nothing yet.
    pub(super) fn share(&self) -> Share {
        Share { memory: self.clone(), taken: None }
    }
}

impl Share {
    /// Takes room for `bytes` more. Refuses when there is none, instead of waiting: what waits keeps the room that it
    /// has, and several could wait for each other.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let more = u32::try_from(bytes)
            .ok()
            .and_then(|bytes| Arc::clone(&self.memory.free).try_acquire_many_owned(bytes).ok());
        let more = more.ok_or_else(|| self.refusal())?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    fn refusal(&self) -> Failure {
        let Memory { total, holders, .. } = self.memory;
        let message = format!("{holders} fill the {total} bytes there are for them");
        Failure::new(ErrorCode::ServiceUnavailable, message).with(Fact::RetryAfter(RETRY_AFTER_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_grows_until_all_shares_fill_the_room_and_leaves_it_to_others() {
        let memory = Memory::new(100, "the bodies");
        let (mut first, mut second) = (memory.share(), memory.share());
        first.grow(40).unwrap();
        first.grow(20).unwrap();
        second.grow(40).unwrap();
        assert_eq!(second.grow(1).unwrap_err().code, ErrorCode::ServiceUnavailable);
        drop(first);
        second.grow(60).unwrap();
        assert!(second.grow(1).is_err());
    }
}
