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
    errand::{Errand, Halt, taken_by},
    meeting::has_key,
    patience::Patience,
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

/// A key that an errand has.
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
pub(super) enum Hindrance {
    /// Another product has one.
    Taken { by: TakenBy, owner: ProductId, key: Option<UniqueKey> },
    /// Something else.
    Halt(Halt),
}

/// How a contested key stands.
enum Standing {
    /// It was given back.
    Free,
    Reserved(Reserved),
    /// Another write is about to use it.
    Open,
}

impl From<EngineError> for Hindrance {
    fn from(error: EngineError) -> Self {
        Self::Halt(error.into())
    }
}

impl Errand<'_> {
    /// A time until which that may be sent which tidies up or looks what became of something.
    pub(super) fn grace(&self) -> Instant {
        self.patience.until.max(Instant::now() + self.desk.bulk_timeout)
    }

    /// Gets those of the keys that the errand does not have already.
    pub(super) async fn reserve(&mut self, keys: &[UniqueKey], claimant: Claimant<'_>) -> Result<(), Hindrance> {
        // An earlier try may have been about another product.
        self.give_back_unless(|reserved| reserved.owner == *claimant.id).await;
        let wait_until = Instant::now() + OPEN;
        let mut contested = self.create_keys(keys, claimant).await?;
        while !contested.is_empty() {
            let standings = join_all(contested.iter().map(|key| Box::pin(self.contend(key, claimant)))).await;
            if self.note(standings)? {
                contested = self.create_keys(keys, claimant).await?;
            } else {
                self.give_back_all_but(&[]).await;
                if Instant::now() >= wait_until || !self.patience.pause().await {
                    let error = EngineError::from(EngineErrorKind::Unavailable);
                    return Err(Hindrance::Halt(Halt::Never(error.into())));
                }
            }
        }
        Ok(())
    }

    /// Keeps what was got; false when something else has to be waited for.
    fn note(&mut self, standings: Vec<Result<Standing, Hindrance>>) -> Result<bool, Hindrance> {
        let mut is_free = true;
        let mut hindrance = None;
        for standing in standings {
            match standing {
                Ok(Standing::Free) => {}
                Ok(Standing::Reserved(reserved)) => self.reserved.push(reserved),
                Ok(Standing::Open) => is_free = false,
                Err(error) => hindrance = hindrance.or(Some(error)),
            }
        }
        hindrance.map_or(Ok(is_free), Err)
    }

    /// Creates the keys that are missing, and tells which of them are there.
    async fn create_keys(&mut self, keys: &[UniqueKey], claimant: Claimant<'_>) -> Result<Vec<UniqueKey>, Hindrance> {
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
                Written::Refused(error) => trouble = Some(Halt::Again(Some(error))),
                Written::Failed(error) => trouble = Some(Halt::Never(error.into())),
            }
        }
        match trouble {
            // No node can be reached: nothing was changed, and the caller may decide whether to wait.
            Some(Halt::Again(Some(error))) if error.kind == EngineErrorKind::Unreachable => {
                Err(Hindrance::Halt(Halt::Never(error.into())))
            }
            Some(halt) => Err(Hindrance::Halt(halt)),
            None => Ok(contested),
        }
    }

    async fn create_key(&self, key: &UniqueKey, claimant: Claimant<'_>) -> Result<Written, EngineError> {
        let document = key_document(key, claimant.id, &self.mark, self.desk.now())?;
        let operation = Operation { id: key_id(key), action: Action::Create(document) };
        Ok(self.desk.write_key(operation, self.patience.until).await)
    }

    /// Looks at a key that is there, and gets it if it may be had.
    async fn contend(&self, key: &UniqueKey, claimant: Claimant<'_>) -> Result<Standing, Hindrance> {
        let Some(held) = self.desk.key(key, self.patience.until).await? else { return Ok(Standing::Free) };
        let own = async {
            if claimant.is_new { self.desk.product(claimant.id, self.patience.until).await } else { Ok(None) }
        };
        let (own, owner) = join(own, self.desk.product(&held.owner, self.patience.until)).await;
        if own?.is_some() {
            return Err(Hindrance::Taken { by: TakenBy::Id, owner: claimant.id.clone(), key: None });
        }
        let has_it = owner?.is_some_and(|owner| has_key(&owner.product, key));
        let is_ours = held.owner == *claimant.id;
        match (has_it, is_ours) {
            // The product has got it since it was read.
            (true, true) => Err(Hindrance::Halt(Halt::Again(None))),
            (true, false) => {
                Err(Hindrance::Taken { by: taken_by(key.kind()), owner: held.owner, key: Some(key.clone()) })
            }
            (false, _) if held.write == self.mark || self.is_abandoned(&held) => {
                self.stamp(key, held.revision, claimant.id).await.map(Standing::Reserved)
            }
            // Another write is responsible for it, be it one of the same product.
            (false, _) => Ok(Standing::Open),
        }
    }

    fn is_abandoned(&self, held: &HeldKey) -> bool {
        self.desk.now().millis().saturating_sub(held.at.millis()) > ABANDONED_MS
    }

    /// Takes a key that stands at `revision`, or makes it young again.
    async fn stamp(&self, key: &UniqueKey, revision: Revision, owner: &ProductId) -> Result<Reserved, Hindrance> {
        let stamped = Instant::now();
        let document = key_document(key, owner, &self.mark, self.desk.now())?;
        let operation = Operation { id: key_id(key), action: Action::Replace(revision, document) };
        match self.desk.write_key(operation, self.patience.until).await {
            Written::Stored(revision) => {
                let (key, owner) = (key.clone(), owner.clone());
                Ok(Reserved { key, owner, revision, stamped })
            }
            Written::Conflict => Err(Hindrance::Halt(Halt::Again(None))),
            Written::Refused(error) | Written::Unknown(error) => Err(Hindrance::Halt(Halt::Again(Some(error)))),
            Written::Failed(error) => Err(Hindrance::Halt(Halt::Never(error.into()))),
        }
    }

    /// Makes reservations young again that are too old to be relied on.
    pub(super) async fn keep_fresh(&mut self) -> Result<(), Halt> {
        let (fresh, stale): (Vec<_>, Vec<_>) =
            self.reserved.drain(..).partition(|reserved| reserved.stamped.elapsed() <= FRESH);
        self.reserved = fresh;
        let mut trouble = None;
        for reserved in stale {
            match self.stamp(&reserved.key, reserved.revision, &reserved.owner).await {
                Ok(stamped) => self.reserved.push(stamped),
                // Somebody else has it.
                Err(Hindrance::Halt(Halt::Again(None)) | Hindrance::Taken { .. }) => trouble = Some(Halt::Again(None)),
                Err(Hindrance::Halt(halt)) => {
                    self.reserved.push(reserved);
                    trouble = Some(halt);
                }
            }
        }
        trouble.map_or(Ok(()), Err)
    }

    /// When the oldest reservation is too old to be relied on by what has not left by then.
    pub(super) fn fresh_until(&self) -> Instant {
        let oldest = self.reserved.iter().map(|reserved| reserved.stamped + FRESH).min();
        oldest.map_or(self.patience.until, |fresh| fresh.min(self.patience.until))
    }

    /// Whether every reservation is young enough to be relied on.
    pub(super) fn is_fresh(&self) -> bool {
        self.reserved.iter().all(|reserved| reserved.stamped.elapsed() <= FRESH)
    }

    /// Gives back what the errand took, but for these keys.
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
        let mut patience = Patience::new(Instant::now() + 2 * self.desk.bulk_timeout);
        loop {
            let operation = Operation { id: key_id(key), action: Action::Delete(revision) };
            match self.desk.write_key(operation, patience.until).await {
                Written::Stored(_) | Written::Conflict => return true,
                Written::Failed(_) => return false,
                Written::Refused(_) | Written::Unknown(_) => {
                    if !patience.pause().await {
                        return false;
                    }
                }
            }
        }
    }
}
