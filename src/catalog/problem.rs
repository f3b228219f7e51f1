//! Why a write was not made, in words of its caller.

use crate::{
    backend::EngineError,
    change::TakenBy,
    product::{ProductId, VersionToken, Violation, quoted},
};

/// Why a write was not made; nothing was changed, unless the engine failed in the middle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteProblem {
    /// The input breaks rules: never empty.
    #[error("{}", .0.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Violation>),
    /// There is no such product.
    #[error("product {} does not exist", quoted(.id))]
    NotFound {
        /// The id as it was given.
        id: String,
    },
    /// The product has another version than the one asked for.
    #[error("product {} has version {}, not the one given as ifVersion", quoted(.id), quoted(.current.as_str()))]
    VersionConflict {
        /// The product.
        id: String,
        /// The version that it has.
        current: VersionToken,
    },
    /// Something unique belongs to another product.
    #[error("product with {} {} already exists", .by.name(), quoted(.value))]
    Duplicate {
        /// The field of the input.
        field: String,
        /// What is taken.
        by: TakenBy,
        /// The value that is taken.
        value: String,
        /// The product that has it, where known.
        owner: Option<ProductId>,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<Vec<Violation>> for WriteProblem {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}
