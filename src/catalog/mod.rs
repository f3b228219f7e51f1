//! What the shop's rules are, whatever engine serves them: the only door between callers and an engine.
//!
//! Invariant: an engine is asked only for searches that can match, and gets only changes whose input is valid.

mod claims;
mod import;
mod problem;
mod read;
mod search;
mod similar;
mod suggest;
mod tuning;
mod write;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub use problem::WriteProblem;
pub use similar::SimilarProducts;
pub use suggest::Suggestions;
pub use write::{RowOutcomes, Subject};

use crate::{
    backend::{Engine, EngineError, IndexStatus},
    change::ChangeLimits,
    product::{Clock, IdGenerator},
    search::SearchLimits,
};

pub use crate::search::Tuning;

/// What can be set on a catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogSettings {
    /// What a search may ask for.
    pub searches: SearchLimits,
    /// What a write may ask for.
    pub changes: ChangeLimits,
}

/// The products of one shop.
pub struct Catalog {
    engine: Arc<dyn Engine>,
    settings: CatalogSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    tuning: ArcSwap<Tuning>,
}

impl Catalog {
    /// A catalogue kept by `engine`.
    pub fn new(
        engine: Arc<dyn Engine>,
        settings: CatalogSettings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
    ) -> Self {
        Self { engine, settings, clock, ids, tuning: ArcSwap::default() }
    }

    /// What a search may ask for.
    pub fn limits(&self) -> &SearchLimits {
        &self.settings.searches
    }

    /// What a write may ask for.
    pub fn change_limits(&self) -> &ChangeLimits {
        &self.settings.changes
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
