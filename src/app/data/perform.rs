//! Runs one data command.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::sync::mpsc::Sender;

use super::{
    DataBounds, DataCommand, DataEvent, Input, StatusReport, evaluate,
    events::{Events, Interruption},
    export, import,
};
use crate::{backend::EngineError, catalog::Catalog, failure::Failure};

/// Does what `command` says with `input`, within `bounds`, and tells `events`, also that it panicked.
pub async fn perform(
    catalog: &Catalog,
    command: DataCommand,
    input: Input,
    bounds: DataBounds,
    events: Sender<DataEvent>,
) {
    let events = Events::to(events);
    let work = async {
        match command {
            DataCommand::Import { on_duplicate } => {
                let rows = import::Rows { input, line_bytes: bounds.line_bytes, on_duplicate };
                import::import(catalog, rows, &events).await
            }
            DataCommand::Evaluate { ranking_bytes } => {
                evaluate::evaluate(catalog, evaluate::Judged { input, ranking_bytes, bounds }, &events).await
            }
            DataCommand::Export => export::export(catalog, &events).await,
            DataCommand::Status => status(catalog, &events).await,
        }
    };
    let message = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(()) | Err(Interruption::Unheard)) => return,
        Ok(Err(Interruption::Engine(error))) => told(error),
        Ok(Err(Interruption::Refused(reason))) => reason,
        Ok(Err(Interruption::Input(error))) => format!("input: {error}"),
        Ok(Err(Interruption::Form(error))) => format!("a product cannot be written: {error}"),
        Ok(Err(Interruption::Panic(panic))) | Err(panic) => said(&Failure::panic(panic.as_ref())),
    };
    let _ = events.send(DataEvent::Failed { message }).await;
}

async fn status(catalog: &Catalog, events: &Events) -> Result<(), Interruption> {
    let status = catalog.status().await?;
    events.send(DataEvent::Status(StatusReport::new(catalog.engine_name(), status))).await
}

/// What the operator reads of a panic.
fn said(failure: &Failure) -> String {
    let cause = failure.cause.as_ref().map_or_else(|| failure.message.clone(), ToString::to_string);
    format!("{}: {cause}", failure.code.definition().name)
}

/// What the operator reads: unlike a caller of the API, with the cause.
fn told(error: EngineError) -> String {
    use std::error::Error;
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    format!("{}: {message}", Failure::from(error).code.definition().name)
}
