//! Taking products in and giving them out in bulk.

use futures_util::stream::BoxStream;

use super::{Catalog, WriteProblem, claims::Claims, write::missing};
use crate::{
    backend::EngineError,
    change::{Brought, Change, Effect, Insert, OnDuplicate, Sameness, Visibility},
    exchange::ImportRow,
    product::{Product, Timestamp},
};

impl Catalog {
    /// The time that the rows of one import share.
    pub fn import_time(&self) -> Timestamp {
        self.clock.now()
    }

    /// Stores rows, each for itself, in order; rows without a time of their own get `at`.
    pub async fn import(
        &self,
        rows: Vec<ImportRow>,
        at: Timestamp,
        on_duplicate: OnDuplicate,
    ) -> Result<Vec<Result<Effect, WriteProblem>>, EngineError> {
        let inserts: Vec<Insert> = rows.into_iter().map(|row| self.insert(row, at, on_duplicate)).collect();
        let claims: Vec<Claims> = inserts.iter().map(|insert| Claims::of(&insert.product, "")).collect();
        let changes = inserts.into_iter().map(Change::Insert).collect();
        let mut outcomes = self.write_some(changes, Visibility::None).await?.into_iter();
        let outcome = |claims: Claims| outcomes.next().unwrap_or_else(missing).map_err(|error| claims.problem(error));
        Ok(claims.into_iter().map(outcome).collect())
    }

    /// Lets searches see everything that was written.
    pub async fn publish(&self) -> Result<(), EngineError> {
        self.engine.publish().await
    }

    /// Every product, by id ascending.
    pub fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        self.engine.export()
    }

    fn insert(&self, row: ImportRow, at: Timestamp, on_duplicate: OnDuplicate) -> Insert {
        let created_at = row.created_at.unwrap_or(at);
        let brings = Brought { created_at: row.created_at.is_some(), updated_at: row.updated_at.is_some() };
        let product = Product {
            id: row.id.unwrap_or_else(|| self.ids.next_id(at)),
            content: row.content,
            image: row.image,
            created_at,
            updated_at: row.updated_at.unwrap_or(created_at),
            version: row.version.unwrap_or(1),
        };
        Insert { product, sameness: Sameness::IdSkuOrName, at, brings, on_duplicate }
    }
}
