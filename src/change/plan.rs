//! What a change makes of the product that it meets.
//!
//! Invariant: while a product is there its version never falls and never repeats, so that a token stands for one state
//! of it.

use super::{Change, Effect, Insert, Modification, Modify, OnDuplicate, Refusal, Sameness};
use crate::product::{LookUp, NameRule, Product, ProductId, Timestamp, UniqueKey};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Store this as a new product.
    Create(Product),
    /// Store this in place of the product that was met.
    Put(Product),
    /// Remove the product that was met.
    Remove,
    /// Leave the product that was met, if nothing that the given one claims belongs to a third.
    Skip(Product),
}

impl Change {
    /// How to find the product that the change meets: the first that is found counts. None when it may meet none.
    pub fn look_ups(&self, names: NameRule) -> Vec<LookUp> {
        match self {
            Self::Modify(modify) => vec![LookUp::Id(modify.id.clone())],
            Self::Insert(Insert { on_duplicate: OnDuplicate::Refuse, .. }) => Vec::new(),
            Self::Insert(Insert { product, sameness: Sameness::Sku, .. }) => {
                product.sku_key().into_iter().map(LookUp::Key).collect()
            }
            Self::Insert(Insert { product, sameness: Sameness::IdSkuOrName, .. }) => {
                let keys = product.unique_keys(names).into_iter().map(LookUp::Key);
                [LookUp::Id(product.id.clone())].into_iter().chain(keys).collect()
            }
        }
    }

    /// What to do, given the product that was met.
    pub fn plan(&self, met: Option<&Product>) -> Result<Plan, Refusal> {
        match (self, met) {
            (Self::Modify(_), None) => Err(Refusal::NotFound),
            (Self::Modify(modify), Some(met)) => modify.plan(met),
            (Self::Insert(insert), None) => Ok(Plan::Create(insert.product.clone())),
            (Self::Insert(insert), Some(met)) => Ok(insert.plan(met)),
        }
    }
}

impl Insert {
    fn plan(&self, met: &Product) -> Plan {
        match self.on_duplicate {
            // Whoever carries it out finds that something is taken.
            OnDuplicate::Refuse => Plan::Create(self.product.clone()),
            OnDuplicate::Skip => Plan::Skip(self.product.clone()),
            OnDuplicate::Replace => {
                let Product { content, image, created_at, updated_at, version, id: _ } = self.product.clone();
                let image = image.or_else(|| met.image.clone().filter(|_| content.image_url.is_none()));
                Plan::Put(Product {
                    id: met.id.clone(),
                    content,
                    image,
                    created_at: if self.brings.created_at { created_at } else { met.created_at },
                    updated_at: if self.brings.updated_at { updated_at } else { self.at.max(met.updated_at) },
                    version: version.max(met.version.saturating_add(1)),
                })
            }
        }
    }
}

impl Modify {
    fn plan(&self, met: &Product) -> Result<Plan, Refusal> {
        let current = met.version_token();
        if self.if_version.as_ref().is_some_and(|version| version != current.as_str()) {
            return Err(Refusal::VersionConflict { current });
        }
        Ok(match &self.modification {
            Modification::Delete => Plan::Remove,
            Modification::Replace { content, at } => {
                let image = met.image.clone().filter(|_| content.image_url.is_none());
                Plan::Put(Product { content: content.as_ref().clone(), image, ..revised(met, *at) })
            }
            Modification::Patch { patch, at } => {
                let mut product = revised(met, *at);
                patch.as_ref().clone().apply(&mut product);
                Plan::Put(product)
            }
        })
    }
}

/// The next revision of a product; its time never goes back, however clocks differ.
fn revised(met: &Product, at: Timestamp) -> Product {
    Product { updated_at: at.max(met.updated_at), version: met.version.saturating_add(1), ..met.clone() }
}

impl Plan {
    /// What must not belong to any product but `owner`.
    pub fn claims(&self, names: NameRule) -> Vec<UniqueKey> {
        match self {
            Self::Create(product) | Self::Put(product) | Self::Skip(product) => product.unique_keys(names),
            Self::Remove => Vec::new(),
        }
    }

    /// What became of the change once the plan was carried out.
    pub fn effect(self) -> Effect {
        match self {
            Self::Create(product) => Effect::Created(product),
            Self::Put(product) => Effect::Changed(product),
            Self::Remove => Effect::Deleted,
            Self::Skip(_) => Effect::Skipped,
        }
    }

    /// The product that may have the claims: the new one, else the one that was met.
    pub fn owner<'a>(&'a self, met: Option<&'a Product>) -> Option<&'a ProductId> {
        match self {
            Self::Create(product) | Self::Put(product) => Some(&product.id),
            Self::Skip(_) | Self::Remove => met.map(|met| &met.id),
        }
    }
}
