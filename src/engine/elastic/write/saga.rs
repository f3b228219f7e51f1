//! A saga: one change as a series of requests, from its call to its outcome; what one of them did is undone when a
//! later one fails.
//!
//! Invariant: when it ends, what it reserved either belongs to the product as it is now or was given back, unless it is
//! in doubt whether the product was written.

use futures_util::future::join;

use super::{
    super::{
        bulk::{Action, Revision},
        document::{StoredProduct, document},
        wire::says_index_missing,
    },
    backoff::Backoff,
    requests::Requests,
    reservation::{Claimant, ReserveError, Reserved},
    store::Stored,
    target::{Target, holder, meet, revisions},
};
use crate::{
    backend::{EngineError, EngineErrorKind, WriteError},
    change::{Change, Effect, Plan, Refusal, TakenBy, Visibility},
    product::{LookUp, Product, ProductId, UniqueKey},
};

/// One change under way.
pub(super) struct Saga<'a> {
    pub(super) requests: &'a Requests,
    pub(super) visibility: Visibility,
    /// By which it knows its own documents again.
    pub(super) nonce: String,
    pub(super) backoff: Backoff,
    /// Keys that it has.
    pub(super) reserved: Vec<Reserved>,
    /// Keys that its product has given up.
    given_up: Vec<(UniqueKey, Revision)>,
    /// Whether a request for the product got no answer, and nothing has told since what became of it.
    pub(super) is_in_doubt: bool,
}

/// Why a try came to nothing.
pub(super) enum AttemptError {
    /// Things have changed, or a node is busy: it is to be tried again.
    Retry(Option<EngineError>),
    /// It will never come to anything.
    Final(WriteError),
}

impl From<EngineError> for AttemptError {
    /// A node that is busy now may be free in a moment; a missing index does not come back so soon.
    fn from(error: EngineError) -> Self {
        if error.kind == EngineErrorKind::Unavailable && !says_index_missing(&error) {
            Self::Retry(Some(error))
        } else {
            Self::Final(error.into())
        }
    }
}

impl From<Refusal> for AttemptError {
    fn from(refusal: Refusal) -> Self {
        Self::Final(refusal.into())
    }
}

impl From<ReserveError> for AttemptError {
    fn from(obstacle: ReserveError) -> Self {
        match obstacle {
            ReserveError::Attempt(error) => error,
            ReserveError::Taken { by, owner, .. } => Refusal::Duplicate { by, owner: Some(owner) }.into(),
        }
    }
}

impl<'a> Saga<'a> {
    /// A saga that has not begun.
    pub(super) fn new(requests: &'a Requests, visibility: Visibility, backoff: Backoff) -> Self {
        let nonce = requests.nonce();
        Self { requests, visibility, nonce, backoff, reserved: Vec::new(), given_up: Vec::new(), is_in_doubt: false }
    }

    /// Makes the change when other writes of its product by this gateway are over.
    pub(super) async fn run_locked(self, change: &Change) -> Result<Effect, WriteError> {
        let requests = self.requests;
        let Some(id) = self.product_to_lock(change) else { return self.run(change, None).await };
        let until = tokio::time::Instant::from_std(self.backoff.until);
        let Ok(_lock) = tokio::time::timeout_at(until, requests.product_locks.lock(id)).await else {
            return Err(EngineError::from(EngineErrorKind::Unavailable).into());
        };
        self.run(change, None).await
    }

    /// The product whose other writes are to be over first. None for those that wait for a refresh, during which others
    /// can go on.
    fn product_to_lock<'c>(&self, change: &'c Change) -> Option<&'c ProductId> {
        match change {
            Change::Modify(modify) if self.visibility != Visibility::Wait => Some(&modify.id),
            Change::Modify(_) | Change::Insert(_) => None,
        }
    }

    /// Makes the change, of which may be known already what it meets.
    pub(super) async fn run(mut self, change: &Change, met: Option<Target>) -> Result<Effect, WriteError> {
        let outcome = self.carry_out(change, met).await;
        if !self.is_in_doubt {
            let product = match &outcome {
                Ok(Effect::Created(product) | Effect::Changed(product)) => Some(product),
                Ok(Effect::Deleted | Effect::Skipped) | Err(_) => None,
            };
            self.give_back_all_but(&product.map(|product| self.keys(product)).unwrap_or_default()).await;
            let given_up = std::mem::take(&mut self.given_up);
            self.release(given_up).await;
        }
        outcome
    }

    async fn carry_out(&mut self, change: &Change, mut met: Option<Target>) -> Result<Effect, WriteError> {
        loop {
            match self.attempt(change, met.take()).await {
                Ok(effect) => return Ok(effect),
                Err(error) => self.backoff.after(error).await?,
            }
        }
    }

    async fn attempt(&mut self, change: &Change, met: Option<Target>) -> Result<Effect, AttemptError> {
        let met = match met {
            Some(met) => met,
            None => meet(self.requests, change, self.backoff.until).await?,
        };
        // In boxes, or creations, which come by the thousand, would take as much room as what is seldomer.
        match (change.plan(met.product())?, met.0) {
            (Plan::Create(product), _) => self.create(change, product).await,
            (Plan::Put(product), Some(met)) => Box::pin(self.put(&met, product)).await,
            (Plan::Remove, Some(met)) => Box::pin(self.remove(&met)).await,
            (Plan::Skip(product), Some(met)) => Box::pin(self.skip(&met, &product)).await,
            (Plan::Put(_) | Plan::Remove | Plan::Skip(_), None) => {
                Err(AttemptError::Final(EngineError::from(EngineErrorKind::Unexpected).into()))
            }
        }
    }

    async fn create(&mut self, change: &Change, product: Product) -> Result<Effect, AttemptError> {
        let (keys, nonce) = (self.keys(&product), self.nonce.clone());
        let claimant = Claimant { id: &product.id, is_new: true };
        // The document is made while the node is busy with the keys.
        let document = async {
            tokio::task::yield_now().await;
            document(&product, &nonce)
        };
        let (reserved, document) = join(self.reserve(&keys, claimant), document).await;
        if let Err(obstacle) = reserved {
            return Err(self.object(change, obstacle));
        }
        match self.store(&product, Action::Create(document?), None).await? {
            Stored::Made => Ok(Effect::Created(product)),
            Stored::Lost => {
                let obstacle = ReserveError::Taken { by: TakenBy::Id, owner: product.id.clone(), key: None };
                Err(self.object(change, obstacle))
            }
        }
    }

    async fn put(&mut self, met: &StoredProduct, product: Product) -> Result<Effect, AttemptError> {
        let (before, after) = (self.keys(&met.product), self.keys(&product));
        let new: Vec<UniqueKey> = after.iter().filter(|key| !before.contains(key)).cloned().collect();
        let old: Vec<UniqueKey> = before.into_iter().filter(|key| !after.contains(key)).collect();
        let given_up = revisions(self.requests, &old, &product.id, self.grace());
        let claimant = Claimant { id: &product.id, is_new: false };
        let (given_up, reserved) = join(given_up, self.reserve(&new, claimant)).await;
        reserved?;
        let given_up = given_up?;
        let action = Action::Replace(met.revision, document(&product, &self.nonce)?);
        match self.store(&product, action, Some(met)).await? {
            Stored::Made => {
                self.given_up = given_up;
                Ok(Effect::Changed(product))
            }
            Stored::Lost => Err(AttemptError::Retry(None)),
        }
    }

    async fn remove(&mut self, met: &StoredProduct) -> Result<Effect, AttemptError> {
        let keys = self.keys(&met.product);
        let given_up = revisions(self.requests, &keys, &met.product.id, self.grace()).await?;
        match self.store(&met.product, Action::Delete(met.revision), Some(met)).await? {
            Stored::Made => {
                self.given_up = given_up;
                Ok(Effect::Deleted)
            }
            Stored::Lost => Err(AttemptError::Retry(None)),
        }
    }

    async fn skip(&mut self, met: &StoredProduct, product: &Product) -> Result<Effect, AttemptError> {
        for key in self.keys(product) {
            let owner = holder(self.requests, &key, self.backoff.until).await?;
            if let Some(owner) = owner.filter(|owner| *owner != met.product.id) {
                return Err(Refusal::Duplicate { by: TakenBy::from(key.kind()), owner: Some(owner) }.into());
            }
        }
        Ok(Effect::Skipped)
    }

    /// What an obstacle means for a product that is to be new: one that counts as the same was not there a moment ago.
    fn object(&self, change: &Change, obstacle: ReserveError) -> AttemptError {
        let look_ups = change.look_ups(self.requests.rule);
        let is_met = match &obstacle {
            ReserveError::Taken { by: TakenBy::Id, owner, .. } => look_ups.contains(&LookUp::Id(owner.clone())),
            ReserveError::Taken { key: Some(key), .. } => look_ups.contains(&LookUp::Key(key.clone())),
            ReserveError::Taken { key: None, .. } | ReserveError::Attempt(_) => false,
        };
        if is_met { AttemptError::Retry(None) } else { obstacle.into() }
    }

    /// What no other product may have.
    pub(super) fn keys(&self, product: &Product) -> Vec<UniqueKey> {
        product.unique_keys(self.requests.rule)
    }
}
