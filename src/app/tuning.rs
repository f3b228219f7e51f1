//! The files that tune searches: the ranking and the synonyms, read at the start and again whenever they change.
//!
//! Invariant: whoever searches a catalogue of its own searches by these files, or does not start.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;

use super::{
    background::Background,
    followed_file::{FollowedFile, Follower},
};
use crate::{
    catalog::{Catalog, Tuning},
    config::{Configuration, RelevanceSettings},
    search::{SynonymLimits, Synonyms},
    tuning::read_ranking,
};

/// Tunes `catalog` by the files that the settings name, and follows their changes in `background`.
pub(super) async fn follow(
    configuration: &Configuration,
    background: &Background,
    catalog: &Arc<Catalog>,
) -> anyhow::Result<()> {
    let settings = &configuration.settings.relevance;
    ranking_file(settings).follow(background, RankedCatalog(Arc::clone(catalog))).await?;
    synonyms_file(settings).follow(background, WordyCatalog::new(catalog, settings)).await
}

/// Tunes `catalog` by the files as they are now, for a command that ends sooner than they are looked at again.
pub(super) async fn read(configuration: &Configuration, catalog: &Arc<Catalog>) -> anyhow::Result<()> {
    let settings = &configuration.settings.relevance;
    ranking_file(settings).read(RankedCatalog(Arc::clone(catalog))).await?;
    synonyms_file(settings).read(WordyCatalog::new(catalog, settings)).await
}

fn ranking_file(settings: &RelevanceSettings) -> FollowedFile<'_> {
    FollowedFile {
        setting: "AISLE_RANKING_FILE",
        name: "ranking",
        path: settings.ranking_file.as_ref(),
        longest: settings.ranking_bytes,
        interval_ms: settings.tuning_reload_ms,
    }
}

fn synonyms_file(settings: &RelevanceSettings) -> FollowedFile<'_> {
    FollowedFile {
        setting: "AISLE_SYNONYMS_FILE",
        name: "synonyms",
        path: settings.synonyms_file.as_ref(),
        longest: settings.synonyms_bytes,
        interval_ms: settings.tuning_reload_ms,
    }
}

/// A catalogue whose ranking is a file's.
struct RankedCatalog(Arc<Catalog>);

#[async_trait]
impl Follower for RankedCatalog {
    async fn take(&self, content: Vec<u8>) -> anyhow::Result<()> {
        let ranking = Arc::new(read_ranking(&content)?);
        self.0.retune(|tuning| Tuning { ranking: Arc::clone(&ranking), ..tuning.clone() });
        metrics::counter!("ranking_loads_total", "outcome" => "loaded").increment(1);
        tracing::info!("ranking loaded");
        Ok(())
    }

    fn keep(&self, problem: &anyhow::Error) {
        metrics::counter!("ranking_loads_total", "outcome" => "refused").increment(1);
        tracing::error!(cause = format!("{problem:#}"), "ranking stays as it was");
    }
}

/// A catalogue whose synonyms are a file's.
struct WordyCatalog {
    catalog: Arc<Catalog>,
    limits: SynonymLimits,
}

impl WordyCatalog {
    fn new(catalog: &Arc<Catalog>, settings: &RelevanceSettings) -> Self {
        Self { catalog: Arc::clone(catalog), limits: settings.synonyms() }
    }
}

#[async_trait]
impl Follower for WordyCatalog {
    /// Off the threads that serve requests: a million rules take a second.
    async fn take(&self, content: Vec<u8>) -> anyhow::Result<()> {
        let limits = self.limits;
        let parse = move || Synonyms::parse(&content, limits);
        let synonyms = tokio::task::spawn_blocking(parse).await.context("reading the synonyms panicked")??;
        let (rules, synonyms) = (synonyms.rules(), Arc::new(synonyms));
        self.catalog.retune(|tuning| Tuning { synonyms: Arc::clone(&synonyms), ..tuning.clone() });
        metrics::counter!("synonyms_loads_total", "outcome" => "loaded").increment(1);
        tracing::info!(rules, "synonyms loaded");
        Ok(())
    }

    fn keep(&self, problem: &anyhow::Error) {
        metrics::counter!("synonyms_loads_total", "outcome" => "refused").increment(1);
        tracing::error!(cause = format!("{problem:#}"), "synonyms stay as they were");
    }
}
