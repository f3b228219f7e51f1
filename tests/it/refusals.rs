//! Refusals of every layer: each has the typed body, the name of its request and the headers of every answer.

use std::num::NonZeroU32;

use aisle::{
    graphql::ApiSettings,
    http::{HeadLimits, HttpSettings, RateLimit, TrustedHosts},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header, request::Builder},
};
use serde_json::Value;

use crate::support::{
    gateway::{Answer, Gateway, code},
    watched_engine::Fault,
};

const QUERY: &str = r#"{"query":"{ product(id: \"p01\") { name } }"}"#;

/// A request that goes well until a test changes it.
fn request(method: Method, target: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(target)
        .header(header::HOST, "shop.example.com")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-request-id", "refused-request")
}

fn post(body: impl Into<Body>) -> Request<Body> {
    request(Method::POST, "/graphql").body(body.into()).unwrap()
}

fn with(name: &str, value: &str) -> Request<Body> {
    let mut request = post(QUERY);
    request.headers_mut().insert(header::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    request
}

fn without(name: header::HeaderName) -> Request<Body> {
    let mut request = post(QUERY);
    request.headers_mut().remove(name);
    request
}

fn empty(method: Method, target: &str) -> Request<Body> {
    request(method, target).body(Body::empty()).unwrap()
}

async fn strict_gateway() -> Gateway {
    let settings = HttpSettings {
        body_bytes: 200,
        head: HeadLimits { target_bytes: 300, headers: 10, header_bytes: 600 },
        trusted_hosts: TrustedHosts::Listed(vec!["*.example.com".parse().unwrap()]),
        ..HttpSettings::default()
    };
    Gateway::start_with(ApiSettings::default(), settings).await
}

/// Judges everything that refusals have in common.
fn assert_is_typed(answer: &Answer, status: u16, expected: &str, what: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", String::from_utf8_lossy(&answer.body));
    let body = answer.json();
    assert_eq!(code(&body), expected, "{what}");
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["status"], status, "{what}");
    assert_eq!(extensions["requestId"], "refused-request", "{what}");
    assert_eq!(body.get("data"), None, "{what}");
    assert_eq!(answer.headers["x-request-id"], "refused-request", "{what}");
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json; charset=utf-8", "{what}");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{what}");
    assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{what}");
    assert_eq!(answer.headers.contains_key(header::RETRY_AFTER), matches!(status, 429 | 503), "{what}");
    assert_eq!(answer.headers.contains_key(header::ALLOW), status == 405, "{what}");
}

#[tokio::test]
async fn a_refusal_of_any_layer_has_the_typed_body_and_names_its_request() {
    let gateway = strict_gateway().await;
    let long = format!("/graphql?query={}", "x".repeat(300));
    let many = (0..10).fold(request(Method::GET, "/graphql"), |request, n| request.header(format!("x-{n}"), "1"));
    let bad = "BAD_REQUEST";
    let cases = [
        ("an unknown path", empty(Method::GET, "/nowhere"), 404, bad),
        ("an unknown method", empty(Method::DELETE, "/graphql"), 405, "METHOD_NOT_ALLOWED"),
        ("POST where only GET is", empty(Method::POST, "/schema.graphql"), 405, "METHOD_NOT_ALLOWED"),
        ("TRACE", empty(Method::TRACE, "/graphql"), 405, "METHOD_NOT_ALLOWED"),
        ("a mutation by GET", empty(Method::GET, "/graphql?query=mutation%7B__typename%7D"), 405, "METHOD_NOT_ALLOWED"),
        ("Accept", with("accept", "text/html"), 406, bad),
        ("a large body", post("x".repeat(201)), 413, "PAYLOAD_TOO_LARGE"),
        ("a long target", empty(Method::GET, &long), 414, bad),
        ("Content-Type", with("content-type", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("a foreign host", with("host", "shop.example.org"), 421, bad),
        ("many headers", many.body(Body::empty()).unwrap(), 431, bad),
        ("large headers", with("cookie", &"x".repeat(600)), 431, bad),
        ("no host", without(header::HOST), 400, bad),
        ("a stranger's page", with("sec-fetch-site", "cross-site"), 400, bad),
        ("a strange time limit", with("x-request-timeout-ms", "soon"), 400, bad),
        ("no JSON", post("{"), 400, bad),
        ("a name twice", post(r#"{"query":"{ __typename }","query":"{ __typename }"}"#), 400, bad),
        ("a query string that is no UTF-8", empty(Method::GET, "/graphql?query=%ff"), 400, bad),
    ];
    for (what, request, status, expected) in cases {
        assert_is_typed(&gateway.send_as_it_is(request).await, status, expected, what);
    }
    assert_eq!(gateway.send_as_it_is(post(QUERY)).await.status, StatusCode::OK, "nothing else was wrong");
    gateway.engine.be_unready();
    let unready = gateway.send_as_it_is(empty(Method::GET, "/health/ready")).await;
    assert_is_typed(&unready, 503, "SERVICE_UNAVAILABLE", "not ready");
    gateway.engine.break_with(Fault::ReadinessPanics);
    let panicked = gateway.send_as_it_is(empty(Method::GET, "/health/ready")).await;
    assert_is_typed(&panicked, 500, "INTERNAL_ERROR", "a panic");
}

#[tokio::test]
async fn a_client_that_asks_too_often_learns_when_to_ask_again() {
    let one = NonZeroU32::MIN;
    let rate_limit = Some(RateLimit { per_second: one, burst: one, clients: 1_000 });
    let gateway =
        Gateway::start_with(ApiSettings::default(), HttpSettings { rate_limit, ..HttpSettings::default() }).await;
    let mut answer = gateway.send(post(QUERY)).await;
    assert_eq!(answer.status, StatusCode::OK);
    // A machine that is busy for a second lets another one pass.
    while answer.status == StatusCode::OK {
        answer = gateway.send(post(QUERY)).await;
    }
    assert_is_typed(&answer, 429, "RATE_LIMITED", "too often");
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert_eq!(answer.json()["errors"][0]["extensions"]["retryAfter"], 1);
    for _ in 0..20 {
        assert_eq!(gateway.get("/health/live").await.status, StatusCode::OK, "probes are not counted");
    }
    let mut beside = StatusCode::NOT_FOUND;
    while beside == StatusCode::NOT_FOUND {
        beside = gateway.get("/health/nowhere").await.status;
    }
    assert_eq!(beside, StatusCode::TOO_MANY_REQUESTS, "what is no probe is counted");
}

#[tokio::test]
async fn limits_of_the_head_are_told_with_what_the_request_has() {
    let gateway = strict_gateway().await;
    let target = |length: usize| {
        let target = "/graphql?query=%7B__typename%7D&x=";
        format!("{target}{}", "x".repeat(length - target.len()))
    };
    assert_eq!(gateway.send_as_it_is(empty(Method::GET, &target(300))).await.status, StatusCode::OK);
    let answer = gateway.send_as_it_is(empty(Method::GET, &target(301))).await;
    let extensions = &answer.json()["errors"][0]["extensions"];
    assert_eq!((&extensions["limit"], &extensions["actual"]), (&Value::from(300), &Value::from(301)));
    let absolute = |length: usize| format!("http://shop.example.com{}", target(length - 23));
    assert_eq!(gateway.send_as_it_is(empty(Method::GET, &absolute(300))).await.status, StatusCode::OK);
    assert_eq!(gateway.send_as_it_is(empty(Method::GET, &absolute(301))).await.status, StatusCode::URI_TOO_LONG);
    let headers = |count: usize| {
        let first = request(Method::GET, "/health/live");
        (3..count).fold(first, |request, n| request.header(format!("x-{n}"), "1")).body(Body::empty()).unwrap()
    };
    assert_eq!(gateway.send_as_it_is(headers(10)).await.status, StatusCode::OK);
    let answer = gateway.send_as_it_is(headers(11)).await;
    assert_eq!(answer.json()["errors"][0]["message"], "the head may have 10 headers, this request has 11");
    let large = |bytes: usize| {
        // Three headers with their names, colons, spaces and line ends, then `x-large` with its own.
        let before = "host: shop.example.com\r\ncontent-type: application/json\r\nx-request-id: refused-request\r\n";
        let value = "x".repeat(bytes - before.len() - "x-large: \r\n".len());
        request(Method::GET, "/health/live").header("x-large", value).body(Body::empty()).unwrap()
    };
    assert_eq!(gateway.send_as_it_is(large(600)).await.status, StatusCode::OK);
    let answer = gateway.send_as_it_is(large(601)).await;
    assert_eq!(answer.json()["errors"][0]["message"], "the headers may have 600 bytes, this request has 601");
}
