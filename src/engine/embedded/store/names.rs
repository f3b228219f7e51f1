//! Names: who has which, and whether two products may share one.
//!
//! Invariant: every product has one entry, under the key of its present name and its present creation time.

use redb::{ReadableTable, WriteTransaction};

use super::{META, META_NAMES, NAMES, NameEntry, Store};
use crate::{
    engine::embedded::error::StoreError,
    product::{NameRule, Product, ProductId},
};

/// Two products of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedName {
    /// The key of the name.
    pub(super) name: String,
    /// The products.
    pub(super) ids: [String; 2],
}

impl Store {
    /// Notes the rule of names that the store is opened with; two products of one name when they may not share it are
    /// the answer, and nothing is noted.
    pub(super) fn note_name_rule(&self) -> Result<Option<SharedName>, StoreError> {
        let rule = match self.names {
            NameRule::Unique => 0,
            NameRule::Shared => 1,
        };
        let noted = self.begin_read()?.open_table(META)?.get(META_NAMES)?.map(|value| value.value());
        if noted == Some(rule) {
            return Ok(None);
        }
        let transaction = self.begin_write()?;
        if self.names == NameRule::Unique
            && let Some(shared) = first_shared(&transaction)?
        {
            transaction.abort()?;
            return Ok(Some(shared));
        }
        transaction.open_table(META)?.insert(META_NAMES, rule)?;
        transaction.commit()?;
        Ok(None)
    }
}

fn first_shared(transaction: &WriteTransaction) -> Result<Option<SharedName>, StoreError> {
    let names = transaction.open_table(NAMES)?;
    let mut before: Option<(String, String)> = None;
    for row in names.iter()? {
        let (entry, _) = row?;
        let (name, _, id) = entry.value();
        match before {
            Some((same, other)) if same == name => {
                return Ok(Some(SharedName { name: same, ids: [other, id.to_owned()] }));
            }
            Some(_) | None => before = Some((name.to_owned(), id.to_owned())),
        }
    }
    Ok(None)
}

/// The oldest product of that name, but not `exception`.
pub(super) fn oldest(
    names: &impl ReadableTable<NameEntry, ()>,
    name: &str,
    exception: Option<&ProductId>,
) -> Result<Option<ProductId>, StoreError> {
    for row in names.range((name, i64::MIN, "")..)? {
        let (entry, _) = row?;
        let (found, _, id) = entry.value();
        if found != name {
            break;
        }
        if exception.is_none_or(|exception| exception.as_str() != id) {
            return ProductId::parse(id).map(Some).ok_or_else(|| StoreError::Id(id.to_owned()));
        }
    }
    Ok(None)
}

/// The entry of a product, given the key of its name.
pub(super) fn entry<'a>(product: &'a Product, name: &'a str) -> (&'a str, i64, &'a str) {
    (name, product.created_at.millis(), product.id.as_str())
}
