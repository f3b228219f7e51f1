//! Documents by their ids, as they are now and not as searches see them.
//!
//! Invariant: the answer has exactly one entry for each id asked, in that order.

use elasticsearch::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    bulk::Revision,
    problem::Problem,
    wire::{Answer, ErrorBody, Request, RequestKind, Wire, json},
};
use crate::backend::EngineError;

const PATHS: &str = "error.type,error.reason,docs._id,docs.found,docs._source,docs._seq_no,docs._primary_term,\
    docs.error.type,docs.error.reason";

#[derive(Serialize)]
struct IdsBody<'a> {
    ids: &'a [&'a str],
}

#[derive(Deserialize)]
struct MultiGetBody<'a> {
    #[serde(borrow)]
    docs: Vec<DocumentBody<'a>>,
}

/// One document of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct DocumentBody<'a> {
    #[serde(rename = "_id")]
    pub(super) id: &'a str,
    #[serde(default)]
    found: bool,
    #[serde(rename = "_source", borrow)]
    source: Option<&'a RawValue>,
    #[serde(rename = "_seq_no")]
    sequence: Option<u64>,
    #[serde(rename = "_primary_term")]
    term: Option<u64>,
    error: Option<ErrorBody>,
}

impl<'a> DocumentBody<'a> {
    /// Where the document stands.
    pub(super) fn revision(&self) -> Option<Revision> {
        Some(Revision { sequence: self.sequence?, term: self.term? })
    }

    /// The fields that were asked for, as they were sent.
    pub(super) fn source(&self) -> &'a str {
        self.source.map_or("{}", RawValue::get)
    }

    /// The fields that were asked for.
    pub(super) fn read<T: Deserialize<'a> + Default>(&self) -> Result<T, EngineError> {
        match self.source {
            None => Ok(T::default()),
            Some(source) => serde_json::from_str(source.get()).map_err(|error| Problem::Shape(error).unexpected()),
        }
    }
}

/// Asks for every field.
pub(super) const EVERY_FIELD: &[&str] = &["*"];

/// Asks for documents with only the fields named (none: without any).
pub(super) async fn multi_get(wire: &Wire, index: &str, ids: &[&str], fields: &[&str]) -> Result<Answer, EngineError> {
    let included = fields.join(",");
    let source = if fields.is_empty() { ("_source", "false") } else { ("_source_includes", included.as_str()) };
    let request = Request {
        kind: RequestKind::MultiGet,
        method: Method::Post,
        path: &format!("{index}/_mget"),
        query: &[source, ("filter_path", PATHS)],
        body: Some(json(&IdsBody { ids })?),
    };
    wire.send(request).await
}

/// The documents of an answer, `None` where there is none.
pub(super) fn documents<'a>(answer: &'a Answer, ids: &[&str]) -> Result<Vec<Option<DocumentBody<'a>>>, EngineError> {
    let body: MultiGetBody<'a> = answer.read()?;
    if body.docs.len() != ids.len() || body.docs.iter().zip(ids).any(|(document, id)| document.id != *id) {
        return Err(Problem::Content("other documents than those asked for").unexpected());
    }
    let document = |mut document: DocumentBody<'a>| match document.error.take() {
        Some(error) => Err(error.failure(0)),
        None => Ok(document.found.then_some(document)),
    };
    body.docs.into_iter().map(document).collect()
}
