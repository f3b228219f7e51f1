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
    /// Imported products that the index may lack before an import brings it up to date by itself.
    #[arg(long, value_name = "1..1000000", default_value_t = EmbeddedSettings::default().pending_products, value_parser = RangedU64ValueParser::<u64>::new().range(1..=1_000_000))]
    pub embedded_pending_products: u64,
}
