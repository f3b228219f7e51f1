//! Accepts connections until told to stop, then lets requests under way finish.
//!
//! HTTP/1.1 alone: it has a deadline from the first moment of a connection, and HTTP/2 is for the proxy in front.
//! Invariant: every connection is a task of one set, which ends with [`serve`]; nothing is left running, and none stays
//! that sends nothing.

use std::{pin::pin, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo};
use hyper::server::conn::http1::Builder;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::HttpSettings;

/// Pause after the system refused a connection, mostly for want of files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `stop`, then at most the grace period longer.
pub async fn serve(listener: TcpListener, router: Router, settings: HttpSettings, stop: CancellationToken) {
    let builder = builder(&settings);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < settings.connections => match accepted {
                Ok((stream, peer)) => {
                    let router = router.clone().layer(Extension(ConnectInfo(peer)));
                    connections.spawn(connection(stream, router, builder.clone(), stop.clone()));
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

fn builder(settings: &HttpSettings) -> Builder {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_millis(settings.header_timeout_ms));
    builder
}

async fn connection(stream: TcpStream, router: Router, builder: Builder, stop: CancellationToken) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %error, "connection lost");
        return;
    }
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(error = %error, "connection ended early");
    }
}
