//! The index: everything that is searched, derived from the store and replaceable at any time.
//!
//! Invariant: it never holds what the store does not, and knows up to which change of the store it goes: what is
//! missing is always taken from the store's list of changes, never handed over in memory.

mod coverage;
mod dictionaries;
mod dictionary;
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
pub(super) use self::{
    dictionaries::Dictionaries,
    dictionary::{Dictionary, SegmentValues, ValueColumn},
    schema::{CREATED_AT, Fields, ID, IN_STOCK, NAME_ORDER, PRICE, UPDATED_AT},
};
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
    dictionaries: Dictionaries,
    folder: PathBuf,
    store_identity: u64,
    writer_memory_bytes: usize,
    /// Made for the first change: an index that is only read keeps no threads for writing.
    writer: Mutex<Option<Writing>>,
    /// The last change that is durable in the index and seen by searches; written only under the lock of the writer.
    covered: AtomicU64,
}

/// The writer of an index, and how far the index goes on disk.
struct Writing {
    writer: IndexWriter,
    /// The last change that a commit holds, whether searches see it or not.
    committed: u64,
}

impl Index {
    /// The columns.
    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    /// The values of the columns that are counted.
    pub(super) fn dictionaries(&self) -> &Dictionaries {
        &self.dictionaries
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
        let mut writing = match slot.take() {
            Some(writing) => writing,
            None => self.begin()?,
        };
        // Whatever fails leaves the slot empty, and with the writer goes what it had not committed.
        let last = self.apply_changes(&mut writing, store)?;
        writing.committed = last.unwrap_or(writing.committed);
        let committed = writing.committed;
        *slot = Some(writing);
        self.show(committed)
    }

    /// Ends writing until the next change; what was not committed is left to it.
    pub(super) fn put_down(&self) {
        *self.writer_slot() = None;
    }

    /// Whoever panicked took the writer out first: the slot is sound whatever happened.
    fn writer_slot(&self) -> MutexGuard<'_, Option<Writing>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets searches see the last commit, which goes up to `covered`; while they cannot, nothing new counts as covered.
    fn show(&self, covered: u64) -> Result<(), IndexError> {
        self.reader.reload()?;
        self.dictionaries.forget_before(&self.searcher());
        self.covered.store(covered, Ordering::Release);
        Ok(())
    }

    /// The last change that was committed, `None` when there was nothing to do.
    fn apply_changes(&self, writing: &mut Writing, store: &Store) -> Result<Option<u64>, IndexError> {
        let Writing { writer, committed } = writing;
        let last = store.snapshot()?.changes(*committed, |change| self.apply(writer, change))?;
        if let Some(last) = last {
            self.commit(writer, last)?;
        }
        Ok(last)
    }

    /// What is not committed is not in the index: what was new since then is not there to be deleted, which would cost
    /// a look into every segment.
    fn apply(&self, writer: &IndexWriter, change: &Change) -> Result<(), IndexError> {
        if !change.is_new {
            writer.delete_term(Term::from_field_text(self.fields.id, change.id.as_str()));
        }
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

    /// A writer, which goes on from the last commit: one that was told to have failed may be there all the same.
    fn begin(&self) -> Result<Writing, IndexError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(self.writer_memory_bytes)
            .num_merge_threads(1)
            .build();
        let writer = self.tantivy.writer_with_options(options)?;
        let coverage = self.tantivy.load_metas()?.payload.as_deref().and_then(Coverage::parse);
        Ok(Writing { writer, committed: coverage.map_or(0, |coverage| coverage.covered) })
    }
}
