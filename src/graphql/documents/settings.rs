//! What an operator can set about the documents that run.

/// Settings of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSettings {
    /// What becomes of documents that are not trusted.
    pub untrusted: UntrustedDocuments,
    /// Whether callers may leave documents here, to name them by their ids later.
    pub automatic: AutomaticQueries,
    /// Most memory for the texts of automatic persisted queries, in bytes.
    pub automatic_bytes: u64,
}

/// What becomes of documents that the manifest of trusted documents does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UntrustedDocuments {
    /// They run.
    Run,
    /// They run, and each operation is logged and counted.
    Logged,
    /// They are refused.
    Refused,
}

/// Whether there are automatic persisted queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomaticQueries {
    /// Callers may leave documents here.
    Taken,
    /// They may not; ids name trusted documents only.
    Refused,
}

impl Default for DocumentSettings {
    /// Everything runs; 16 MiB hold some ten thousand texts of usual length.
    fn default() -> Self {
        Self {
            untrusted: UntrustedDocuments::Run,
            automatic: AutomaticQueries::Taken,
            automatic_bytes: 16 * 1024 * 1024,
        }
    }
}
