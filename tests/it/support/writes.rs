//! Changes as tests ask for them, and short names for what becomes of them.

use aisle::{
    backend::{EngineError, ProductWriter, WriteError},
    change::{
        Brought, Change, Effect, Insert, Modification, Modify, OnDuplicate, Refusal, Sameness, TakenBy, Visibility,
    },
    product::{Product, ProductId},
};

/// What became of a change.
pub type Outcome = Result<Effect, WriteError>;

/// What became of a new product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is stored.
    Created,
    /// Something of it belongs to another product.
    Taken { by: TakenBy, owner: Option<ProductId> },
    /// The engine failed at it.
    Refused(EngineError),
}

/// A product to store.
pub fn insertion(product: Product, on_duplicate: OnDuplicate) -> Change {
    let brings = Brought { created_at: true, updated_at: true };
    let at = product.updated_at;
    Change::Insert(Insert { product, sameness: Sameness::IdSkuOrName, at, brings, on_duplicate })
}

/// A product to store in place of the one of the same sku.
pub fn upsert(product: Product) -> Change {
    let at = product.updated_at;
    let (sameness, on_duplicate) = (Sameness::Sku, OnDuplicate::Replace);
    Change::Insert(Insert { product, sameness, at, brings: Brought::default(), on_duplicate })
}

/// A change of the product with that id, whatever its version.
pub fn modify(id: &ProductId, modification: Modification) -> Change {
    Change::Modify(Modify { id: id.clone(), if_version: None, modification })
}

/// Short ways of writing.
pub trait Writes {
    /// Stores new products without waiting for searches.
    async fn import(&self, products: Vec<Product>) -> Result<Vec<ImportOutcome>, EngineError>;

    /// What became of one change.
    async fn change(&self, change: Change) -> Outcome;
}

impl<Writer: ProductWriter + ?Sized> Writes for Writer {
    async fn import(&self, products: Vec<Product>) -> Result<Vec<ImportOutcome>, EngineError> {
        let changes = products.into_iter().map(|product| insertion(product, OnDuplicate::Refuse)).collect();
        let outcomes = self.write(changes, Visibility::None).await?;
        Ok(outcomes.into_iter().map(ImportOutcome::from).collect())
    }

    async fn change(&self, change: Change) -> Outcome {
        self.write(vec![change], Visibility::None).await?.remove(0)
    }
}

impl From<Outcome> for ImportOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(Effect::Created(_)) => Self::Created,
            Ok(other) => panic!("a new product became {other:?}"),
            Err(WriteError::Failed(error)) => Self::Refused(error),
            Err(WriteError::Refused(Refusal::Duplicate { by, owner })) => Self::Taken { by, owner },
            Err(WriteError::Refused(other)) => panic!("a new product met {other:?}"),
        }
    }
}
