//! How a request names its document, and where the document comes from.

use std::sync::Arc;

use super::DocumentId;
use crate::graphql::guard::Prepared;

/// How a request names its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSource {
    /// By its text.
    Text(String),
    /// By the id under which it was published.
    Id(DocumentId),
    /// By its id, and by its text when the id alone was not known (automatic persisted queries).
    Automatic {
        /// The id.
        id: DocumentId,
        /// The text.
        text: Option<String>,
    },
}

impl Default for DocumentSource {
    /// A text of nothing.
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// The document of a request.
pub(in crate::graphql) struct Found {
    /// The document.
    pub(in crate::graphql) prepared: Arc<Prepared>,
    /// Where it comes from.
    pub(in crate::graphql) origin: DocumentOrigin,
}

/// Where the document of a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graphql) enum DocumentOrigin {
    /// The request itself; whether it is trusted is not asked.
    Text,
    /// An automatic persisted query; whether it is trusted is not asked.
    Automatic,
    /// The manifest.
    Trusted,
    /// The request or an automatic persisted query, and the manifest lacks it: the operator wants to know.
    Untrusted(DocumentId),
}

impl DocumentOrigin {
    /// The word for it in the log.
    pub(in crate::graphql) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Automatic => "automatic",
            Self::Trusted => "trusted",
            Self::Untrusted(_) => "untrusted",
        }
    }
}
