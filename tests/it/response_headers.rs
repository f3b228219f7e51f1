//! What every answer says in its headers, on every path and by every method.

use aisle::{graphql::ApiSettings, http::HttpSettings};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use crate::support::gateway::{Answer, Gateway};

const PATHS: [&str; 5] = ["/graphql", "/schema.graphql", "/health/live", "/health/ready", "/nowhere"];

async fn ask(gateway: &Gateway, method: Method, target: &str) -> Answer {
    gateway.send(Request::builder().method(method).uri(target).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do_with_it() {
    let gateway = Gateway::start().await;
    for path in PATHS {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::PUT] {
            let answer = ask(&gateway, method.clone(), path).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "no-referrer"),
                ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
                ("cross-origin-resource-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cache-control", "no-store"),
            ] {
                let values: Vec<_> = answer.headers.get_all(name).iter().collect();
                assert_eq!(values, [value], "{name} of {method} {path}");
            }
            assert!(answer.headers.contains_key("x-request-id") && answer.headers.contains_key("x-process-time"));
        }
    }
}

#[tokio::test]
async fn an_answer_of_the_api_says_where_its_time_went_and_by_what_its_form_was_chosen() {
    let gateway = Gateway::start().await;
    let answer = gateway.post(r#"{"query":"{ products { totalCount } }"}"#).await;
    let timing = answer.headers["server-timing"].to_str().unwrap();
    let parts: Vec<_> = timing.split(", ").map(|part| part.split_once(";dur=").unwrap()).collect();
    assert_eq!(parts.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["admission", "execution"]);
    assert!(parts.iter().all(|(_, duration)| duration.parse::<f64>().unwrap() > 0.0), "{timing}");
    assert_eq!(answer.headers[header::VARY], "accept");
    for target in ["/graphql", "/nowhere", "/health/live"] {
        assert!(!gateway.get(target).await.headers.contains_key("server-timing"), "{target} did not ask the API");
    }
}

#[tokio::test]
async fn options_lists_the_methods_of_a_path_and_head_answers_as_get_without_a_body() {
    let gateway = Gateway::start().await;
    for (path, allowed) in
        [("/graphql", "GET,HEAD,POST"), ("/schema.graphql", "GET,HEAD"), ("/health/live", "GET,HEAD")]
    {
        let answer = ask(&gateway, Method::OPTIONS, path).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(answer.headers[header::ALLOW], allowed, "{path}");
        assert!(answer.body.is_empty());
    }
    assert_eq!(ask(&gateway, Method::OPTIONS, "*").await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&gateway, Method::OPTIONS, "/nowhere").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&gateway, Method::CONNECT, "localhost:80").await.status, StatusCode::NOT_FOUND);
    for target in ["/graphql?query=%7B__typename%7D", "/graphql", "/schema.graphql", "/health/live", "/nowhere"] {
        let (get, head) = (ask(&gateway, Method::GET, target).await, ask(&gateway, Method::HEAD, target).await);
        assert_eq!(head.status, get.status, "{target}");
        assert!(head.body.is_empty(), "{target}");
        assert_eq!(head.headers[header::CONTENT_TYPE], get.headers[header::CONTENT_TYPE], "{target}");
    }
}

#[tokio::test]
async fn a_request_with_two_names_gets_a_new_one() {
    let gateway = Gateway::start_with(ApiSettings::default(), HttpSettings::default()).await;
    let request = Request::builder().uri("/health/live").header("x-request-id", "a").header("x-request-id", "b");
    let answer = gateway.send(request.body(Body::empty()).unwrap()).await;
    let named: Vec<_> = answer.headers.get_all("x-request-id").iter().map(|id| id.to_str().unwrap()).collect();
    assert_eq!(named.len(), 1);
    assert!(uuid::Uuid::parse_str(named[0]).is_ok(), "{named:?}");
}
