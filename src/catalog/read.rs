//! Look-ups.

use super::Catalog;
use crate::{
    backend::EngineError,
    product::{FieldSet, LookUp, PartialProduct},
};

impl Catalog {
    /// The products asked for, in that order, `None` where there is none.
    pub async fn look_up(
        &self,
        look_ups: &[LookUp],
        fields: FieldSet,
    ) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        if look_ups.is_empty() {
            return Ok(Vec::new());
        }
        self.engine.look_up(look_ups, fields).await
    }
}
