//! Pages of other sites: which may ask, which may read, and what a preflight says.

use aisle::{
    graphql::ApiSettings,
    http::{AllowedOrigins, HttpSettings},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use crate::support::gateway::{Answer, Gateway, code};

const MUTATION: &str = r#"{"query":"mutation { deleteProduct(id: \"nobody\") { id } }"}"#;
const GET_QUERY: &str = "/graphql?query=%7B__typename%7D";

async fn gateway_for(origins: &[&str]) -> Gateway {
    let patterns = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    let cors_origins = if origins.is_empty() { AllowedOrigins::None } else { AllowedOrigins::listed(patterns) };
    Gateway::start_with(ApiSettings::default(), HttpSettings { cors_origins, ..HttpSettings::default() }).await
}

async fn ask(gateway: &Gateway, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    let body = if method == Method::POST { Body::from(MUTATION) } else { Body::empty() };
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header(header::HOST, "gateway.example.com")
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    gateway.send_as_it_is(request.body(body).unwrap()).await
}

/// Names and values.
type Headers = &'static [(&'static str, &'static str)];

/// Headers, and whether a change and a query by GET pass with them.
const JUDGED: [(Headers, bool, bool); 20] = [
    (&[], true, true),
    (&[("sec-fetch-mode", "cors")], true, true),
    (&[("sec-fetch-site", "same-origin")], true, true),
    (&[("sec-fetch-site", "none")], true, true),
    (&[("sec-fetch-site", "cross-site")], false, false),
    (&[("sec-fetch-site", "same-site")], false, false),
    (&[("sec-fetch-site", "Same-Origin")], false, false),
    (&[("sec-fetch-site", "")], false, false),
    (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("origin", "https://shop.example.com")], true, true),
    (&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.org")], false, false),
    (&[("origin", "https://gateway.example.com")], true, true),
    (&[("origin", "http://gateway.example.com")], true, true),
    (&[("origin", "https://gateway.example.com:8443")], false, false),
    (&[("origin", "https://evil.org")], false, false),
    (&[("origin", "null")], false, false),
    (&[("origin", "https://shop.example.com"), ("origin", "https://evil.org")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")], false, true),
    (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")], false, false),
];

#[tokio::test]
async fn pages_of_other_sites_may_neither_change_nor_ask_unless_they_are_allowed() {
    let gateway = gateway_for(&["https://shop.example.com"]).await;
    for (headers, may_change, may_ask) in JUDGED {
        for (method, passes) in [(Method::POST, may_change), (Method::GET, may_ask), (Method::HEAD, may_ask)] {
            let target = if method == Method::POST { "/graphql" } else { GET_QUERY };
            let writes = gateway.engine.writes().len();
            let answer = ask(&gateway, method.clone(), target, headers).await;
            assert_eq!(answer.status == StatusCode::OK, passes, "{method} {headers:?}");
            if method == Method::POST {
                assert_eq!(gateway.engine.writes().len() > writes, passes, "{headers:?}");
            }
            if !passes && method != Method::HEAD {
                assert_eq!((answer.status.as_u16(), code(&answer.json())), (400, "BAD_REQUEST"), "{headers:?}");
            }
        }
        let schema = ask(&gateway, Method::GET, "/schema.graphql", headers).await;
        assert_eq!(schema.status, StatusCode::OK, "what costs nothing and is the same for all may be linked");
    }
}

#[tokio::test]
async fn a_gateway_for_everybody_refuses_no_page() {
    let gateway = gateway_for(&["*"]).await;
    for (headers, ..) in JUDGED {
        let answer = ask(&gateway, Method::POST, "/graphql", headers).await;
        assert_eq!(answer.status, StatusCode::OK, "{headers:?}");
        assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let varies: Vec<_> = answer.headers.get_all(header::VARY).iter().collect();
        assert_eq!(varies, ["accept"], "the answer is the same for all origins");
    }
}

#[tokio::test]
async fn allowed_pages_may_read_answers_and_refusals_and_others_nothing() {
    let gateway = gateway_for(&["https://*.example.com", "http://localhost:3000"]).await;
    for (origin, is_allowed) in [
        ("https://shop.example.com", true),
        ("http://localhost:3000", true),
        ("https://example.com", false),
        ("http://shop.example.com", false),
        ("http://localhost", false),
        ("https://shop.example.com.evil.org", false),
        ("null", false),
        ("https://shop.example.com, https://evil.org", false),
    ] {
        for target in [GET_QUERY, "/graphql?query=%7B", "/nowhere"] {
            let answer = ask(&gateway, Method::GET, target, &[("origin", origin)]).await;
            let allowed = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap());
            assert_eq!(allowed, is_allowed.then_some(origin), "{origin} {target}");
            assert!(!answer.headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
            let varies: Vec<_> = answer.headers.get_all(header::VARY).iter().map(|v| v.to_str().unwrap()).collect();
            assert!(varies.contains(&"origin"), "{varies:?}");
            let exposed = answer.headers[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap();
            assert_eq!(exposed, "x-request-id,x-process-time,server-timing,retry-after");
        }
    }
}

#[tokio::test]
async fn a_preflight_is_answered_before_everything_else() {
    let gateway = gateway_for(&["https://shop.example.com"]).await;
    let preflight = |origin| {
        [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-request-timeout-ms"),
            ("sec-fetch-site", "cross-site"),
        ]
    };
    let answer = ask(&gateway, Method::OPTIONS, "/graphql", &preflight("https://shop.example.com")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.is_empty() && answer.headers.contains_key("x-request-id"));
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://shop.example.com");
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_METHODS], "GET,POST");
    assert_eq!(answer.headers[header::ACCESS_CONTROL_MAX_AGE], "7200");
    let allowed = answer.headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
    for name in [
        "accept",
        "apollo-require-preflight",
        "apollographql-client-name",
        "authorization",
        "content-type",
        "traceparent",
        "tracestate",
        "x-request-id",
        "x-request-timeout-ms",
    ] {
        assert!(allowed.split(',').any(|allowed| allowed == name), "{name} is not in {allowed}");
    }
    let refused = ask(&gateway, Method::OPTIONS, "/graphql", &preflight("https://evil.org")).await;
    assert!(!refused.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[tokio::test]
async fn without_allowed_origins_no_answer_speaks_of_any() {
    let gateway = gateway_for(&[]).await;
    for (method, target) in [(Method::GET, GET_QUERY), (Method::OPTIONS, "/schema.graphql")] {
        let headers = [("origin", "http://localhost:3000"), ("access-control-request-method", "GET")];
        let answer = ask(&gateway, method, target, &headers).await;
        let spoken = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(spoken, None);
    }
}
