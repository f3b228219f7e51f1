//! The truth: every product, its unique keys, and what the index has not covered yet, in one redb file.
//!
//! Invariant: one write transaction changes a product, its keys and the list of changes together, and is on disk when
//! it is acknowledged; a file that is not whole is never written to.

mod import;
mod inspection;
mod opening;
mod read;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use redb::{Database, ReadableDatabase as _, TableDefinition};

pub(super) use self::read::{Change, Snapshot};
use super::error::StoreError;

/// Id → stored JSON.
const PRODUCTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("products");
/// Kind and value of a unique key → id.
const KEYS: TableDefinition<'_, (&str, &str), &str> = TableDefinition::new("keys");
/// Sequence number → id of the product that changed, until the index covers it.
const CHANGES: TableDefinition<'_, u64, &str> = TableDefinition::new("changes");
/// Numbers about the store itself.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// Version of the tables above.
const FORMAT: u64 = 1;
const META_FORMAT: &str = "format";
/// Random, so that an index cannot be taken for that of another store.
const META_IDENTITY: &str = "identity";
/// Number of the last change.
const META_LAST_CHANGE: &str = "last_change";
/// Changes up to this one are no longer listed.
const META_TRIMMED: &str = "trimmed";

/// The product store.
#[derive(Debug)]
pub(super) struct Store {
    database: Database,
    path: PathBuf,
    identity: u64,
    /// Held, locked, for as long as the store is open.
    _lock: File,
}

/// How far the list of changes goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Changes {
    /// Changes up to this one are no longer listed.
    pub(super) trimmed: u64,
    /// The last change.
    pub(super) last: u64,
}

impl Store {
    /// Tells this store from every other.
    pub(super) fn identity(&self) -> u64 {
        self.identity
    }

    /// Bytes of the file.
    pub(super) fn bytes(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.path)?.len())
    }

    /// How far the list of changes goes.
    pub(super) fn changes(&self) -> Result<Changes, StoreError> {
        let meta = self.database.begin_read()?.open_table(META)?;
        let number = |name| Ok::<_, StoreError>(meta.get(name)?.map_or(0, |value| value.value()));
        Ok(Changes { trimmed: number(META_TRIMMED)?, last: number(META_LAST_CHANGE)? })
    }

    /// Forgets the changes up to `covered`, which the index has made durable.
    pub(super) fn trim(&self, covered: u64) -> Result<(), StoreError> {
        let transaction = self.database.begin_write()?;
        transaction.open_table(CHANGES)?.retain_in(..=covered, |_, _| false)?;
        transaction.open_table(META)?.insert(META_TRIMMED, covered)?;
        Ok(transaction.commit()?)
    }
}

/// Where the store lies in a data folder.
pub(super) fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("products.redb")
}
