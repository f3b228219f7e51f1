//! What the shop's rules are, whatever engine serves them: the only door between callers and an engine.
//!
//! Invariant: an engine is asked only for searches that can match.

mod import;
mod read;

use std::sync::Arc;

pub use import::ImportRefusal;

use crate::{
    product::{Clock, IdGenerator},
    search::{Engine, EngineError, IndexStatus, SearchLimits},
};

/// The products of one shop.
pub struct Catalog {
    engine: Arc<dyn Engine>,
    limits: SearchLimits,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl Catalog {
    /// A catalogue kept by `engine`.
    pub fn new(
        engine: Arc<dyn Engine>,
        limits: SearchLimits,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
    ) -> Self {
        Self { engine, limits, clock, ids }
    }

    /// What a search may ask for.
    pub fn limits(&self) -> &SearchLimits {
        &self.limits
    }

    /// Name of the engine, for people.
    pub fn engine_name(&self) -> &'static str {
        self.engine.name()
    }

    /// Whether the engine can answer now.
    pub fn is_ready(&self) -> bool {
        self.engine.is_ready()
    }

    /// How the index stands.
    pub async fn status(&self) -> Result<IndexStatus, EngineError> {
        self.engine.status().await
    }
}
