//! The sample catalogue, so that a first start has something to search.

use tokio::sync::mpsc::channel;

use super::data::{DataBounds, DataCommand, DataEvent, Input, perform};
use crate::{catalog::Catalog, change::OnDuplicate};

/// The sample catalogue in the form that `aisle import` reads.
pub const SAMPLE: &[u8] = include_bytes!("../../playground/products.ndjson");

/// Puts the sample catalogue into `catalog` when it has no product; `bounds` are those of any import.
pub(super) async fn load_into_empty(catalog: &Catalog, bounds: DataBounds) -> anyhow::Result<()> {
    if catalog.status().await?.products > 0 {
        return Ok(());
    }
    let (sender, mut events) = channel(64);
    let log = async {
        while let Some(event) = events.recv().await {
            match event {
                DataEvent::Imported(report) => {
                    tracing::info!(products = report.created, took_ms = report.took_ms, "sample catalogue loaded");
                }
                DataEvent::Refused { line, code, message } => {
                    tracing::warn!(line, code, reason = message, "row of the sample catalogue refused");
                }
                DataEvent::Failed { message } => tracing::error!(reason = message, "sample catalogue not loaded"),
                DataEvent::Progress { .. }
                | DataEvent::Row(_)
                | DataEvent::Exported { .. }
                | DataEvent::Judged(_)
                | DataEvent::Evaluated { .. }
                | DataEvent::Status(_) => {}
            }
        }
    };
    // Another gateway may be doing the same on the same nodes.
    let command = DataCommand::Import { on_duplicate: OnDuplicate::Skip };
    tokio::join!(perform(catalog, command, Input::patient(SAMPLE), bounds, sender), log);
    Ok(())
}
