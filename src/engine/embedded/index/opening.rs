//! Opening the index: as it is, with what it lacks, or anew.

use std::{
    fs, io,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Mutex, atomic::AtomicU64},
};

use tantivy::{Index as Tantivy, IndexReader, ReloadPolicy, TantivyError};

use super::{Coverage, Dictionaries, Fields, Index, RebuildProgress, Writing};
use crate::engine::embedded::{error::IndexError, store::Store};

/// Products that are read from the store at once while the index is rebuilt.
const REBUILD_CHUNK: usize = 256;

/// Why an index is made anew.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("there is none")]
    Missing,
    #[error("it was made by other rules or for another store")]
    Foreign,
    #[error("it does not go with the store's changes")]
    Gap,
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl Index {
    /// Opens the index of `store` in `folder`, brings it up to date, and makes it anew when it cannot be used.
    pub(in crate::engine::embedded) fn open(
        folder: &Path,
        store: &Store,
        writer_memory_bytes: usize,
        progress: &dyn Fn(RebuildProgress),
    ) -> Result<Self, IndexError> {
        let usable = panic::catch_unwind(AssertUnwindSafe(|| open_existing(folder, store)))
            .unwrap_or_else(|_| Err(Unusable::Damaged("it is not understood".to_owned())));
        let (tantivy, reader, covered) = match usable {
            Ok((tantivy, reader, coverage)) => (tantivy, reader, Some(coverage.covered)),
            Err(reason) => {
                if matches!(reason, Unusable::Missing) {
                    tracing::info!(folder = %folder.display(), "index is made");
                } else {
                    tracing::warn!(folder = %folder.display(), %reason, "index is rebuilt");
                }
                let tantivy = create(folder)?;
                let reader = reader(&tantivy)?;
                (tantivy, reader, None)
            }
        };
        let index = Self {
            tantivy,
            reader,
            fields: Fields::schema().1,
            dictionaries: Dictionaries::default(),
            folder: folder.to_owned(),
            store_identity: store.identity(),
            writer_memory_bytes,
            writer: Mutex::new(None),
            covered: AtomicU64::new(covered.unwrap_or(0)),
        };
        match covered {
            None => index.rebuild(store, progress)?,
            Some(covered) if covered < store.changes()?.last => index.catch_up(store)?,
            Some(_) => {}
        }
        Ok(index)
    }

    /// Indexes every product of the store. Only the last commit says what is covered: an index whose making was
    /// interrupted is made again.
    fn rebuild(&self, store: &Store, progress: &dyn Fn(RebuildProgress)) -> Result<(), IndexError> {
        let mut writing = self.begin()?;
        let snapshot = store.snapshot()?;
        let covered = snapshot.last_change()?;
        let total = snapshot.count()?;
        let mut done = 0;
        let mut last = None;
        loop {
            let products = snapshot.after(last.as_ref(), REBUILD_CHUNK)?;
            let Some(product) = products.last() else { break };
            last = Some(product.id.clone());
            for product in &products {
                writing.writer.add_document(self.fields.document(product))?;
            }
            done += products.len() as u64;
            progress(RebuildProgress { done, total });
        }
        drop(snapshot);
        self.commit(&mut writing.writer, covered)?;
        self.show(covered)?;
        *self.writer_slot() = Some(Writing { committed: covered, ..writing });
        Ok(())
    }
}

fn open_existing(folder: &Path, store: &Store) -> Result<(Tantivy, IndexReader, Coverage), Unusable> {
    if !folder.join("meta.json").exists() {
        return Err(Unusable::Missing);
    }
    let damaged = |error: TantivyError| Unusable::Damaged(error.to_string());
    let tantivy = Tantivy::open_in_dir(folder).map_err(damaged)?;
    let meta = tantivy.load_metas().map_err(damaged)?;
    let coverage = meta.payload.as_deref().and_then(Coverage::parse).ok_or(Unusable::Foreign)?;
    if !coverage.is_of(store.identity()) || tantivy.schema() != Fields::schema().0 {
        return Err(Unusable::Foreign);
    }
    let changes = store.changes().map_err(|_| Unusable::Gap)?;
    if coverage.covered < changes.trimmed || changes.last < coverage.covered {
        return Err(Unusable::Gap);
    }
    if let Some(file) = tantivy.validate_checksum().map_err(damaged)?.into_iter().next() {
        return Err(Unusable::Damaged(format!("checksum of {} is wrong", file.display())));
    }
    let reader = reader(&tantivy).map_err(damaged)?;
    Ok((tantivy, reader, coverage))
}

/// An empty index in place of whatever is there.
fn create(folder: &Path) -> Result<Tantivy, IndexError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder)?,
        Ok(_) => fs::remove_file(folder)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    fs::create_dir_all(folder)?;
    Ok(Tantivy::create_in_dir(folder, Fields::schema().0)?)
}

fn reader(tantivy: &Tantivy) -> Result<IndexReader, TantivyError> {
    tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
}
