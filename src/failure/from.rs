//! Where the errors of each layer get their code, once.

use super::{ErrorCode, ErrorSeverity, Fact, Failure, Phase, RETRY_AFTER_SECONDS};
use crate::{
    catalog::ImportRefusal,
    exchange::RowError,
    product::{Rule, Violation},
    search::{EngineError, EngineErrorKind, SearchProblem, TakenBy},
};

impl From<SearchProblem> for Failure {
    fn from(problem: SearchProblem) -> Self {
        match problem {
            SearchProblem::TooComplex { what, limit, actual } => Self::too_complex(what, limit as u64, actual as u64),
            SearchProblem::Invalid(violations) => Self::invalid(violations),
            SearchProblem::Cursor(problem) => Self::new(ErrorCode::InvalidCursor, problem.to_string()),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let message = error.kind.to_string();
        let failure = match error.kind {
            EngineErrorKind::Unreachable => {
                Self::new(ErrorCode::EngineUnreachable, message).with(Fact::RetryAfter(RETRY_AFTER_SECONDS))
            }
            EngineErrorKind::Unavailable => {
                Self::new(ErrorCode::ServiceUnavailable, message).with(Fact::RetryAfter(RETRY_AFTER_SECONDS))
            }
            EngineErrorKind::Timeout { timeout_ms } => Self::timeout(Phase::Attempt, timeout_ms),
            EngineErrorKind::Unexpected | EngineErrorKind::Storage => {
                Self::new(ErrorCode::InternalError, super::INTERNAL_MESSAGE).with_severity(ErrorSeverity::High)
            }
        };
        failure.caused_by(std::sync::Arc::new(error))
    }
}

impl From<RowError> for Failure {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Invalid(violations) => Self::invalid(violations),
            RowError::TooLong { limit, actual } => {
                Self::new(ErrorCode::PayloadTooLarge, format!("a row is limited to {limit} bytes"))
                    .with(Fact::Limit(limit as u64))
                    .with(Fact::Actual(actual as u64))
            }
            syntax @ RowError::Syntax { .. } => Self::new(ErrorCode::BadRequest, syntax.to_string()),
        }
    }
}

impl From<ImportRefusal> for Failure {
    fn from(refusal: ImportRefusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            ImportRefusal::Engine(error) => error.into(),
            ImportRefusal::Duplicate { by, owner, .. } => {
                let field = match by {
                    TakenBy::Id => "id",
                    TakenBy::Sku => "sku",
                    TakenBy::Name => "name",
                };
                let violation = Violation { field: field.to_owned(), rule: Rule::Duplicate, message: message.clone() };
                let failure = Self::new(ErrorCode::DuplicateProduct, message).with(Fact::Details(vec![violation]));
                match owner {
                    Some(owner) => failure.with(Fact::ExistingId(owner.as_str().to_owned())),
                    None => failure,
                }
            }
        }
    }
}
