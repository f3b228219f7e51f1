//! Many small writes in one request.
//!
//! Invariant: there is exactly one result for each write, in the order of the writes, and no write makes an index: a
//! node makes a missing one with a mapping of its own guess, unless the name must be an alias.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use elasticsearch::http::Method;
use serde::{Deserialize, Serialize};

use super::{
    problem::{Problem, is_turned_away},
    wire::{Answer, ErrorBody, Request, RequestKind, Wire, says_index_missing, was_never_sent},
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::Visibility,
};

const PATHS: &str = "error.type,error.reason,items.*.status,items.*._seq_no,items.*._primary_term,\
    items.*.error.type,items.*.error.reason";
/// Status of a write that lost against another: the document exists, or is not the one that was read.
const CONFLICT: u16 = 409;
/// Status of a deletion of what is not there.
const NOT_FOUND: u16 = 404;
/// Status of a request that was turned away before anything of it was done.
const TOO_MANY_REQUESTS: u16 = 429;
/// Status by which a proxy tells that it has waited long enough.
const REQUEST_TIMEOUT: u16 = 408;
/// Status from which a node does not say whether anything of it was done.
const SERVER_ERROR: u16 = 500;
/// Room for the line that names a document and its revision, in bytes.
const ACTION_BYTES: usize = 200;

/// Where a document stood when it was written or read, for compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) sequence: u64,
    pub(super) term: u64,
}

/// What becomes of one document.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// Stores it unless one of that id is there.
    Create(Bytes),
    /// Replaces it if it still stands at the revision.
    Replace(Revision, Bytes),
    /// Deletes it if it still stands at the revision.
    Delete(Revision),
}

/// A write of one document.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) action: Action,
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// It is stored.
    Stored(Revision),
    /// Something else is there.
    Conflict,
    /// The node did not take it now; it may take it later.
    Refused(EngineError),
    /// The node will never take it.
    Failed(EngineError),
    /// No answer came: it may be stored, or be stored yet.
    Unknown(EngineError),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
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

impl Operation {
    /// Bytes that it takes in a request, at most.
    pub(super) fn size(&self) -> usize {
        let document = match &self.action {
            Action::Create(document) | Action::Replace(_, document) => document.len(),
            Action::Delete(_) => 0,
        };
        ACTION_BYTES.saturating_add(self.id.len()).saturating_add(document)
    }

    fn append(&self, lines: &mut Vec<u8>) -> Result<(), EngineError> {
        let (line, document) = match &self.action {
            Action::Create(document) => (Line::Create(Target::new(&self.id, None)), Some(document)),
            Action::Replace(revision, document) => {
                (Line::Index(Target::new(&self.id, Some(*revision))), Some(document))
            }
            Action::Delete(revision) => (Line::Delete(Target::new(&self.id, Some(*revision))), None),
        };
        serde_json::to_writer(&mut *lines, &line).map_err(|error| Problem::Request(error).unexpected())?;
        lines.push(b'\n');
        if let Some(document) = document {
            lines.extend_from_slice(document);
            lines.push(b'\n');
        }
        Ok(())
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
            (Some(error), _, _) => rejected(error, self.status),
            (None, Some(sequence), Some(term)) if self.status < 300 || self.status == NOT_FOUND => {
                Written::Stored(Revision { sequence, term })
            }
            (None, _, _) => Written::Unknown(Problem::Content("a write without result").unexpected()),
        }
    }
}

/// What the node said of this write alone; a missing index does not come back by waiting a moment.
fn rejected(error: ErrorBody, status: u16) -> Written {
    let was_turned_away = is_turned_away(&error.kind);
    let error = error.failure(status);
    if says_index_missing(&error) {
        Written::Failed(error)
    } else if status >= SERVER_ERROR && !was_turned_away {
        // It may have been made on one copy of the shard before another one failed.
        Written::Unknown(error)
    } else if error.kind == EngineErrorKind::Unavailable {
        Written::Refused(error)
    } else {
        Written::Failed(error)
    }
}

/// What a failure of the whole request means for each of its writes.
fn undecided(error: &EngineError) -> Written {
    if was_never_sent(error) {
        return Written::Refused(error.clone());
    }
    match error.cause.as_ref().and_then(|cause| cause.downcast_ref::<Problem>()) {
        Some(Problem::Refused { status: TOO_MANY_REQUESTS, .. }) => Written::Refused(error.clone()),
        Some(Problem::Refused { status: REQUEST_TIMEOUT, .. }) => Written::Unknown(error.clone()),
        Some(Problem::Refused { status: 400..=499, .. } | Problem::Request(_)) => Written::Failed(error.clone()),
        _ => Written::Unknown(error.clone()),
    }
}

/// Sends writes to the index behind the alias, in one request that answers when searches see them as asked.
pub(super) async fn send(wire: &Wire, alias: &str, visibility: Visibility, operations: &[Operation]) -> Vec<Written> {
    match exchange(wire, alias, visibility, operations).await {
        Ok(written) => written,
        Err(error) => operations.iter().map(|_| undecided(&error)).collect(),
    }
}

async fn exchange(
    wire: &Wire,
    alias: &str,
    visibility: Visibility,
    operations: &[Operation],
) -> Result<Vec<Written>, EngineError> {
    let mut lines = Vec::with_capacity(operations.iter().map(Operation::size).sum());
    for operation in operations {
        operation.append(&mut lines)?;
    }
    let refresh = match visibility {
        Visibility::None => "false",
        Visibility::Wait => "wait_for",
        Visibility::Now => "true",
    };
    let request = Request {
        kind: RequestKind::Write,
        method: Method::Post,
        path: &format!("{alias}/_bulk"),
        query: &[("require_alias", "true"), ("refresh", refresh), ("filter_path", PATHS)],
        body: Some(Bytes::from(lines)),
    };
    results(&wire.send(request).await?, operations.len())
}

fn results(answer: &Answer, count: usize) -> Result<Vec<Written>, EngineError> {
    let body: BulkBody = answer.read()?;
    if body.items.len() != count {
        return Err(Problem::Content("another number of results than writes").unexpected());
    }
    Ok(body.items.into_iter().map(|item| item.create.written()).collect())
}
