//! The program on the embedded engine when the worst happens: it is killed while it writes, its disk is full.
//!
//! Products are created over HTTP, by clients that remember what was acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use fastrand::Rng;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::program::{Gateway, run};

/// No sample products.
const EMPTY: (&str, &str) = ("AISLE_ENVIRONMENT", "production");

/// Clients that write at the same time.
const CLIENTS: u32 = 4;

/// What a client heard of a creation.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Created,
    Refused(String),
    /// The connection ended first: it is there or not.
    Nothing,
}

/// Asks for a product of that name, with a kilobyte of text.
fn create(address: &str, name: &str, visibility: &str) -> Heard {
    let query = "mutation($input: CreateProductInput!, $visibility: WriteVisibility!) {
        createProduct(input: $input, visibility: $visibility) { id } }";
    let description = format!("{name}. {}", "A lamp to read by. ".repeat(50));
    let input = json!({ "name": name, "description": description, "price": 9.99, "category": "home", "brand": "Acme" });
    let body = json!({ "query": query, "variables": { "input": input, "visibility": visibility } }).to_string();
    let Some(answer) = post(address, &body) else { return Heard::Nothing };
    if answer["data"]["createProduct"]["id"].is_string() {
        return Heard::Created;
    }
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    Heard::Refused(code.unwrap_or_else(|| panic!("an error without a code: {answer}")).to_owned())
}

/// The answer, `None` when the gateway is gone before it is whole.
fn post(address: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         accept: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

/// How often each name is in the store.
fn stored_names(data_dir: &Path) -> BTreeMap<String, u32> {
    let export = run(data_dir, &["export", "-"]);
    assert_eq!(export.code, 0, "{}", export.err);
    let mut names = BTreeMap::new();
    for line in export.out.lines() {
        let product: Value = serde_json::from_str(line).unwrap();
        *names.entry(product["name"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    names
}

/// Holds the store to what was acknowledged, and the index to the store.
fn judge(data_dir: &Path, acknowledged: &BTreeSet<String>, moment: &str) {
    let names = stored_names(data_dir);
    let lost: Vec<&String> = acknowledged.iter().filter(|name| !names.contains_key(*name)).collect();
    assert_eq!(lost, Vec::<&String>::new(), "{moment}: lost");
    let doubled: Vec<_> = names.iter().filter(|(_, count)| **count > 1).collect();
    assert_eq!(doubled, [], "{moment}: doubled");
    let status = run(data_dir, &["index", "status"]);
    let count = names.len();
    let agrees = status.out.contains(&format!("products    {count}\nsearchable  {count}\n"));
    assert!(agrees, "{moment}: {count} products are stored, {}", status.out);
}

/// How often the gateway is killed: `AISLE_TEST_KILLS`, 5 unless it is set.
fn kills() -> u32 {
    std::env::var("AISLE_TEST_KILLS").map_or(5, |number| number.parse().expect("AISLE_TEST_KILLS is a number"))
}

#[test]
fn a_gateway_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let folder = tempdir().unwrap();
    let mut random = Rng::with_seed(7);
    let mut acknowledged = BTreeSet::new();
    let mut unknown: Vec<String> = Vec::new();
    for round in 0..kills() {
        let gateway = Gateway::serve(folder.path(), &[EMPTY]);
        judge(folder.path(), &acknowledged, &format!("after {round} kills"));
        for name in unknown.drain(..) {
            let heard = create(&gateway.address, &name, "NONE");
            let is_known = heard == Heard::Created || heard == Heard::Refused("DUPLICATE_PRODUCT".to_owned());
            assert!(is_known, "{name}: {heard:?}");
            acknowledged.insert(name);
        }
        let (created, left) = write_until_killed(gateway, round, Duration::from_millis(random.u64(50..600)));
        acknowledged.extend(created);
        unknown = left;
    }
    let gateway = Gateway::serve(folder.path(), &[EMPTY]);
    judge(folder.path(), &acknowledged, "in the end");
    // The first of a round is written before its clients begin.
    assert!(acknowledged.len() > 2 * kills() as usize, "clients wrote next to nothing: {}", acknowledged.len());
    assert_eq!(gateway.stop(), 0);
}

/// Names that were acknowledged, and names that nothing was heard of, when the gateway is killed some time after its
/// first answer.
fn write_until_killed(gateway: Gateway, round: u32, after: Duration) -> (Vec<String>, Vec<String>) {
    let (created, left) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let address = gateway.address.clone();
    thread::scope(|scope| {
        let (created, left, address) = (&created, &left, &address);
        for client in 0..CLIENTS {
            scope.spawn(move || {
                for number in 0.. {
                    let name = format!("Lamp {round} {client} {number}");
                    match create(address, &name, if number % 8 == 7 { "WAIT" } else { "NONE" }) {
                        Heard::Created => created.lock().unwrap().push(name),
                        Heard::Nothing => return left.lock().unwrap().push(name),
                        Heard::Refused(code) => panic!("{name}: {code}"),
                    }
                }
            });
        }
        let first = format!("Lamp {round}");
        let heard = create(address, &first, "NONE");
        thread::sleep(after);
        // Before anything is judged: the clients go on until it is gone.
        gateway.kill();
        assert_eq!(heard, Heard::Created);
        created.lock().unwrap().push(first);
    });
    (created.into_inner().unwrap(), left.into_inner().unwrap())
}

#[test]
fn a_full_disk_refuses_writes_loses_nothing_and_works_again_when_there_is_room() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve_on_small_disk(folder.path(), 4_096, &[EMPTY, ("AISLE_LOG", "off")]);
    let acknowledged = Mutex::new(BTreeSet::new());
    let next = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| create_until_refused(&gateway.address, &next, &acknowledged));
        }
    });
    let mut acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 100, "only {} products fit", acknowledged.len());
    gateway.enlarge_disk();
    // Far longer than it takes: an attempt is made every second.
    let is_ready = |_| {
        thread::sleep(Duration::from_millis(10));
        gateway.http("GET", "/health/ready", "").0 == 200
    };
    assert!((0..6_000).any(is_ready), "it stays closed");
    for name in ["A lamp with room", "Another lamp with room"] {
        assert_eq!(create(&gateway.address, name, "NOW"), Heard::Created);
        acknowledged.insert(name.to_owned());
    }
    judge(folder.path(), &acknowledged, "with room again");
    assert_eq!(gateway.stop(), 0);
    let restarted = Gateway::serve(folder.path(), &[EMPTY]);
    judge(folder.path(), &acknowledged, "after a restart");
    assert_eq!(restarted.stop(), 0);
}

fn create_until_refused(address: &str, next: &AtomicU32, acknowledged: &Mutex<BTreeSet<String>>) {
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        assert!(number < 20_000, "the disk is never full");
        let name = format!("Lamp {number}");
        match create(address, &name, "NONE") {
            Heard::Created => assert!(acknowledged.lock().unwrap().insert(name)),
            Heard::Refused(code) => return assert_eq!(code, "SERVICE_UNAVAILABLE", "{name}"),
            Heard::Nothing => panic!("{name}: no answer"),
        }
    }
}
