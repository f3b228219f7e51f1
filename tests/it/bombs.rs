//! Requests that would cost minutes, megabytes or the stack are refused, each by the limit that it breaks.
//!
//! What refusing costs is measured by `cargo bench --bench bombs`: tests judge answers, not times.

use axum::{
    body::Body,
    http::{Method, Request, header},
};

use crate::support::{bombs, gateway::Gateway};

#[tokio::test]
async fn every_bomb_is_refused_with_its_code_and_the_limit_that_it_breaks() {
    let gateway = Gateway::start().await;
    let mut wrong = Vec::new();
    for bomb in bombs::all() {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_LENGTH, bomb.body.len())
            .header(header::ACCEPT, "application/graphql-response+json")
            .body(Body::from(bomb.body))
            .unwrap();
        let answer = gateway.send(request).await;
        let extensions = answer.json()["errors"][0]["extensions"].clone();
        let is_right = extensions["code"] == bomb.code
            && extensions["limit"].as_u64() == bomb.limit
            && extensions["actual"].as_u64().is_none_or(|actual| Some(actual) > bomb.limit)
            && extensions["actual"].is_u64() == bomb.limit.is_some()
            && answer.body.len() < 10_000;
        if !is_right {
            let (length, body) = (answer.body.len(), String::from_utf8_lossy(&answer.body));
            wrong.push(format!("{}: {} {length} {body:.700}", bomb.name, answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(gateway.engine.searches().is_empty(), "a bomb reached the engine");
}
