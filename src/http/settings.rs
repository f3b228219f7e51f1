//! What an operator can set about HTTP.

use super::{AllowedOrigins, HeadLimits, JsonLimits, RateLimit, TrustedHosts, TrustedProxy};

/// Settings of the HTTP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// Largest request body, in bytes.
    pub body_bytes: usize,
    /// How much JSON a body or a parameter may have.
    pub json: JsonLimits,
    /// Longest time for a client to send the head of a request, in milliseconds; an idle connection ends after it.
    pub header_timeout_ms: u64,
    /// Longest time for a client to send the body of a request, in milliseconds.
    pub body_timeout_ms: u64,
    /// Longest time for a client to take what it is sent, in milliseconds, from when it has to be waited for.
    pub write_timeout_ms: u64,
    /// Longest time for a client to end a connection after the last answer, in milliseconds; what it sends is discarded.
    pub linger_ms: u64,
    /// Most bytes that a client may send after the last answer.
    pub linger_bytes: u64,
    /// Most bytes of request bodies at once, of all connections together.
    pub held_body_bytes: usize,
    /// Most bytes of large answers (above 16 KiB) that wait for their clients at once, of all connections together.
    pub held_answer_bytes: usize,
    /// Most connections at once; further ones wait to be accepted.
    pub connections: usize,
    /// Longest time at shutdown for requests under way, in milliseconds.
    pub shutdown_grace_ms: u64,
    /// How large the head of a request may be.
    pub head: HeadLimits,
    /// Proxies that are believed about who asks.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Hosts that the gateway answers for.
    pub trusted_hosts: TrustedHosts,
    /// Origins whose pages may use the gateway.
    pub cors_origins: AllowedOrigins,
    /// How often one client may ask; `None`: as often as it wants.
    pub rate_limit: Option<RateLimit>,
}

impl Default for HttpSettings {
    /// The body size of the contract; the rest is ours: ten seconds are plenty for the few kilobytes of a request, and
    /// 1,000 connections fit into the 1,024 files that most systems give a process. The head fits what browsers, clients
    /// with tokens and proxies send, which is below 16 KiB in most servers; a target has room for a document. Answers can
    /// be a thousand times as large as requests, hence their half minute. After the last answer two seconds let a client
    /// send the largest body that can be allowed on a fast line before it reads why it was refused. Parsed JSON can be 16
    /// times as large as its text: 16 of the largest bodies at once are a gigabyte then. An answer of everything that the
    /// default limits let be asked has ten megabytes: two dozen clients may be slow to take one of those at once.
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            json: JsonLimits::default(),
            header_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            write_timeout_ms: 30_000,
            linger_ms: 2_000,
            linger_bytes: 64 * 1024 * 1024,
            held_body_bytes: 64 * 1024 * 1024,
            held_answer_bytes: 256 * 1024 * 1024,
            connections: 1_000,
            shutdown_grace_ms: 15_000,
            head: HeadLimits { target_bytes: 16 * 1024, headers: 100, header_bytes: 32 * 1024 },
            trusted_proxies: Vec::new(),
            trusted_hosts: TrustedHosts::Any,
            cors_origins: AllowedOrigins::None,
            rate_limit: None,
        }
    }
}
