//! Export: every product, in its stored form.

use futures_util::StreamExt;
use serde_json::value::RawValue;

use super::{
    DataEvent,
    events::{Events, Interruption},
};
use crate::{catalog::Catalog, exchange};

/// Gives out every product by id ascending.
pub(super) async fn export(catalog: &Catalog, events: &Events) -> Result<(), Interruption> {
    let mut stored_products = catalog.export();
    let mut products = 0;
    while let Some(product) = stored_products.next().await {
        let row = exchange::export_row(&product?);
        let row: Box<RawValue> = serde_json::from_slice(&row).map_err(Interruption::Form)?;
        events.send(DataEvent::Row(row)).await?;
        products += 1;
    }
    events.send(DataEvent::Exported { products }).await
}
