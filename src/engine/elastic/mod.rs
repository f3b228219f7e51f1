//! The catalogue on Elasticsearch or OpenSearch.
//!
//! Searches become one `_msearch`, look-ups become one `_mget`, changes that come together share their requests, and
//! texts are sent as the tokens that our own analysis makes of them. Invariant: an index is read and written only after
//! it was found to be ours and fit.

mod abilities;
mod answer;
mod bulk;
mod comparison;
mod document;
mod export;
mod facets;
mod keys;
mod layout;
mod look_up;
mod multi_get;
mod multi_search;
mod nodes;
mod preparation;
mod problem;
mod query;
mod searching;
mod settings;
mod spelling;
mod state;
mod status;
mod supervision;
mod trouble;
mod wire;
mod write;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

pub use settings::{ElasticSettings, SetupError};

use self::{
    layout::IndexNames,
    look_up::LookUps,
    nodes::Clients,
    preparation::Plan,
    state::State,
    supervision::WatchedNode,
    trouble::Trouble,
    wire::{Wire, says_index_missing},
    write::Writes,
};
use crate::{
    backend::{Engine, EngineError, IndexStatus, ProductArchive, ProductReader, ProductWriter, WriteError},
    change::{Change, Effect, Visibility},
    product::{Clock, FieldSet, LookUp, PartialProduct, Product, SystemClock},
    search::{SearchPlan, SearchResults},
};

/// An engine on the nodes of one cluster.
pub struct ElasticEngine {
    wire: Wire,
    /// One client for each node, to look at it.
    nodes: Vec<WatchedNode>,
    plan: Plan,
    state: State,
    /// Why the indices could not be looked at.
    trouble: Trouble,
    writes: Writes,
    settings: ElasticSettings,
}

impl ElasticEngine {
    /// An engine that has not talked to any node yet; fails on settings that cannot work.
    pub fn new(settings: ElasticSettings) -> Result<Arc<Self>, SetupError> {
        Self::with_clock(settings, Arc::new(SystemClock))
    }

    /// The same with another clock, by which abandoned keys are told from fresh ones.
    pub fn with_clock(settings: ElasticSettings, clock: Arc<dyn Clock>) -> Result<Arc<Self>, SetupError> {
        let Clients { pool, pooled, single } = Clients::new(&settings)?;
        let wire = Wire {
            client: pooled,
            pool,
            attempt_timeout: Duration::from_millis(settings.attempt_timeout_ms.max(1)),
            bulk_timeout: Duration::from_millis(settings.bulk_timeout_ms.max(1)),
            answer_bytes: settings.answer_bytes,
        };
        let writes = Writes::new(&wire, &settings, clock);
        Ok(Arc::new(Self {
            wire,
            nodes: single.into_iter().map(|client| WatchedNode { client, trouble: Trouble::default() }).collect(),
            plan: Plan::new(&settings),
            state: State::default(),
            trouble: Trouble::default(),
            writes,
            settings,
        }))
    }

    /// The names of indices that were found fit.
    fn names(&self) -> Result<Arc<IndexNames>, EngineError> {
        self.state.names(self.wire.pool.any_up())
    }

    /// Forgets an index of which a node says that it is gone, so that the next look makes it again.
    fn notice<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        if result.as_ref().err().is_some_and(says_index_missing) {
            self.state.forget();
        }
        result
    }
}

#[async_trait]
impl ProductReader for ElasticEngine {
    async fn look_up(&self, look_ups: &[LookUp], fields: FieldSet) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        let names = self.names()?;
        let asker = LookUps { wire: &self.wire, names: &names, rule: self.settings.names };
        self.notice(asker.find(look_ups, fields).await)
    }

    async fn search(&self, searches: &[SearchPlan]) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError> {
        if searches.is_empty() {
            return Ok(Vec::new());
        }
        let names = self.names()?;
        self.notice(self.multi_search(&names, searches).await)
    }
}

#[async_trait]
impl ProductWriter for ElasticEngine {
    async fn write(
        &self,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let names = self.names()?;
        let outcomes = self.writes.write(names, changes, visibility).await?;
        let lost =
            |outcome: &write::Outcome| matches!(outcome, Err(WriteError::Failed(error)) if says_index_missing(error));
        if outcomes.iter().any(lost) {
            self.state.forget();
        }
        Ok(outcomes)
    }

    async fn publish(&self) -> Result<(), EngineError> {
        let names = self.names()?;
        self.notice(export::refresh(&self.wire, &names.products).await)
    }
}

impl ProductArchive for ElasticEngine {
    fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        match self.names() {
            Ok(names) => export::export(self.wire.clone(), names.products.clone()),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }
}

#[async_trait]
impl Engine for ElasticEngine {
    fn name(&self) -> &'static str {
        self.state.product_name()
    }

    async fn status(&self) -> Result<IndexStatus, EngineError> {
        status::status(&self.wire, &self.plan).await
    }

    fn is_ready(&self) -> bool {
        self.state.was_ready()
    }

    async fn finish(&self) {
        self.writes.finish().await;
    }
}
