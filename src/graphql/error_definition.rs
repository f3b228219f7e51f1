//! The table of errors as callers see it.

use async_graphql::{Enum, SimpleObject};

use crate::failure;

/// What an error code means and what a caller can do; every error carries these values in its `extensions`.
#[derive(SimpleObject)]
pub(super) struct ErrorDefinition {
    /// The code.
    code: ErrorCode,
    /// What kind of thing went wrong.
    category: ErrorCategory,
    /// How bad it is for the service; an occurrence may say otherwise.
    severity: ErrorSeverity,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// Whether the caller, by changing the request, or a fallback may succeed.
    recoverable: bool,
    /// HTTP status that goes with it.
    status: i32,
    /// What it means.
    description: &'static str,
}

/// What went wrong, for programs. New codes may be added: keep a default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "failure::ErrorCode")]
pub(super) enum ErrorCode {
    /// The HTTP request cannot be understood.
    BadRequest,
    /// The HTTP method does not fit this address or operation.
    MethodNotAllowed,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document or its variables do not fit the schema.
    GraphqlValidationFailed,
    /// The operation asks for more than a limit allows; see `limit` and `actual`.
    QueryTooComplex,
    /// No document with this id is known here: send its text.
    PersistedQueryNotFound,
    /// Documents cannot be named by ids here: send their text.
    PersistedQueryNotSupported,
    /// Only documents of the published list run here, and this is none of them.
    OperationNotTrusted,
    /// Arguments break rules; `details` names field and rule of each.
    ValidationFailed,
    /// The cursor is malformed or belongs to another search.
    InvalidCursor,
    /// There is no such product to change; queries answer null instead.
    ProductNotFound,
    /// The id, sku or name belongs to another product; see `details`, and `existingId` for which.
    DuplicateProduct,
    /// The product has another version than `ifVersion`; see `currentVersion`.
    VersionConflict,
    /// The caller asks too often; try again after `retryAfter` seconds.
    RateLimited,
    /// The request body or document is too large; see `limit` and `actual`.
    PayloadTooLarge,
    /// The request body must be application/json.
    UnsupportedMediaType,
    /// It took longer than allowed; see `timeoutMs` and `phase`. A change may have been made all the same.
    Timeout,
    /// The search engine cannot be reached; try again after `retryAfter` seconds.
    EngineUnreachable,
    /// The service cannot answer now; try again after `retryAfter` seconds.
    ServiceUnavailable,
    /// A mistake of the service; quote `requestId` when reporting it.
    InternalError,
}

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum ErrorCategory {
    /// The request breaks a rule.
    Validation,
    /// The request and the state of the catalogue do not go together.
    Conflict,
    /// It took too long.
    Timeout,
    /// The way to the search engine is broken.
    Network,
    /// The service cannot answer now.
    ServiceUnavailable,
    /// A mistake of the service.
    Internal,
    /// What was named does not exist.
    NotFound,
    /// The caller is not known.
    Authentication,
    /// The caller may not do this.
    Authorization,
    /// The caller asks too often.
    RateLimit,
}

/// How bad an error is for the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "failure::ErrorSeverity")]
enum ErrorSeverity {
    /// Everyday: the caller's business.
    Low,
    /// Worth watching.
    Medium,
    /// Shoppers notice.
    High,
    /// Somebody should get up.
    Critical,
}

impl From<failure::ErrorDefinition> for ErrorDefinition {
    fn from(definition: failure::ErrorDefinition) -> Self {
        Self {
            code: definition.code.into(),
            category: definition.category.into(),
            severity: definition.severity.into(),
            retryable: definition.retryable,
            recoverable: definition.recoverable,
            status: i32::from(definition.status),
            description: definition.description,
        }
    }
}

impl From<failure::ErrorCategory> for ErrorCategory {
    fn from(category: failure::ErrorCategory) -> Self {
        match category {
            failure::ErrorCategory::Validation => Self::Validation,
            failure::ErrorCategory::NotFound => Self::NotFound,
            failure::ErrorCategory::Conflict => Self::Conflict,
            failure::ErrorCategory::Authorization => Self::Authorization,
            failure::ErrorCategory::RateLimit => Self::RateLimit,
            failure::ErrorCategory::Timeout => Self::Timeout,
            failure::ErrorCategory::Network => Self::Network,
            failure::ErrorCategory::ServiceUnavailable => Self::ServiceUnavailable,
            failure::ErrorCategory::Internal => Self::Internal,
        }
    }
}
