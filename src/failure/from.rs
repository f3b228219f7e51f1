//! Where the errors of each layer get their code, once.

use super::{ErrorCode, ErrorSeverity, Fact, Failure, Phase, RETRY_AFTER_SECONDS};
use crate::{
    backend::{EngineError, EngineErrorKind},
    catalog::WriteProblem,
    exchange::RowError,
    product::{Rule, Violation},
    search::{FacetProblem, SearchProblem},
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

impl From<FacetProblem> for Failure {
    fn from(problem: FacetProblem) -> Self {
        let FacetProblem::TooManyBuckets { most } = problem;
        let message = format!("interval makes more than {most} buckets of the prices found: give a wider one");
        Self::invalid(vec![Violation::new("interval", Rule::MaxItems, message)])
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
            EngineErrorKind::Panicked => {
                Self::new(ErrorCode::InternalError, super::INTERNAL_MESSAGE).with_severity(ErrorSeverity::Critical)
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

impl From<WriteProblem> for Failure {
    fn from(problem: WriteProblem) -> Self {
        let message = problem.to_string();
        match problem {
            WriteProblem::Engine(error) => error.into(),
            WriteProblem::Invalid(violations) => Self::invalid(violations),
            WriteProblem::NotFound { .. } => Self::new(ErrorCode::ProductNotFound, message),
            WriteProblem::VersionConflict { current, .. } => {
                Self::new(ErrorCode::VersionConflict, message).with(Fact::CurrentVersion(current.as_str().to_owned()))
            }
            WriteProblem::Duplicate { field, owner, .. } => {
                let violation = Violation { field, rule: Rule::Duplicate, message: message.clone() };
                let failure = Self::new(ErrorCode::DuplicateProduct, message).with(Fact::Details(vec![violation]));
                match owner {
                    Some(owner) => failure.with(Fact::ExistingId(owner.as_str().to_owned())),
                    None => failure,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_an_engine_is_critical_and_tells_callers_nothing() {
        let failure = Failure::from(EngineError::from(EngineErrorKind::Panicked));
        assert_eq!(failure.code, ErrorCode::InternalError);
        assert_eq!(failure.severity, ErrorSeverity::Critical);
        assert_eq!(failure.message, super::super::INTERNAL_MESSAGE);
    }
}
