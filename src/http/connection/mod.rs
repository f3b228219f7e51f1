//! The connection of one client: hyper serves it, and it ends so that the client learns why.
//!
//! Invariant: a connection waits for its client no longer than the settings say, whatever it waits for: the head and the
//! body of a request, the client taking an answer, and the client's end of the connection. A client that closes its
//! half is gone, for nothing tells one that left from one that only finished sending: what it asked for is dropped.

mod bare_refusal;
mod ending;
mod last_words;
mod linger;
mod request_body;
mod socket;

use std::{net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1::Builder,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use self::{ending::Ending, request_body::RequestBody, socket::Socket};
use super::HttpSettings;

/// How every connection is served.
#[derive(Clone)]
pub(super) struct Connections {
    builder: Builder,
    router: Router,
    settings: Arc<HttpSettings>,
    stop: CancellationToken,
}

impl Connections {
    /// Connections to `router`, which end after the requests under way when `stop` says so.
    pub(super) fn new(router: Router, settings: Arc<HttpSettings>, stop: CancellationToken) -> Self {
        let mut builder = Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(settings.header_timeout_ms))
            .max_buf_size(settings.head.bytes_read())
            .max_headers(settings.head.headers_read());
        Self { builder, router, settings, stop }
    }

    /// Serves the client at `peer` until one of both ends the connection.
    pub(super) async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = %error, "connection lost");
            return;
        }
        let (socket, ending) = self.exchange(stream, peer).await;
        if let Err(error) = ending.perform(socket, &self.settings).await {
            tracing::debug!(error = %error, "connection ended early");
        }
    }

    /// Answers the client's requests; gives its socket back, and how the connection is to be ended.
    async fn exchange(&self, stream: TcpStream, peer: SocketAddr) -> (Socket, Ending) {
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (mut head, body) = request.into_parts();
            let (body, end) = RequestBody::watched(body);
            head.extensions.insert(ConnectInfo(peer));
            let answered = router.call(Request::from_parts(head, body));
            async move { answered.await.map(|response| end.mark(response)) }
        });
        let socket = Socket::new(stream, Duration::from_millis(self.settings.write_timeout_ms));
        let mut connection = self.builder.serve_connection(TokioIo::new(socket), service);
        let before_stop = tokio::select! {
            served = &mut connection => Some(served),
            () = self.stop.cancelled() => None,
        };
        let served = if let Some(served) = before_stop {
            served
        } else {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        };
        let parts = connection.into_parts();
        let socket = parts.io.into_inner();
        let ending = Ending::of(served, &socket, &parts.read_buf, &self.settings);
        (socket, ending)
    }
}
