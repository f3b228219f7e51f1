//! What becomes of a list of rows, as callers see it.
//!
//! Invariant: a row has either a product or an error, and what it says of a failure is what an error at a field would.

use async_graphql::SimpleObject;

use super::{error_definition::ErrorCode, int::saturated, product::Product};
use crate::{
    failure::{Fact, Failure},
    product::{self, Violation},
};

/// What became of a list of products.
#[derive(SimpleObject)]
pub(super) struct BulkResult {
    /// How many rows were written.
    succeeded: i32,
    /// How many rows were not; each of them says why.
    failed: i32,
    /// One for each row of the input, in its order.
    rows: Vec<BulkRow>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub(super) struct BulkRow {
    /// Its place among the inputs, from 0.
    index: i32,
    /// Its line in a file, from 1; null for a list.
    line: Option<i32>,
    /// The product as it is now; null when the row was refused.
    product: Option<Product>,
    /// Why the row was refused; null when it was written.
    error: Option<RowError>,
}

/// Why a row was not written.
#[derive(SimpleObject)]
struct RowError {
    /// What went wrong.
    code: ErrorCode,
    /// The value and the rule, in words.
    message: String,
    /// Each broken rule; empty where none was.
    details: Vec<ErrorDetail>,
}

/// A broken rule.
#[derive(SimpleObject)]
struct ErrorDetail {
    /// The path of the argument, such as `inputs[7].name`.
    field: String,
    /// The rule, such as `max_length`.
    rule: &'static str,
    /// The value and the rule, in words.
    message: String,
}

impl BulkRow {
    /// The row that became `product`.
    pub(super) fn made(index: usize, product: product::Product) -> Self {
        Self { index: saturated(index), line: None, product: Some(product.into()), error: None }
    }

    /// The row that nothing became of.
    pub(super) fn refused(index: usize, failure: &Failure) -> Self {
        Self { index: saturated(index), line: None, product: None, error: Some(failure.into()) }
    }
}

impl From<Vec<BulkRow>> for BulkResult {
    fn from(rows: Vec<BulkRow>) -> Self {
        let failed = rows.iter().filter(|row| row.error.is_some()).count();
        Self { succeeded: saturated(rows.len() - failed), failed: saturated(failed), rows }
    }
}

impl From<&Failure> for RowError {
    fn from(failure: &Failure) -> Self {
        let violations = failure
            .facts
            .iter()
            .find_map(|fact| if let Fact::Details(violations) = fact { Some(violations.as_slice()) } else { None });
        let details = violations.unwrap_or_default().iter().map(ErrorDetail::from).collect();
        Self { code: failure.code.into(), message: failure.message.clone(), details }
    }
}

impl From<&Violation> for ErrorDetail {
    fn from(violation: &Violation) -> Self {
        Self { field: violation.field.clone(), rule: violation.rule.as_str(), message: violation.message.clone() }
    }
}
