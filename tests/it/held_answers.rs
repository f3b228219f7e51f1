//! Answers that wait for clients who do not take them.

use aisle::{graphql::ApiSettings, http::HttpSettings};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Request, StatusCode, header},
    response::Response,
};
use serde_json::json;
use tower::ServiceExt;

use crate::support::{
    gateway::{Gateway, code, joined},
    socket::{Served, on_a_socket, status},
};

/// The answer has more than 16 KiB and less than 32.
fn large() -> String {
    let fields = joined((0..40).map(|n| format!("a{n}: description ")));
    json!({ "query": format!("{{ products(first: 12) {{ nodes {{ {fields} }} }} }}") }).to_string()
}

/// Room for one such answer, not for two.
fn room_for_one() -> HttpSettings {
    HttpSettings { held_answer_bytes: 40_000, ..HttpSettings::default() }
}

async fn untaken(gateway: &Gateway, body: String) -> Response {
    let request = Request::post("/graphql")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body));
    gateway.router.clone().oneshot(request.unwrap()).await.unwrap()
}

#[tokio::test]
async fn large_answers_are_refused_while_others_fill_the_room_and_small_ones_never() {
    let gateway = Gateway::start_with(ApiSettings::default(), room_for_one()).await;
    let waiting = untaken(&gateway, large()).await;
    assert_eq!(waiting.status(), StatusCode::OK);
    for _ in 0..2 {
        let refused = gateway.post(large()).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers[header::RETRY_AFTER], HeaderValue::from_static("1"));
        let body = refused.json();
        assert_eq!(code(&body), "SERVICE_UNAVAILABLE");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("the operation ran") && message.contains("40000 bytes"), "{message}");
    }
    gateway.data("{ products { totalCount } }").await;
    let bytes = to_bytes(waiting.into_body(), usize::MAX).await.unwrap();
    assert!((16_384..32_768).contains(&bytes.len()), "{}", bytes.len());
    let refused = gateway.post(large()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "what is being sent still has its room");
    drop(bytes);
    assert_eq!(gateway.post(large()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_hangs_up_gives_the_room_of_its_answer_back() {
    let gateway = Gateway::start_with(ApiSettings::default(), room_for_one()).await;
    drop(untaken(&gateway, large()).await);
    assert_eq!(gateway.post(large()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_that_was_sent_leaves_its_room_to_the_next() {
    on_a_socket(room_for_one(), async |served: Served| {
        let body = large();
        let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n";
        for _ in 0..5 {
            let answer = served.talk(&format!("{head}content-length: {}\r\n\r\n{body}", body.len())).await;
            assert_eq!(status(&answer), 200, "{answer:.900}");
        }
    })
    .await;
}
