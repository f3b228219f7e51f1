//! Clients that take their time: with heads, with bodies, with answers, with nothing at all.

use std::time::Duration;

use aisle::http::HttpSettings;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::sleep,
};

use crate::support::socket::{Served, on_a_socket, refusal, status, until_the_end};

const POST: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

fn settings() -> HttpSettings {
    HttpSettings { header_timeout_ms: 300, body_timeout_ms: 300, ..HttpSettings::default() }
}

fn assert_too_slow(answer: &str) {
    let extensions = refusal(answer);
    assert_eq!(status(answer), 408, "{answer}");
    assert_eq!(extensions["code"], "TIMEOUT");
    assert_eq!((&extensions["phase"], &extensions["timeoutMs"]), (&json!("request"), &json!(300)));
}

/// Sends a byte after the other without an end, until the server has hung up; gives what it answered.
async fn trickle(stream: TcpStream, bytes: impl Iterator<Item = u8>) -> String {
    let (mut reader, mut writer): (OwnedReadHalf, OwnedWriteHalf) = stream.into_split();
    let write = async {
        for byte in bytes {
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        answer = until_the_end(&mut reader) => answer,
        () = write => unreachable!("it never ends"),
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_answered_with_a_timeout() {
    on_a_socket(settings(), async |served: Served| {
        for begun in ["G", "POST /graphql HTTP/1.1\r\nhost: x\r\n", "GET /graphql?query=", "\r\n\r\nGET"] {
            assert_too_slow(&served.talk(begun).await);
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_keep_a_connection() {
    on_a_socket(settings(), async |served: Served| {
        let head = POST.bytes().chain(b"x-filler: ".iter().copied()).chain(std::iter::repeat(b'x'));
        assert_too_slow(&trickle(served.connect().await, head).await);
        for framing in ["content-length: 100000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n186A0\r\n"] {
            let mut stream = served.connect().await;
            stream.write_all(format!("{POST}{framing}").as_bytes()).await.unwrap();
            assert_too_slow(&trickle(stream, std::iter::repeat(b'x')).await);
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_chunked_body_without_an_end_is_answered_with_a_timeout() {
    on_a_socket(settings(), async |served: Served| {
        for begun in ["", "2\r\n{}\r\n", "2\r\n{}\r\n0\r\n", "2;ext", "2\r\n{}\r\n0\r\nx-trailer: y\r\n"] {
            assert_too_slow(&served.talk(&format!("{POST}transfer-encoding: chunked\r\n\r\n{begun}")).await);
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn an_idle_connection_ends_without_a_word() {
    on_a_socket(settings(), async |served: Served| {
        assert_eq!(served.talk("").await, "");
        let answer = served.talk("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert_eq!(status(&answer), 200);
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_takes_no_answers_gives_its_place_back() {
    let settings = HttpSettings { write_timeout_ms: 300, connections: 1, ..HttpSettings::default() };
    on_a_socket(settings, async |served: Served| {
        let mut greedy = served.connect().await;
        // More than all buffers between here and there hold.
        let asked = "GET /schema.graphql HTTP/1.1\r\nhost: x\r\n\r\n".repeat(2_000);
        greedy.write_all(asked.as_bytes()).await.unwrap();
        served.serves_others().await;
        // It gets what was on its way, and then no more.
        let mut rest = Vec::new();
        let end = greedy.read_to_end(&mut rest).await;
        assert!(end.is_err() || rest.len() < 2_000 * aisle::graphql::Api::sdl().len(), "{end:?}");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_does_not_hang_up_after_the_last_answer_gives_its_place_back() {
    let settings = HttpSettings { linger_ms: 200, connections: 1, ..HttpSettings::default() };
    on_a_socket(settings, async |served: Served| {
        let mut stays = served.connect().await;
        stays.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert_eq!(status(&until_the_end(&mut stays).await), 200);
        served.serves_others().await;
        drop(stays);
    })
    .await;
}
