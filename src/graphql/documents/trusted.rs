//! The trusted documents, ready to run.
//!
//! Invariant: what a manifest holds is prepared before the first caller asks for it, and stays so until another
//! manifest takes its place.

use std::{collections::HashMap, sync::Arc};

use super::{DocumentId, Manifest};
use crate::graphql::{
    failure::LocatedFailure,
    guard::{Guard, Prepared},
};

/// A document, or why it does not fit the schema or the limits any more.
type Verdict = Result<Arc<Prepared>, Vec<LocatedFailure>>;

/// The documents of one manifest.
pub(super) struct TrustedDocuments {
    verdicts: HashMap<DocumentId, Verdict>,
    report: TrustReport,
}

/// What became of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustReport {
    /// How many documents it holds.
    pub documents: usize,
    /// Those of them that do not fit the schema or the limits: asked for, they answer what is wrong with them.
    pub unfit: Vec<DocumentId>,
}

impl TrustedDocuments {
    /// Prepares the documents of `manifest`; those that `before` holds too are taken from there.
    pub(super) fn prepare(manifest: &Manifest, guard: &Guard, before: Option<&Self>) -> Self {
        let mut verdicts = HashMap::new();
        let mut unfit = Vec::new();
        for (id, text) in manifest.documents() {
            // An id is one text, and a text has one verdict.
            let known = before.and_then(|before| before.find(id));
            let verdict = known.unwrap_or_else(|| guard.prepare(text).map(Arc::new));
            if verdict.is_err() {
                unfit.push(id);
            }
            verdicts.insert(id, verdict);
        }
        let report = TrustReport { documents: verdicts.len(), unfit };
        Self { verdicts, report }
    }

    /// The document of this id, or what is wrong with it; `None` when it is not trusted.
    pub(super) fn find(&self, id: DocumentId) -> Option<Verdict> {
        self.verdicts.get(&id).cloned()
    }

    /// What became of the manifest.
    pub(super) fn report(&self) -> &TrustReport {
        &self.report
    }
}
