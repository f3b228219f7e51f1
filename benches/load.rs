//! Many clients at once, as cheap as they can be: machine and processors are shared with what is measured.
//!
//! Requests are bytes made beforehand, each client keeps one connection, and all run on one thread.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// A request as it goes over the wire.
pub fn request(address: &str, path: &str, media: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// What a load took.
pub struct Load {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Each request, shortest first.
    pub times: Vec<Duration>,
}

impl Load {
    /// Requests, each of `rows` things, in one second.
    pub fn per_second(&self, rows: usize) -> f64 {
        (self.times.len() * rows) as f64 / self.elapsed.as_secs_f64()
    }

    /// The time in milliseconds that so many of a hundred requests stay below.
    pub fn percentile_ms(&self, share: usize) -> f64 {
        self.times[(self.times.len() - 1) * share / 100].as_secs_f64() * 1_000.0
    }
}

/// Sends to `address` what each client has to send, one request after the other; an answer without `accepted` ends it.
pub fn run(address: &str, clients: Vec<Vec<Vec<u8>>>, accepted: &'static str) -> Load {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connections = Vec::with_capacity(clients.len());
        for requests in clients {
            connections.push((Connection::open(address).await, requests));
        }
        let began = Instant::now();
        let running: Vec<_> = connections
            .into_iter()
            .map(|(connection, requests)| tokio::spawn(send_all(connection, requests, accepted)))
            .collect();
        let mut times = Vec::new();
        for client in running {
            times.extend(client.await.unwrap());
        }
        let elapsed = began.elapsed();
        times.sort();
        Load { elapsed, times }
    })
}

async fn send_all(mut connection: Connection, requests: Vec<Vec<u8>>, accepted: &str) -> Vec<Duration> {
    let mut times = Vec::with_capacity(requests.len());
    for request in requests {
        let began = Instant::now();
        let answer = connection.send(&request).await;
        times.push(began.elapsed());
        let is_accepted = answer.windows(accepted.len()).any(|part| part == accepted.as_bytes());
        assert!(is_accepted, "refused: {:.2000}", String::from_utf8_lossy(&answer));
    }
    times
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::with_capacity(64 << 10, stream))
    }

    /// The body of the answer.
    async fn send(&mut self, request: &[u8]) -> Vec<u8> {
        self.0.get_mut().write_all(request).await.unwrap();
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().await.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            chunked |= line == "transfer-encoding: chunked";
        }
        let mut body = Vec::new();
        if !chunked {
            self.read(length, &mut body).await;
            return body;
        }
        loop {
            let size = usize::from_str_radix(self.line().await.trim(), 16).unwrap();
            self.read(size, &mut body).await;
            assert_eq!(self.line().await, "", "a chunk ends with its line");
            if size == 0 {
                return body;
            }
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).await.unwrap() > 0, "the connection was closed");
        line.trim_end_matches(['\r', '\n']).to_owned()
    }

    async fn read(&mut self, length: usize, body: &mut Vec<u8>) {
        let start = body.len();
        body.resize(start + length, 0);
        self.0.read_exact(&mut body[start..]).await.unwrap();
    }
}
