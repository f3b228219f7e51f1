//! The manifest of trusted documents, read at the start and again whenever it changes.
//!
//! Invariant: a gateway starts with a good manifest or not at all, and afterwards keeps the last good one.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::{
    background::Background,
    watched_file::{FileProblem, WatchedFile},
};
use crate::{
    config::Configuration,
    graphql::{Api, Manifest, TrustReport},
};

/// How many ids of documents that do not fit are logged.
const IDS_LOGGED: usize = 5;

/// Has `api` trust the documents of the manifest that the settings name, and follow its changes in `background`.
pub(super) async fn follow(
    configuration: &Configuration,
    background: &Background,
    api: &Arc<Api>,
) -> anyhow::Result<()> {
    let settings = &configuration.settings.documents;
    let Some(path) = &settings.trusted_documents else { return Ok(()) };
    let mut file = WatchedFile::new(path.clone(), settings.trusted_documents_bytes);
    if let Some(content) = file.look().await {
        let report = trust(api, content).await;
        tell(&report.with_context(|| format!("cannot use AISLE_TRUSTED_DOCUMENTS {}", path.display()))?);
    }
    let interval = Duration::from_millis(settings.trusted_documents_reload_ms);
    let (api, stop) = (Arc::clone(api), background.stop());
    let task = move || keep_up(file.clone(), interval, Arc::clone(&api), stop.clone());
    background.keep("trusted documents", task);
    Ok(())
}

async fn keep_up(mut file: WatchedFile, interval: Duration, api: Arc<Api>, stop: CancellationToken) {
    while let Some(content) = stop.run_until_cancelled(file.changed(interval)).await {
        match trust(&api, content).await {
            Ok(report) => tell(&report),
            Err(error) => {
                metrics::counter!("trusted_documents_loads_total", "outcome" => "refused").increment(1);
                tracing::error!(cause = format!("{error:#}"), "trusted documents stay as they were");
            }
        }
    }
}

/// Off the threads that serve requests: thousands of documents take seconds.
async fn trust(api: &Arc<Api>, content: Result<Vec<u8>, FileProblem>) -> anyhow::Result<TrustReport> {
    let (api, content) = (Arc::clone(api), content?);
    let trust = move || Manifest::parse(&content).map(|manifest| api.trust(&manifest));
    Ok(tokio::task::spawn_blocking(trust).await.context("preparing the documents panicked")??)
}

fn tell(TrustReport { documents, unfit }: &TrustReport) {
    metrics::counter!("trusted_documents_loads_total", "outcome" => "loaded").increment(1);
    tracing::info!(documents, unfit = unfit.len(), "trusted documents loaded");
    if !unfit.is_empty() {
        let ids = unfit.iter().take(IDS_LOGGED).map(ToString::to_string).collect::<Vec<_>>().join(",");
        tracing::warn!(unfit = unfit.len(), ids, "trusted documents do not fit the schema or the limits");
    }
}
