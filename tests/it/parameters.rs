//! Parameters of every wrong kind, in bodies and in query strings, and the time that a client gives.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

use crate::support::{
    gateway::{Answer, Gateway, code},
    watched_engine::Fault,
};

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn assert_refused(answer: &Answer, part: &str, what: &str) {
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), code(&body)), (400, "BAD_REQUEST"), "{what}");
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains(part), "{what}: {message}");
}

#[tokio::test]
async fn a_parameter_of_another_type_is_refused_by_name() {
    let gateway = Gateway::start().await;
    let values = [json!(5), json!(1.5), json!(true), json!([]), json!(["a"]), json!({ "a": 1 }), json!("text")];
    for (name, fits) in [
        ("query", 6_usize),
        ("operationName", 6),
        ("documentId", 6),
        ("doc_id", 6),
        ("id", 6),
        ("variables", 5),
        ("extensions", 5),
    ] {
        for (_, value) in values.iter().enumerate().filter(|(place, _)| *place != fits) {
            let mut body = json!({ "query": "{ __typename }" });
            body[name] = value.clone();
            assert_refused(&gateway.post(body.to_string()).await, name, &body.to_string());
        }
    }
    for name in ["variables", "extensions"] {
        for value in values.iter().filter(|value| !value.is_object()) {
            let target = format!("/graphql?query=%7B__typename%7D&{name}={}", encoded(&value.to_string()));
            assert_refused(&gateway.get(&target).await, name, &target);
        }
        for text in ["{", "nul", "'{}'", "{}{}", "{\"a\":1,\"a\":1}", "\u{0}", "{\"a\":\"\u{0}\"}"] {
            let target = format!("/graphql?query=%7B__typename%7D&{name}={}", encoded(text));
            assert_refused(&gateway.get(&target).await, name, &target);
        }
    }
}

#[tokio::test]
async fn an_extension_that_is_read_has_its_type_and_others_are_let_be() {
    let gateway = Gateway::start().await;
    let hash = "a".repeat(64);
    for extensions in [
        json!({ "persistedQuery": 5 }),
        json!({ "persistedQuery": [] }),
        json!({ "persistedQuery": { "version": 1 } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": 5 } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": "abc" } }),
        json!({ "cost": "yes" }),
        json!({ "cost": {} }),
    ] {
        let body = json!({ "query": "{ __typename }", "extensions": extensions }).to_string();
        assert_refused(&gateway.post(body.clone()).await, "extensions.", &body);
    }
    for version in [json!(2), json!("1"), json!(null)] {
        let extensions = json!({ "persistedQuery": { "version": version, "sha256Hash": hash } });
        let answer = gateway.post(json!({ "query": "{ __typename }", "extensions": extensions }).to_string()).await;
        assert_eq!(code(&answer.json()), "PERSISTED_QUERY_NOT_SUPPORTED", "{version}");
    }
    let others =
        json!({ "query": "{ __typename }", "extensions": { "tracing": 5, "persistedQuery": null, "cost": false } });
    assert_eq!(gateway.post(others.to_string()).await.json(), json!({ "data": { "__typename": "Query" } }));
}

#[tokio::test]
async fn a_name_that_is_given_twice_is_refused_at_every_depth() {
    let gateway = Gateway::start().await;
    for body in [
        r#"{"query": "{ __typename }", "query": "{ __typename }"}"#,
        r#"{"query": "{ __typename }", "qu\u0065ry": "{ __typename }"}"#,
        r#"{"query": "{ __typename }", "variables": {"a": 1, "a": 2}}"#,
        r#"{"query": "{ __typename }", "variables": {"a": [{"b": 1, "b": 1}]}}"#,
        r#"{"query": "{ __typename }", "unknown": 1, "unknown": 2}"#,
    ] {
        assert_refused(&gateway.post(body).await, "is given twice", body);
    }
    for name in ["query", "operationName", "variables", "extensions", "documentId"] {
        let target = format!("/graphql?query=%7B__typename%7D&{name}=a&{name}=a");
        let answer = gateway.get(&target).await;
        assert_refused(&answer, "", &target);
        assert!(
            answer.json()["errors"][0]["message"].as_str().unwrap().contains("twice")
                || name == "variables"
                || name == "extensions"
        );
    }
    let answer = gateway.get("/graphql?query=%7B__typename%7D&other=1&other=2").await;
    assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }), "others are not ours");
}

#[tokio::test]
async fn text_is_taken_as_it_was_sent_or_not_at_all() {
    let gateway = Gateway::start().await;
    for body in [
        &b"{\"query\": \"\xff\"}"[..],
        b"\xef\xbb\xbf{\"query\": \"{ __typename }\"}",
        b"{\"query\": \"\0\"}",
        b"\0",
        b"{}\0",
    ] {
        assert_refused(&gateway.post(body.to_vec()).await, "", &String::from_utf8_lossy(body));
    }
    for target in
        ["?query=%ff", "?query=%7B__typename%7D&x=%c3%28", "?query=%7B__typename%7D&%80=x", "?query=%ed%a0%80"]
    {
        assert_refused(&gateway.get(&format!("/graphql{target}")).await, "the query string is not UTF-8", target);
    }
    for (name, expected) in [("query", "GRAPHQL_PARSE_FAILED"), ("operationName", "GRAPHQL_VALIDATION_FAILED")] {
        let mut body = json!({ "query": "{ __typename }" });
        body[name] = json!("\u{0}");
        assert_eq!(code(&gateway.post(body.to_string()).await.json()), expected, "{name}");
    }
    let answer = gateway.get("/graphql?query=query+A%7B%5f_typename%7D+%23%E2%98%83&operationName=A").await;
    assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
}

#[tokio::test]
async fn an_odd_content_type_or_accept_is_answered_by_rule() {
    let gateway = Gateway::start().await;
    let ask = async |name: header::HeaderName, values: &[&str]| -> u16 {
        let mut request = Request::builder().method(Method::POST).uri("/graphql");
        if name != header::CONTENT_TYPE {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for value in values {
            request = request.header(&name, *value);
        }
        gateway.send(request.body(Body::from(r#"{"query":"{ __typename }"}"#)).unwrap()).await.status.as_u16()
    };
    for (values, expected) in [
        (&["application/json"][..], 200),
        (&["aPPlication/JSON ; Charset=UTF-8"], 200),
        (&["application/json", "application/json"], 415),
        (&["application/json", "text/plain"], 415),
        (&["application/json, text/plain"], 415),
        (&["application/json; charset=utf-16"], 415),
        (&[""], 415),
        (&["json"], 415),
        (&[], 415),
    ] {
        assert_eq!(ask(header::CONTENT_TYPE, values).await, expected, "{values:?}");
    }
    for (values, expected) in [
        (&[][..], 200),
        (&["text/html", "application/json"], 200),
        (&["text/html", "*/*;q=0.001"], 200),
        (&["application/json;q=0", "*/*"], 200),
        (&["application/json;q=0, application/graphql-response+json;q=0", "*/*"], 406),
        (&["application/json;q=high"], 406),
        (&["text/event-stream"], 406),
    ] {
        assert_eq!(ask(header::ACCEPT, values).await, expected, "{values:?}");
    }
}

#[tokio::test]
async fn a_client_may_shorten_the_time_for_its_operation_by_whole_milliseconds() {
    let gateway = Gateway::start().await;
    let ask = async |values: &[&str]| -> Answer {
        let mut request =
            Request::builder().method(Method::POST).uri("/graphql").header(header::CONTENT_TYPE, "application/json");
        for value in values {
            request = request.header("x-request-timeout-ms", *value);
        }
        gateway.send(request.body(Body::from(r#"{"query":"{ products { totalCount } }"}"#)).unwrap()).await
    };
    assert_eq!(ask(&["60000"]).await.json()["data"]["products"]["totalCount"], 12);
    for values in [&["0"][..], &["-1"], &["1.5"], &["1s"], &[""], &["99999999999999999999"], &["5", "5"]] {
        assert_refused(&ask(values).await, "X-Request-Timeout-Ms", &format!("{values:?}"));
    }
    let get = Request::builder().uri("/graphql?query=%7B__typename%7D").header("x-request-timeout-ms", "soon");
    assert_refused(&gateway.send(get.body(Body::empty()).unwrap()).await, "X-Request-Timeout-Ms", "by GET");
    gateway.engine.break_with(Fault::SearchesHang);
    let hanging = tokio::time::timeout(Duration::from_secs(9), ask(&["50"])).await;
    let answer = hanging.expect("the operation took its own ten seconds").json();
    assert_eq!(code(&answer), "TIMEOUT");
    assert_eq!(answer["errors"][0]["extensions"]["timeoutMs"], Value::from(50));
}
