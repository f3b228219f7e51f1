//! What a write claims for its product, to tell in the caller's words what another product has.

use super::WriteProblem;
use crate::{
    backend::WriteError,
    change::{Refusal, TakenBy},
    product::{Product, ProductContent, ProductId, ProductPatch},
};

/// The claims of one write.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims {
    path: String,
    id: Option<ProductId>,
    sku: Option<String>,
    name: Option<String>,
}

impl Claims {
    /// Those of a product whose input is at `path`, which may be empty.
    pub(super) fn of(product: &Product, path: &str) -> Self {
        Self::of_content(&product.content, path).of_product(&product.id)
    }

    /// Those of a product without an id as yet.
    pub(super) fn of_content(content: &ProductContent, path: &str) -> Self {
        Self { path: path.to_owned(), id: None, sku: content.sku.clone(), name: Some(content.name.clone()) }
    }

    /// Those of a patch.
    pub(super) fn of_patch(changes: &ProductPatch, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            id: None,
            sku: changes.sku().map(str::to_owned),
            name: changes.name().map(str::to_owned),
        }
    }

    /// The same for the product of that id.
    pub(super) fn of_product(self, id: &ProductId) -> Self {
        Self { id: Some(id.clone()), ..self }
    }

    /// The failure of the write in words of its caller.
    pub(super) fn problem(self, error: WriteError) -> WriteProblem {
        let id = self.id.map(|id| id.as_str().to_owned()).unwrap_or_default();
        match error {
            WriteError::Failed(error) => error.into(),
            WriteError::Refused(Refusal::NotFound) => WriteProblem::NotFound { id },
            WriteError::Refused(Refusal::VersionConflict { current }) => WriteProblem::VersionConflict { id, current },
            WriteError::Refused(Refusal::Duplicate { by, owner }) => {
                let value = match by {
                    TakenBy::Id => Some(id),
                    TakenBy::Sku => self.sku,
                    TakenBy::Name => self.name,
                };
                let field =
                    if self.path.is_empty() { by.name().to_owned() } else { format!("{}.{}", self.path, by.name()) };
                WriteProblem::Duplicate { field, by, value: value.unwrap_or_default(), owner }
            }
        }
    }
}
