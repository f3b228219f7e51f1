//! Documents that run because the shop published them, by id or by the very same text.

use aisle::graphql::{ApiSettings, DocumentId, DocumentSettings, Manifest, UntrustedDocuments};
use aisle::http::HttpSettings;
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use metrics_util::debugging::DebuggingRecorder;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use url::form_urlencoded::byte_serialize;

use crate::{
    observation::{Lines, measurements},
    support::gateway::{Answer, Gateway, code},
};

const COUNT: &str = "query Count { products { totalCount } }";
const LAMP: &str = "query Lamp($id: ID!) { product(id: $id) { name } }";
const REMOVAL: &str = "mutation Removal { deleteProduct(id: \"p12\") { id } }";

fn manifest(texts: &[&str]) -> Manifest {
    let entries = texts.iter().map(|text| (DocumentId::of(text).to_string(), Value::from(*text)));
    let manifest = Value::Object(entries.collect());
    Manifest::parse(manifest.to_string().as_bytes()).unwrap()
}

/// A gateway that trusts three documents.
async fn gateway(untrusted: UntrustedDocuments) -> Gateway {
    let documents = DocumentSettings { untrusted, ..DocumentSettings::default() };
    let gateway =
        Gateway::start_with(ApiSettings { documents, ..ApiSettings::default() }, HttpSettings::default()).await;
    assert_eq!(gateway.api.trust(&manifest(&[COUNT, LAMP, REMOVAL])).unfit, []);
    gateway
}

async fn post(gateway: &Gateway, body: Value) -> Answer {
    gateway.post(body.to_string()).await
}

fn hash(id: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": id } })
}

#[tokio::test]
async fn a_trusted_document_is_named_by_every_parameter_in_every_spelling() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    let id = DocumentId::of(LAMP).to_string();
    let variables = json!({ "id": "p01" });
    for id in [id.clone(), format!("sha256:{id}"), id.to_uppercase(), format!("SHA256:{id}")] {
        let mut bodies: Vec<Value> =
            ["documentId", "doc_id", "id"].iter().map(|name| json!({ *name: id, "query": null })).collect();
        bodies.push(json!({ "extensions": hash(&id) }));
        for mut body in bodies {
            body["variables"] = variables.clone();
            let answer = post(&gateway, body.clone()).await;
            assert_eq!(answer.json()["data"]["product"]["name"], "Desk Lamp 01", "{body}");
            let pairs = body.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{name}={}", byte_serialize(value.as_bytes()).collect::<String>())
            });
            let query = pairs.collect::<Vec<_>>().join("&");
            assert_eq!(gateway.get(&format!("/graphql?{query}")).await.body, answer.body, "{query}");
        }
    }
}

#[tokio::test]
async fn a_request_names_one_document_in_one_way() {
    let gateway = gateway(UntrustedDocuments::Run).await;
    let id = DocumentId::of(COUNT).to_string();
    for (body, part) in [
        (json!({ "query": COUNT, "documentId": id }), "query and documentId exclude each other"),
        (json!({ "doc_id": id, "documentId": id }), "documentId and doc_id exclude each other"),
        (json!({ "id": id, "extensions": hash(&id) }), "id and extensions.persistedQuery exclude each other"),
        (json!({ "id": 5 }), "id must be a string"),
        (json!({ "id": "Count" }), "id must be a SHA-256"),
        (json!({ "documentId": format!("md5:{id}") }), "documentId must be a SHA-256"),
    ] {
        let answer = post(&gateway, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(code(&answer.json()), "BAD_REQUEST");
        assert!(answer.json()["errors"][0]["message"].as_str().unwrap().contains(part), "{}", answer.json());
    }
}

#[tokio::test]
async fn an_unknown_id_is_not_found_and_without_a_manifest_not_supported() {
    let without = Gateway::start().await;
    for (gateway, expected, message) in [
        (&gateway(UntrustedDocuments::Refused).await, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (&gateway(UntrustedDocuments::Run).await, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (&without, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported"),
    ] {
        for media in ["application/json", "application/graphql-response+json"] {
            let body = json!({ "documentId": DocumentId::of("{ other }").to_string() });
            let request = Request::builder()
                .method(Method::POST)
                .uri("/graphql")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, media)
                .body(Body::from(body.to_string()));
            let answer = gateway.send(request.unwrap()).await;
            assert_eq!((answer.status.as_u16(), code(&answer.json())), (200, expected), "{media}");
            assert_eq!(answer.json()["errors"][0]["message"], message);
            assert!(answer.json().get("data").is_none());
        }
    }
}

#[tokio::test]
async fn where_only_trusted_documents_run_others_are_refused_whatever_they_are() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    assert_eq!(gateway.data(COUNT).await["products"]["totalCount"], 12);
    let changed = format!("{COUNT} ");
    for text in [&changed, "{ __schema { queryType { name } } }", "{ nothingOfTheKind }", "{ {", ""] {
        for body in
            [json!({ "query": text }), json!({ "query": text, "extensions": hash(&DocumentId::of(text).to_string()) })]
        {
            let answer = post(&gateway, body).await;
            assert_eq!((answer.status.as_u16(), code(&answer.json())), (403, "OPERATION_NOT_TRUSTED"), "{text}");
        }
        let answer = post(&gateway, json!({ "extensions": hash(&DocumentId::of(text).to_string()) })).await;
        assert_eq!(code(&answer.json()), "PERSISTED_QUERY_NOT_FOUND", "{text}");
    }
    let long = " ".repeat(ApiSettings::default().document.bytes + 1);
    assert_eq!(code(&gateway.ask(&long).await), "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_document_that_is_refused_is_logged_with_its_id() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    let lines = Lines::default();
    // With a single subscriber in the process, other tests' threads would decide for all that nobody listens.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::WARN));
    gateway.ask("{ errorCodes { code } }").await;
    let told = lines.with("OPERATION_NOT_TRUSTED");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(&DocumentId::of("{ errorCodes { code } }").to_string()), "{told:?}");
}

#[test]
fn an_untrusted_operation_may_run_and_be_logged_and_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let lines = Lines::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = "query Other { products { totalCount } }";
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let gateway = gateway(UntrustedDocuments::Logged).await;
            gateway.data(COUNT).await;
            post(&gateway, json!({ "id": DocumentId::of(COUNT).to_string() })).await;
            gateway.data(other).await;
            for query in [json!(other), Value::Null] {
                let answer =
                    post(&gateway, json!({ "query": query, "extensions": hash(&DocumentId::of(other).to_string()) }))
                        .await;
                assert_eq!(answer.json()["data"]["products"]["totalCount"], 12);
            }
        });
    });
    let told = lines.with("\"operation is not trusted\"");
    assert_eq!(told.len(), 3, "{told:?}");
    for part in ["\"level\":\"WARN\"", "\"name\":\"Other\"", &DocumentId::of(other).to_string(), "test-request"] {
        assert!(told.iter().all(|line| line.contains(part)), "{part} in {told:?}");
    }
    let operations = lines.with("\"operation\"");
    let named =
        |name: &str| operations.iter().filter(|line| line.contains(&format!("\"document\":\"{name}\""))).count();
    assert_eq!((named("trusted"), named("untrusted")), (2, 3), "{operations:?}");
    let (mut counters, _) = measurements(&snapshotter);
    counters.retain(|counter| counter.starts_with("graphql_untrusted"));
    assert_eq!(counters, ["graphql_untrusted_operations_total operation_type=query 3"]);
}

#[tokio::test]
async fn where_everything_runs_nothing_is_remarked_on() {
    let gateway = gateway(UntrustedDocuments::Run).await;
    let lines = Lines::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    gateway.data("query Other { products { totalCount } }").await;
    assert!(lines.with("\"level\":\"WARN\"").is_empty());
    assert_eq!(lines.with("\"document\":\"text\"").len(), 1);
}

#[tokio::test]
async fn a_trusted_mutation_needs_post_too() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    let answer = gateway.get(&format!("/graphql?documentId={}", DocumentId::of(REMOVAL))).await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (405, "METHOD_NOT_ALLOWED"));
}

#[tokio::test]
async fn a_document_that_no_longer_fits_answers_what_is_wrong_with_it_and_the_others_run() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    let old = "query Old { products { fieldOfLastYear } }";
    let broken = "query {";
    let report = gateway.api.trust(&manifest(&[COUNT, old, broken]));
    let mut unfit = vec![DocumentId::of(old), DocumentId::of(broken)];
    unfit.sort_by_key(ToString::to_string);
    assert_eq!((report.documents, &report.unfit), (3, &unfit));
    for (text, expected) in [(old, "GRAPHQL_VALIDATION_FAILED"), (broken, "GRAPHQL_PARSE_FAILED")] {
        let by_id = post(&gateway, json!({ "id": DocumentId::of(text).to_string() })).await;
        assert_eq!(code(&by_id.json()), expected);
        assert_eq!(by_id.json(), gateway.ask(text).await);
    }
    assert_eq!(gateway.data(COUNT).await["products"]["totalCount"], 12);
}

#[tokio::test]
async fn another_manifest_takes_the_place_of_the_one_before() {
    let gateway = gateway(UntrustedDocuments::Refused).await;
    gateway.api.trust(&manifest(&[LAMP]));
    assert_eq!(code(&gateway.ask(COUNT).await), "OPERATION_NOT_TRUSTED");
    let known = post(&gateway, json!({ "id": DocumentId::of(LAMP).to_string(), "variables": { "id": "p02" } })).await;
    assert_eq!(known.json()["data"]["product"]["name"], "Desk Lamp 02");
    gateway.api.trust(&manifest(&[]));
    let gone = post(&gateway, json!({ "id": DocumentId::of(LAMP).to_string() })).await;
    assert_eq!(code(&gone.json()), "PERSISTED_QUERY_NOT_FOUND");
}
