//! Taking products in and giving them out in bulk.

use futures_util::stream::BoxStream;

use super::Catalog;
use crate::{
    exchange::ImportRow,
    product::{Product, ProductId, Timestamp},
    search::{EngineError, ImportOutcome, TakenBy},
};

/// Why one row of an import was not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// Something unique belongs to another product.
    #[error("product with {} '{value}' already exists", name_of(*.by))]
    Duplicate {
        /// What is taken.
        by: TakenBy,
        /// The value that is taken.
        value: String,
        /// The product that has it, where known.
        owner: Option<ProductId>,
    },
    /// The engine refused this row.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Catalog {
    /// The time that the rows of one import share.
    pub fn import_time(&self) -> Timestamp {
        self.clock.now()
    }

    /// Stores new products, each for itself, in order; rows without a time of their own get `at`.
    pub async fn import(
        &self,
        rows: Vec<ImportRow>,
        at: Timestamp,
    ) -> Result<Vec<Result<(), ImportRefusal>>, EngineError> {
        let products: Vec<Product> = rows.into_iter().map(|row| self.product(row, at)).collect();
        let claims: Vec<Claims> = products.iter().map(Claims::of).collect();
        let outcomes = self.engine.import(products).await?;
        Ok(claims.into_iter().zip(outcomes).map(|(claims, outcome)| claims.judged(outcome)).collect())
    }

    /// Lets searches see everything that was imported.
    pub async fn publish(&self) -> Result<(), EngineError> {
        self.engine.publish().await
    }

    /// Every product, by id ascending.
    pub fn export(&self) -> BoxStream<'static, Result<Product, EngineError>> {
        self.engine.export()
    }

    fn product(&self, row: ImportRow, at: Timestamp) -> Product {
        let created_at = row.created_at.unwrap_or(at);
        Product {
            id: row.id.unwrap_or_else(|| self.ids.next_id(at)),
            content: row.content,
            image: row.image,
            created_at,
            updated_at: row.updated_at.unwrap_or(created_at),
            version: row.version.unwrap_or(1),
        }
    }
}

/// What a product claims for itself, to name what another one has.
struct Claims {
    id: ProductId,
    sku: Option<String>,
    name: String,
}

impl Claims {
    fn of(product: &Product) -> Self {
        Self { id: product.id.clone(), sku: product.content.sku.clone(), name: product.content.name.clone() }
    }

    fn judged(self, outcome: ImportOutcome) -> Result<(), ImportRefusal> {
        match outcome {
            ImportOutcome::Created => Ok(()),
            ImportOutcome::Refused(error) => Err(error.into()),
            ImportOutcome::Taken { by, owner } => {
                let value = match by {
                    TakenBy::Id => self.id.as_str().to_owned(),
                    TakenBy::Sku => self.sku.unwrap_or_default(),
                    TakenBy::Name => self.name,
                };
                Err(ImportRefusal::Duplicate { by, value, owner })
            }
        }
    }
}

fn name_of(by: TakenBy) -> &'static str {
    match by {
        TakenBy::Id => "id",
        TakenBy::Sku => "sku",
        TakenBy::Name => "name",
    }
}
