//! How long an answer may be kept by whoever passes it on.
//!
//! Invariant: an answer with an error, of a change, or of a search that is incomplete is not kept at all, and where the
//! operator lets no answer be kept, none is.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use apollo_compiler::{ExecutableDocument, ast::OperationType, executable::Operation};

use super::{CachePolicy, Outcome};

/// How long answers may be kept that change only with the program, in seconds: who asks for the schema or the list of
/// errors can wait an hour after an update.
const PROGRAM_SECONDS: u32 = 3_600;

/// What an answer depends on, from what may be kept shortest to what may be kept longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CacheHint {
    /// On a change that is made by asking.
    Change,
    /// On the products.
    Catalogue,
    /// On nothing but the program.
    Program,
}

impl CacheHint {
    /// What the answer to `operation` depends on: the shortest of its root fields, skipped or not.
    pub(super) fn of(operation: &Operation, document: &ExecutableDocument) -> Self {
        if operation.operation_type != OperationType::Query {
            return Self::Change;
        }
        let hints = operation.root_fields(document).map(|field| match field.name.as_str() {
            "errorCodes" | "__schema" | "__type" | "__typename" => Self::Program,
            _ => Self::Catalogue,
        });
        hints.min().unwrap_or(Self::Catalogue)
    }

    /// How long what became of the operation may be kept: answers of the catalogue for `catalogue_seconds`, and with 0 of
    /// them no answer at all.
    pub(super) fn policy(self, outcome: &Outcome, completeness: &Completeness, catalogue_seconds: u32) -> CachePolicy {
        let is_whole = outcome.data.is_some() && outcome.failures.is_empty() && !completeness.is_broken();
        let seconds = match self {
            Self::Change => 0,
            Self::Catalogue => catalogue_seconds,
            Self::Program => PROGRAM_SECONDS,
        };
        let is_kept = is_whole && catalogue_seconds > 0 && seconds > 0;
        if is_kept { CachePolicy::Public { seconds } } else { CachePolicy::NoStore }
    }
}

/// Whether an engine left something out of what one operation asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Completeness {
    is_broken: Arc<AtomicBool>,
}

impl Completeness {
    /// Notes that something is missing.
    pub(super) fn broken(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Whether something is missing.
    fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }
}
