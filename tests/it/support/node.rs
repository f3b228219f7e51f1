//! Real nodes, started once for each test run and flavour.
//!
//! `AISLE_TEST_ELASTICSEARCH_URL` names one that runs already (plain http). Otherwise `tests/search-node/search-node`
//! starts each flavour of `AISLE_TEST_FLAVOURS`, by default the newest ones that the machine's JDK can run. What cannot
//! be started is left out loudly, or fails the test under `AISLE_TEST_REQUIRE_NODE=1`.

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use aisle::engine::elastic::{ElasticEngine, ElasticSettings};
use url::Url;

/// Longest wait for a node that was started.
const START: Duration = Duration::from_mins(3);

/// A running node.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is, for people.
    pub flavour: String,
    /// Where it is.
    pub url: Url,
}

/// Every node that tests run against; none when none can be had.
pub fn all() -> &'static [Node] {
    static NODES: OnceLock<Vec<Node>> = OnceLock::new();
    NODES.get_or_init(find)
}

fn find() -> Vec<Node> {
    if let Some(url) = variable("AISLE_TEST_ELASTICSEARCH_URL") {
        let url = Url::parse(&url).expect("AISLE_TEST_ELASTICSEARCH_URL is an address");
        return vec![Node { flavour: "given".to_owned(), url }];
    }
    let flavours = variable("AISLE_TEST_FLAVOURS").unwrap_or_else(default_flavours);
    let started: Vec<_> = flavours.split_whitespace().map(|flavour| (flavour, start(flavour))).collect();
    let waited = started.into_iter().map(|(flavour, started)| (flavour, started.and_then(Starting::wait)));
    waited.filter_map(|(flavour, node)| node.map_err(|reason| leave_out(flavour, &reason)).ok()).collect()
}

fn leave_out(flavour: &str, reason: &str) {
    let required = variable("AISLE_TEST_REQUIRE_NODE").is_some_and(|value| value == "1");
    assert!(!required, "AISLE_TEST_REQUIRE_NODE=1, but {flavour} could not be started: {reason}");
    // Not `eprintln!`, which the test harness keeps to itself when tests pass.
    let _ = writeln!(std::io::stderr(), "\n!!! LEFT OUT: no test runs against {flavour}: {reason}\n");
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.into_string().expect("a variable is text")).filter(|value| !value.is_empty())
}

/// The pair for width and genuine wire behaviour that the best JDK of the machine can run.
fn default_flavours() -> String {
    let installed = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten().map(|entry| entry.path());
    let named = ["SEARCH_NODE_JAVA", "JAVA_HOME"].into_iter().filter_map(variable).map(PathBuf::from);
    let versions = named.chain(installed).filter_map(|home| {
        let release = fs::read_to_string(home.join("release")).ok()?;
        let version = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
        version.split(['.', '"', '-']).next()?.parse::<u32>().ok()
    });
    let newest = versions.max().unwrap_or(0);
    (if newest >= 21 { "elasticsearch-9 opensearch-3" } else { "elasticsearch-8 opensearch-2" }).to_owned()
}

/// A node on its way.
struct Starting {
    flavour: String,
    port: u16,
    child: Child,
}

fn search_node() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/search-node/search-node")
}

fn start(flavour: &str) -> Result<Starting, String> {
    let fetched = Command::new(search_node()).args(["--fetch", flavour]).stdin(Stdio::null()).output();
    let fetched = fetched.map_err(|error| error.to_string())?;
    if !fetched.status.success() {
        return Err(String::from_utf8_lossy(&fetched.stderr).trim().to_owned());
    }
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port();
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(search_node()).args([flavour, &port.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = spawn_for_ever(command)?;
    Ok(Starting { flavour: flavour.to_owned(), port, child })
}

/// Starts a child of a thread that lives as long as the process: the death signal follows the thread.
fn spawn_for_ever(mut command: Command) -> Result<Child, String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        sender.send(command.spawn()).expect("the starter waits");
        loop {
            thread::park();
        }
    });
    receiver.recv().expect("the child is reported").map_err(|error| error.to_string())
}

impl Starting {
    fn wait(mut self) -> Result<Node, String> {
        let url = Url::parse(&format!("http://127.0.0.1:{}/", self.port)).unwrap();
        let node = Node { flavour: self.flavour, url };
        let start = Instant::now();
        while start.elapsed() < START {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended by itself ({status})"));
            }
            if node.try_ask("GET", "/_cluster/health?wait_for_status=yellow", "").is_ok_and(|(status, _)| status == 200)
            {
                return Ok(node);
            }
            thread::sleep(Duration::from_millis(200));
        }
        Err(format!("it was not healthy within {} s", START.as_secs()))
    }
}

/// Elasticsearch sends chunks to old clients too.
fn unchunked(mut chunks: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = chunks.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a chunk starts with its size");
        whole.push_str(&rest[..size]);
        chunks = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

impl Node {
    /// An answer of the node to a request beside the engine's.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.try_ask(method, path, body).unwrap()
    }

    fn try_ask(&self, method: &str, path: &str, body: &str) -> Result<(u16, String), std::io::Error> {
        let mut stream = TcpStream::connect(&*self.url.socket_addrs(|| None)?)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let length = body.len();
        // HTTP/1.0 is answered up to the end of the connection.
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, content) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let content = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
            unchunked(content)
        } else {
            content.to_owned()
        };
        let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Ok((status, content))
    }

    /// Indices of a test's own on this node, which go away with the value.
    pub fn indices(&self, name: &str) -> TestIndices {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        TestIndices { node: self.clone(), prefix: format!("test-{}-{number}-{name}", std::process::id()) }
    }
}

/// A prefix of index names that nobody else uses.
#[derive(Debug)]
pub struct TestIndices {
    /// Where they are.
    pub node: Node,
    /// How their names start.
    pub prefix: String,
}

impl TestIndices {
    /// Settings of an engine on these indices, reached through `urls` (none: the node itself).
    pub fn settings(&self, urls: &[Url]) -> ElasticSettings {
        let urls = if urls.is_empty() { vec![self.node.url.clone()] } else { urls.to_vec() };
        ElasticSettings {
            urls,
            index_prefix: self.prefix.clone(),
            replicas: 0,
            // Two nodes and every test share the machine.
            attempt_timeout_ms: 30_000,
            ..ElasticSettings::default()
        }
    }

    /// An engine on these indices, ready to be asked.
    pub async fn engine(&self) -> Arc<ElasticEngine> {
        let engine = ElasticEngine::new(self.settings(&[])).unwrap();
        engine.probe().await;
        engine
    }
}

impl Drop for TestIndices {
    fn drop(&mut self) {
        let prefix = &self.prefix;
        let path = format!("/{prefix}-products-v1,{prefix}-keys-v1,{prefix}-foreign?ignore_unavailable=true");
        // A test that stopped its node has nothing to clean up.
        let _ = self.node.try_ask("DELETE", &path, "");
    }
}
