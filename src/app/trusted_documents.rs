//! The manifest of trusted documents, read at the start and again whenever it changes.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;

use super::{
    background::Background,
    followed_file::{FollowedFile, Follower},
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
    let file = FollowedFile {
        setting: "AISLE_TRUSTED_DOCUMENTS",
        name: "trusted documents",
        path: settings.trusted_documents.as_ref(),
        longest: settings.trusted_documents_bytes,
        interval_ms: settings.trusted_documents_reload_ms,
    };
    file.follow(background, TrustingApi(Arc::clone(api))).await
}

struct TrustingApi(Arc<Api>);

#[async_trait]
impl Follower for TrustingApi {
    /// Off the threads that serve requests: thousands of documents take seconds.
    async fn take(&self, content: Vec<u8>) -> anyhow::Result<()> {
        let api = Arc::clone(&self.0);
        let trust = move || Manifest::parse(&content).map(|manifest| api.trust(&manifest));
        tell(&tokio::task::spawn_blocking(trust).await.context("preparing the documents panicked")??);
        Ok(())
    }

    fn keep(&self, problem: &anyhow::Error) {
        metrics::counter!("trusted_documents_loads_total", "outcome" => "refused").increment(1);
        tracing::error!(cause = format!("{problem:#}"), "trusted documents stay as they were");
    }
}

fn tell(TrustReport { documents, unfit }: &TrustReport) {
    metrics::counter!("trusted_documents_loads_total", "outcome" => "loaded").increment(1);
    tracing::info!(documents, unfit = unfit.len(), "trusted documents loaded");
    if !unfit.is_empty() {
        let ids = unfit.iter().take(IDS_LOGGED).map(ToString::to_string).collect::<Vec<_>>().join(",");
        tracing::warn!(unfit = unfit.len(), ids, "trusted documents do not fit the schema or the limits");
    }
}
