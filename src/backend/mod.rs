//! What an engine must offer, and how it may fail: the traits that `engine` implements and `catalog` asks.
//!
//! Invariant: nothing here knows a particular engine; causes of failures are for the log, kinds for callers.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::{
    change::{Change, Effect, Refusal, Visibility},
    product::{FieldSet, LookUp, PartialProduct, Product},
    search::{SearchPlan, SearchResults},
};

/// Reads products.
#[async_trait]
pub trait ProductReader: Send + Sync {
    /// The products asked for, in that order, `None` where there is none; one multi-get for the products and, when
    /// names or skus are among the look-ups, one for their keys. At least `fields` are read. Names that products may
    /// share are found as searches find them.
    async fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, EngineError>;

    /// An answer to each search, in order, by one request to the engine; a search that fails alone, fails alone.
    async fn search(&self, searches: &[SearchPlan]) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError>;
}

/// Changes products.
#[async_trait]
pub trait ProductWriter: Send + Sync {
    /// Makes each change for itself, as if one after the other in their order. What is acknowledged is durable and as
    /// visible as asked; a write that was made but could not be shown to searches in time is acknowledged all the same.
    ///
    /// Dropping the future does not stop a change that has begun: it is made or undone as a whole.
    async fn write(
        &self,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError>;

    /// Lets searches see everything that was acknowledged so far.
    async fn publish(&self) -> Result<(), EngineError>;
}

/// Gives products out in bulk.
pub trait ProductArchive: Send + Sync {
    /// Every product, by id ascending.
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>>;
}

/// An engine as the gateway runs it.
#[async_trait]
pub trait Engine: ProductReader + ProductWriter + ProductArchive {
    /// `embedded`, `elasticsearch` or `opensearch`, for people.
    fn name(&self) -> &'static str;

    /// How the index stands.
    async fn status(&self) -> Result<IndexStatus, EngineError>;

    /// Whether the engine can answer now; false before it was first reached.
    fn is_ready(&self) -> bool;

    /// Waits until no write is under way, also none whose caller has gone; for a process that is about to end.
    async fn finish(&self) {}
}

/// How an index stands, for `aisle index status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexStatus {
    /// Name of the index (its folder, on the embedded engine).
    pub index: String,
    /// Products in the store.
    pub products: u64,
    /// Products that searches can see.
    pub searchable: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// What differs from what this version would create, by name; empty when nothing does.
    pub differences: Vec<String>,
}

/// Why one change was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The products that are there do not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The engine failed at this change.
    #[error(transparent)]
    Failed(#[from] EngineError),
}

/// A failure of an engine: a kind to act on, and a cause for the log that is never shown to callers.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind}")]
pub struct EngineError {
    /// What a caller may be told.
    pub kind: EngineErrorKind,
    /// What happened.
    #[source]
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl EngineError {
    /// A failure with its cause.
    pub fn new(kind: EngineErrorKind, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { kind, cause: Some(Arc::new(cause)) }
    }
}

impl From<EngineErrorKind> for EngineError {
    fn from(kind: EngineErrorKind) -> Self {
        Self { kind, cause: None }
    }
}

/// Causes are for people; two failures are equal when callers cannot tell them apart.
impl PartialEq for EngineError {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for EngineError {}

/// The ways in which an engine fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EngineErrorKind {
    /// No node could be reached.
    #[error("search engine cannot be reached")]
    Unreachable,
    /// An attempt took too long.
    #[error("search engine did not answer within {timeout_ms} ms")]
    Timeout {
        /// The time given, in milliseconds.
        timeout_ms: u64,
    },
    /// The engine has too much to do, or is not set up yet.
    #[error("search engine is not available")]
    Unavailable,
    /// The engine did not understand us, or we not it: our mistake.
    #[error("search engine answered unexpectedly")]
    Unexpected,
    /// The local store failed.
    #[error("product store failed")]
    Storage,
    /// The engine panicked at it: our mistake, and a grave one.
    #[error("search engine panicked")]
    Panicked,
}
