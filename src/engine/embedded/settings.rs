//! What can be set on the embedded engine.

use std::{num::NonZeroUsize, path::PathBuf, thread};

use crate::product::NameRule;

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
    /// Changes that the index may lack before writes wait for it.
    pub pending_products: u64,
    /// Changes that may wait to be made; callers wait for room before them.
    pub queued_writes: usize,
    /// Shortest time between two refreshes of what searches see, in milliseconds.
    pub refresh_ms: u64,
    /// Longest time for a write to wait until searches see it, in milliseconds.
    pub visibility_timeout_ms: u64,
    /// Whether products may share a name.
    pub names: NameRule,
}

impl Default for EmbeddedSettings {
    /// `./data`, 32 MiB of pages, 64 MiB for new documents, a search for each core; 10,000 changes waiting and as many
    /// behind, a refresh in 200 ms, five seconds for a write to become visible, unique names.
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            cache_bytes: 32 << 20,
            writer_memory_bytes: 64 << 20,
            search_threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            pending_products: 10_000,
            queued_writes: 10_000,
            refresh_ms: 200,
            visibility_timeout_ms: 5_000,
            names: NameRule::Unique,
        }
    }
}
