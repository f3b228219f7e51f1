//! Finding the products that a change meets.
//!
//! Invariant: every answer is as things are now, and a key that a product no longer has finds nothing.

use std::time::Instant;

use futures_util::future::join_all;

use super::{
    super::{bulk::Revision, document::StoredProduct},
    backoff::Backoff,
    requests::Requests,
    saga::AttemptError,
};
use crate::{
    backend::{EngineError, WriteError},
    change::Change,
    product::{LookUp, Product, ProductId, UniqueKey},
};

/// What a change meets: the product that it is about, if that is there.
#[derive(Debug)]
pub(super) struct Target(pub(super) Option<StoredProduct>);

impl Target {
    /// The product.
    pub(super) fn product(&self) -> Option<&Product> {
        self.0.as_ref().map(|met| &met.product)
    }
}

/// What the change meets now.
pub(super) async fn meet(requests: &Requests, change: &Change, until: Instant) -> Result<Target, EngineError> {
    let look_ups = change.look_ups(requests.rule);
    for found in join_all(look_ups.iter().map(|look_up| find(requests, look_up, until))).await {
        if let Some(met) = found? {
            return Ok(Target(Some(met)));
        }
    }
    Ok(Target(None))
}

/// What the change meets, however busy nodes are.
pub(super) async fn meet_patiently(
    requests: &Requests,
    change: &Change,
    mut backoff: Backoff,
) -> Result<Target, WriteError> {
    loop {
        match meet(requests, change, backoff.until).await.map_err(AttemptError::from) {
            Ok(met) => return Ok(met),
            Err(error) => backoff.after(error).await?,
        }
    }
}

async fn find(requests: &Requests, look_up: &LookUp, until: Instant) -> Result<Option<StoredProduct>, EngineError> {
    match look_up {
        LookUp::Id(id) => requests.product(id, until).await,
        LookUp::Key(key) => {
            let Some(held) = requests.key(key, until).await? else { return Ok(None) };
            let owner = requests.product(&held.owner, until).await?;
            Ok(owner.filter(|owner| has_key(&owner.product, key)))
        }
    }
}

/// The product that has the key now.
pub(super) async fn holder(
    requests: &Requests,
    key: &UniqueKey,
    until: Instant,
) -> Result<Option<ProductId>, EngineError> {
    Ok(find(requests, &LookUp::Key(key.clone()), until).await?.map(|found| found.product.id))
}

/// Where those of the keys stand that the product has, so that nothing else is given back later.
pub(super) async fn revisions(
    requests: &Requests,
    keys: &[UniqueKey],
    owner: &ProductId,
    until: Instant,
) -> Result<Vec<(UniqueKey, Revision)>, EngineError> {
    let mut revisions = Vec::with_capacity(keys.len());
    for (key, held) in keys.iter().zip(join_all(keys.iter().map(|key| requests.key(key, until))).await) {
        if let Some(held) = held?.filter(|held| held.owner == *owner) {
            revisions.push((key.clone(), held.revision));
        }
    }
    Ok(revisions)
}

/// Whether the product has that key.
pub(super) fn has_key(product: &Product, key: &UniqueKey) -> bool {
    key.is_of(Some(&product.content.name), product.content.sku.as_deref())
}
