//! Settings of the embedded engine.

use clap::{Args, builder::RangedU64ValueParser};

/// The store and index in the data directory.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Embedded engine")]
pub struct EmbeddedStoreSettings {
    /// Memory for pages of the store.
    #[arg(long, value_name = "1048576..17179869184", default_value_t = 32 * 1024 * 1024, value_parser = RangedU64ValueParser::<u64>::new().range(1_048_576..=17_179_869_184))]
    pub embedded_cache_bytes: u64,
    /// Memory for documents that wait to be indexed.
    #[arg(long, value_name = "16777216..4293918720", default_value_t = 64 * 1024 * 1024, value_parser = RangedU64ValueParser::<u64>::new().range(16_777_216..=4_293_918_720))]
    pub embedded_writer_memory_bytes: u64,
    /// Searches that run at once; unset: as many as the machine has cores.
    #[arg(long, value_name = "1..256", value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    pub embedded_search_threads: Option<usize>,
}
