//! What is kept of a document that is valid, whatever values its variables get.
//!
//! Invariant: nothing of it changes with a request, and it is not kept twice: operations share their fragments.

use std::collections::HashMap;

use apollo_compiler::ast::{OperationType, Type};
use async_graphql::{
    Name, Positioned, Value,
    parser::types::{FragmentDefinition, OperationDefinition},
};

use super::{cost::Formula, nulls::NonNullPlace};
use crate::graphql::{caching::CacheHint, failure::Location};

/// A document that is valid, whatever values its variables get.
pub(in crate::graphql) struct Prepared {
    /// Its operations, each ready to be run.
    pub(super) operations: Vec<PreparedOperation>,
    /// Its fragments, for all operations.
    pub(super) fragments: HashMap<Name, Positioned<FragmentDefinition>>,
    /// Bytes in memory.
    pub(super) weight: u32,
}

impl Prepared {
    /// Bytes that it takes in memory, about.
    pub(in crate::graphql) fn weight(&self) -> u32 {
        self.weight
    }
}

/// One operation of a document.
pub(in crate::graphql) struct PreparedOperation {
    /// Its name.
    pub(super) name: Option<String>,
    /// What it does.
    pub(super) operation_type: OperationType,
    /// The form that the executor takes, variables still in it.
    pub(super) definition: Positioned<OperationDefinition>,
    /// The fragments that it spreads, those within fragments too.
    pub(super) fragments: Vec<Name>,
    /// Whether it may select something more than once.
    pub(super) repeats: bool,
    /// Its variables.
    pub(super) variables: Vec<PreparedVariable>,
    /// What it costs.
    pub(super) formula: Formula,
    /// Whether it asks for the schema.
    pub(super) introspects: bool,
    /// How long its answer may be kept.
    pub(super) hint: CacheHint,
}

/// A variable of an operation.
pub(super) struct PreparedVariable {
    /// Its name.
    pub(super) name: Name,
    /// Its type, of the schema.
    pub(super) ty: Type,
    /// Its value when a request gives none.
    pub(super) default: Option<Value>,
    /// Where it is declared.
    pub(super) location: Option<Location>,
    /// Where its null would not be taken, though its type has one.
    pub(super) non_null_place: Option<NonNullPlace>,
}

impl PreparedOperation {
    /// Its name, if it has one.
    pub(in crate::graphql) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What it does: `query`, `mutation` or `subscription`.
    pub(in crate::graphql) fn operation_type(&self) -> &'static str {
        self.operation_type.name()
    }
}
