//! Which document a request names: by text, by the id of a trusted document, or by an automatic persisted query.

use serde_json::{Map, Value};

use super::{object, refused, text};
use crate::{
    failure::{ErrorCode, Failure},
    graphql::{DocumentId, DocumentSource},
};

/// Parameters that name a trusted document: that of GraphQL over HTTP, Relay's, and graphql-codegen's example.
const ID_PARAMETERS: [&str; 3] = ["documentId", "doc_id", "id"];
/// The only version of automatic persisted queries.
const VERSION: u64 = 1;

/// The document that the parameters name.
pub(super) fn source(
    parameter: &mut impl FnMut(&str) -> Result<Option<Value>, Failure>,
    extensions: &Map<String, Value>,
) -> Result<DocumentSource, Failure> {
    let query = text("query", parameter("query")?)?;
    let persisted = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => None,
        Some(given) => Some(persisted_query(given)?),
    };
    let mut named: Option<(&str, DocumentId)> = None;
    for name in ID_PARAMETERS {
        let Some(id) = text(name, parameter(name)?)? else { continue };
        if let Some((other, _)) = named {
            return Err(refused(&format!("{other} and {name} exclude each other")));
        }
        named = Some((name, document_id(name, &id)?));
    }
    match (query, persisted, named) {
        (Some(_), _, Some((name, _))) => Err(refused(&format!("query and {name} exclude each other"))),
        (None, Some(_), Some((name, _))) => {
            Err(refused(&format!("{name} and extensions.persistedQuery exclude each other")))
        }
        (None, None, Some((_, id))) => Ok(DocumentSource::Id(id)),
        (text, Some(id), None) => Ok(DocumentSource::Automatic { id, text }),
        (Some(text), None, None) => Ok(DocumentSource::Text(text)),
        (None, None, None) => Err(refused("query is missing")),
    }
}

fn persisted_query(given: &Value) -> Result<DocumentId, Failure> {
    let given = object("extensions.persistedQuery", Some(given.clone()))?;
    if given.get("version").and_then(Value::as_u64) != Some(VERSION) {
        let message = format!("extensions.persistedQuery.version must be {VERSION}");
        return Err(Failure::new(ErrorCode::PersistedQueryNotSupported, message));
    }
    let name = "extensions.persistedQuery.sha256Hash";
    let hash = text(name, given.get("sha256Hash").cloned())?.ok_or_else(|| refused(&format!("{name} is missing")))?;
    document_id(name, &hash)
}

fn document_id(name: &str, text: &str) -> Result<DocumentId, Failure> {
    DocumentId::parse(text).ok_or_else(|| {
        refused(&format!("{name} must be a SHA-256: 64 hexadecimal digits, `sha256:` before them or not"))
    })
}
