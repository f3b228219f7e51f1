//! Writes: drafts are judged, become changes, and what an engine says of them becomes an answer that names its field.
//!
//! Invariant: an input that breaks a rule changes nothing, and its problems are told all at once.

use super::{Catalog, WriteProblem, claims::Claims};
use crate::{
    backend::{EngineError, EngineErrorKind, WriteError},
    change::{Brought, Change, Effect, Insert, Modification, Modify, OnDuplicate, Sameness, Visibility},
    product::{PatchDraft, Product, ProductContent, ProductDraft, ProductId, Rule, Timestamp, Violation},
};

/// What a write to one product is about, as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The id; a malformed one is an unknown one.
    pub id: String,
    /// The token of the version that the product must have, if that matters.
    pub if_version: Option<String>,
}

/// The path of the input of a single write.
const INPUT: &str = "input";

/// What became of each row of a list, in its order.
pub type RowOutcomes = Vec<Result<Product, WriteProblem>>;

impl Catalog {
    /// Stores a new product.
    pub async fn create(&self, draft: ProductDraft, visibility: Visibility) -> Result<Product, WriteProblem> {
        let content = draft.validate(INPUT)?;
        let product = self.new_product(content, self.clock.now());
        let claims = Claims::of(&product, INPUT);
        product_of(self.write_one(creation(product), claims, visibility).await?)
    }

    /// Sets every field of a product.
    pub async fn replace(
        &self,
        subject: Subject,
        draft: ProductDraft,
        visibility: Visibility,
    ) -> Result<Product, WriteProblem> {
        let content = draft.validate(INPUT)?;
        let id = known(&subject)?;
        let claims = Claims::of_content(&content, INPUT).of_product(&id);
        let modification = Modification::Replace { content: Box::new(content), at: self.clock.now() };
        let change = Change::Modify(Modify { id, if_version: subject.if_version, modification });
        product_of(self.write_one(change, claims, visibility).await?)
    }

    /// Sets or clears some fields of a product.
    pub async fn update(
        &self,
        subject: Subject,
        draft: PatchDraft,
        visibility: Visibility,
    ) -> Result<Product, WriteProblem> {
        let patch = draft.validate(INPUT)?;
        let id = known(&subject)?;
        let claims = Claims::of_patch(&patch, INPUT).of_product(&id);
        let modification = Modification::Patch { patch: Box::new(patch), at: self.clock.now() };
        let change = Change::Modify(Modify { id, if_version: subject.if_version, modification });
        product_of(self.write_one(change, claims, visibility).await?)
    }

    /// Removes a product.
    pub async fn delete(&self, subject: Subject, visibility: Visibility) -> Result<ProductId, WriteProblem> {
        let id = known(&subject)?;
        let claims = Claims::default().of_product(&id);
        let modify = Modify { id: id.clone(), if_version: subject.if_version, modification: Modification::Delete };
        self.write_one(Change::Modify(modify), claims, visibility).await?;
        Ok(id)
    }

    /// Stores new products, each for itself.
    pub async fn create_all(
        &self,
        drafts: Vec<ProductDraft>,
        visibility: Visibility,
    ) -> Result<RowOutcomes, WriteProblem> {
        let at = self.clock.now();
        self.write_rows(drafts, visibility, |content, _| Ok(creation(self.new_product(content, at)))).await
    }

    /// Stores products, or replaces those that have the same sku, each for itself.
    pub async fn upsert_all(
        &self,
        drafts: Vec<ProductDraft>,
        visibility: Visibility,
    ) -> Result<RowOutcomes, WriteProblem> {
        let at = self.clock.now();
        self.write_rows(drafts, visibility, |content, path| {
            if content.sku.is_none() {
                let message = "sku is required: products are recognised by it".to_owned();
                return Err(vec![Violation::new(format!("{path}.sku"), Rule::Required, message)]);
            }
            Ok(Change::Insert(Insert {
                product: self.new_product(content, at),
                sameness: Sameness::Sku,
                at,
                brings: Brought::default(),
                on_duplicate: OnDuplicate::Replace,
            }))
        })
        .await
    }

    fn new_product(&self, content: ProductContent, at: Timestamp) -> Product {
        Product { id: self.ids.next_id(at), content, image: None, created_at: at, updated_at: at, version: 1 }
    }

    async fn write_one(&self, change: Change, claims: Claims, visibility: Visibility) -> Result<Effect, WriteProblem> {
        let outcome = self.engine.write(vec![change], visibility).await?.into_iter().next();
        outcome.unwrap_or_else(missing).map_err(|error| claims.problem(error))
    }

    async fn write_rows(
        &self,
        drafts: Vec<ProductDraft>,
        visibility: Visibility,
        change: impl Fn(ProductContent, &str) -> Result<Change, Vec<Violation>>,
    ) -> Result<RowOutcomes, WriteProblem> {
        let most = self.settings.changes.rows;
        if drafts.len() > most {
            let message = format!("inputs takes at most {most} rows, not {}", drafts.len());
            return Err(vec![Violation::new("inputs", Rule::MaxItems, message)].into());
        }
        let mut changes = Vec::with_capacity(drafts.len());
        let mut rows = Vec::with_capacity(drafts.len());
        for (index, draft) in drafts.into_iter().enumerate() {
            let path = format!("inputs[{index}]");
            let row = draft.validate(&path).and_then(|content| {
                let claims = Claims::of_content(&content, &path);
                Ok((change(content, &path)?, claims))
            });
            rows.push(row.map(|(change, claims)| {
                changes.push(change);
                claims
            }));
        }
        let mut outcomes = self.write_some(changes, visibility).await?.into_iter();
        let outcome = |row: Result<Claims, Vec<Violation>>| {
            let claims = row?;
            let effect = outcomes.next().unwrap_or_else(missing).map_err(|error| claims.problem(error))?;
            product_of(effect)
        };
        Ok(rows.into_iter().map(outcome).collect())
    }

    /// What became of each change; no engine is asked for none.
    pub(super) async fn write_some(
        &self,
        changes: Vec<Change>,
        visibility: Visibility,
    ) -> Result<Vec<Result<Effect, WriteError>>, EngineError> {
        if changes.is_empty() { Ok(Vec::new()) } else { self.engine.write(changes, visibility).await }
    }
}

fn creation(product: Product) -> Change {
    Change::Insert(Insert {
        at: product.created_at,
        product,
        sameness: Sameness::IdSkuOrName,
        brings: Brought::default(),
        on_duplicate: OnDuplicate::Refuse,
    })
}

/// The id that the caller named.
fn known(subject: &Subject) -> Result<ProductId, WriteProblem> {
    ProductId::parse(&subject.id).ok_or_else(|| WriteProblem::NotFound { id: subject.id.clone() })
}

/// The product as it is after a write that leaves one.
fn product_of(effect: Effect) -> Result<Product, WriteProblem> {
    match effect {
        Effect::Created(product) | Effect::Changed(product) => Ok(product),
        Effect::Deleted | Effect::Skipped => Err(EngineError::from(EngineErrorKind::Unexpected).into()),
    }
}

/// An engine that answers fewer outcomes than there were changes.
pub(super) fn missing<T>() -> Result<T, WriteError> {
    Err(EngineError::from(EngineErrorKind::Unexpected).into())
}
