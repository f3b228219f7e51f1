//! Getting the keys of a product before the product is stored, and giving back what it does not need.
//!
//! Invariant: a reservation is known by its revision, so that only that very one is ever given back; and nobody waits
//! for a key while holding one that others may wait for.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use super::{
    super::{
        bulk::{Action, Operation, Revision, Written},
        keys::{HeldKey, key_document, key_id},
    },
    backoff::Backoff,
    saga::{AttemptError, Saga},
    target::has_key,
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::TakenBy,
    product::{ProductId, UniqueKey},
};

/// Age from which a key whose product does not have it counts as abandoned, in milliseconds.
const ABANDONED_MS: i64 = 30_000;
/// Age up to which a reservation is relied on without another look.
pub(super) const FRESH: Duration = Duration::from_secs(10);

/// Longest wait for a key that another write has reserved: far more than a write needs, and less than callers wait.
const OPEN: Duration = Duration::from_secs(5);

/// A key that a saga has reserved.
#[derive(Debug)]
pub(super) struct Reserved {
    pub(super) key: UniqueKey,
    /// The product that it is for.
    owner: ProductId,
    revision: Revision,
    /// When it was last stamped, or earlier.
    stamped: Instant,
}

/// For which product keys are reserved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claimant<'a> {
    pub(super) id: &'a ProductId,
    /// Whether there must be no product of that id.
    pub(super) is_new: bool,
}

/// Why keys could not be had.
pub(super) enum ReserveError {
    /// Another product has one.
    Taken { by: TakenBy, owner: ProductId, key: Option<UniqueKey> },
    /// Something else.
    Attempt(AttemptError),
}

/// How a contested key stands.
enum KeyState {
    /// It was given back.
    Free,
    Reserved(Reserved),
    /// Another write is about to use it.
    Open,
}

impl From<EngineError> for ReserveError {
    fn from(error: EngineError) -> Self {
        Self::Attempt(error.into())
    }
}

impl Saga<'_> {
    /// A time until which that may be sent which tidies up or looks what became of something.
    pub(super) fn grace(&self) -> Instant {
        self.backoff.until.max(Instant::now() + self.requests.bulk_timeout)
    }

    /// Gets those of the keys that the saga does not have already.
    pub(super) async fn reserve(&mut self, keys: &[UniqueKey], claimant: Claimant<'_>) -> Result<(), ReserveError> {
        // An earlier try may have been about another product.
        self.give_back_unless(|reserved| reserved.owner == *claimant.id).await;
        let wait_until = Instant::now() + OPEN;
        let mut contested = self.create_keys(keys, claimant).await?;
        while !contested.is_empty() {
            let states = join_all(contested.iter().map(|key| Box::pin(self.contend(key, claimant)))).await;
            if self.note(states)? {
                contested = self.create_keys(keys, claimant).await?;
            } else {
                self.give_back_all_but(&[]).await;
                if Instant::now() >= wait_until || !self.backoff.pause().await {
                    let error = EngineError::from(EngineErrorKind::Unavailable);
                    return Err(ReserveError::Attempt(AttemptError::Final(error.into())));
                }
            }
        }
        Ok(())
    }

    /// Keeps what was got; false when something else has to be waited for.
    fn note(&mut self, states: Vec<Result<KeyState, ReserveError>>) -> Result<bool, ReserveError> {
        let mut is_free = true;
        let mut obstacle = None;
        for state in states {
            match state {
                Ok(KeyState::Free) => {}
                Ok(KeyState::Reserved(reserved)) => self.reserved.push(reserved),
                Ok(KeyState::Open) => is_free = false,
                Err(error) => obstacle = obstacle.or(Some(error)),
            }
        }
        obstacle.map_or(Ok(is_free), Err)
    }

    /// Creates the keys that are missing, and tells which of them are there.
    async fn create_keys(
        &mut self,
        keys: &[UniqueKey],
        claimant: Claimant<'_>,
    ) -> Result<Vec<UniqueKey>, ReserveError> {
        let missing: Vec<&UniqueKey> =
            keys.iter().filter(|key| !self.reserved.iter().any(|reserved| reserved.key == **key)).collect();
        let stamped = Instant::now();
        let created = join_all(missing.iter().map(|key| self.create_key(key, claimant))).await;
        let mut contested = Vec::new();
        let mut trouble = None;
        for (key, written) in missing.into_iter().zip(created) {
            match written? {
                Written::Stored(revision) => {
                    let (key, owner) = (key.clone(), claimant.id.clone());
                    self.reserved.push(Reserved { key, owner, revision, stamped });
                }
                // Whether it was created shows when it is looked at.
                Written::Conflict | Written::Unknown(_) => contested.push(key.clone()),
                Written::Refused(error) => trouble = Some(AttemptError::Retry(Some(error))),
                Written::Failed(error) => trouble = Some(AttemptError::Final(error.into())),
            }
        }
        match trouble {
            // No node can be reached: nothing was changed, and the caller may decide whether to wait.
            Some(AttemptError::Retry(Some(error))) if error.kind == EngineErrorKind::Unreachable => {
                Err(ReserveError::Attempt(AttemptError::Final(error.into())))
            }
            Some(error) => Err(ReserveError::Attempt(error)),
            None => Ok(contested),
        }
    }

    async fn create_key(&self, key: &UniqueKey, claimant: Claimant<'_>) -> Result<Written, EngineError> {
        let document = key_document(key, claimant.id, &self.nonce, self.requests.now())?;
        let operation = Operation { id: key_id(key), action: Action::Create(document) };
        Ok(self.requests.write_key(operation, self.backoff.until).await)
    }

    /// Looks at a key that is there, and gets it if it may be had.
    async fn contend(&self, key: &UniqueKey, claimant: Claimant<'_>) -> Result<KeyState, ReserveError> {
        let Some(held) = self.requests.key(key, self.backoff.until).await? else { return Ok(KeyState::Free) };
        let own = async {
            if claimant.is_new { self.requests.product(claimant.id, self.backoff.until).await } else { Ok(None) }
        };
        let (own, owner) = join(own, self.requests.product(&held.owner, self.backoff.until)).await;
        if own?.is_some() {
            return Err(ReserveError::Taken { by: TakenBy::Id, owner: claimant.id.clone(), key: None });
        }
        let has_it = owner?.is_some_and(|owner| has_key(&owner.product, key));
        let is_ours = held.owner == *claimant.id;
        match (has_it, is_ours) {
            // The product has got it since it was read.
            (true, true) => Err(ReserveError::Attempt(AttemptError::Retry(None))),
            (true, false) => {
                Err(ReserveError::Taken { by: TakenBy::from(key.kind()), owner: held.owner, key: Some(key.clone()) })
            }
            (false, _) if held.write == self.nonce || self.is_abandoned(&held) => {
                self.stamp(key, held.revision, claimant.id).await.map(KeyState::Reserved)
            }
            // Another write is responsible for it, be it one of the same product.
            (false, _) => Ok(KeyState::Open),
        }
    }

    fn is_abandoned(&self, held: &HeldKey) -> bool {
        self.requests.now().millis().saturating_sub(held.at.millis()) > ABANDONED_MS
    }

    /// Takes a key that stands at `revision`, or makes it young again.
    async fn stamp(&self, key: &UniqueKey, revision: Revision, owner: &ProductId) -> Result<Reserved, ReserveError> {
        let stamped = Instant::now();
        let document = key_document(key, owner, &self.nonce, self.requests.now())?;
        let operation = Operation { id: key_id(key), action: Action::Replace(revision, document) };
        match self.requests.write_key(operation, self.backoff.until).await {
            Written::Stored(revision) => {
                let (key, owner) = (key.clone(), owner.clone());
                Ok(Reserved { key, owner, revision, stamped })
            }
            Written::Conflict => Err(ReserveError::Attempt(AttemptError::Retry(None))),
            Written::Refused(error) | Written::Unknown(error) => {
                Err(ReserveError::Attempt(AttemptError::Retry(Some(error))))
            }
            Written::Failed(error) => Err(ReserveError::Attempt(AttemptError::Final(error.into()))),
        }
    }

    /// Makes reservations young again that are too old to be relied on.
    pub(super) async fn keep_fresh(&mut self) -> Result<(), AttemptError> {
        let (fresh, stale): (Vec<_>, Vec<_>) =
            self.reserved.drain(..).partition(|reserved| reserved.stamped.elapsed() <= FRESH);
        self.reserved = fresh;
        let mut trouble = None;
        for reserved in stale {
            match self.stamp(&reserved.key, reserved.revision, &reserved.owner).await {
                Ok(stamped) => self.reserved.push(stamped),
                // Somebody else has it.
                Err(ReserveError::Attempt(AttemptError::Retry(None)) | ReserveError::Taken { .. }) => {
                    trouble = Some(AttemptError::Retry(None));
                }
                Err(ReserveError::Attempt(error)) => {
                    self.reserved.push(reserved);
                    trouble = Some(error);
                }
            }
        }
        trouble.map_or(Ok(()), Err)
    }

    /// When the oldest reservation is too old to be relied on by what has not left by then.
    pub(super) fn fresh_until(&self) -> Instant {
        let oldest = self.reserved.iter().map(|reserved| reserved.stamped + FRESH).min();
        oldest.map_or(self.backoff.until, |fresh| fresh.min(self.backoff.until))
    }

    /// Whether every reservation is young enough to be relied on.
    pub(super) fn is_fresh(&self) -> bool {
        self.reserved.iter().all(|reserved| reserved.stamped.elapsed() <= FRESH)
    }

    /// Gives back what the saga took, but for these keys.
    pub(super) async fn give_back_all_but(&mut self, kept: &[UniqueKey]) {
        self.give_back_unless(|reserved| kept.contains(&reserved.key)).await;
    }

    async fn give_back_unless(&mut self, is_kept: impl Fn(&Reserved) -> bool) {
        let (kept, unused): (Vec<_>, Vec<_>) = self.reserved.drain(..).partition(is_kept);
        self.reserved = kept;
        self.release(unused.into_iter().map(|reserved| (reserved.key, reserved.revision)).collect()).await;
    }

    /// Deletes keys that still stand at those revisions.
    pub(super) async fn release(&self, keys: Vec<(UniqueKey, Revision)>) {
        let released = join_all(keys.iter().map(|(key, revision)| self.release_one(key, *revision))).await;
        let kept = released.into_iter().filter(|is_released| !is_released).count();
        if kept > 0 {
            tracing::warn!(kept, "keys that no product has are kept until somebody wants them");
        }
    }

    /// Whether the key is free now, or somebody else's.
    async fn release_one(&self, key: &UniqueKey, revision: Revision) -> bool {
        // Time for a request that is lost and another one: whoever waits for the outcome must not wait long for this,
        // and what stays is abandoned in time.
        let mut backoff = Backoff::new(Instant::now() + 2 * self.requests.bulk_timeout);
        loop {
            let operation = Operation { id: key_id(key), action: Action::Delete(revision) };
            match self.requests.write_key(operation, backoff.until).await {
                Written::Stored(_) | Written::Conflict => return true,
                Written::Failed(_) => return false,
                Written::Refused(_) | Written::Unknown(_) => {
                    if !backoff.pause().await {
                        return false;
                    }
                }
            }
        }
    }
}
