//! Which hosts a request may name, in whatever form.

use aisle::{
    graphql::ApiSettings,
    http::{HttpSettings, TrustedHosts},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, Version, header},
};
use tempfile::tempdir;

use crate::support::{
    gateway::{Gateway, code},
    program,
};

async fn status(gateway: &Gateway, target: &str, hosts: &[&str]) -> u16 {
    let mut request = Request::builder().uri(target);
    for host in hosts {
        request = request.header(header::HOST, *host);
    }
    let answer = gateway.send_as_it_is(request.body(Body::empty()).unwrap()).await;
    if !answer.status.is_success() {
        assert_eq!(code(&answer.json()), "BAD_REQUEST");
    }
    answer.status.as_u16()
}

async fn gateway_of(trusted_hosts: TrustedHosts) -> Gateway {
    Gateway::start_with(ApiSettings::default(), HttpSettings { trusted_hosts, ..HttpSettings::default() }).await
}

#[tokio::test]
async fn only_requests_for_trusted_hosts_are_answered() {
    let patterns = ["shop.example.com", "*.shops.example.com:8443"].map(|pattern| pattern.parse().unwrap());
    let gateway = gateway_of(TrustedHosts::Listed(patterns.into())).await;
    for (host, expected) in [
        ("shop.example.com", 200),
        ("SHOP.Example.com.:8080", 200),
        ("a.shops.example.com:8443", 200),
        ("a.shops.example.com", 421),
        ("shops.example.com:8443", 421),
        ("example.com", 421),
        ("localhost", 421),
        ("127.0.0.1", 421),
        ("shop.example.com.evil.org", 421),
    ] {
        assert_eq!(status(&gateway, "/schema.graphql", &[host]).await, expected, "{host}");
    }
    assert_eq!(status(&gateway, "/nowhere", &["evil.org"]).await, 421, "the host comes first");
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(status(&gateway, path, &["10.1.2.3:8080"]).await, 200, "a supervisor addresses the machine");
        assert_eq!(status(&gateway, path, &[]).await, 200);
    }
    for path in ["/health/", "/health/nowhere", "/health/live/"] {
        assert_eq!(status(&gateway, path, &["10.1.2.3:8080"]).await, 421, "{path} is no probe");
    }
    let changing = Request::post("/health/live").header(header::HOST, "10.1.2.3:8080").body(Body::empty()).unwrap();
    assert_eq!(gateway.send_as_it_is(changing).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_request_names_exactly_one_host_even_where_any_will_do() {
    let gateway = gateway_of(TrustedHosts::Any).await;
    assert_eq!(status(&gateway, "/schema.graphql", &["evil.org"]).await, 200);
    for hosts in [&[][..], &["a", "a"], &[""], &["a b"], &["user@a"], &["a:b"], &["a/"], &["a,b"], &["[::1"]] {
        assert_eq!(status(&gateway, "/schema.graphql", hosts).await, 400, "{hosts:?}");
    }
    let old = Request::builder().uri("/schema.graphql").version(Version::HTTP_10).body(Body::empty()).unwrap();
    assert_eq!(gateway.send_as_it_is(old).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_target_with_a_host_agrees_with_the_host() {
    let gateway = gateway_of(TrustedHosts::Loopback).await;
    for (target, host, expected) in [
        ("http://localhost/schema.graphql", "localhost", 200),
        ("http://LOCALHOST:80/schema.graphql", "localhost", 200),
        ("http://localhost:8080/schema.graphql", "localhost:8080", 200),
        ("http://localhost:8080/schema.graphql", "localhost", 400),
        ("http://evil.org/schema.graphql", "localhost", 400),
        ("http://localhost/schema.graphql", "evil.org", 400),
        ("http://evil.org/schema.graphql", "evil.org", 421),
        ("http://user@localhost/schema.graphql", "localhost", 400),
    ] {
        assert_eq!(status(&gateway, target, &[host]).await, expected, "{target} for {host}");
    }
}

#[test]
fn in_production_too_only_names_of_the_machine_itself_are_answered() {
    let folder = tempdir().unwrap();
    let gateway = program::Gateway::serve(folder.path(), &[("AISLE_ENVIRONMENT", "production")]);
    let asked = |host: &str| {
        gateway
            .talk(&format!("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"))
    };
    assert!(asked(&gateway.address).starts_with("HTTP/1.1 200 "));
    assert!(asked("rebound.evil.org").starts_with("HTTP/1.1 421 "));
}

#[test]
fn in_development_only_names_of_the_machine_itself_are_answered() {
    let folder = tempdir().unwrap();
    let gateway = program::Gateway::serve(folder.path(), &[]);
    let (_, port) = gateway.address.split_once(':').unwrap();
    for (host, expected) in [
        (gateway.address.as_str(), 200),
        (&format!("localhost:{port}"), 200),
        (&format!("shop.localhost:{port}"), 200),
        (&format!("[::1]:{port}"), 200),
        // A page whose name was made to lead to 127.0.0.1.
        (&format!("rebound.evil.org:{port}"), 421),
        (&format!("localhost.evil.org:{port}"), 421),
    ] {
        let head = format!("GET /schema.graphql HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = gateway.talk(&head);
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{host}: {answer:.200}");
    }
    // A page of a front end in development may read what it asks for.
    let head = |origin: &str| {
        format!(
            "GET /schema.graphql HTTP/1.1\r\nhost: {}\r\norigin: {origin}\r\nconnection: close\r\n\r\n",
            gateway.address
        )
    };
    let answer = gateway.talk(&head("http://localhost:5173"));
    assert!(answer.contains("access-control-allow-origin: http://localhost:5173\r\n"), "{answer:.900}");
    assert!(!gateway.talk(&head("https://evil.org")).contains("access-control-allow-origin"));
}
