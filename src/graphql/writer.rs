//! The way from the mutations of one operation to the catalogue.
//!
//! Invariant: nothing else in this module's parent writes to an engine, and no change is begun after the operation's
//! deadline. The library resolves mutations one after the other, so nothing is gathered here.

use std::sync::Arc;

use async_graphql::{Context, PathSegment};

use super::{
    bulk::{BulkResult, BulkRow},
    deadline::Deadline,
    failure::LocatedFailure,
    row_failures::RowFailures,
};
use crate::{
    catalog::{Catalog, RowOutcomes, WriteProblem},
    failure::Failure,
    product,
};

/// Writes on behalf of one operation.
pub(super) struct OperationWriter {
    catalog: Arc<Catalog>,
    deadline: Deadline,
    row_failures: RowFailures,
}

impl OperationWriter {
    /// A writer for an operation that ends at `deadline`; what goes wrong with rows of lists is told to `row_failures`.
    pub(super) fn for_operation(catalog: Arc<Catalog>, deadline: Deadline, row_failures: RowFailures) -> Self {
        Self { catalog, deadline, row_failures }
    }

    /// The writer of the operation that is running.
    pub(super) fn of<'a>(context: &Context<'a>) -> &'a Self {
        context.data_unchecked::<Self>()
    }

    /// The catalogue.
    pub(super) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the API answers to a change of one product.
    pub(super) async fn change<Made, Answer: From<Made>>(
        &self,
        change: impl Future<Output = Result<Made, WriteProblem>>,
    ) -> Result<Option<Answer>, Failure> {
        Ok(Some(Answer::from(self.deadline.outcome(change).await??)))
    }

    /// What the API answers to a list of changes, the one that the field of `context` asks for.
    pub(super) async fn change_all(
        &self,
        context: &Context<'_>,
        changes: impl Future<Output = Result<RowOutcomes, WriteProblem>>,
    ) -> Result<Option<BulkResult>, Failure> {
        let outcomes = self.deadline.outcome(changes).await??;
        let field = context.field();
        let field = field.alias().unwrap_or(field.name());
        let rows = outcomes.into_iter().enumerate().map(|(index, outcome)| self.row(field, index, outcome));
        Ok(Some(BulkResult::from(rows.collect::<Vec<_>>())))
    }

    fn row(&self, field: &str, index: usize, outcome: Result<product::Product, WriteProblem>) -> BulkRow {
        let failure = match outcome {
            Ok(product) => return BulkRow::made(index, product),
            Err(problem) => Failure::from(problem),
        };
        let row = BulkRow::refused(index, &failure);
        let path =
            [PathSegment::Field(field.to_owned()), PathSegment::Field("rows".to_owned()), PathSegment::Index(index)];
        self.row_failures.add(LocatedFailure { failure, locations: Vec::new(), path: path.to_vec() });
        row
    }
}
