//! Giving products out: by id, by key, all of them, or those that changed.
//!
//! Invariant: one call sees one state of the store.

use std::ops::Bound;

use redb::{ReadOnlyTable, ReadTransaction, ReadableDatabase as _, ReadableTableMetadata as _};

use super::{CHANGES, KEYS, META, META_LAST_CHANGE, PRODUCTS, Store};
use crate::{
    engine::embedded::error::{IndexError, StoreError},
    exchange,
    product::{FieldSet, LookUp, PartialProduct, Product, ProductId},
};

/// One entry of the list of changes.
pub(in crate::engine::embedded) struct Change {
    /// Its number.
    pub(in crate::engine::embedded) number: u64,
    /// The product that changed.
    pub(in crate::engine::embedded) id: ProductId,
    /// The product as it is now; `None` when it is gone.
    pub(in crate::engine::embedded) product: Option<Product>,
}

/// One state of the store, for as long as this is kept.
pub(in crate::engine::embedded) struct Snapshot(ReadTransaction);

impl Store {
    /// The present state.
    pub(in crate::engine::embedded) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(self.database.begin_read()?))
    }
}

impl Snapshot {
    /// The products asked for, in that order, each with `fields`.
    pub(in crate::engine::embedded) fn look_up(
        &self,
        look_ups: &[LookUp],
        fields: FieldSet,
    ) -> Result<Vec<Option<PartialProduct>>, StoreError> {
        let products = self.0.open_table(PRODUCTS)?;
        let keys = self.0.open_table(KEYS)?;
        let find = |look_up: &LookUp| match look_up {
            LookUp::Id(id) => partial(&products, id.as_str(), fields),
            LookUp::Key(key) => match keys.get((key.kind().as_str(), key.value()))? {
                Some(id) => partial(&products, id.value(), fields),
                None => Ok(None),
            },
        };
        look_ups.iter().map(find).collect()
    }

    /// The products with these ids, in that order, each with `fields`.
    pub(in crate::engine::embedded) fn products<'a>(
        &self,
        ids: impl Iterator<Item = &'a ProductId>,
        fields: FieldSet,
    ) -> Result<Vec<Option<PartialProduct>>, StoreError> {
        let products = self.0.open_table(PRODUCTS)?;
        ids.map(|id| partial(&products, id.as_str(), fields)).collect()
    }

    /// Number of products.
    pub(in crate::engine::embedded) fn count(&self) -> Result<u64, StoreError> {
        Ok(self.0.open_table(PRODUCTS)?.len()?)
    }

    /// Number of the last change.
    pub(in crate::engine::embedded) fn last_change(&self) -> Result<u64, StoreError> {
        Ok(self.0.open_table(META)?.get(META_LAST_CHANGE)?.map_or(0, |value| value.value()))
    }

    /// At most `limit` products behind `last`, by id ascending.
    pub(in crate::engine::embedded) fn after(
        &self,
        last: Option<&ProductId>,
        limit: usize,
    ) -> Result<Vec<Product>, StoreError> {
        let from = last.map_or(Bound::Unbounded, |id| Bound::Excluded(id.as_str()));
        let products = self.0.open_table(PRODUCTS)?;
        let rows = products.range::<&str>((from, Bound::Unbounded))?;
        rows.take(limit)
            .map(|row| {
                let (id, json) = row?;
                whole(id.value(), json.value())
            })
            .collect()
    }

    /// Shows every change behind `covered`, in order, to `visit`.
    pub(in crate::engine::embedded) fn changes(
        &self,
        covered: u64,
        mut visit: impl FnMut(Change) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let products = self.0.open_table(PRODUCTS).map_err(StoreError::from)?;
        let changes = self.0.open_table(CHANGES).map_err(StoreError::from)?;
        for row in changes.range((Bound::Excluded(covered), Bound::Unbounded)).map_err(StoreError::from)? {
            let (number, id) = row.map_err(StoreError::from)?;
            let json = products.get(id.value()).map_err(StoreError::from)?;
            let product = json.map(|json| whole(id.value(), json.value())).transpose()?;
            let id = ProductId::parse(id.value()).ok_or_else(|| StoreError::Id(id.value().to_owned()))?;
            visit(Change { number: number.value(), id, product })?;
        }
        Ok(())
    }
}

fn partial(
    products: &ReadOnlyTable<&'static str, &'static [u8]>,
    id: &str,
    fields: FieldSet,
) -> Result<Option<PartialProduct>, StoreError> {
    let Some(json) = products.get(id)? else { return Ok(None) };
    let product = exchange::partial_from_json(json.value(), fields)
        .map_err(|source| StoreError::Product { id: id.to_owned(), source })?;
    Ok(Some(product))
}

fn whole(id: &str, json: &[u8]) -> Result<Product, StoreError> {
    exchange::from_json(json).map_err(|source| StoreError::Product { id: id.to_owned(), source })
}
