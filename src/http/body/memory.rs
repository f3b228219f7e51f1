//! Bounds the memory of request bodies, those of all connections together.
//!
//! Invariant: bytes count when they have arrived, never when they are announced, so that nobody takes the room of others
//! by promises; and they count until their request is answered, since what is made of a body is as large as it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::failure::{ErrorCode, Fact, Failure, RETRY_AFTER_SECONDS};

/// The room for all bodies.
#[derive(Clone)]
pub(in crate::http) struct BodyMemory {
    /// A permit is a byte.
    free: Arc<Semaphore>,
    total: usize,
}

/// What one body takes of the room; it is given back on drop.
pub(in crate::http) struct BodyShare {
    memory: BodyMemory,
    taken: Option<OwnedSemaphorePermit>,
}

impl BodyMemory {
    /// Room for `total` bytes.
    pub(in crate::http) fn new(total: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(total)), total }
    }

    /// The share of a body of which nothing has arrived yet.
    pub(in crate::http) fn share(&self) -> BodyShare {
        BodyShare { memory: self.clone(), taken: None }
    }
}

impl BodyShare {
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
        let message =
            format!("the requests that are being answered fill the {} bytes there are for them", self.memory.total);
        Failure::new(ErrorCode::ServiceUnavailable, message).with(Fact::RetryAfter(RETRY_AFTER_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_grows_until_all_shares_fill_the_room_and_leaves_it_to_others() {
        let memory = BodyMemory::new(100);
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
