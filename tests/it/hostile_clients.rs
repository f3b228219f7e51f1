//! Clients whose bytes are no HTTP, or more of it than is taken: each gets an answer, and the others theirs.

use aisle::http::{HeadLimits, HttpSettings};
use tokio::io::AsyncWriteExt;

use crate::support::socket::{PATIENCE, Served, last_body, on_a_socket, refusal, status, until_the_end};

const POST: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const QUERY: &str = r#"{"query":"{ product(id: \"p01\") { name } }"}"#;
const MEGABYTE: usize = 1_000_000;

/// A request for the name of a product.
fn query(headers: &str) -> String {
    format!("{POST}content-length: {}\r\n{headers}\r\n{QUERY}", QUERY.len())
}

async fn assert_refused(served: &Served, bytes: &[u8], expected: u16) {
    let answer = served.talk_bytes(bytes).await;
    let shown = String::from_utf8_lossy(bytes);
    assert_eq!(status(&answer), expected, "{shown:.200}: {answer}");
    assert_eq!(refusal(&answer)["code"], "BAD_REQUEST", "{shown:.200}");
    assert!(last_body(&answer).get("data").is_none());
}

#[tokio::test]
async fn heads_that_are_no_http_are_refused_with_the_typed_body() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        for head in [
            &b"GET /graphql\r\n\r\n"[..],
            b"hello\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 as TLS begins \r\n\r\n",
            b"GET /graphql HTTP/2.0\r\nhost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"G@T /graphql HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET /graph ql HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET /graph\0ql HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET http://[::1/graphql HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nhost\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nhost : x\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\n: x\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nhost: x\0\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nhost: x\r\n folded\r\n\r\n",
        ] {
            assert_refused(&served, head, 400).await;
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn lengths_that_are_none_or_contradict_each_other_are_refused() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        for framing in [
            "content-length: -1",
            "content-length: +1",
            "content-length: 0x10",
            "content-length: 1 1",
            "content-length: 18446744073709551616",
            "content-length: 99999999999999999999999999",
            "content-length: 4\r\ncontent-length: 5",
            "content-length:",
            "transfer-encoding: gzip",
            "transfer-encoding: chunked, gzip",
        ] {
            assert_refused(&served, format!("{POST}{framing}\r\n\r\n{{}}").as_bytes(), 400).await;
        }
        let old = format!("{POST}transfer-encoding: chunked\r\n\r\n0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0");
        assert_refused(&served, old.as_bytes(), 400).await;
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused_with_the_typed_body() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let target = format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(66_000));
        assert_refused(&served, target.as_bytes(), 414).await;
        let header = format!("{POST}x-large: {}\r\n\r\n", "x".repeat(MEGABYTE));
        assert_refused(&served, header.as_bytes(), 431).await;
        let many = format!("{POST}{}\r\n", "x: y\r\n".repeat(10_000));
        assert_refused(&served, many.as_bytes(), 431).await;
        let without_end = format!("{POST}{}", "x: y\r\n".repeat(100_000));
        assert_refused(&served, without_end.as_bytes(), 431).await;
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn no_more_of_a_head_is_read_than_its_limits_need() {
    let head = HeadLimits { target_bytes: 300, headers: 10, header_bytes: 600 };
    on_a_socket(HttpSettings { head, ..HttpSettings::default() }, async |served: Served| {
        let of = |target: usize, header: usize| {
            let (target, header) = ("x".repeat(target), "x".repeat(header));
            format!("GET /graphql?query={target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-large: {header}\r\n\r\n")
        };
        for (target, header, expected, is_read) in
            [(400, 1, 414, true), (1, 1_000, 431, true), (20_000, 1, 414, false), (1, 20_000, 431, false)]
        {
            let answer = served.talk(&of(target, header)).await;
            assert_eq!(status(&answer), expected, "{target} {header}: {answer}");
            let limit = &last_body(&answer)["errors"][0]["extensions"]["limit"];
            assert_eq!(limit.is_u64(), is_read, "{target} {header}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn lines_may_end_without_carriage_returns() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let answer = served.talk("GET /health/live HTTP/1.1\nhost: x\nconnection: close\n\n").await;
        assert_eq!(status(&answer), 200, "{answer}");
    })
    .await;
}

#[tokio::test]
async fn chunks_that_are_none_are_refused() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let endless_extension = format!("2;{}", "x".repeat(MEGABYTE));
        let endless_trailers = format!("0\r\n{}", "x: y\r\n".repeat(MEGABYTE / 6));
        for chunks in [
            "zz\r\n{}\r\n0\r\n\r\n",
            "\r\n\r\n",
            "-2\r\n{}\r\n0\r\n\r\n",
            "2\r\n{}garbage",
            "10000000000000000\r\n{}\r\n0\r\n\r\n",
            &endless_extension,
            &endless_trailers,
        ] {
            assert_refused(&served, format!("{POST}transfer-encoding: chunked\r\n\r\n{chunks}").as_bytes(), 400).await;
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_length_beside_chunks_counts_for_nothing_and_ends_the_connection() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let chunks = format!("{:x}\r\n{QUERY}\r\n0\r\n\r\n", QUERY.len());
        let request = format!("{POST}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
        let smuggled = format!("{request}{}", query(""));
        let answer = served.talk(&smuggled).await;
        assert_eq!(answer.matches("Desk Lamp 01").count(), 1, "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    })
    .await;
}

#[tokio::test]
async fn requests_in_one_packet_are_answered_in_their_order() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let unknown = "GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n";
        let answer = served.talk(&format!("{}{unknown}{}", query(""), query("connection: close\r\n"))).await;
        let statuses: Vec<u16> = answer.match_indices("HTTP/1.1 ").map(|(at, _)| status(&answer[at..])).collect();
        assert_eq!(statuses, [200, 404, 200], "{answer}");
        let answer = served.talk(&format!("{}no http\r\n\r\n", query(""))).await;
        let (first, second) = answer.rsplit_once("HTTP/1.1 ").unwrap();
        assert!(first.contains("Desk Lamp 01"), "{answer}");
        assert_eq!(refusal(&format!("HTTP/1.1 {second}"))["code"], "BAD_REQUEST");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_stops_sending_in_the_middle_is_told_so() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let chunked = format!("{POST}transfer-encoding: chunked\r\n\r\n2\r\n{{");
        for begun in ["GET /graphql HTTP/1.1\r\nhost:", &format!("{POST}content-length: 100\r\n\r\n{{"), &chunked] {
            let mut stream = served.connect().await;
            stream.write_all(begun.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let answer = until_the_end(&mut stream).await;
            assert_eq!((status(&answer), refusal(&answer)["code"].as_str()), (400, Some("BAD_REQUEST")), "{begun}");
        }
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_client_that_closes_its_half_behind_a_request_is_answered_or_taken_for_gone() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let mut stream = served.connect().await;
        stream.write_all(query("").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = until_the_end(&mut stream).await;
        assert!(answer.is_empty() || status(&answer) == 200, "{answer}");
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_leaves_the_others_alone() {
    on_a_socket(HttpSettings { connections: 1, ..HttpSettings::default() }, async |served: Served| {
        let schemas = "GET /schema.graphql HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
        for begun in ["", "GET /gra", &format!("{POST}content-length: 100\r\n\r\n{{"), &query(""), &schemas] {
            let mut stream = served.connect().await;
            stream.write_all(begun.as_bytes()).await.unwrap();
            // Closing resets the connection.
            stream.set_zero_linger().unwrap();
            drop(stream);
            served.serves_others().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_that_sends_everything_before_it_reads_still_learns_that_it_was_too_much() {
    on_a_socket(HttpSettings { linger_ms: 60_000, ..HttpSettings::default() }, async |served: Served| {
        let body = vec![b'x'; 50 * MEGABYTE];
        for framing in [
            format!("content-length: {}\r\n\r\n", body.len()),
            "transfer-encoding: chunked\r\n\r\n2FAF080\r\n".to_owned(),
        ] {
            let answer = served.talk_bytes(&[POST.as_bytes(), framing.as_bytes(), &body].concat()).await;
            assert_eq!(status(&answer), 413, "{answer}");
            let extensions = refusal(&answer);
            assert_eq!((&extensions["code"], &extensions["limit"]), (&"PAYLOAD_TOO_LARGE".into(), &4_194_304.into()));
            assert!(extensions["actual"].as_u64().unwrap() > 4_194_304);
        }
        let without_media_type = format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        let answer = served.talk_bytes(&[without_media_type.as_bytes(), &body].concat()).await;
        assert_eq!((status(&answer), refusal(&answer)["code"].as_str()), (415, Some("UNSUPPORTED_MEDIA_TYPE")));
        served.serves_others().await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_asked_for() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        let mut stream = served.connect().await;
        let head = format!("{POST}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", 50 * MEGABYTE);
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = until_the_end(&mut stream).await;
        assert_eq!(status(&answer), 413, "{answer}");
        let answer = served.talk(&query("expect: 100-continue\r\nconnection: close\r\n")).await;
        assert_eq!(status(&answer), 100, "{answer}");
        assert!(answer.contains("Desk Lamp 01"), "{answer}");
    })
    .await;
}

/// Sends the same request until its answer has this status, which is soon.
async fn answer_with(served: &Served, request: &str, expected: u16) -> String {
    let asking = async {
        loop {
            let answer = served.talk(request).await;
            if status(&answer) == expected {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("never {expected}"))
}

#[tokio::test]
async fn bodies_of_all_connections_share_one_limit() {
    let settings = HttpSettings { body_bytes: 1_000, held_body_bytes: 1_000, ..HttpSettings::default() };
    on_a_socket(settings, async |served: Served| {
        let promised = format!("{POST}content-length: 1000\r\n\r\n");
        let mut first = served.connect().await;
        first.write_all(promised.as_bytes()).await.unwrap();
        // A promise takes no room.
        let large = format!("{POST}connection: close\r\ncontent-length: 900\r\n\r\n{QUERY:900}");
        assert_eq!(status(&served.talk(&large).await), 200);
        first.write_all(&[b' '; 999]).await.unwrap();
        let refused = answer_with(&served, &large, 503).await;
        assert_eq!(refusal(&refused)["code"], "SERVICE_UNAVAILABLE");
        assert!(refused.contains("\r\nretry-after: 1\r\n"), "{refused}");
        drop(first);
        answer_with(&served, &large, 200).await;
    })
    .await;
}
