//! A gateway that is served on a socket, for clients that behave badly on theirs.

use std::net::SocketAddr;

use aisle::{
    graphql::ApiSettings,
    http::{HttpSettings, serve},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, LocalSet, spawn_local},
};
use tokio_util::sync::CancellationToken;

use super::gateway::Gateway;

/// A gateway on a socket.
pub(crate) struct Served {
    pub(crate) gateway: Gateway,
    pub(crate) address: SocketAddr,
    /// Stops the server.
    pub(crate) stop: CancellationToken,
    /// Ends with the server.
    pub(crate) server: JoinHandle<()>,
}

impl Served {
    async fn start(gateway: Gateway, settings: HttpSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = spawn_local(serve(listener, gateway.router.clone(), settings, stop.clone()));
        Self { gateway, address, stop, server }
    }

    /// What the server answers to these bytes, until it hangs up.
    pub(crate) async fn talk(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }
}

/// Runs `test` with a gateway on a socket.
pub(crate) async fn on_a_socket(settings: HttpSettings, test: impl AsyncFnOnce(Served)) {
    let gateway = Gateway::start_with(ApiSettings::default(), settings.clone()).await;
    LocalSet::new().run_until(async move { test(Served::start(gateway, settings).await).await }).await;
}
