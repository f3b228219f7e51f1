//! Looks at the nodes again and again, and gets the indices ready when one appears.
//!
//! Invariant: nothing here ends because of what a node does; the next look comes after every failure.

use std::{sync::Arc, time::Duration};

use elasticsearch::{
    Elasticsearch,
    http::{Method, StatusCode, headers::HeaderMap},
};
use futures_util::future::join_all;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{ElasticEngine, comparison::Differences, preparation::Found};

#[derive(Deserialize)]
struct GreetingBody {
    version: Option<VersionBody>,
}

#[derive(Deserialize)]
struct VersionBody {
    distribution: Option<String>,
}

/// Largest greeting that is read, in bytes; real ones have about 600.
const GREETING_BYTES: u64 = 65_536;

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
    async fn look_at(&self, number: usize, node: &Elasticsearch) -> bool {
        let greeting = self.greeting(node).await;
        if let Some(version) = greeting.as_ref().and_then(|greeting| greeting.version.as_ref()) {
            self.state.note_product(version.distribution.as_deref() == Some("opensearch"));
        }
        let up = greeting.is_some();
        let changed = self.wire.pool.mark(number, up);
        match (changed, up) {
            (true, true) => tracing::info!(node = number, "search node is up"),
            (true, false) => tracing::warn!(node = number, "search node is down"),
            (false, _) => {}
        }
        changed && up
    }

    /// What a node says of itself; nothing when it does not answer as one. A node that refuses us is up all the same.
    async fn greeting(&self, node: &Elasticsearch) -> Option<GreetingBody> {
        let query = [("filter_path", "version.distribution,version.number")];
        let timeout = Some(self.wire.attempt_timeout);
        let body = None::<&[u8]>;
        let response = node.send(Method::Get, "", HeaderMap::new(), Some(&query), body, timeout).await.ok()?;
        let refused = matches!(response.status_code(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        let readable = response.status_code().is_success()
            && response.content_length().is_none_or(|bytes| bytes <= GREETING_BYTES);
        if refused {
            return Some(GreetingBody { version: None });
        }
        if !readable {
            return None;
        }
        serde_json::from_slice(&response.bytes().await.ok()?).ok()
    }

    async fn prepare(&self) {
        match self.plan.prepare(&self.wire).await {
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
                tracing::warn!(kind = %error.kind, "index could not be verified");
                tracing::debug!(cause = ?error.cause, "index could not be verified");
            }
        }
    }
}
