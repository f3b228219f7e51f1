//! Many small writes in as few requests as their size allows.
//!
//! Invariant: there is exactly one result for each write, in the order in which they were added, and no write makes
//! an index: a node makes a missing one with a mapping of its own guess, unless the name must be an alias.

use bytes::Bytes;
use elasticsearch::http::Method;
use serde::{Deserialize, Serialize};

use super::{
    problem::Problem,
    wire::{ErrorBody, Request, RequestKind, Wire, json},
};
use crate::backend::EngineError;

const PATHS: &str = "error.type,error.reason,items.*.status,items.*._seq_no,items.*._primary_term,\
    items.*.error.type,items.*.error.reason";
/// Status of a write that lost against another: the document exists, or is not the one that was read.
const CONFLICT: u16 = 409;
/// Status of a deletion of what is not there.
const NOT_FOUND: u16 = 404;

/// Where a document stood when it was written or read, for compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) sequence: u64,
    pub(super) term: u64,
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// It is stored.
    Stored(Revision),
    /// Something else is there.
    Conflict,
    /// The node did not take it.
    Failed(EngineError),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Action<'a> {
    Create(Target<'a>),
    Index(Target<'a>),
    Delete(Target<'a>),
}

#[derive(Serialize)]
struct Target<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_seq_no: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_primary_term: Option<u64>,
}

impl<'a> Target<'a> {
    fn new(id: &'a str, revision: Option<Revision>) -> Self {
        let (if_seq_no, if_primary_term) = (revision.map(|at| at.sequence), revision.map(|at| at.term));
        Self { id, if_seq_no, if_primary_term }
    }
}

#[derive(Deserialize)]
struct BulkBody {
    #[serde(default)]
    items: Vec<ItemBody>,
}

/// One result, under the name of its action.
#[derive(Deserialize)]
struct ItemBody {
    #[serde(alias = "index", alias = "delete")]
    create: ResultBody,
}

#[derive(Deserialize)]
struct ResultBody {
    status: u16,
    #[serde(rename = "_seq_no")]
    sequence: Option<u64>,
    #[serde(rename = "_primary_term")]
    term: Option<u64>,
    error: Option<ErrorBody>,
}

impl ResultBody {
    fn written(self) -> Written {
        match (self.error, self.sequence, self.term) {
            (_, _, _) if self.status == CONFLICT => Written::Conflict,
            (Some(error), _, _) => Written::Failed(error.failure(self.status)),
            (None, Some(sequence), Some(term)) if self.status < 300 || self.status == NOT_FOUND => {
                Written::Stored(Revision { sequence, term })
            }
            (None, _, _) => Written::Failed(Problem::Content("a write without result").unexpected()),
        }
    }
}

/// Writes to one index that wait to be sent.
#[derive(Debug)]
pub(super) struct Bulk {
    limit: usize,
    bodies: Vec<Body>,
}

#[derive(Debug, Default)]
struct Body {
    lines: Vec<u8>,
    writes: usize,
}

impl Bulk {
    /// No writes yet; requests hold at most `limit` bytes, or one write.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, bodies: Vec::new() }
    }

    /// Stores a document unless one of that id is there.
    pub(super) fn create(&mut self, id: &str, document: &[u8]) -> Result<(), EngineError> {
        self.push(&Action::Create(Target::new(id, None)), Some(document))
    }

    /// Replaces a document if it still stands at `revision`.
    pub(super) fn replace(&mut self, id: &str, revision: Revision, document: &[u8]) -> Result<(), EngineError> {
        self.push(&Action::Index(Target::new(id, Some(revision))), Some(document))
    }

    /// Deletes a document if it still stands at `revision`.
    pub(super) fn delete(&mut self, id: &str, revision: Revision) -> Result<(), EngineError> {
        self.push(&Action::Delete(Target::new(id, Some(revision))), None)
    }

    fn push(&mut self, action: &Action<'_>, document: Option<&[u8]>) -> Result<(), EngineError> {
        let action = json(action)?;
        let size = action.len() + document.map_or(0, <[u8]>::len) + 2;
        let fits = self.bodies.last().is_some_and(|body| body.lines.len().saturating_add(size) <= self.limit);
        if !fits {
            self.bodies.push(Body::default());
        }
        let Some(body) = self.bodies.last_mut() else { return Ok(()) };
        for line in [Some(action.as_ref()), document].into_iter().flatten() {
            body.lines.extend_from_slice(line);
            body.lines.push(b'\n');
        }
        body.writes += 1;
        Ok(())
    }

    /// Sends everything to the index behind the alias, one request after the other.
    pub(super) async fn send(self, wire: &Wire, alias: &str) -> Result<Vec<Written>, EngineError> {
        let mut written = Vec::new();
        for body in self.bodies {
            let request = Request {
                kind: RequestKind::Import,
                method: Method::Post,
                path: &format!("{alias}/_bulk"),
                query: &[("require_alias", "true"), ("filter_path", PATHS)],
                body: Some(Bytes::from(body.lines)),
            };
            let answer: BulkBody = wire.send(request).await?.read()?;
            if answer.items.len() != body.writes {
                return Err(Problem::Content("another number of results than writes").unexpected());
            }
            written.extend(answer.items.into_iter().map(|item| item.create.written()));
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::EngineErrorKind;

    fn written(item: &str) -> Written {
        serde_json::from_str::<ItemBody>(item).unwrap().create.written()
    }

    #[test]
    fn requests_are_split_by_size_and_a_large_write_goes_alone() {
        let mut bulk = Bulk::new(100);
        for document in [b"{}".as_slice(), b"{}", &[b' '; 200], b"{}"] {
            bulk.create("a", document).unwrap();
        }
        let sizes: Vec<_> = bulk.bodies.iter().map(|body| body.writes).collect();
        assert_eq!(sizes, [2, 1, 1]);
        assert_eq!(bulk.bodies[0].lines, b"{\"create\":{\"_id\":\"a\"}}\n{}\n{\"create\":{\"_id\":\"a\"}}\n{}\n");
    }

    #[test]
    fn compare_and_set_names_the_revision() {
        let mut bulk = Bulk::new(100);
        bulk.delete("a", Revision { sequence: 7, term: 2 }).unwrap();
        assert_eq!(bulk.bodies[0].lines, b"{\"delete\":{\"_id\":\"a\",\"if_seq_no\":7,\"if_primary_term\":2}}\n");
    }

    #[test]
    fn each_result_tells_what_became_of_its_write() {
        let stored = Written::Stored(Revision { sequence: 4, term: 1 });
        assert_eq!(written(r#"{"create":{"status":201,"_seq_no":4,"_primary_term":1}}"#), stored);
        assert_eq!(written(r#"{"index":{"status":200,"_seq_no":4,"_primary_term":1}}"#), stored);
        assert_eq!(written(r#"{"create":{"status":409,"error":{"type":"version_conflict"}}}"#), Written::Conflict);
        assert_eq!(
            written(r#"{"create":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}"#),
            Written::Failed(EngineErrorKind::Unavailable.into())
        );
        assert_eq!(
            written(r#"{"delete":{"status":404,"error":{"type":"index_not_found_exception"}}}"#),
            Written::Failed(EngineErrorKind::Unavailable.into())
        );
        assert_eq!(
            written(r#"{"create":{"status":400,"error":{"type":"strict_dynamic_mapping_exception"}}}"#),
            Written::Failed(EngineErrorKind::Unexpected.into())
        );
    }
}
