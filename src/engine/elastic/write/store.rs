//! Writing the document of a product, until it is known what became of it.
//!
//! Invariant: a request without an answer is never followed by another before the product was read again.

use futures_util::future::join_all;

use super::{
    super::{
        bulk::{Action, Operation, Revision, Written},
        document::{StoredProduct, document},
    },
    backoff::Backoff,
    reservation::FRESH,
    saga::{AttemptError, Saga},
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::{Refusal, TakenBy, Visibility},
    product::{Product, ProductId},
};

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// It was made.
    Made,
    /// Another write came before it.
    Lost,
}

/// What the product shows of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trace {
    /// It was made; where the product stands, if it is there.
    Made(Option<Revision>),
    /// It was not made, and can yet be.
    Absent,
    /// It was not made, and never will be.
    Lost,
    /// Others came after it, or in its place.
    Covered,
}

impl Saga<'_> {
    /// Sends the document of `product`, which takes the place of `base`, until something is known of it.
    pub(super) async fn store(
        &mut self,
        product: &Product,
        action: Action,
        base: Option<&StoredProduct>,
    ) -> Result<Stored, AttemptError> {
        let operation = Operation { id: product.id.as_str().to_owned(), action };
        loop {
            self.keep_fresh().await.map_err(|error| self.doubted(error))?;
            let written = self.requests.write_product(operation.clone(), self.visibility, self.fresh_until()).await;
            let why = match written {
                Written::Stored(revision) => return self.confirm(product, base, Some(revision)).await,
                Written::Failed(error) => return Err(AttemptError::Final(error.into())),
                Written::Refused(error) => error,
                Written::Conflict | Written::Unknown(_) => {
                    let why = self.note_doubt(written);
                    match self
                        .trace(&operation, product.version, base)
                        .await
                        .map_err(|error| AttemptError::Final(error.into()))?
                    {
                        Trace::Made(revision) => return self.confirm(product, base, revision).await,
                        Trace::Lost => {
                            self.is_in_doubt = false;
                            return Ok(Stored::Lost);
                        }
                        Trace::Covered => return Err(AttemptError::Final(why.into())),
                        Trace::Absent => why,
                    }
                }
            };
            if !self.backoff.pause().await {
                return Err(AttemptError::Final(why.into()));
            }
        }
    }

    /// What to tell if nothing else becomes known.
    fn note_doubt(&mut self, written: Written) -> EngineError {
        match written {
            Written::Unknown(error) => {
                self.is_in_doubt = true;
                error
            }
            Written::Stored(_) | Written::Conflict | Written::Refused(_) | Written::Failed(_) => {
                EngineErrorKind::Unavailable.into()
            }
        }
    }

    /// A write in doubt must not begin anew: it could be made twice.
    fn doubted(&self, error: AttemptError) -> AttemptError {
        match error {
            AttemptError::Retry(why) if self.is_in_doubt => {
                AttemptError::Final(why.unwrap_or_else(|| EngineErrorKind::Unavailable.into()).into())
            }
            AttemptError::Retry(_) | AttemptError::Final(_) => error,
        }
    }

    /// What the product shows of a write that met something else, or whose answer did not come.
    /// `version` is the one that it was to give the product.
    async fn trace(
        &self,
        operation: &Operation,
        version: u64,
        base: Option<&StoredProduct>,
    ) -> Result<Trace, EngineError> {
        let id = base.map(|base| base.product.id.clone()).or_else(|| ProductId::parse(&operation.id));
        let Some(id) = id else { return Ok(Trace::Lost) };
        let found = self.read(&id).await?;
        let removes = matches!(operation.action, Action::Delete(_));
        Ok(match (found, base) {
            (None, None) => Trace::Absent,
            (Some(found), _) if found.write == self.nonce && !removes => Trace::Made(Some(found.revision)),
            (Some(found), Some(base)) if found.revision == base.revision => Trace::Absent,
            (Some(found), Some(base)) if Some(found.product.version) == base.product.version.checked_add(1) => {
                Trace::Lost
            }
            (None, Some(_)) if removes && self.is_in_doubt => Trace::Made(None),
            (_, Some(_)) if self.is_in_doubt => Trace::Covered,
            // Somebody may have changed what this write created.
            (Some(found), None) if self.is_in_doubt && found.product.version > version => Trace::Covered,
            (_, _) => Trace::Lost,
        })
    }

    /// The product, however busy nodes are.
    async fn read(&self, id: &ProductId) -> Result<Option<StoredProduct>, EngineError> {
        let mut backoff = Backoff::new(self.grace());
        loop {
            match self.requests.product(id, backoff.until).await {
                Ok(found) => return Ok(found),
                Err(error) if !backoff.pause().await => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Looks, when much time has passed, whether the keys of a product that was stored are still its own.
    async fn confirm(
        &mut self,
        product: &Product,
        base: Option<&StoredProduct>,
        revision: Option<Revision>,
    ) -> Result<Stored, AttemptError> {
        let was_in_doubt = std::mem::take(&mut self.is_in_doubt);
        let Some(revision) = revision.filter(|_| was_in_doubt || !self.is_fresh()) else { return Ok(Stored::Made) };
        let keys = self.keys(product);
        let keys: Vec<_> =
            self.reserved.iter().map(|reserved| &reserved.key).filter(|key| keys.contains(key)).cloned().collect();
        let until = self.grace();
        let held = join_all(keys.iter().map(|key| self.requests.key(key, until))).await;
        for (key, held) in keys.iter().zip(held) {
            let held = held.map_err(|error| {
                // Whether it may stay is unknown.
                self.is_in_doubt = true;
                AttemptError::Final(error.into())
            })?;
            let owner = held.map(|held| held.owner);
            if owner.as_ref() == Some(&product.id) {
                continue;
            }
            self.take_back(product, base, revision).await?;
            self.reserved.retain(|reserved| reserved.key != *key);
            return Err(Refusal::Duplicate { by: TakenBy::from(key.kind()), owner }.into());
        }
        Ok(Stored::Made)
    }

    /// Undoes what was stored at `revision`.
    async fn take_back(
        &mut self,
        product: &Product,
        base: Option<&StoredProduct>,
        revision: Revision,
    ) -> Result<(), AttemptError> {
        let nonce = self.requests.nonce();
        let action = match base {
            None => Action::Delete(revision),
            Some(base) => {
                let (updated_at, version) = (product.updated_at, product.version.saturating_add(1));
                let before = Product { updated_at, version, ..base.product.clone() };
                Action::Replace(revision, document(&before, &nonce)?)
            }
        };
        let operation = Operation { id: product.id.as_str().to_owned(), action };
        let mut backoff = Backoff::new(self.grace());
        loop {
            let why = match self.requests.write_product(operation.clone(), Visibility::None, backoff.until).await {
                Written::Stored(_) => return Ok(()),
                Written::Failed(error) => return Err(self.stuck(error)),
                Written::Refused(error) => error,
                Written::Conflict | Written::Unknown(_) => match self.read(&product.id).await {
                    Ok(None) => return Ok(()),
                    Ok(Some(found)) if found.write == nonce => return Ok(()),
                    Ok(Some(found)) if found.revision == revision => EngineErrorKind::Unavailable.into(),
                    // Another write has built on it.
                    Ok(Some(_)) => return Err(self.stuck(EngineErrorKind::Unexpected.into())),
                    Err(error) => error,
                },
            };
            if !backoff.pause().await {
                return Err(self.stuck(why));
            }
        }
    }

    /// A product stands there that shares a key with another one.
    fn stuck(&mut self, error: EngineError) -> AttemptError {
        self.is_in_doubt = true;
        tracing::error!(after = ?FRESH, "a product that came too late could not be taken back");
        AttemptError::Final(error.into())
    }
}
