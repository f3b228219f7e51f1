//! The one table of errors: code, category, severity, what a caller may do, HTTP status.

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The HTTP request cannot be understood.
    BadRequest,
    /// The HTTP method does not fit.
    MethodNotAllowed,
    /// The document is no GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema, or its variables do not.
    GraphqlValidationFailed,
    /// The operation asks for more than a limit allows.
    QueryTooComplex,
    /// The id names no document that is known here.
    PersistedQueryNotFound,
    /// Documents cannot be named by ids here.
    PersistedQueryNotSupported,
    /// The document is none of the trusted ones.
    OperationNotTrusted,
    /// Arguments break rules; `details` names each.
    ValidationFailed,
    /// The cursor is none of this search's.
    InvalidCursor,
    /// There is no such product.
    ProductNotFound,
    /// Id, sku or name belongs to another product.
    DuplicateProduct,
    /// The product has another version.
    VersionConflict,
    /// The caller asks too often.
    RateLimited,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is of a media type that is not understood.
    UnsupportedMediaType,
    /// It took too long.
    Timeout,
    /// The search engine cannot be reached.
    EngineUnreachable,
    /// The service cannot answer now.
    ServiceUnavailable,
    /// A mistake of ours.
    InternalError,
}

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCategory {
    /// The request.
    Validation,
    /// What is to be changed is not there.
    NotFound,
    /// Two products want the same, or two callers the same product.
    Conflict,
    /// The caller may not do this.
    Authorization,
    /// The caller asks too often.
    RateLimit,
    /// Time.
    Timeout,
    /// The way to the engine.
    Network,
    /// The service as a whole.
    ServiceUnavailable,
    /// A mistake of ours.
    Internal,
}

/// How bad it is for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorSeverity {
    /// Everyday: the caller's business.
    Low,
    /// Worth watching.
    Medium,
    /// Shoppers notice.
    High,
    /// Somebody should get up.
    Critical,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorDefinition {
    /// The code.
    pub code: ErrorCode,
    /// Its name on the wire.
    pub name: &'static str,
    /// Its category.
    pub category: ErrorCategory,
    /// How bad it is, unless an occurrence says otherwise.
    pub severity: ErrorSeverity,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whether the caller, by changing the request, or a fallback may succeed.
    pub recoverable: bool,
    /// HTTP status.
    pub status: u16,
    /// What it means, for people.
    pub description: &'static str,
}

impl ErrorCode {
    /// Every code, in the order of the contract.
    pub const ALL: [Self; 20] = [
        Self::BadRequest,
        Self::MethodNotAllowed,
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::QueryTooComplex,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryNotSupported,
        Self::OperationNotTrusted,
        Self::ValidationFailed,
        Self::InvalidCursor,
        Self::ProductNotFound,
        Self::DuplicateProduct,
        Self::VersionConflict,
        Self::RateLimited,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Timeout,
        Self::EngineUnreachable,
        Self::ServiceUnavailable,
        Self::InternalError,
    ];

    /// The row of this code.
    #[rustfmt::skip] // a table reads best as one
    pub fn definition(self) -> ErrorDefinition {
        use {ErrorCategory as C, ErrorSeverity as S};
        const CHANGE: (bool, bool) = (false, true);
        const LATER: (bool, bool) = (true, true);
        let row = |name, category, severity, (retryable, recoverable), status, description| ErrorDefinition {
            code: self, name, category, severity, retryable, recoverable, status, description,
        };
        match self {
            Self::BadRequest => row("BAD_REQUEST", C::Validation, S::Low, CHANGE, 400, "The HTTP request cannot be understood."),
            Self::MethodNotAllowed => row("METHOD_NOT_ALLOWED", C::Validation, S::Low, CHANGE, 405, "The HTTP method does not fit this address or operation."),
            Self::GraphqlParseFailed => row("GRAPHQL_PARSE_FAILED", C::Validation, S::Low, CHANGE, 400, "The document is not GraphQL."),
            Self::GraphqlValidationFailed => row("GRAPHQL_VALIDATION_FAILED", C::Validation, S::Low, CHANGE, 400, "The document or its variables do not fit the schema."),
            Self::QueryTooComplex => row("QUERY_TOO_COMPLEX", C::Validation, S::Medium, CHANGE, 400, "The operation asks for more than a limit allows; see `limit` and `actual`."),
            Self::PersistedQueryNotFound => row("PERSISTED_QUERY_NOT_FOUND", C::NotFound, S::Low, LATER, 200, "No document with this id is known here: send its text."),
            Self::PersistedQueryNotSupported => row("PERSISTED_QUERY_NOT_SUPPORTED", C::NotFound, S::Low, CHANGE, 200, "Documents cannot be named by ids here: send their text."),
            Self::OperationNotTrusted => row("OPERATION_NOT_TRUSTED", C::Authorization, S::Medium, (false, false), 403, "Only documents of the published list run here, and this is none of them."),
            Self::ValidationFailed => row("VALIDATION_FAILED", C::Validation, S::Low, CHANGE, 422, "Arguments break rules; `details` names field and rule of each."),
            Self::InvalidCursor => row("INVALID_CURSOR", C::Validation, S::Low, CHANGE, 400, "The cursor is malformed or belongs to another search."),
            Self::ProductNotFound => row("PRODUCT_NOT_FOUND", C::NotFound, S::Low, (false, false), 404, "There is no such product to change; queries answer null instead."),
            Self::DuplicateProduct => row("DUPLICATE_PRODUCT", C::Conflict, S::Low, CHANGE, 409, "The id, sku or name belongs to another product; see `details`, and `existingId` for which."),
            Self::VersionConflict => row("VERSION_CONFLICT", C::Conflict, S::Low, CHANGE, 409, "The product has another version than `ifVersion`; see `currentVersion`."),
            Self::RateLimited => row("RATE_LIMITED", C::RateLimit, S::Low, LATER, 429, "The caller asks too often; try again after `retryAfter` seconds."),
            Self::PayloadTooLarge => row("PAYLOAD_TOO_LARGE", C::Validation, S::Low, CHANGE, 413, "The request body or document is too large; see `limit` and `actual`."),
            Self::UnsupportedMediaType => row("UNSUPPORTED_MEDIA_TYPE", C::Validation, S::Low, CHANGE, 415, "The request body must be application/json."),
            Self::Timeout => row("TIMEOUT", C::Timeout, S::Medium, LATER, 504, "It took longer than allowed; see `timeoutMs` and `phase`. A change may have been made all the same."),
            Self::EngineUnreachable => row("ENGINE_UNREACHABLE", C::Network, S::High, LATER, 503, "The search engine cannot be reached; try again after `retryAfter` seconds."),
            Self::ServiceUnavailable => row("SERVICE_UNAVAILABLE", C::ServiceUnavailable, S::High, LATER, 503, "The service cannot answer now; try again after `retryAfter` seconds."),
            Self::InternalError => row("INTERNAL_ERROR", C::Internal, S::Medium, (false, false), 500, "A mistake of the service; quote `requestId` when reporting it."),
        }
    }
}

impl ErrorCategory {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validation => "VALIDATION",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Authorization => "AUTHORIZATION",
            Self::RateLimit => "RATE_LIMIT",
            Self::Timeout => "TIMEOUT",
            Self::Network => "NETWORK",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

impl ErrorSeverity {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}
