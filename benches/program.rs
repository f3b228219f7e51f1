//! The program that the benchmarks measure: its commands, a gateway that serves, and a client of it.

use std::{
    env, fs,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use aisle::{exchange, product::Product};
use serde_json::{Value, json};

/// Settings of a program, as variables.
pub type Settings = Vec<(String, String)>;

/// Settings of a program on the embedded engine.
pub fn embedded(data_dir: &Path) -> Settings {
    vec![("AISLE_DATA_DIR".to_owned(), data_dir.to_str().unwrap().to_owned())]
}

/// Settings of a program before a node.
pub fn before_node(node: &str, prefix: &str) -> Settings {
    let settings = [
        ("AISLE_ELASTICSEARCH_URL", node),
        ("AISLE_INDEX_PREFIX", prefix),
        ("AISLE_INDEX_REPLICAS", "0"),
        ("AISLE_REQUIRE_ENGINE", "30"),
    ];
    settings.map(|(variable, value)| (variable.to_owned(), value.to_owned())).to_vec()
}

/// Writes products as rows of an import.
pub fn write_rows(products: &[Product], folder: &Path) -> PathBuf {
    let path = folder.join("products.ndjson");
    let mut file = fs::File::create(&path).unwrap();
    for product in products {
        file.write_all(&exchange::export_row(product)).unwrap();
    }
    path
}

/// Runs an import to its end.
pub fn import(rows: &Path, settings: &Settings) -> Duration {
    let began = Instant::now();
    let output = aisle(settings).arg("import").arg(rows).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    began.elapsed()
}

fn aisle(settings: &Settings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle"));
    command.envs(settings.iter().cloned()).env("AISLE_LOG", "error").current_dir(env::temp_dir());
    command
}

/// A client that keeps its connection.
pub struct Http {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Http {
    /// A client without a connection as yet.
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, client: reqwest::Client::new() }
    }

    /// The answer to a question, if there is one.
    pub fn post(&self, url: &str, body: &Value) -> Option<Value> {
        self.answer(self.client.post(url).header("content-type", "application/json").body(body.to_string()))
    }

    /// What is to be found at an address, if there is something.
    pub fn get(&self, url: &str) -> Option<Value> {
        self.answer(self.client.get(url))
    }

    fn answer(&self, request: reqwest::RequestBuilder) -> Option<Value> {
        self.runtime.block_on(async {
            let bytes = request.send().await.ok()?.bytes().await.ok()?;
            serde_json::from_slice(&bytes).ok()
        })
    }
}

/// A running gateway; it ends with this value.
pub struct Gateway {
    child: Child,
    /// Host and port.
    pub address: String,
    /// A client of it.
    pub http: Http,
}

impl Gateway {
    /// A gateway that answers.
    pub fn start(settings: &Settings) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let child = aisle(settings).env("AISLE_LISTEN", &address).stdout(Stdio::null()).spawn().unwrap();
        let gateway = Self { child, address, http: Http::new() };
        let began = Instant::now();
        let question = json!({"query": "{ products(first: 1) { nodes { id } } }"});
        while gateway.http.post(&gateway.url(), &question).is_none_or(|answer| answer.get("errors").is_some()) {
            assert!(began.elapsed() < Duration::from_mins(1), "the gateway does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        gateway
    }

    /// Where it takes documents.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Memory that it holds.
    pub fn resident_mib(&self) -> u64 {
        resident_kib(self.process()) / 1_024
    }
}

/// Time of processors that the threads of a process have taken; those that have ended do not count.
pub fn cpu(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanoseconds = threads.filter_map(|thread| {
        let times = fs::read_to_string(thread.unwrap().path().join("schedstat")).ok()?;
        times.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// Memory that a process holds.
pub fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
