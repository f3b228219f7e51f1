//! Documents that are refused, and gateways that refuse more.

use aisle::{
    graphql::{ApiSettings, DocumentLimits},
    http::HttpSettings,
};
use serde_json::Value;

use super::gateway::{Gateway, code};

/// A gateway with other limits on documents.
pub(crate) async fn limited(document: DocumentLimits) -> Gateway {
    Gateway::start_with(ApiSettings { document, ..ApiSettings::default() }, HttpSettings::default()).await
}

/// What is told of a document that asks for too much: the limit, and what it has.
pub(crate) async fn too_complex(document: &str, variables: Value) -> (u64, u64) {
    let gateway = Gateway::start().await;
    let answer = gateway.ask_with(document, variables).await;
    assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer:#}");
    assert!(answer.get("data").is_none());
    let extensions = &answer["errors"][0]["extensions"];
    assert!(gateway.engine.searches().is_empty());
    (extensions["limit"].as_u64().unwrap(), extensions["actual"].as_u64().unwrap())
}
