//! Accepts connections until told to stop, then lets requests under way finish.
//!
//! HTTP/1.1 alone: it has a deadline from the first moment of a connection, and HTTP/2 is for the proxy in front.
//! Invariant: every connection is a task of one set, which ends with [`serve`]; nothing is left running, and none stays
//! that sends nothing.

use std::{sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{HttpSettings, connection::Connections};

/// Pause after the system refused a connection, mostly for want of files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `stop`, then at most the grace period longer.
pub async fn serve(listener: TcpListener, router: Router, settings: HttpSettings, stop: CancellationToken) {
    let served = Connections::new(router, Arc::new(settings.clone()), stop.clone());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < settings.connections => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(served.clone().serve(stream, peer));
                }
                Err(error) => {
                    tracing::warn!(error = %error, "connection not accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    let grace = Duration::from_millis(settings.shutdown_grace_ms);
    let finished = timeout(grace, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(connections = connections.len(), "connections cut off at shutdown");
    }
    connections.shutdown().await;
}
