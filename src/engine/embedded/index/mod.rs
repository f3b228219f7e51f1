//! The index: everything that is searched, derived from the store and replaceable at any time.
//!
//! Invariant: it never holds what the store does not, and knows up to which change of the store it goes: what is
//! missing is always taken from the store's list of changes, never handed over in memory.

mod coverage;
mod opening;
mod schema;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tantivy::{Index as Tantivy, IndexReader, IndexWriter, Searcher, Term, indexer::IndexWriterOptions};

use self::coverage::Coverage;
pub(super) use self::schema::{CREATED_AT, Fields, ID, NAME_ORDER, PRICE, UPDATED_AT};
use super::{
    error::IndexError,
    store::{Change, Store},
};

/// How far a rebuild of the index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Products that are indexed.
    pub done: u64,
    /// Products that there are.
    pub total: u64,
}

/// The search index.
pub(super) struct Index {
    tantivy: Tantivy,
    reader: IndexReader,
    fields: Fields,
    folder: PathBuf,
    store_identity: u64,
    writer_memory_bytes: usize,
    /// Made for the first change: an index that is only read keeps no threads for writing.
    writer: Mutex<Option<IndexWriter>>,
    /// The last change that is durable in the index and seen by searches; written only under the lock of the writer.
    covered: AtomicU64,
}

impl Index {
    /// The columns.
    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    /// Where the index lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What searches see at present.
    pub(super) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The last change that searches can see.
    pub(super) fn covered(&self) -> u64 {
        self.covered.load(Ordering::Acquire)
    }

    /// Takes in every change that the store lists, makes them durable and lets searches see them.
    pub(super) fn catch_up(&self, store: &Store) -> Result<(), IndexError> {
        let mut slot = self.writer_slot();
        if store.changes()?.last <= self.covered() {
            return Ok(());
        }
        let mut writer = match slot.take() {
            Some(writer) => writer,
            None => self.writer()?,
        };
        // Whatever fails leaves the slot empty, and with the writer goes what it had not committed.
        let covered = self.apply_changes(&mut writer, store)?;
        *slot = Some(writer);
        if let Some(covered) = covered {
            self.show(covered)?;
            store.trim(covered)?;
        }
        Ok(())
    }

    /// Whoever panicked took the writer out first: the slot is sound whatever happened.
    fn writer_slot(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets searches see the last commit, which goes up to `covered`. While they cannot, nothing new counts as covered:
    /// the next attempt replays the same changes and tries again.
    fn show(&self, covered: u64) -> Result<(), IndexError> {
        self.reader.reload()?;
        self.covered.store(covered, Ordering::Release);
        Ok(())
    }

    /// The last change that was committed, `None` when there was nothing to do.
    fn apply_changes(&self, writer: &mut IndexWriter, store: &Store) -> Result<Option<u64>, IndexError> {
        let mut last = None;
        store.snapshot()?.changes(self.covered(), |change| {
            last = Some(change.number);
            self.apply(writer, &change)
        })?;
        if let Some(last) = last {
            self.commit(writer, last)?;
        }
        Ok(last)
    }

    /// Applying a change twice is the same as once: a replay may meet what was already indexed.
    fn apply(&self, writer: &IndexWriter, change: &Change) -> Result<(), IndexError> {
        writer.delete_term(Term::from_field_text(self.fields.id, change.id.as_str()));
        if let Some(product) = &change.product {
            writer.add_document(self.fields.document(product))?;
        }
        Ok(())
    }

    fn commit(&self, writer: &mut IndexWriter, covered: u64) -> Result<(), IndexError> {
        let payload = Coverage::new(self.store_identity, covered).payload().map_err(io::Error::from)?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        Ok(())
    }

    fn writer(&self) -> Result<IndexWriter, IndexError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(self.writer_memory_bytes)
            .num_merge_threads(1)
            .build();
        Ok(self.tantivy.writer_with_options(options)?)
    }
}
