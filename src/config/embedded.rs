//! Settings of the embedded engine.

use clap::{Args, builder::RangedU64ValueParser};

use crate::engine::embedded::EmbeddedSettings;

/// The store and index in the data directory.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Embedded engine")]
pub struct EmbeddedStoreSettings {
    /// Memory for pages of the store.
    #[arg(long, value_name = "1048576..17179869184", default_value_t = EmbeddedSettings::default().cache_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(1_048_576..=17_179_869_184))]
    pub embedded_cache_bytes: usize,
    /// Memory for documents that wait to be indexed.
    #[arg(long, value_name = "16777216..4293918720", default_value_t = EmbeddedSettings::default().writer_memory_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(16_777_216..=4_293_918_720))]
    pub embedded_writer_memory_bytes: usize,
    /// Searches that run at once; unset: as many as the machine has cores.
    #[arg(long, value_name = "1..256", value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    pub embedded_search_threads: Option<usize>,
    /// Changes that the index may lack before writes wait for it; they do not wait for one that cannot be written.
    #[arg(long, value_name = "1..1000000", default_value_t = EmbeddedSettings::default().pending_products, value_parser = RangedU64ValueParser::<u64>::new().range(1..=1_000_000))]
    pub embedded_pending_products: u64,
    /// Changes that may wait to be made; further ones wait for room, as long as their operation may take.
    #[arg(long, value_name = "1..1000000", default_value_t = EmbeddedSettings::default().queued_writes, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub embedded_queued_writes: usize,
    /// Longest time for a write to wait until searches see it; it is acknowledged then all the same.
    #[arg(long, value_name = "10..600000", default_value_t = EmbeddedSettings::default().visibility_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(10..=600_000))]
    pub embedded_visibility_timeout_ms: u64,
}
