//! A gateway that is served on a socket, for clients that behave badly on theirs.

use std::{net::SocketAddr, time::Duration};

use aisle::{
    graphql::ApiSettings,
    http::{HttpSettings, serve},
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, LocalSet, spawn_local},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::gateway::Gateway;

/// Far longer than any wait that the tests set.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

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
        self.talk_bytes(bytes.as_bytes()).await
    }

    /// The same for bytes that need not be text.
    pub(crate) async fn talk_bytes(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        until_the_end(&mut stream).await
    }

    /// A new client.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Asserts that a client that behaves well is answered.
    pub(crate) async fn serves_others(&self) {
        let answer = self.talk("GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert_eq!(status(&answer), 200, "{answer}");
    }
}

/// What a client can still read; a server that keeps it waiting fails the test.
pub(crate) async fn until_the_end(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("the connection stays open").unwrap_or_else(|error| panic!("{error} after {answer:?}"));
    String::from_utf8(answer).unwrap()
}

/// The status of the first answer.
pub(crate) fn status(answer: &str) -> u16 {
    let code = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// The body of the last answer.
pub(crate) fn last_body(answer: &str) -> Value {
    let (_, body) = answer.rsplit_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// The extensions of the error of a refusal that is the only answer and the end of the connection.
pub(crate) fn refusal(answer: &str) -> Value {
    let extensions = last_body(answer)["errors"][0]["extensions"].take();
    assert_eq!(extensions["status"], status(answer), "{answer}");
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let name = format!("x-request-id: {}", extensions["requestId"].as_str().unwrap());
    let protection = ["x-content-type-options: nosniff", "x-frame-options: DENY", "cache-control: no-store"];
    for line in
        ["connection: close", "content-type: application/json; charset=utf-8", &name].into_iter().chain(protection)
    {
        assert!(head.split("\r\n").any(|given| given == line), "no {line}: {answer}");
    }
    extensions
}

/// Runs `test` with a gateway on a socket.
pub(crate) async fn on_a_socket(settings: HttpSettings, test: impl AsyncFnOnce(Served)) {
    let gateway = Gateway::start_with(ApiSettings::default(), settings.clone()).await;
    LocalSet::new().run_until(async move { test(Served::start(gateway, settings).await).await }).await;
}
