//! Requests made of bytes.
//!
//! The first byte says how the rest is read, so that the corpus is text where the request is: `q` a document, `v` a
//! document and variables, `b` a body, `g` a query string; anything else is a request of which every part is made up.

use arbitrary::{Arbitrary, Result, Unstructured};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, Uri, header},
};
use serde_json::{Value, json};

/// Between document and variables.
const SEPARATOR: u8 = 0;

const TARGETS: [&str; 8] =
    ["/graphql", "/schema.graphql", "/health/live", "/health/ready", "/health", "/", "/graphql/", "/metrics"];
const METHODS: [&str; 8] = ["POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "CONNECT", "TRACE"];
const HEADERS: [&str; 24] = [
    "accept",
    "access-control-request-headers",
    "access-control-request-method",
    "apollo-require-preflight",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "if-none-match",
    "origin",
    "referer",
    "sec-fetch-site",
    "te",
    "upgrade",
    "x-apollo-operation-name",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-request-id",
    "x-request-timeout-ms",
];
const VALUES: [&str; 16] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/graphql-response+json",
    "text/event-stream",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "text/plain",
    "*/*;q=0.1",
    "http://127.0.0.1:8080",
    "https://example.com",
    "null",
    "127.0.0.1",
    "10.0.0.1, 192.168.0.1",
    "100-continue",
    "1",
    "18446744073709551616",
];

/// The request that the bytes make, if they make one.
pub fn request(bytes: &[u8]) -> Option<Request<Body>> {
    let (mode, rest) = bytes.split_first()?;
    match mode {
        b'q' => posted(json!({ "query": text(rest) }).to_string().into_bytes()),
        b'v' => posted(with_variables(rest)),
        b'b' => posted(rest.to_vec()),
        b'g' => queried(rest),
        _ => made_up(Unstructured::new(rest)).ok().flatten(),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn with_variables(bytes: &[u8]) -> Vec<u8> {
    let cut = bytes.iter().position(|byte| *byte == SEPARATOR).unwrap_or(bytes.len());
    let (document, variables) = bytes.split_at(cut);
    let variables: Value = serde_json::from_slice(variables.get(1..).unwrap_or_default()).unwrap_or_default();
    json!({ "query": text(document), "variables": variables, "extensions": { "cost": true } }).to_string().into_bytes()
}

fn posted(body: Vec<u8>) -> Option<Request<Body>> {
    let request = Request::builder().method(Method::POST).uri("/graphql").header(header::HOST, "127.0.0.1:8080");
    request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).ok()
}

fn queried(query: &[u8]) -> Option<Request<Body>> {
    let uri: Uri = format!("/graphql?{}", text(query)).parse().ok()?;
    let request = Request::builder().uri(uri).header(header::HOST, "127.0.0.1:8080");
    request.header("apollo-require-preflight", "true").body(Body::empty()).ok()
}

/// What a made-up request consists of.
#[derive(Arbitrary)]
struct Parts<'a> {
    method: Choice<'a>,
    target: Choice<'a>,
    query: Option<&'a str>,
    headers: Vec<(Choice<'a>, Choice<'a>)>,
    chunks: Vec<&'a [u8]>,
}

/// One of a list, or anything.
#[derive(Arbitrary)]
enum Choice<'a> {
    Listed(u8),
    Other(&'a [u8]),
}

impl<'a> Choice<'a> {
    fn of(&self, list: &[&'static str]) -> &'a [u8] {
        match self {
            Self::Listed(number) => list[usize::from(*number) % list.len()].as_bytes(),
            Self::Other(bytes) => bytes,
        }
    }
}

fn made_up(mut bytes: Unstructured<'_>) -> Result<Option<Request<Body>>> {
    let parts = Parts::arbitrary(&mut bytes)?;
    let rest = bytes.take_rest();
    Ok(assembled(&parts, rest))
}

fn assembled(parts: &Parts<'_>, rest: &[u8]) -> Option<Request<Body>> {
    let mut target = parts.target.of(&TARGETS).to_vec();
    if let Some(query) = parts.query {
        target.push(b'?');
        target.extend_from_slice(query.as_bytes());
    }
    let body = [parts.chunks.concat(), rest.to_vec()].concat();
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::from_bytes(parts.method.of(&METHODS)).ok()?;
    *request.uri_mut() = Uri::try_from(target).ok()?;
    for (name, value) in &parts.headers {
        let name = HeaderName::from_bytes(name.of(&HEADERS)).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(value.of(&VALUES)).ok()?);
    }
    Some(request)
}
