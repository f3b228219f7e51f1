//! What the rows of one import call have decided for the rows after them.
//!
//! Invariant: of two rows that share an id or a key the later one waits until the earlier one is decided.

use std::collections::{HashMap, HashSet};

use crate::{
    backend::{EngineError, ImportOutcome},
    change::TakenBy,
    product::{KeyKind, Product, ProductId, UniqueKey},
};

/// One product of a call.
#[derive(Debug)]
pub(super) struct Row {
    /// Its place in the call.
    pub(super) place: usize,
    /// What to store.
    pub(super) product: Product,
    /// Its keys, the sku first.
    pub(super) keys: Vec<UniqueKey>,
}

impl Row {
    /// The row of a product.
    pub(super) fn new(place: usize, product: Product) -> Self {
        let keys = product.sku_key().into_iter().chain([product.name_key()]).collect();
        Self { place, product, keys }
    }
}

/// Why what a row needs cannot be had.
#[derive(Debug, Clone)]
enum Claim {
    Taken(Option<ProductId>),
    Refused(EngineError),
}

/// What is known to be gone.
#[derive(Debug, Default)]
pub(super) struct Claims {
    ids: HashMap<ProductId, Claim>,
    keys: HashMap<UniqueKey, Claim>,
}

impl Claims {
    /// Remembers what became of a row.
    pub(super) fn note(&mut self, row: &Row, outcome: &ImportOutcome) {
        let id = &row.product.id;
        match outcome {
            ImportOutcome::Created => self.claim_all(row, &Claim::Taken(Some(id.clone()))),
            // Whether it is free is as unknown for whoever wants the same.
            ImportOutcome::Refused(error) => self.claim_all(row, &Claim::Refused(error.clone())),
            ImportOutcome::Taken { by: TakenBy::Id, owner } => {
                self.ids.insert(id.clone(), Claim::Taken(owner.clone()));
            }
            ImportOutcome::Taken { by, owner } => {
                let key = row.keys.iter().find(|key| taken_by(key.kind()) == *by);
                self.keys.extend(key.map(|key| (key.clone(), Claim::Taken(owner.clone()))));
            }
        }
    }

    fn claim_all(&mut self, row: &Row, claim: &Claim) {
        self.ids.insert(row.product.id.clone(), claim.clone());
        self.keys.extend(row.keys.iter().map(|key| (key.clone(), claim.clone())));
    }

    /// What is already decided about a row: its id first, then its sku, then its name.
    pub(super) fn outcome(&self, row: &Row) -> Option<ImportOutcome> {
        let id = self.ids.get(&row.product.id).map(|claim| (TakenBy::Id, claim));
        let mut keys = row.keys.iter().filter_map(|key| Some((taken_by(key.kind()), self.keys.get(key)?)));
        let (by, claim) = id.or_else(|| keys.next())?;
        Some(match claim.clone() {
            Claim::Taken(owner) => ImportOutcome::Taken { by, owner },
            Claim::Refused(error) => ImportOutcome::Refused(error),
        })
    }
}

/// What a key of this kind stands for.
pub(super) fn taken_by(kind: KeyKind) -> TakenBy {
    match kind {
        KeyKind::Sku => TakenBy::Sku,
        KeyKind::Name => TakenBy::Name,
    }
}

/// Splits rows into those that share nothing with an earlier one, and the rest.
pub(super) fn independent(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let mut ids = HashSet::new();
    let mut keys = HashSet::new();
    rows.into_iter().partition(|row| {
        let new_id = ids.insert(row.product.id.clone());
        // Every key is noted, also behind the first that is not new.
        let new_keys = row.keys.iter().filter(|key| keys.insert((*key).clone())).count();
        new_id && new_keys == row.keys.len()
    })
}
