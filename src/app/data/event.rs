//! What a data command asks, and what it answers while it runs; this is also what goes over the socket.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{backend::IndexStatus, change::OnDuplicate, evaluation::Scores, failure::Failure};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataCommand {
    /// Store the products of the input.
    Import {
        /// What to do with those that are there already.
        #[serde(with = "OnDuplicateForm")]
        on_duplicate: OnDuplicate,
    },
    /// Give out every product.
    Export,
    /// Score what is found for the judged queries of the input.
    #[serde(rename_all = "camelCase")]
    Evaluate {
        /// Of how many bytes the ranking is that the input begins with, to compare the one in force with; `None`
        /// without one.
        ranking_bytes: Option<usize>,
    },
    /// Say how the index stands.
    Status,
}

impl DataCommand {
    /// Whether it searches, so that the files which tune searches matter to it.
    pub fn searches(self) -> bool {
        match self {
            Self::Evaluate { .. } => true,
            Self::Import { .. } | Self::Export | Self::Status => false,
        }
    }
}

/// How [`OnDuplicate`] goes over the socket: domain types have no form of their own.
#[derive(Serialize, Deserialize)]
#[serde(remote = "OnDuplicate", rename_all = "camelCase")]
enum OnDuplicateForm {
    Refuse,
    Skip,
    Replace,
}

/// What a command has to say; the last one is `Imported`, `Exported`, `Evaluated`, `Status` or `Failed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataEvent {
    /// So much of the input was dealt with.
    Progress {
        /// Bytes of the input.
        bytes: u64,
    },
    /// A row was not stored, or a query not answered.
    Refused {
        /// Line of the input, from 1.
        line: u64,
        /// The error code.
        code: String,
        /// Value and rule, in words.
        message: String,
    },
    /// A product, in its stored form.
    Row(Box<RawValue>),
    /// The import is complete.
    Imported(ImportReport),
    /// The export is complete.
    Exported {
        /// Products given out.
        products: u64,
    },
    /// How good the answer to a judged query is.
    Judged(QueryReport),
    /// The evaluation is complete.
    #[serde(rename_all = "camelCase")]
    Evaluated {
        /// The engine.
        engine: String,
        /// Time that it took, in milliseconds.
        took_ms: u64,
    },
    /// How the index stands.
    Status(StatusReport),
    /// The command could not go on.
    Failed {
        /// Why, in words.
        message: String,
    },
}

impl DataEvent {
    /// Whether nothing follows.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Progress { .. } | Self::Refused { .. } | Self::Row(_) | Self::Judged(_) => false,
            Self::Imported(_)
            | Self::Exported { .. }
            | Self::Evaluated { .. }
            | Self::Status(_)
            | Self::Failed { .. } => true,
        }
    }

    /// What a line of the input failed with.
    pub(super) fn refusal(line: u64, failure: Failure) -> Self {
        Self::Refused { line, code: failure.code.definition().name.to_owned(), message: failure.message }
    }
}

/// What became of the rows of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows that became new products.
    pub created: u64,
    /// Rows that took the place of what a product was.
    pub replaced: u64,
    /// Rows whose product was there and stayed as it was.
    pub skipped: u64,
    /// Rows that were not stored.
    pub refused: u64,
    /// Time that the import took, in milliseconds.
    pub took_ms: u64,
}

/// How good the answer to one judged query is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryReport {
    /// Line of the judgments, from 1.
    pub line: u64,
    /// The query.
    pub query: String,
    /// By the ranking in force; `None` when no judged product is relevant.
    pub in_force: Option<Scores>,
    /// By the ranking to compare with; `None` as well when there is none.
    pub other: Option<Scores>,
}

/// How an index stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReport {
    /// The engine.
    pub engine: String,
    /// Name of the index.
    pub index: String,
    /// Products in the store.
    pub products: u64,
    /// Products that searches see.
    pub searchable: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// What differs from what this version would create.
    pub differences: Vec<String>,
}

impl StatusReport {
    /// The status of `engine`.
    pub fn new(engine: &str, status: IndexStatus) -> Self {
        let IndexStatus { index, products, searchable, bytes, differences } = status;
        Self { engine: engine.to_owned(), index, products, searchable, bytes, differences }
    }
}
