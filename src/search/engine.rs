//! What a search engine must offer, and how it may fail.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use super::{Search, SearchResults};
use crate::product::{FieldSet, PartialProduct, Product, ProductId, UniqueKey};

/// How one product is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LookUp {
    /// By id.
    Id(ProductId),
    /// By unique name or sku.
    Key(UniqueKey),
}

/// Reads products.
#[async_trait]
pub trait ProductReader: Send + Sync {
    /// The products asked for, in that order, `None` where there is none; one multi-get for the products and, when
    /// names or skus are among the look-ups, one for their keys. At least `fields` are read.
    async fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, EngineError>;

    /// An answer to each search, in order, by one request to the engine; a search that fails alone, fails alone.
    async fn search(&self, searches: &[Search]) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError>;
}

/// Takes products in and gives them out in bulk.
#[async_trait]
pub trait ProductArchive: Send + Sync {
    /// Stores new products, each for itself, in order; what is acknowledged is durable.
    async fn import(&self, products: Vec<Product>) -> Result<Vec<ImportOutcome>, EngineError>;

    /// Lets searches see everything that was imported.
    async fn publish(&self) -> Result<(), EngineError>;

    /// Every product, by id ascending.
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>>;
}

/// An engine as the gateway runs it.
#[async_trait]
pub trait Engine: ProductReader + ProductArchive {
    /// `embedded`, `elasticsearch` or `opensearch`, for people.
    fn name(&self) -> &'static str;

    /// How the index stands.
    async fn status(&self) -> Result<IndexStatus, EngineError>;

    /// Whether the engine can answer now; false before it was first reached.
    fn is_ready(&self) -> bool;
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

/// What became of one imported product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is stored.
    Created,
    /// Its id, sku or name belongs to another product.
    Taken {
        /// What is taken.
        by: TakenBy,
        /// The product that has it, where known.
        owner: Option<ProductId>,
    },
    /// The engine refused this product alone, for now.
    Refused(EngineError),
}

/// What two products may not share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBy {
    /// The id.
    Id,
    /// The sku.
    Sku,
    /// The name.
    Name,
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
}
