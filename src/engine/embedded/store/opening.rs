//! Opening the store, or refusing to.
//!
//! Invariant: a file that is there is opened for writing only after an inspection found it whole and ours, and a new one gets
//! its name only once it is whole: so whatever has the name was acknowledged, and is never replaced.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use redb::{Builder, Database, DatabaseError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    CHANGES, FORMAT, META, META_FORMAT, META_IDENTITY, NAMES, PRODUCTS, SKUS, Store, file_in,
    inspection::{Flaw, guarded, inspect},
    names::SharedName,
};
use crate::{
    engine::embedded::error::{OpenError, StoreError},
    product::NameRule,
};

/// Opens the database of a store, at its start and after a failure of the disk, unless the token says that nobody needs
/// it any more; with it comes its identity.
pub(super) type Opener = Box<dyn Fn(&CancellationToken) -> Result<(Database, u64), Flaw> + Send + Sync>;

impl Store {
    /// Opens the store in `data_dir` and makes what is missing; `cache_bytes` of its pages stay in memory.
    pub(in crate::engine::embedded) fn open(
        data_dir: &Path,
        cache_bytes: usize,
        names: NameRule,
    ) -> Result<Self, OpenError> {
        let folder = |source| OpenError::Folder { path: data_dir.to_owned(), source };
        fs::create_dir_all(data_dir).map_err(folder)?;
        let lock = lock(&data_dir.join("lock")).map_err(folder)?;
        let lock = lock.ok_or_else(|| OpenError::InUse { path: data_dir.to_owned() })?;
        let path = file_in(data_dir);
        if !path.try_exists().map_err(folder)? {
            create(data_dir, &path)?;
        }
        let file = path.clone();
        let opener: Opener = Box::new(move |given_up| {
            let identity = inspect(&file, given_up)?;
            let database = guarded(|| Builder::new().set_cache_size(cache_bytes).open(&file))??;
            Ok((database, identity))
        });
        Self::connect(opener, path, lock, names)
    }

    /// The store whose database `opener` opens, and which lies at `path`.
    pub(super) fn connect(opener: Opener, path: PathBuf, lock: File, names: NameRule) -> Result<Self, OpenError> {
        let ending = CancellationToken::new();
        let (database, identity) = opener(&ending).map_err(|flaw| refusal(flaw, &path))?;
        let store = Self { database: RwLock::new(Some(database)), opener, ending, path, identity, names, lock };
        match store.note_name_rule() {
            Ok(None) => Ok(store),
            Ok(Some(SharedName { name, ids })) => Err(OpenError::SharedName { path: store.path, name, ids }),
            Err(source) => Err(OpenError::Store { path: store.path, source }),
        }
    }

    /// Opens the database again after it was closed; fails while the disk or the file do not allow it.
    pub(in crate::engine::embedded) fn reopen(&self) -> Result<(), OpenError> {
        self.close_database();
        let (database, identity) = (self.opener)(&self.ending).map_err(|flaw| refusal(flaw, &self.path))?;
        if identity != self.identity {
            return Err(OpenError::Exchanged { path: self.path.clone() });
        }
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = Some(database);
        Ok(())
    }
}

fn refusal(flaw: Flaw, path: &Path) -> OpenError {
    let path = path.to_owned();
    match flaw {
        Flaw::InUse => OpenError::InUse { path },
        Flaw::Damage(reason) => OpenError::Damaged { path, reason },
        Flaw::Format(found) => OpenError::Format { path, found, known: FORMAT },
        Flaw::Failure(source) => OpenError::Store { path, source },
    }
}

/// The locked file, or `None` when another process has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes an empty store under another name first: a crash in between must not look like a damaged store.
fn create(data_dir: &Path, path: &Path) -> Result<(), OpenError> {
    let draft = path.with_extension("redb.new");
    let folder = |source| OpenError::Folder { path: data_dir.to_owned(), source };
    if draft.try_exists().map_err(folder)? {
        fs::remove_file(&draft).map_err(folder)?;
    }
    fill(&draft).map_err(|source| OpenError::Store { path: draft.clone(), source })?;
    fs::rename(&draft, path).map_err(folder)?;
    // The new name has to survive a power failure as well as the content.
    File::open(data_dir).and_then(|folder| folder.sync_all()).map_err(folder)
}

/// Makes an empty store.
pub(super) fn fill(path: &Path) -> Result<(), StoreError> {
    let database = Database::create(path)?;
    let transaction = database.begin_write()?;
    transaction.open_table(PRODUCTS)?;
    transaction.open_table(SKUS)?;
    transaction.open_table(NAMES)?;
    transaction.open_table(CHANGES)?;
    {
        let mut meta = transaction.open_table(META)?;
        meta.insert(META_FORMAT, FORMAT)?;
        meta.insert(META_IDENTITY, Uuid::now_v7().as_u64_pair().1)?;
    }
    Ok(transaction.commit()?)
}

impl From<DatabaseError> for Flaw {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            DatabaseError::Storage(redb::StorageError::Corrupted(reason)) => Self::Damage(reason),
            DatabaseError::UpgradeRequired(version) => Self::Damage(format!("it has file format {version}")),
            DatabaseError::Storage(redb::StorageError::Io(error))
                if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) =>
            {
                Self::Damage(error.to_string())
            }
            DatabaseError::RepairAborted => Self::Damage("it cannot be repaired".to_owned()),
            DatabaseError::TransactionInProgress | DatabaseError::Storage(_) | _ => Self::Failure(error.into()),
        }
    }
}
