//! How the embedded engine fails: at its opening, in its store, in its index.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{
    backend::{EngineError, EngineErrorKind},
    exchange::StoredError,
};

/// Why the engine could not be opened; nothing on disk was changed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder cannot be made or used.
    #[error("data folder {} cannot be used", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Another process has it.
    #[error("data folder {} is in use by another process", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The store is not what this program wrote.
    #[error(
        "product store {} is damaged ({reason}); it was left as it is: restore it from a backup, or move it away",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The store was written by another version of this program.
    #[error("product store {} has format {found}, this version reads {known}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The format of this version.
        known: u64,
    },
    /// Two products have one name, and names are to be unique.
    #[error(
        "products {} and {} of {} share the name {name:?}: rename or remove one of them, or let products share names",
        ids[0], ids[1], path.display()
    )]
    SharedName {
        /// The file.
        path: PathBuf,
        /// The name, as it is compared.
        name: String,
        /// The products.
        ids: [String; 2],
    },
    /// Another file took the place of the store while it was in use.
    #[error("product store {} was exchanged for another", path.display())]
    Exchanged {
        /// The file.
        path: PathBuf,
    },
    /// A thread of the engine cannot be started.
    #[error("no thread can be started")]
    Thread(#[source] io::Error),
    /// The store cannot be read.
    #[error("product store {} cannot be opened", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: StoreError,
    },
    /// The index cannot be made.
    #[error("index {} cannot be made", path.display())]
    Index {
        /// The folder.
        path: PathBuf,
        /// What happened.
        source: IndexError,
    },
}

/// A failure of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The library panicked, and what it holds may be in disorder.
    #[error("product store panicked")]
    Panicked,
    /// It was closed after a failure and could not be opened again as yet.
    #[error("product store is closed since it failed")]
    Closed,
    /// Of the library or the disk.
    #[error("product store failed")]
    Database(#[source] Box<redb::Error>),
    /// A product in it cannot be read or written.
    #[error("stored product {id} is not understood")]
    Product {
        /// The key under which it is stored.
        id: String,
        /// What is wrong with it.
        source: StoredError,
    },
    /// A key under which nothing is stored by this program.
    #[error("stored id {0:?} is malformed")]
    Id(String),
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// A failure of the index.
#[derive(Debug, Error)]
pub enum IndexError {
    /// Of the library or the disk.
    #[error("index failed")]
    Tantivy(#[from] tantivy::TantivyError),
    /// Of the disk.
    #[error("index files failed")]
    Files(#[from] io::Error),
    /// Of the store that it is made from.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index lacks a column that its schema promises.
    #[error("index lacks column {0}")]
    Column(&'static str),
    /// A place of a list that does not belong to its order.
    #[error("the position does not fit the order")]
    Position,
    /// The library panicked.
    #[error("index panicked")]
    Panicked,
    /// Nobody waits for the answer any more.
    #[error("search was given up")]
    GivenUp,
}

impl StoreError {
    /// After a failure of the disk, or a panic under its locks, the library refuses everything until it is opened
    /// again.
    fn kind(&self) -> EngineErrorKind {
        match self {
            Self::Closed => EngineErrorKind::Unavailable,
            Self::Database(error)
                if matches!(
                    **error,
                    redb::Error::Io(_)
                        | redb::Error::PreviousIo
                        | redb::Error::DatabaseClosed
                        | redb::Error::LockPoisoned(_)
                ) =>
            {
                EngineErrorKind::Unavailable
            }
            Self::Panicked => EngineErrorKind::Panicked,
            Self::Database(_) | Self::Product { .. } | Self::Id(_) => EngineErrorKind::Storage,
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::new(error.kind(), error)
    }
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        let kind = match &error {
            IndexError::Store(error) => error.kind(),
            IndexError::Position => EngineErrorKind::Unexpected,
            IndexError::Panicked => EngineErrorKind::Panicked,
            IndexError::Tantivy(_) | IndexError::Files(_) | IndexError::Column(_) | IndexError::GivenUp => {
                EngineErrorKind::Storage
            }
        };
        Self::new(kind, error)
    }
}
