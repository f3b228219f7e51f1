//! Taking products in.

use redb::{ReadableTable as _, Table, WriteTransaction};

use super::{CHANGES, KEYS, META, META_LAST_CHANGE, PRODUCTS, Store};
use crate::{
    backend::ImportOutcome,
    change::TakenBy,
    engine::embedded::error::StoreError,
    exchange,
    product::{Product, ProductId, UniqueKey},
};

impl Store {
    /// Stores new products in one durable transaction, each for itself.
    pub(in crate::engine::embedded) fn import(&self, products: &[Product]) -> Result<Vec<ImportOutcome>, StoreError> {
        let transaction = self.database.begin_write()?;
        let outcomes = {
            let mut tables = Tables::open(&transaction)?;
            let outcomes = products.iter().map(|product| tables.insert(product)).collect::<Result<Vec<_>, _>>()?;
            tables.close()?;
            outcomes
        };
        if outcomes.contains(&ImportOutcome::Created) {
            transaction.commit()?;
        } else {
            transaction.abort()?;
        }
        Ok(outcomes)
    }
}

struct Tables<'a> {
    products: Table<'a, &'static str, &'static [u8]>,
    keys: Table<'a, (&'static str, &'static str), &'static str>,
    changes: Table<'a, u64, &'static str>,
    meta: Table<'a, &'static str, u64>,
    last_change: u64,
}

impl<'a> Tables<'a> {
    fn open(transaction: &'a WriteTransaction) -> Result<Self, StoreError> {
        let meta = transaction.open_table(META)?;
        let last_change = meta.get(META_LAST_CHANGE)?.map_or(0, |value| value.value());
        Ok(Self {
            products: transaction.open_table(PRODUCTS)?,
            keys: transaction.open_table(KEYS)?,
            changes: transaction.open_table(CHANGES)?,
            meta,
            last_change,
        })
    }

    fn close(mut self) -> Result<(), StoreError> {
        self.meta.insert(META_LAST_CHANGE, self.last_change)?;
        Ok(())
    }

    fn insert(&mut self, product: &Product) -> Result<ImportOutcome, StoreError> {
        let id = product.id.as_str();
        if self.products.get(id)?.is_some() {
            return Ok(ImportOutcome::Taken { by: TakenBy::Id, owner: Some(product.id.clone()) });
        }
        let sku = product.sku_key();
        let name = product.name_key();
        let keys = || sku.iter().map(|key| (TakenBy::Sku, key)).chain([(TakenBy::Name, &name)]);
        for (by, key) in keys() {
            if let Some(owner) = self.owner(key)? {
                return Ok(ImportOutcome::Taken { by, owner: Some(owner) });
            }
        }
        let json = exchange::to_json(product);
        self.products.insert(id, json.as_slice())?;
        for (_, key) in keys() {
            self.keys.insert((key.kind().as_str(), key.value()), id)?;
        }
        self.last_change += 1;
        self.changes.insert(self.last_change, id)?;
        Ok(ImportOutcome::Created)
    }

    fn owner(&self, key: &UniqueKey) -> Result<Option<ProductId>, StoreError> {
        self.keys
            .get((key.kind().as_str(), key.value()))?
            .map(|owner| ProductId::parse(owner.value()).ok_or_else(|| StoreError::Id(owner.value().to_owned())))
            .transpose()
    }
}
