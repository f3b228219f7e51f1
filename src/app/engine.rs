//! The engine that the settings name.

use std::{sync::Arc, time::Duration};

use anyhow::Context;

use super::background::Background;
use crate::{
    backend::Engine,
    catalog::{Catalog, CatalogSettings},
    config::Configuration,
    engine::{
        elastic::{ElasticEngine, ElasticSettings},
        embedded::{EmbeddedEngine, EmbeddedSettings, RebuildProgress},
    },
    product::{RandomIds, SystemClock},
};

/// Time between two looks at an engine that is not ready.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The catalogue on the engine of the settings; what the engine needs beside requests runs in `background`.
pub(super) async fn open(configuration: &Configuration, background: &Background) -> anyhow::Result<Arc<Catalog>> {
    let engine: Arc<dyn Engine> = if is_embedded(configuration) {
        embedded(configuration.embedded()).await?
    } else {
        elastic(configuration.elastic(), background)?
    };
    background.wait_for_writes_of(Arc::clone(&engine));
    let settings =
        CatalogSettings { searches: configuration.searches(), changes: configuration.settings.limits.changes() };
    Ok(Arc::new(Catalog::new(engine, settings, Arc::new(SystemClock), Arc::new(RandomIds::default()))))
}

/// Whether the products are kept in the data directory.
pub(super) fn is_embedded(configuration: &Configuration) -> bool {
    configuration.settings.elasticsearch.elasticsearch_url.is_empty()
}

/// Waits for the engine, at most `seconds`.
pub(super) async fn wait(catalog: &Catalog, seconds: u64) -> anyhow::Result<()> {
    let ready = async {
        while !catalog.is_ready() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    let longest = Duration::from_secs(seconds);
    tokio::time::timeout(longest, ready).await.map_err(|_| anyhow::anyhow!("engine not reached within {seconds} s"))
}

async fn embedded(settings: EmbeddedSettings) -> anyhow::Result<Arc<EmbeddedEngine>> {
    let folder = settings.data_dir.clone();
    let open = move || EmbeddedEngine::open(settings, &tell);
    let opened = tokio::task::spawn_blocking(open).await.context("opening the store panicked")?;
    opened.with_context(|| format!("cannot open the store in {}", folder.display()))
}

fn tell(RebuildProgress { done, total }: RebuildProgress) {
    tracing::info!(done, total, "index is being rebuilt");
}

fn elastic(settings: ElasticSettings, background: &Background) -> anyhow::Result<Arc<ElasticEngine>> {
    let engine = ElasticEngine::new(settings).context("cannot set up the Elasticsearch engine")?;
    let (supervised, stop) = (Arc::clone(&engine), background.stop());
    background.keep("supervision of the nodes", move || Arc::clone(&supervised).supervise(stop.clone()));
    Ok(engine)
}
