//! Looks at the nodes again and again, and gets the indices ready when one appears.
//!
//! Invariant: nothing here ends because of what a node does; the next look comes after every failure, and a failure is
//! told with its cause when it is new.

use std::{sync::Arc, time::Duration};

use elasticsearch::{
    Elasticsearch,
    http::{Method, StatusCode, headers::HeaderMap},
};
use futures_util::future::join_all;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{
    ElasticEngine,
    comparison::Differences,
    preparation::Found,
    problem::{Problem, transport_failure},
    trouble::Trouble,
    wire::ErrorBody,
};
use crate::backend::EngineError;

/// A node by itself.
#[derive(Debug)]
pub(super) struct WatchedNode {
    /// Asks this node only.
    pub(super) client: Elasticsearch,
    /// Why it is down.
    pub(super) trouble: Trouble,
}

#[derive(Deserialize)]
struct GreetingBody {
    version: Option<VersionBody>,
}

#[derive(Deserialize)]
struct VersionBody {
    distribution: Option<String>,
    #[serde(default)]
    number: String,
}

/// Largest greeting that is read, in bytes; real ones have about 600.
const GREETING_BYTES: usize = 65_536;

impl ElasticEngine {
    /// Looks at every node in each interval until `stop`.
    pub async fn supervise(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = interval(Duration::from_millis(self.settings.probe_interval_ms.max(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let looks = async {
            loop {
                ticks.tick().await;
                self.probe().await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = looks => {}
        }
    }

    /// Looks at every node once, and makes or verifies the indices when a node has come or they are not in use.
    pub async fn probe(&self) {
        let nodes = self.nodes.iter().enumerate();
        let came_up = join_all(nodes.map(|(number, node)| self.look_at(number, node))).await.contains(&true);
        if self.wire.pool.any_up() && (came_up || !self.state.is_fit()) {
            self.prepare().await;
        }
    }

    /// Whether the node was down and is up now.
    async fn look_at(&self, number: usize, node: &WatchedNode) -> bool {
        let greeting = self.greeting(&node.client).await;
        let changed = self.wire.pool.mark(number, greeting.is_ok());
        match greeting {
            Ok(greeting) => {
                if let Some(version) = greeting.version {
                    let is_opensearch = version.distribution.as_deref() == Some("opensearch");
                    self.state.note_product(is_opensearch, &version.number);
                }
                node.trouble.end();
                if changed {
                    tracing::info!(node = number, "search node is up");
                }
                changed
            }
            Err(error) => {
                if let Some(cause) = node.trouble.news(&error) {
                    tracing::warn!(node = number, cause, "search node is down");
                }
                false
            }
        }
    }

    /// What a node says of itself; fails when it does not answer as one. A node that refuses us is up all the same.
    async fn greeting(&self, node: &Elasticsearch) -> Result<GreetingBody, EngineError> {
        let query = [("filter_path", "version.distribution,version.number")];
        let timeout = self.wire.attempt_timeout;
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let lost = |error| transport_failure(error, timeout_ms);
        let body = None::<&[u8]>;
        let sent = node.send(Method::Get, "", HeaderMap::new(), Some(&query), body, Some(timeout)).await;
        let response = sent.map_err(lost)?;
        let status = response.status_code();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Ok(GreetingBody { version: None });
        }
        if !status.is_success() {
            return Err(ErrorBody::default().failure(status.as_u16()));
        }
        if let Some(bytes) = response.content_length().filter(|bytes| *bytes > GREETING_BYTES as u64) {
            return Err(Problem::TooLarge { bytes, limit: GREETING_BYTES }.unexpected());
        }
        let body = response.bytes().await.map_err(lost)?;
        serde_json::from_slice(&body).map_err(|error| Problem::Shape(error).unexpected())
    }

    async fn prepare(&self) {
        let found = self.plan.prepare(&self.wire).await;
        if found.is_ok() {
            self.trouble.end();
        }
        match found {
            Ok(Found::There { names, differences: Differences { fatal, harmless } }) if fatal.is_empty() => {
                if !self.state.is_fit() {
                    tracing::info!(index = names.products, differences = ?harmless, "index is ready");
                }
                self.state.accept(names);
            }
            Ok(Found::There { differences, .. }) => {
                let all = differences.clone().all();
                if self.state.reject(&differences.fatal) {
                    tracing::warn!(differences = ?all, "index cannot be used");
                }
            }
            // Somebody deleted what was just made: the next look makes it again.
            Ok(Found::Missing(_)) => self.state.forget(),
            Err(error) => {
                if let Some(cause) = self.trouble.news(&error) {
                    tracing::warn!(cause, "index could not be verified");
                }
            }
        }
    }
}
