//! Who asks: clients behind proxies, those that pretend to be others, and how often each may ask.

use std::num::NonZeroU32;

use aisle::http::{HttpSettings, RateLimit};
use tempfile::tempdir;

use crate::support::{
    gateway::joined,
    program,
    socket::{Served, on_a_socket},
};

/// Three requests at once, and one a second: the slowest limit there is.
fn settings(proxies: &[&str]) -> HttpSettings {
    let burst = NonZeroU32::new(3).unwrap();
    HttpSettings {
        trusted_proxies: proxies.iter().map(|proxy| proxy.parse().unwrap()).collect(),
        rate_limit: Some(RateLimit { per_second: NonZeroU32::MIN, burst, clients: 1_000 }),
        ..HttpSettings::default()
    }
}

async fn status(served: &Served, forwarded: &[&str]) -> u16 {
    let head = "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    let lists = joined(forwarded.iter().map(|list| format!("x-forwarded-for: {list}\r\n")));
    served.talk(&format!("{head}{lists}\r\n")).await.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Asks until the client has nothing left.
async fn exhaust(served: &Served, forwarded: &[&str]) {
    while status(served, forwarded).await != 429 {}
}

#[tokio::test]
async fn a_client_cannot_get_more_by_pretending_to_be_others() {
    on_a_socket(settings(&[]), async |served: Served| {
        let mut asked = 0_u8;
        while status(&served, &[&format!("192.0.2.{asked}")]).await != 429 {
            asked += 1;
            assert!(asked < 100, "each pretended address had a burst of its own");
        }
    })
    .await;
}

#[tokio::test]
async fn each_client_behind_a_trusted_proxy_is_counted_for_itself() {
    on_a_socket(settings(&["127.0.0.0/8"]), async |served: Served| {
        exhaust(&served, &["192.0.2.1"]).await;
        assert_eq!(status(&served, &["192.0.2.2"]).await, 200);
        exhaust(&served, &["2001:db8::1"]).await;
        assert_eq!(status(&served, &["2001:db8:0:1::1"]).await, 200);
        assert_eq!(status(&served, &["2001:db8:0:2::1"]).await, 200);
        exhaust(&served, &["192.0.2.7"]).await;
        let mut asked = 0_u8;
        // What stands before the last entry is the client's own word.
        while status(&served, &[&format!("198.51.100.{asked}"), "192.0.2.7"]).await != 429 {
            asked += 1;
            assert!(asked < 100, "the client's word was believed");
        }
    })
    .await;
}

#[tokio::test]
async fn odd_lists_of_proxies_are_answered_as_any_other() {
    on_a_socket(HttpSettings { rate_limit: None, ..settings(&["127.0.0.1"]) }, async |served: Served| {
        let long = "192.0.2.1, ".repeat(2_000);
        for list in ["", ",", "unknown", "192.0.2.1:99999", "[::1", "\u{e9}", "127.0.0.1,".repeat(500).as_str(), &long]
        {
            assert_eq!(status(&served, &[list]).await, 200, "{list:.40}");
        }
    })
    .await;
}

#[test]
fn an_operator_can_limit_clients_behind_a_proxy() {
    let folder = tempdir().unwrap();
    let settings = [
        ("AISLE_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1"),
        ("AISLE_RATE_LIMIT_PER_SECOND", "1"),
        ("AISLE_RATE_LIMIT_BURST", "2"),
    ];
    let gateway = program::Gateway::serve(folder.path(), &settings);
    let ask = |client: &str| {
        let host = &gateway.address;
        gateway.talk(&format!(
            "GET /schema.graphql HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: {client}, 10.0.0.9\r\nconnection: close\r\n\r\n"
        ))
    };
    let refused = loop {
        let answer = ask("192.0.2.1");
        if !answer.starts_with("HTTP/1.1 200") {
            break answer;
        }
    };
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("\r\nretry-after: 1\r\n"), "{refused}");
    assert!(ask("192.0.2.2").starts_with("HTTP/1.1 200"));
}
