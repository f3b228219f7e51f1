//! Making changes: many requests share one transaction, each of their changes is made for itself.
//!
//! Invariant: a change sees everything that the changes before it did, and every rule is checked within the
//! transaction that obeys it.

use redb::{ReadableTable as _, Table, WriteTransaction};

use super::{
    CHANGES, META, META_LAST_CHANGE, META_TRIMMED, NAMES, NameEntry, PRODUCTS, SKUS, Store,
    names::{entry, oldest},
    read::whole,
};
use crate::{
    backend::WriteError,
    change::{Change, Effect, Plan, Refusal, TakenBy},
    engine::embedded::error::StoreError,
    exchange,
    product::{KeyKind, LookUp, NameRule, Product, ProductId, UniqueKey},
};

/// What became of one request.
#[derive(Debug)]
pub(in crate::engine::embedded) struct Written {
    /// What became of each change, in order.
    pub(in crate::engine::embedded) outcomes: Vec<Result<Effect, WriteError>>,
    /// Number of the last change that it made, `None` when it changed nothing.
    pub(in crate::engine::embedded) last: Option<u64>,
}

impl Store {
    /// Makes the changes of some requests, in order, in one durable transaction, and forgets listed changes up to
    /// `covered`, which the index has made durable. A group that changes nothing costs no write.
    pub(in crate::engine::embedded) fn write(
        &self,
        group: &[Vec<Change>],
        covered: u64,
    ) -> Result<Vec<Written>, StoreError> {
        let transaction = self.begin_write()?;
        let mut tables = Tables::open(&transaction, self.names)?;
        let before = tables.last_change;
        let written = group.iter().map(|changes| tables.make_all(changes)).collect::<Result<Vec<_>, _>>()?;
        if tables.last_change == before {
            drop(tables);
            transaction.abort()?;
        } else {
            tables.close(covered)?;
            transaction.commit()?;
        }
        Ok(written)
    }
}

struct Tables<'a> {
    products: Table<'a, &'static str, &'static [u8]>,
    skus: Table<'a, &'static str, &'static str>,
    names: Table<'a, NameEntry, ()>,
    changes: Table<'a, u64, (bool, &'static str)>,
    meta: Table<'a, &'static str, u64>,
    last_change: u64,
    rule: NameRule,
}

impl<'a> Tables<'a> {
    fn open(transaction: &'a WriteTransaction, rule: NameRule) -> Result<Self, StoreError> {
        let meta = transaction.open_table(META)?;
        let last_change = meta.get(META_LAST_CHANGE)?.map_or(0, |value| value.value());
        Ok(Self {
            products: transaction.open_table(PRODUCTS)?,
            skus: transaction.open_table(SKUS)?,
            names: transaction.open_table(NAMES)?,
            changes: transaction.open_table(CHANGES)?,
            meta,
            last_change,
            rule,
        })
    }

    /// Ends the list of changes, whose beginning up to `covered` is no longer needed.
    fn close(mut self, covered: u64) -> Result<(), StoreError> {
        self.meta.insert(META_LAST_CHANGE, self.last_change)?;
        let trimmed = self.meta.get(META_TRIMMED)?.map_or(0, |value| value.value());
        if trimmed < covered {
            self.changes.retain_in(..=covered, |_, _| false)?;
            self.meta.insert(META_TRIMMED, covered)?;
        }
        Ok(())
    }

    fn make_all(&mut self, changes: &[Change]) -> Result<Written, StoreError> {
        let before = self.last_change;
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            outcomes.push(match self.make(change) {
                Ok(outcome) => outcome.map_err(WriteError::Refused),
                // What is wrong with one product stops nobody else, and nothing was done about it.
                Err(error @ (StoreError::Product { .. } | StoreError::Id(_))) => Err(WriteError::Failed(error.into())),
                Err(error) => return Err(error),
            });
        }
        Ok(Written { outcomes, last: (self.last_change > before).then_some(self.last_change) })
    }

    fn make(&mut self, change: &Change) -> Result<Result<Effect, Refusal>, StoreError> {
        let met = self.meet(change)?;
        let plan = match change.plan(met.as_ref()) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(refusal) = self.objection(&plan, met.as_ref())? {
            return Ok(Err(refusal));
        }
        match &plan {
            Plan::Create(product) => self.put(product, None)?,
            Plan::Put(product) => self.put(product, met.as_ref())?,
            Plan::Remove => met.as_ref().map_or(Ok(()), |met| self.remove(met))?,
            Plan::Skip(_) => {}
        }
        Ok(Ok(plan.effect()))
    }

    /// The product that the change is about.
    fn meet(&self, change: &Change) -> Result<Option<Product>, StoreError> {
        for look_up in change.look_ups(self.rule) {
            let product = match &look_up {
                LookUp::Id(id) => self.product(id.as_str())?,
                LookUp::Key(key) => match self.owner(key, None)? {
                    Some(id) => self.product(id.as_str())?,
                    None => None,
                },
            };
            if product.is_some() {
                return Ok(product);
            }
        }
        Ok(None)
    }

    fn product(&self, id: &str) -> Result<Option<Product>, StoreError> {
        self.products.get(id)?.map(|json| whole(id, json.value())).transpose()
    }

    /// Why something unique is in the way of a plan.
    fn objection(&self, plan: &Plan, met: Option<&Product>) -> Result<Option<Refusal>, StoreError> {
        if let Plan::Create(product) = plan
            && self.products.get(product.id.as_str())?.is_some()
        {
            return Ok(Some(Refusal::Duplicate { by: TakenBy::Id, owner: Some(product.id.clone()) }));
        }
        for key in plan.claims(self.rule) {
            if let Some(owner) = self.owner(&key, plan.owner(met))? {
                return Ok(Some(Refusal::Duplicate { by: key.kind().into(), owner: Some(owner) }));
            }
        }
        Ok(None)
    }

    /// The product that has a key, unless it is `exception`.
    fn owner(&self, key: &UniqueKey, exception: Option<&ProductId>) -> Result<Option<ProductId>, StoreError> {
        if key.kind() == KeyKind::Name {
            return oldest(&self.names, key.value(), exception);
        }
        let Some(owner) = self.skus.get(key.value())? else { return Ok(None) };
        let owner = owner.value();
        if exception.is_some_and(|exception| exception.as_str() == owner) {
            return Ok(None);
        }
        ProductId::parse(owner).map(Some).ok_or_else(|| StoreError::Id(owner.to_owned()))
    }

    /// Stores a product, in place of `before`.
    fn put(&mut self, product: &Product, before: Option<&Product>) -> Result<(), StoreError> {
        let id = product.id.as_str();
        self.products.insert(id, exchange::to_json(product).as_slice())?;
        if let Some(before) = before {
            self.forget_keys(before)?;
        }
        if let Some(sku) = product.sku_key() {
            self.skus.insert(sku.value(), id)?;
        }
        self.names.insert(entry(product, product.name_key().value()), ())?;
        self.list(before.is_none(), id)
    }

    fn remove(&mut self, product: &Product) -> Result<(), StoreError> {
        self.products.remove(product.id.as_str())?;
        self.forget_keys(product)?;
        self.list(false, product.id.as_str())
    }

    fn forget_keys(&mut self, product: &Product) -> Result<(), StoreError> {
        if let Some(sku) = product.sku_key() {
            self.skus.remove(sku.value())?;
        }
        self.names.remove(entry(product, product.name_key().value()))?;
        Ok(())
    }

    fn list(&mut self, is_new: bool, id: &str) -> Result<(), StoreError> {
        self.last_change += 1;
        self.changes.insert(self.last_change, (is_new, id))?;
        Ok(())
    }
}
