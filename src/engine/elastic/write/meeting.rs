//! Finding the products that a change meets.
//!
//! Invariant: every answer is as things are now, and a key that a product no longer has finds nothing.

use std::time::Instant;

use futures_util::future::join_all;

use super::{
    super::{bulk::Revision, document::StoredProduct},
    desk::Desk,
    errand::Errand,
};
use crate::{
    backend::EngineError,
    change::Change,
    product::{KeyKind, LookUp, Product, ProductId, UniqueKey},
};

impl Errand<'_> {
    /// The product that the change meets.
    pub(super) async fn meet(&self, change: &Change) -> Result<Option<StoredProduct>, EngineError> {
        let look_ups = change.look_ups(self.desk.rule);
        for found in join_all(look_ups.iter().map(|look_up| self.find(look_up))).await {
            if let Some(met) = found? {
                return Ok(Some(met));
            }
        }
        Ok(None)
    }

    async fn find(&self, look_up: &LookUp) -> Result<Option<StoredProduct>, EngineError> {
        match look_up {
            LookUp::Id(id) => self.desk.product(id, self.patience.until).await,
            LookUp::Key(key) => {
                let Some(held) = self.desk.key(key, self.patience.until).await? else { return Ok(None) };
                let owner = self.desk.product(&held.owner, self.patience.until).await?;
                Ok(owner.filter(|owner| has_key(&owner.product, key)))
            }
        }
    }

    /// The product that has the key.
    pub(super) async fn holder(&self, key: &UniqueKey) -> Result<Option<ProductId>, EngineError> {
        Ok(self.find(&LookUp::Key(key.clone())).await?.map(|found| found.product.id))
    }
}

/// Where those of the keys stand that the product has, so that nothing else is given back later.
pub(super) async fn revisions(
    desk: &Desk,
    keys: &[UniqueKey],
    owner: &ProductId,
    until: Instant,
) -> Result<Vec<(UniqueKey, Revision)>, EngineError> {
    let mut revisions = Vec::with_capacity(keys.len());
    for (key, held) in keys.iter().zip(join_all(keys.iter().map(|key| desk.key(key, until))).await) {
        if let Some(held) = held?.filter(|held| held.owner == *owner) {
            revisions.push((key.clone(), held.revision));
        }
    }
    Ok(revisions)
}

/// Whether the product has that key.
pub(super) fn has_key(product: &Product, key: &UniqueKey) -> bool {
    match key.kind() {
        KeyKind::Name => product.name_key() == *key,
        KeyKind::Sku => product.sku_key().as_ref() == Some(key),
    }
}
