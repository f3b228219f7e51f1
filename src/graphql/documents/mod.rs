//! From the document that a request names to the prepared one: parsed, validated and translated once.
//!
//! Invariant: what is prepared has passed every check that does not depend on the values of variables; the memory for
//! prepared documents and for texts that callers left is bounded, and that for trusted ones by their manifest. Where
//! only trusted documents run, nothing is parsed for others.

mod id;
mod manifest;
mod settings;
mod source;
mod trusted;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use moka::sync::Cache;

pub(super) use self::source::DocumentOrigin;
pub use self::{
    id::DocumentId,
    manifest::{Manifest, ManifestProblem},
    settings::{AutomaticQueries, DocumentSettings, UntrustedDocuments},
    source::DocumentSource,
    trusted::TrustReport,
};
use self::{source::Found, trusted::TrustedDocuments};
use super::{
    ApiSettings,
    failure::LocatedFailure,
    guard::{Guard, Prepared},
};
use crate::failure::{ErrorCode, Failure};

/// What clients of automatic persisted queries look for; urql knows the message only, Apollo Client the code too.
const NOT_FOUND: &str = "PersistedQueryNotFound";
/// Their sign to send texts from now on.
const NOT_SUPPORTED: &str = "PersistedQueryNotSupported";

/// What a cache needs beside a text, roughly: id, lists of use, and a sketch of how often it is asked for.
const BYTES_OF_AN_ENTRY: usize = 256;

/// The document that was asked for is none of the trusted ones.
#[derive(Debug, thiserror::Error)]
#[error("document {0} is not in the manifest")]
struct NotTrusted(DocumentId);

/// Every document that can be run.
pub(super) struct Documents {
    guard: Arc<Guard>,
    settings: DocumentSettings,
    /// Longest text that the guard takes, in bytes.
    longest: usize,
    /// By text: two texts are never taken for one.
    prepared: Cache<Box<str>, Arc<Prepared>>,
    /// Texts that callers left.
    automatic: Cache<DocumentId, Arc<str>>,
    /// `None` as long as there was no manifest.
    trusted: ArcSwapOption<TrustedDocuments>,
}

impl Documents {
    /// No documents yet; later those that `settings` let in, judged by `guard`.
    pub(super) fn new(guard: Arc<Guard>, settings: &ApiSettings) -> Self {
        let prepared = Cache::builder().max_capacity(settings.prepared_bytes);
        let automatic = Cache::builder().max_capacity(settings.documents.automatic_bytes);
        Self {
            guard,
            longest: settings.document.bytes,
            prepared: prepared.weigher(|_, prepared: &Arc<Prepared>| prepared.weight()).build(),
            automatic: automatic.weigher(|_, text: &Arc<str>| weight(text)).build(),
            trusted: ArcSwapOption::empty(),
            settings: settings.documents.clone(),
        }
    }

    /// Trusts the documents of `manifest`, and no others any more.
    pub(super) fn trust(&self, manifest: &Manifest) -> TrustReport {
        let trusted = TrustedDocuments::prepare(manifest, &self.guard, self.trusted.load().as_deref());
        let report = trusted.report().clone();
        self.trusted.store(Some(Arc::new(trusted)));
        report
    }

    /// The prepared document that `source` names.
    pub(super) fn find(&self, source: &DocumentSource) -> Result<Found, Vec<LocatedFailure>> {
        match source {
            DocumentSource::Text(text) => self.by_text(text),
            DocumentSource::Id(id) => self.by_id(*id),
            DocumentSource::Automatic { id, text: Some(text) } => self.by_id_and_text(*id, text),
            DocumentSource::Automatic { id, text: None } => self.by_automatic_id(*id),
        }
    }

    fn by_text(&self, text: &str) -> Result<Found, Vec<LocatedFailure>> {
        if self.settings.untrusted == UntrustedDocuments::Run {
            return Ok(Found { prepared: self.prepare(text)?, origin: DocumentOrigin::Text });
        }
        let id = self.id(text)?;
        self.trusted(id).unwrap_or_else(|| self.untrusted(id, text, DocumentOrigin::Text))
    }

    fn by_id(&self, id: DocumentId) -> Result<Found, Vec<LocatedFailure>> {
        let unknown = || if self.trusted.load().is_some() { not_found() } else { not_supported() };
        self.trusted(id).unwrap_or_else(|| Err(unknown()))
    }

    fn by_id_and_text(&self, id: DocumentId, text: &str) -> Result<Found, Vec<LocatedFailure>> {
        if self.id(text)? != id {
            let message = "extensions.persistedQuery.sha256Hash is not the SHA-256 of query";
            return Err(vec![Failure::new(ErrorCode::BadRequest, message).into()]);
        }
        if let Some(found) = self.trusted(id) {
            return found;
        }
        // Apollo's server and router refuse the text as well, so that clients stop to send ids.
        self.check_automatic()?;
        let found = self.untrusted(id, text, DocumentOrigin::Automatic)?;
        self.automatic.insert(id, text.into());
        Ok(found)
    }

    fn by_automatic_id(&self, id: DocumentId) -> Result<Found, Vec<LocatedFailure>> {
        if let Some(found) = self.trusted(id) {
            return found;
        }
        self.check_automatic()?;
        let text = self.automatic.get(&id).ok_or_else(not_found)?;
        self.untrusted(id, &text, DocumentOrigin::Automatic)
    }

    fn trusted(&self, id: DocumentId) -> Option<Result<Found, Vec<LocatedFailure>>> {
        let verdict = self.trusted.load().as_deref()?.find(id)?;
        Some(verdict.map(|prepared| Found { prepared, origin: DocumentOrigin::Trusted }))
    }

    /// A document that the manifest lacks, as far as it may run.
    fn untrusted(&self, id: DocumentId, text: &str, origin: DocumentOrigin) -> Result<Found, Vec<LocatedFailure>> {
        let origin = match self.settings.untrusted {
            UntrustedDocuments::Run => origin,
            UntrustedDocuments::Logged => DocumentOrigin::Untrusted(id),
            UntrustedDocuments::Refused => {
                let failure = Failure::new(ErrorCode::OperationNotTrusted, "only published documents run here");
                return Err(vec![failure.caused_by(Arc::new(NotTrusted(id))).into()]);
            }
        };
        Ok(Found { prepared: self.prepare(text)?, origin })
    }

    fn check_automatic(&self) -> Result<(), Vec<LocatedFailure>> {
        match self.settings.automatic {
            AutomaticQueries::Taken => Ok(()),
            AutomaticQueries::Refused => Err(not_supported()),
        }
    }

    /// The id of a text, which the guard refuses here if it is too long to be read as a whole.
    fn id(&self, text: &str) -> Result<DocumentId, Vec<LocatedFailure>> {
        if text.len() > self.longest {
            self.guard.prepare(text)?;
        }
        Ok(DocumentId::of(text))
    }

    fn prepare(&self, text: &str) -> Result<Arc<Prepared>, Vec<LocatedFailure>> {
        // Looking for a text reads all of it.
        if text.len() <= self.longest
            && let Some(prepared) = self.prepared.get(text)
        {
            return Ok(prepared);
        }
        let prepared = Arc::new(self.guard.prepare(text)?);
        self.prepared.insert(text.into(), Arc::clone(&prepared));
        Ok(prepared)
    }
}

/// Bytes that a text takes in memory, roughly.
fn weight(text: &str) -> u32 {
    u32::try_from(text.len().saturating_add(BYTES_OF_AN_ENTRY)).unwrap_or(u32::MAX)
}

fn not_found() -> Vec<LocatedFailure> {
    vec![Failure::new(ErrorCode::PersistedQueryNotFound, NOT_FOUND).into()]
}

fn not_supported() -> Vec<LocatedFailure> {
    vec![Failure::new(ErrorCode::PersistedQueryNotSupported, NOT_SUPPORTED).into()]
}
