//! Giving products out: by id, by key, all of them, or those that changed.
//!
//! Invariant: one call sees one state of the store.

use std::{collections::HashSet, ops::Bound};

use redb::{ReadOnlyTable, ReadTransaction, ReadableTableMetadata as _};

use super::{CHANGES, META, META_LAST_CHANGE, NAMES, PRODUCTS, SKUS, Store, names::oldest};
use crate::{
    engine::embedded::error::{IndexError, StoreError},
    exchange,
    product::{FieldSet, KeyKind, LookUp, PartialProduct, Product, ProductId},
};

/// What became of one product by the changes of a list.
pub(in crate::engine::embedded) struct Change {
    /// The product that changed.
    pub(in crate::engine::embedded) id: ProductId,
    /// Whether there was no such product before the first of the changes.
    pub(in crate::engine::embedded) is_new: bool,
    /// The product as it is now; `None` when it is gone.
    pub(in crate::engine::embedded) product: Option<Product>,
}

/// One state of the store, for as long as this is kept.
pub(in crate::engine::embedded) struct Snapshot(ReadTransaction);

impl Store {
    /// The present state.
    pub(in crate::engine::embedded) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(self.begin_read()?))
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
        let skus = self.0.open_table(SKUS)?;
        let names = self.0.open_table(NAMES)?;
        let find = |look_up: &LookUp| match look_up {
            LookUp::Id(id) => partial(&products, id.as_str(), fields),
            LookUp::Key(key) if key.kind() == KeyKind::Name => match oldest(&names, key.value(), None)? {
                Some(id) => partial(&products, id.as_str(), fields),
                None => Ok(None),
            },
            LookUp::Key(key) => match skus.get(key.value())? {
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

    /// Shows each product that changed behind `covered` once to `visit`, as it is now; the number of the last change,
    /// `None` when there is none.
    pub(in crate::engine::embedded) fn changes(
        &self,
        covered: u64,
        mut visit: impl FnMut(&Change) -> Result<(), IndexError>,
    ) -> Result<Option<u64>, IndexError> {
        let products = self.0.open_table(PRODUCTS).map_err(StoreError::from)?;
        let changes = self.0.open_table(CHANGES).map_err(StoreError::from)?;
        let mut seen = HashSet::new();
        let mut last = None;
        for row in changes.range((Bound::Excluded(covered), Bound::Unbounded)).map_err(StoreError::from)? {
            let (number, change) = row.map_err(StoreError::from)?;
            last = Some(number.value());
            let (is_new, id) = change.value();
            if !seen.insert(id.to_owned()) {
                continue;
            }
            let json = products.get(id).map_err(StoreError::from)?;
            let product = json.map(|json| whole(id, json.value())).transpose()?;
            let id = ProductId::parse(id).ok_or_else(|| StoreError::Id(id.to_owned()))?;
            visit(&Change { id, is_new, product })?;
        }
        Ok(last)
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

/// The product that was stored under an id.
pub(super) fn whole(id: &str, json: &[u8]) -> Result<Product, StoreError> {
    exchange::from_json(json).map_err(|source| StoreError::Product { id: id.to_owned(), source })
}
