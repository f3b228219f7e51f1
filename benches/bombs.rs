//! What refusing costs, as a printed table: each bomb of the tests is sent a hundred times to a gateway that serves.
//!
//! `cargo bench --bench bombs` prints the table of `docs/security.md`: the answer, the time of processors for one
//! refusal (the mean of a hundred, reading the body and writing the answer included), and by how much the memory of
//! the process grew from the tenth to the hundredth.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a report that cannot go on should stop where it is, and uses a part of what the benchmarks share"
)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

#[path = "../tests/it/support/bombs.rs"]
mod bombs;
mod program;

use bombs::Bomb;
use program::{Gateway, cpu, embedded, resident_kib};

/// Refusals of which the mean is taken.
const REPEATS: u32 = 100;
/// Refusals after which memory may not grow any more.
const SETTLED: u32 = 10;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Gateway::start(&embedded(&folder.path().join("data")));
    println!("| bomb | body | answer | CPU | memory |");
    println!("|---|---:|---|---:|---:|");
    let mut most = Duration::ZERO;
    for bomb in bombs::all() {
        let (answer, cpu, growth) = measured(&gateway, &bomb);
        most = most.max(cpu);
        let length = bomb.body.len().div_ceil(1_000);
        println!("| {} | {length} kB | {answer} | {:.2} ms | {growth:+} kB |", bomb.name, milliseconds(cpu));
    }
    println!("\nThe most expensive takes {:.2} ms.", milliseconds(most));
}

fn measured(gateway: &Gateway, bomb: &Bomb) -> (String, Duration, i64) {
    // Warms up: connections, the allocator, and pages of the program itself.
    let first = (0..SETTLED).find_map(|_| send(&gateway.address, &bomb.body));
    let before = cpu(gateway.process());
    let mut settled = 0;
    for repeat in 1..=REPEATS {
        if let Some(answer) = send(&gateway.address, &bomb.body) {
            assert_eq!(Some(&answer), first.as_ref(), "{}", bomb.name);
        }
        if repeat == SETTLED {
            settled = resident_kib(gateway.process());
        }
    }
    let growth = resident_kib(gateway.process()).cast_signed() - settled.cast_signed();
    let cpu = cpu(gateway.process()).saturating_sub(before) / REPEATS;
    (first.unwrap_or_else(|| "the connection ends".to_owned()), cpu, growth)
}

/// Status, code and limit of the answer to one request on a connection of its own; `None` where the connection ended
/// before, as it may when a body that is too large is not read.
fn send(address: &str, body: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         accept: application/graphql-response+json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    // The answer may be there although the body was not taken to its end.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?;
    let extensions = serde_json::from_str::<Value>(body).unwrap()["errors"][0]["extensions"].clone();
    let limit = extensions["limit"].as_u64().map(|limit| format!(" ({limit})")).unwrap_or_default();
    Some(format!("{status} {}{limit}", extensions["code"].as_str().unwrap_or("no error")))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
