//! Documents that callers leave, to name them by their ids later (automatic persisted queries of Apollo, version 1).

use aisle::{
    graphql::{ApiSettings, AutomaticQueries, DocumentId, DocumentSettings, Manifest},
    http::HttpSettings,
};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::support::gateway::{Answer, Gateway, code};

const COUNT: &str = "query Count { products { totalCount } }";

async fn gateway(documents: DocumentSettings) -> Gateway {
    Gateway::start_with(ApiSettings { documents, ..ApiSettings::default() }, HttpSettings::default()).await
}

fn extensions(id: DocumentId) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": id.to_string() } })
}

async fn by_id(gateway: &Gateway, text: &str) -> Value {
    gateway.post(json!({ "extensions": extensions(DocumentId::of(text)) }).to_string()).await.json()
}

async fn by_both(gateway: &Gateway, id: DocumentId, text: &str) -> Answer {
    gateway.post(json!({ "query": text, "extensions": extensions(id) }).to_string()).await
}

async fn by_get(gateway: &Gateway, parameters: &[(&str, String)]) -> Answer {
    let pair =
        |(name, value): &(&str, String)| format!("{name}={}", byte_serialize(value.as_bytes()).collect::<String>());
    gateway.get(&format!("/graphql?{}", parameters.iter().map(pair).collect::<Vec<_>>().join("&"))).await
}

#[tokio::test]
async fn a_document_that_was_sent_once_runs_by_its_id_from_then_on() {
    let gateway = Gateway::start().await;
    assert_eq!(code(&by_id(&gateway, COUNT).await), "PERSISTED_QUERY_NOT_FOUND");
    let first = by_both(&gateway, DocumentId::of(COUNT), COUNT).await;
    assert_eq!(first.json()["data"]["products"]["totalCount"], 12);
    assert_eq!(by_id(&gateway, COUNT).await, first.json());
    let by_get = by_get(&gateway, &[("extensions", extensions(DocumentId::of(COUNT)).to_string())]).await;
    assert_eq!((by_get.status.as_u16(), by_get.body), (200, first.body));
}

#[tokio::test]
async fn a_document_may_be_left_by_get_and_a_mutation_may_not_run_so() {
    let gateway = Gateway::start().await;
    let left = [("query", COUNT.to_owned()), ("extensions", extensions(DocumentId::of(COUNT)).to_string())];
    assert_eq!(by_get(&gateway, &left).await.json()["data"]["products"]["totalCount"], 12);
    assert_eq!(by_id(&gateway, COUNT).await["data"]["products"]["totalCount"], 12);
    let removal = "mutation { deleteProduct(id: \"nobody\") { id } }";
    assert_eq!(code(&by_both(&gateway, DocumentId::of(removal), removal).await.json()), "PRODUCT_NOT_FOUND");
    let refused = by_get(&gateway, &[("extensions", extensions(DocumentId::of(removal)).to_string())]).await;
    assert_eq!((refused.status.as_u16(), code(&refused.json())), (405, "METHOD_NOT_ALLOWED"));
}

#[tokio::test]
async fn the_id_of_another_text_is_refused_and_nothing_is_kept() {
    let gateway = Gateway::start().await;
    let answer = by_both(&gateway, DocumentId::of("{ other }"), COUNT).await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (400, "BAD_REQUEST"));
    assert_eq!(code(&by_id(&gateway, COUNT).await), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(code(&by_id(&gateway, "{ other }").await), "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn a_text_that_cannot_run_is_not_kept() {
    let gateway = Gateway::start().await;
    let long = " ".repeat(ApiSettings::default().document.bytes + 1);
    for (text, expected) in
        [("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED"), (&long, "PAYLOAD_TOO_LARGE")]
    {
        assert_eq!(code(&by_both(&gateway, DocumentId::of(text), text).await.json()), expected);
        assert_eq!(code(&by_id(&gateway, text).await), "PERSISTED_QUERY_NOT_FOUND");
    }
}

#[tokio::test]
async fn only_version_one_is_known() {
    let gateway = Gateway::start().await;
    for version in [json!(0), json!(2), json!("1"), json!(1.5), Value::Null] {
        let extensions = json!({ "persistedQuery": { "version": version, "sha256Hash": "0".repeat(64) } });
        let answer = gateway.post(json!({ "query": COUNT, "extensions": extensions }).to_string()).await;
        assert_eq!((answer.status.as_u16(), code(&answer.json())), (200, "PERSISTED_QUERY_NOT_SUPPORTED"), "{version}");
    }
}

#[tokio::test]
async fn a_persisted_query_of_a_wrong_form_is_refused_by_name() {
    let gateway = Gateway::start().await;
    for (given, part) in [
        (json!(true), "extensions.persistedQuery must be an object"),
        (json!({ "version": 1 }), "extensions.persistedQuery.sha256Hash is missing"),
        (json!({ "version": 1, "sha256Hash": 5 }), "extensions.persistedQuery.sha256Hash must be a string"),
        (json!({ "version": 1, "sha256Hash": "abc" }), "extensions.persistedQuery.sha256Hash must be a SHA-256"),
    ] {
        let body = json!({ "query": COUNT, "extensions": { "persistedQuery": given } });
        let answer = gateway.post(body.to_string()).await;
        assert_eq!((answer.status.as_u16(), code(&answer.json())), (400, "BAD_REQUEST"), "{body}");
        assert!(answer.json()["errors"][0]["message"].as_str().unwrap().contains(part), "{}", answer.json());
    }
}

#[tokio::test]
async fn a_gateway_that_keeps_no_texts_says_so_and_runs_trusted_documents_all_the_same() {
    let settings = DocumentSettings { automatic: AutomaticQueries::Refused, ..DocumentSettings::default() };
    let gateway = gateway(settings).await;
    let id = DocumentId::of(COUNT);
    for answer in [by_id(&gateway, COUNT).await, by_both(&gateway, id, COUNT).await.json()] {
        assert_eq!(code(&answer), "PERSISTED_QUERY_NOT_SUPPORTED");
        assert_eq!(answer["errors"][0]["message"], "PersistedQueryNotSupported");
    }
    assert_eq!(gateway.data(COUNT).await["products"]["totalCount"], 12);
    let manifest = json!({ id.to_string(): COUNT }).to_string();
    gateway.api.trust(&Manifest::parse(manifest.as_bytes()).unwrap());
    for answer in [by_id(&gateway, COUNT).await, by_both(&gateway, id, COUNT).await.json()] {
        assert_eq!(answer["data"]["products"]["totalCount"], 12);
    }
}

#[tokio::test]
async fn texts_beyond_the_memory_for_them_make_room() {
    let gateway = gateway(DocumentSettings { automatic_bytes: 2_000, ..DocumentSettings::default() }).await;
    let texts: Vec<String> = (0..300).map(|number| format!("query Q{number} {{ errorCodes {{ code }} }}")).collect();
    for text in &texts {
        assert!(by_both(&gateway, DocumentId::of(text), text).await.json().get("errors").is_none());
    }
    let mut kept = 0;
    for text in &texts {
        kept += usize::from(by_id(&gateway, text).await.get("errors").is_none());
    }
    // The cache makes room in strides.
    assert!(kept < 150, "{kept} of {} are kept", texts.len());
}
