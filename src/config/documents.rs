//! Settings of trusted documents and of automatic persisted queries.

use std::path::PathBuf;

use clap::{Args, ValueEnum, builder::RangedU64ValueParser};

use crate::graphql::{AutomaticQueries, DocumentSettings, UntrustedDocuments};

/// Which documents run, and how callers may name them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Documents")]
pub struct DocumentsSettings {
    /// Manifest of trusted documents, which callers may name by their ids: JSON of SHA-256 ids and texts, read again when it changes; unset: no document is trusted.
    #[arg(long, value_name = "FILE")]
    pub trusted_documents: Option<PathBuf>,
    /// What becomes of documents that the manifest lacks: `off` runs them, `log` runs them and logs each operation, `enforce` refuses them.
    #[arg(long, value_enum, default_value_t = TrustedDocumentsMode::Off)]
    pub trusted_documents_mode: TrustedDocumentsMode,
    /// Largest manifest; prepared, its documents take many times as much memory.
    #[arg(long, value_name = "1024..67108864", default_value_t = 4_194_304, value_parser = RangedU64ValueParser::<usize>::new().range(1_024..=67_108_864))]
    pub trusted_documents_bytes: usize,
    /// Time between two looks at the manifest.
    #[arg(long, value_name = "10..3600000", default_value_t = 2_000, value_parser = RangedU64ValueParser::<u64>::new().range(10..=3_600_000))]
    pub trusted_documents_reload_ms: u64,
    /// Whether callers may leave documents here to name them by their ids later (automatic persisted queries).
    #[arg(long, value_enum, default_value_t = PersistedQueries::On)]
    pub persisted_queries: PersistedQueries,
    /// Memory for the texts that callers left; those not asked for make room.
    #[arg(long, value_name = "0..1073741824", default_value_t = DocumentSettings::default().automatic_bytes, value_parser = RangedU64ValueParser::<u64>::new().range(0..=1_073_741_824))]
    pub persisted_queries_bytes: u64,
}

/// What becomes of documents that the manifest lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrustedDocumentsMode {
    /// They run.
    Off,
    /// They run and are told of.
    Log,
    /// They are refused.
    Enforce,
}

/// Whether there are automatic persisted queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PersistedQueries {
    /// There are.
    On,
    /// There are none.
    Off,
}

impl DocumentsSettings {
    /// What the API wants.
    pub(super) fn api(&self) -> DocumentSettings {
        DocumentSettings {
            untrusted: match self.trusted_documents_mode {
                TrustedDocumentsMode::Off => UntrustedDocuments::Run,
                TrustedDocumentsMode::Log => UntrustedDocuments::Logged,
                TrustedDocumentsMode::Enforce => UntrustedDocuments::Refused,
            },
            automatic: match self.persisted_queries {
                PersistedQueries::On => AutomaticQueries::Taken,
                PersistedQueries::Off => AutomaticQueries::Refused,
            },
            automatic_bytes: self.persisted_queries_bytes,
        }
    }

    /// Whether something is to become of documents that a manifest lacks, and there is no manifest.
    pub(super) fn lacks_manifest(&self) -> bool {
        self.trusted_documents_mode != TrustedDocumentsMode::Off && self.trusted_documents.is_none()
    }
}
