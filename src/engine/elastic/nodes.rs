//! The nodes and which of them can be asked.
//!
//! Invariant: a node that the last look found down is not asked while another one is up.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use elasticsearch::{
    Elasticsearch,
    cert::{Certificate, CertificateValidation},
    http::transport::{Connection, ConnectionPool, SingleNodeConnectionPool, TransportBuilder},
};
use url::Url;

use super::settings::{ElasticSettings, SetupError};

/// One address.
#[derive(Debug)]
struct Node {
    connection: Connection,
    up: AtomicBool,
}

/// Hands out the nodes in turn, without those that are down.
#[derive(Debug, Clone)]
pub(super) struct NodePool {
    first: Connection,
    nodes: Arc<[Node]>,
    turn: Arc<AtomicUsize>,
}

impl NodePool {
    fn new(first: &Url, urls: &[Url]) -> Self {
        let node = |url: &Url| Node { connection: Connection::new(url.clone()), up: AtomicBool::new(true) };
        Self { first: Connection::new(first.clone()), nodes: urls.iter().map(node).collect(), turn: Arc::default() }
    }

    /// Notes how a node was found; tells whether that is a change.
    pub(super) fn mark(&self, number: usize, up: bool) -> bool {
        self.nodes.get(number).is_some_and(|node| node.up.swap(up, Ordering::Relaxed) != up)
    }

    /// The number of the node that serves this address.
    pub(super) fn number_of(&self, asked: &Url) -> Option<usize> {
        let serves = |node: &Node| {
            let url = node.connection.url();
            url.origin() == asked.origin() && asked.path().starts_with(url.path())
        };
        self.nodes.iter().position(serves)
    }

    /// Whether at least one node is up.
    pub(super) fn any_up(&self) -> bool {
        self.nodes.iter().any(|node| node.up.load(Ordering::Relaxed))
    }
}

impl ConnectionPool for NodePool {
    /// When every node is down one of them is asked all the same: it may be back before the next look.
    fn next(&self) -> Connection {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.nodes.len().max(1);
        let in_turn = || self.nodes.iter().cycle().skip(turn).take(self.nodes.len());
        let up = in_turn().find(|node| node.up.load(Ordering::Relaxed)).or_else(|| in_turn().next());
        up.map_or_else(|| self.first.clone(), |node| node.connection.clone())
    }
}

/// The clients made from the settings: one over the pool, and one for each node to look at it.
#[derive(Debug)]
pub(super) struct Clients {
    pub(super) pool: NodePool,
    pub(super) pooled: Elasticsearch,
    pub(super) single: Vec<Elasticsearch>,
}

impl Clients {
    /// Fails on settings that cannot work; connects to nothing.
    pub(super) fn new(settings: &ElasticSettings) -> Result<Self, SetupError> {
        settings.check()?;
        let first = settings.urls.first().ok_or(SetupError::NoAddress)?;
        let pool = NodePool::new(first, &settings.urls);
        let pooled = client(TransportBuilder::new(pool.clone()), settings)?;
        let single = settings
            .urls
            .iter()
            .map(|url| client(TransportBuilder::new(SingleNodeConnectionPool::new(url.clone())), settings))
            .collect::<Result<_, _>>()?;
        Ok(Self { pool, pooled, single })
    }
}

/// Proxies of the environment are ignored: nodes are inside, and a proxy would hide which of them is down.
fn client(builder: TransportBuilder, settings: &ElasticSettings) -> Result<Elasticsearch, SetupError> {
    let mut builder = builder.disable_proxy().enable_meta_header(false);
    if let Some(credentials) = settings.credentials()? {
        builder = builder.auth(credentials);
    }
    if let Some(path) = &settings.ca_file {
        let pem = fs::read(path).map_err(|source| SetupError::CertificateFile { path: path.clone(), source })?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|source| SetupError::Certificate { path: path.clone(), source })?;
        builder = builder.cert_validation(CertificateValidation::Full(certificate));
    }
    let transport = builder.build().map_err(|error| SetupError::Client(error.into()))?;
    Ok(Elasticsearch::new(transport))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> NodePool {
        let urls: Vec<Url> = ["http://one:9200", "http://two:9200/search", "http://three:9200"]
            .into_iter()
            .map(|url| Url::parse(url).unwrap())
            .collect();
        NodePool::new(&urls[0], &urls)
    }

    fn next_hosts(pool: &NodePool, count: usize) -> Vec<String> {
        (0..count).map(|_| pool.next().url().host_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn nodes_take_turns_and_a_node_that_is_down_is_left_out() {
        let pool = pool();
        assert_eq!(next_hosts(&pool, 4), ["one", "two", "three", "one"]);
        assert!(pool.mark(1, false));
        assert!(!pool.mark(1, false), "nothing changed");
        assert!(!next_hosts(&pool, 6).contains(&"two".to_owned()));
        assert!(pool.mark(1, true));
        assert!(next_hosts(&pool, 3).contains(&"two".to_owned()));
    }

    #[test]
    fn when_all_are_down_they_are_still_tried() {
        let pool = pool();
        (0..3).for_each(|number| _ = pool.mark(number, false));
        assert!(!pool.any_up());
        assert_eq!(next_hosts(&pool, 3).len(), 3);
    }

    #[test]
    fn a_node_is_known_by_the_address_that_was_asked() {
        let asked = |url: &str| pool().number_of(&Url::parse(url).unwrap());
        assert_eq!(asked("http://two:9200/search/_mget?x=1"), Some(1));
        assert_eq!(asked("http://three:9200/_mget"), Some(2));
        assert_eq!(asked("http://three:9201/_mget"), None);
    }
}
