//! The truth: every product, its sku and name, and what the index has not covered yet, in one redb file.
//!
//! Invariant: one write transaction changes products, their skus and names and the list of changes together, and is on disk when
//! it is acknowledged; a file that is not whole is never written to.

mod inspection;
mod names;
mod opening;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::{
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use redb::{Database, ReadTransaction, ReadableDatabase as _, TableDefinition, WriteTransaction};
use tokio_util::sync::CancellationToken;

use self::{inspection::guarded, opening::Opener};
pub(super) use self::{
    read::{Change, Snapshot},
    write::Written,
};
use super::error::StoreError;
use crate::product::NameRule;

/// Id → stored JSON.
const PRODUCTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("products");
/// Key of a sku → id.
const SKUS: TableDefinition<'_, &str, &str> = TableDefinition::new("skus");
/// Key of a name, creation time in milliseconds, id: of those that share a name, the oldest comes first.
const NAMES: TableDefinition<'_, NameEntry, ()> = TableDefinition::new("names");
/// Number of a change → whether there was no such product before it, and the id of the product; until the index covers
/// it.
const CHANGES: TableDefinition<'_, u64, (bool, &str)> = TableDefinition::new("changes");
/// Numbers about the store itself.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// A key of [`NAMES`].
type NameEntry = (&'static str, i64, &'static str);

/// Version of the tables above.
const FORMAT: u64 = 2;
const META_FORMAT: &str = "format";
/// Random, so that an index cannot be taken for that of another store.
const META_IDENTITY: &str = "identity";
/// Number of the last change.
const META_LAST_CHANGE: &str = "last_change";
/// Changes up to this one are no longer listed.
const META_TRIMMED: &str = "trimmed";
/// The rule of names that the store was last opened with.
const META_NAMES: &str = "names";

/// The product store.
pub(super) struct Store {
    /// `None` from a failure of the disk until it could be opened again.
    database: RwLock<Option<Database>>,
    opener: Opener,
    /// Set when the store is not to be opened again.
    ending: CancellationToken,
    path: PathBuf,
    identity: u64,
    names: NameRule,
    /// Locked until the store is closed for good.
    lock: File,
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

    /// Whether it was not closed after a failure.
    pub(super) fn is_open(&self) -> bool {
        self.database.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Fails if the library refuses everything until the store is opened again.
    pub(super) fn examine(&self) -> Result<(), StoreError> {
        guarded(|| Ok(self.begin_write()?.abort()?)).unwrap_or(Err(StoreError::Panicked))
    }

    /// Gives up an inspection that goes on: a store that is closed stays so.
    pub(super) fn stay_closed(&self) {
        self.ending.cancel();
    }

    /// Closes the database; whoever still reads it fails from now on.
    pub(super) fn close_database(&self) {
        let database = self.database.write().unwrap_or_else(PoisonError::into_inner).take();
        // There is nobody to tell: a database that failed may fail at its closing too.
        let _ = guarded(|| drop(database));
    }

    /// Closes the store for good, so that another process may have it.
    pub(super) fn close(&self) {
        self.close_database();
        // The lock ends with the file in any case.
        let _ = self.lock.unlock();
    }

    /// How far the list of changes goes.
    pub(super) fn changes(&self) -> Result<Changes, StoreError> {
        let meta = self.begin_read()?.open_table(META)?;
        let number = |name| Ok::<_, StoreError>(meta.get(name)?.map_or(0, |value| value.value()));
        Ok(Changes { trimmed: number(META_TRIMMED)?, last: number(META_LAST_CHANGE)? })
    }

    fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        Ok(database.as_ref().ok_or(StoreError::Closed)?.begin_read()?)
    }

    fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        Ok(database.as_ref().ok_or(StoreError::Closed)?.begin_write()?)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Where the store lies in a data folder.
pub(super) fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("products.redb")
}
