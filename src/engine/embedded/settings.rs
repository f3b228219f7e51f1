//! What can be set on the embedded engine.

use std::{num::NonZeroUsize, path::PathBuf, thread};

/// Settings of the embedded engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedSettings {
    /// Folder of the store and the index; made when it is missing.
    pub data_dir: PathBuf,
    /// Pages of the store that are kept in memory, in bytes.
    pub cache_bytes: usize,
    /// Memory in which new documents are collected before they go to disk, in bytes; at least 15,000,000.
    pub writer_memory_bytes: usize,
    /// Searches and look-ups that run at the same time, at least 1.
    pub search_threads: usize,
    /// Imported products that the index may lack before an import brings it up to date by itself.
    pub pending_products: u64,
}

impl Default for EmbeddedSettings {
    /// `./data`, 32 MiB of pages, 64 MiB for new documents, a search for each core, 10,000 products behind.
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            cache_bytes: 32 << 20,
            writer_memory_bytes: 64 << 20,
            search_threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            pending_products: 10_000,
        }
    }
}
