//! Keeps the failure of one field away from its siblings.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::failure::Failure;

/// The answer of a nullable field: a failure, a panic too, makes it null with an error at its path.
pub(super) async fn isolated<Value>(
    answer: impl Future<Output = Result<Option<Value>, Failure>>,
) -> Option<Result<Value, Failure>> {
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(answer) => answer.transpose(),
        Err(panic) => Some(Err(Failure::panic(panic.as_ref()))),
    }
}
