//! The gateway as an HTTP server: methods, media types, bodies, refusals.

use std::time::Duration;

use aisle::{graphql::ApiSettings, http::HttpSettings};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    gateway::{Answer, Gateway, code},
    socket::on_a_socket,
    watched_engine::Fault,
};

const QUERY: &str = r#"{"query":"{ product(id: \"p01\") { name } }"}"#;

async fn post_with(gateway: &Gateway, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri("/graphql");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    gateway.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn content_type(answer: &Answer) -> &str {
    answer.headers[header::CONTENT_TYPE].to_str().unwrap()
}

#[tokio::test]
async fn answers_name_their_request_and_say_how_long_it_took() {
    let gateway = Gateway::start().await;
    let answer = gateway.post(QUERY).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(content_type(&answer), "application/json; charset=utf-8");
    assert_eq!(answer.headers["x-request-id"], "test-request");
    assert!(answer.headers["x-process-time"].to_str().unwrap().parse::<f64>().unwrap() > 0.0);
    for unfit in ["a b", "", "ü", &"x".repeat(129)] {
        let headers = [("content-type", "application/json"), ("x-request-id", unfit)];
        let answer = post_with(&gateway, &headers, "{}").await;
        let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 7);
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], json!(id));
    }
}

#[tokio::test]
async fn the_media_type_decides_whether_the_status_tells_of_refused_documents() {
    let gateway = Gateway::start().await;
    for (accept, media, parse_status) in [
        ("application/json", "application/json; charset=utf-8", 200),
        ("*/*", "application/json; charset=utf-8", 200),
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8", 400),
    ] {
        let headers = [("content-type", "application/json; charset=UTF-8"), ("accept", accept)];
        let good = post_with(&gateway, &headers, QUERY).await;
        assert_eq!((good.status.as_u16(), content_type(&good)), (200, media));
        let bad = post_with(&gateway, &headers, r#"{"query":"{"}"#).await;
        assert_eq!((bad.status.as_u16(), content_type(&bad)), (parse_status, media));
        let partial = post_with(&gateway, &headers, r#"{"query":"{ products(first: 0) { totalCount } }"}"#).await;
        assert_eq!((partial.status.as_u16(), &partial.json()["data"]["products"]), (200, &Value::Null));
    }
    let headers = [("content-type", "application/json"), ("accept", "text/html")];
    assert_eq!(post_with(&gateway, &headers, QUERY).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused() {
    let gateway = Gateway::start().await;
    let nested = "[".repeat(5_000);
    for body in [
        &b""[..],
        b"[]",
        b"null",
        b"5",
        b"not json",
        b"{",
        b"\xff\xfe{}",
        b"{\"query\": \"\xc3\x28\"}",
        b"{}",
        br#"{"query": 5}"#,
        br#"{"query": ["{ __typename }"]}"#,
        br#"{"query": "{ __typename }", "operationName": 5}"#,
        br#"{"query": "{ __typename }", "variables": "{}"}"#,
        br#"{"query": "{ __typename }", "variables": []}"#,
        br#"{"query": "{ __typename }", "extensions": 7}"#,
        nested.as_bytes(),
    ] {
        let answer = gateway.post(body.to_vec()).await;
        let text = String::from_utf8_lossy(body);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{text:.40}");
        assert_eq!(code(&answer.json()), "BAD_REQUEST", "{text:.40}");
    }
    insta::assert_json_snapshot!("bad_request", gateway.post("[]").await.json());
    let deep = format!(r#"{{"query": "{{ __typename }}", "variables": {{"x": {nested}}}}}"#);
    assert_eq!(code(&gateway.post(deep).await.json()), "QUERY_TOO_COMPLEX");
    for good in
        [r#""operationName": null, "variables": null, "extensions": null"#, r#""variables": {}, "extensions": {}"#]
    {
        let answer = gateway.post(format!(r#"  {{"query": "{{ __typename }}", {good}}}"#)).await;
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
    }
}

#[tokio::test]
async fn only_json_is_taken_and_not_too_much_of_it() {
    let gateway = Gateway::start().await;
    for media in
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "multipart/form-data"]
    {
        let answer = post_with(&gateway, &[("content-type", media), ("x-request-id", "r")], QUERY).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media}");
    }
    let missing = post_with(&gateway, &[("x-request-id", "r")], QUERY).await;
    insta::assert_json_snapshot!("unsupported_media_type", missing.json());
    let small = HttpSettings { body_bytes: 100, ..HttpSettings::default() };
    let gateway = Gateway::start_with(ApiSettings::default(), small).await;
    let answer = gateway.post("x".repeat(101)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    insta::assert_json_snapshot!("payload_too_large", answer.json());
    assert_eq!(gateway.post(QUERY).await.status, StatusCode::OK);
}

#[tokio::test]
async fn queries_may_come_by_get_and_nothing_else_may() {
    let gateway = Gateway::start().await;
    let answer = gateway.get("/graphql?query=query%20A(%24id%3AID!)%7Bproduct(id%3A%24id)%7Bname%7D%7D&operationName=A&variables=%7B%22id%22%3A%22p02%22%7D&extensions=").await;
    assert_eq!(answer.json()["data"]["product"]["name"], "Desk Lamp 02");
    for wrong in [
        "",
        "?query=",
        "?query=%7B__typename%7D&variables=%5B%5D",
        "?query=%7B__typename%7D&variables=x",
        "?query=%7B__typename%7D&extensions=5",
        "?query=%7B__typename%7D&query=x",
    ] {
        let answer = gateway.get(&format!("/graphql{wrong}")).await;
        assert_eq!((answer.status.as_u16(), code(&answer.json())), (400, "BAD_REQUEST"), "{wrong}");
    }
    let mutation = gateway.get("/graphql?query=mutation%7B__typename%7D").await;
    assert_eq!(mutation.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(mutation.headers[header::ALLOW], "POST");
    insta::assert_json_snapshot!("method_not_allowed", mutation.json());
}

#[tokio::test]
async fn unknown_paths_and_methods_get_typed_answers() {
    let gateway = Gateway::start().await;
    let answer = gateway.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["x-request-id"], "test-request");
    insta::assert_json_snapshot!("unknown_path", answer.json());
    let request = Request::builder().method(Method::DELETE).uri("/graphql").body(Body::empty()).unwrap();
    let answer = gateway.send(request).await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (405, "METHOD_NOT_ALLOWED"));
    let allowed = answer.headers[header::ALLOW].to_str().unwrap();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn supervisors_learn_whether_to_send_requests() {
    let gateway = Gateway::start().await;
    assert_eq!(gateway.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(gateway.get("/health/ready").await.status, StatusCode::OK);
    gateway.engine.be_unready();
    let answer = gateway.get("/health/ready").await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (503, "SERVICE_UNAVAILABLE"));
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert_eq!(gateway.get("/health/live").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_panic_outside_of_every_operation_gets_a_typed_answer_too() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::ReadinessPanics);
    let answer = gateway.get("/health/ready").await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (500, "INTERNAL_ERROR"));
    assert_eq!(answer.headers["x-request-id"], "test-request");
    assert!(!answer.json().to_string().contains("secret"));
}

#[tokio::test]
async fn the_schema_is_served_as_text() {
    let gateway = Gateway::start().await;
    let answer = gateway.get("/schema.graphql").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, aisle::graphql::Api::sdl().into_bytes());
}

/// A gateway on a socket.
#[tokio::test]
async fn a_client_that_sends_too_slowly_is_told_so_or_cut_off() {
    let settings = HttpSettings { body_timeout_ms: 50, header_timeout_ms: 100, ..HttpSettings::default() };
    on_a_socket(settings, async |served| {
        let body =
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        let answer = served.talk(body).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(code(&body), "TIMEOUT");
        assert_eq!(body["errors"][0]["extensions"]["phase"], "request");
        assert_eq!(body["errors"][0]["extensions"]["status"], 408);
        let head = tokio::time::timeout(Duration::from_secs(5), served.talk("POST /graphql HTTP/1.1\r\nhost:")).await;
        assert!(head.is_ok(), "the connection stayed open");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_sends_nothing_gives_its_place_back() {
    let settings = HttpSettings { header_timeout_ms: 100, connections: 1, ..HttpSettings::default() };
    on_a_socket(settings, async |served| {
        let mut silent = TcpStream::connect(served.address).await.unwrap();
        let request = served.talk("GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = tokio::time::timeout(Duration::from_secs(5), request).await.expect("no place became free");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let closed = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut Vec::new())).await;
        closed.expect("the silent connection stayed open").unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stopping_server_finishes_what_it_has_begun() {
    let settings = HttpSettings { shutdown_grace_ms: 2_000, ..HttpSettings::default() };
    on_a_socket(settings, async |served| {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            QUERY.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        served.stop.cancel();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(TcpStream::connect(served.address).await.is_err(), "no new connection is taken");
        stream.write_all(QUERY.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("Desk Lamp 01"), "{answer}");
        served.server.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stopping_server_does_not_wait_for_ever() {
    let settings = HttpSettings { shutdown_grace_ms: 100, ..HttpSettings::default() };
    on_a_socket(settings, async |served| {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream
            .write_all(
                b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n",
            )
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        served.stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), served.server).await.unwrap().unwrap();
    })
    .await;
}
