//! Getting the keys of new products before the products themselves.
//!
//! Invariant: a key that this call created or took over is remembered with its revision, so that only that very
//! reservation is ever released.

use std::collections::{BTreeSet, HashMap};

use super::{
    bulk::{Bulk, Revision, Written},
    claims::{Row, taken_by},
    document::product_id,
    keys::{KeyDocument, key_id},
    layout::IndexNames,
    look_up::{has_key, products},
    multi_get::{documents, multi_get},
    problem::Problem,
    wire::{Wire, json},
};
use crate::{
    backend::{EngineError, EngineErrorKind, ImportOutcome},
    change::TakenBy,
    product::{FieldSet, PartialProduct, ProductField, ProductId, Timestamp, UniqueKey},
};

/// Age from which a key whose owner does not hold it counts as abandoned, in milliseconds: far more than an import
/// needs between a key and its product.
const ABANDONED_MS: i64 = 30_000;

/// Where and when an import writes.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) wire: &'a Wire,
    pub(super) names: &'a IndexNames,
    pub(super) now: Timestamp,
    pub(super) bulk_bytes: usize,
}

/// How a row stands after its keys were asked for.
#[derive(Debug, Default)]
pub(super) struct Reservation {
    /// Keys that this call got.
    got: Vec<(String, Revision)>,
    /// Why the row cannot be stored.
    pub(super) obstacle: Option<ImportOutcome>,
}

/// A key that somebody has.
struct Held {
    owner: ProductId,
    at: i64,
    revision: Revision,
}

/// A key that a row did not get at once.
struct Conflict<'a> {
    place: usize,
    row: &'a Row,
    key: &'a UniqueKey,
}

impl Desk<'_> {
    /// Asks for the keys of every row, which share none.
    pub(super) async fn reserve(&self, rows: &[Row]) -> Result<Vec<Reservation>, EngineError> {
        let wanted: Vec<Conflict<'_>> = rows
            .iter()
            .enumerate()
            .flat_map(|(place, row)| row.keys.iter().map(move |key| Conflict { place, row, key }))
            .collect();
        let mut bulk = Bulk::new(self.bulk_bytes);
        for Conflict { row, key, .. } in &wanted {
            bulk.create(&key_id(key), &self.key_document(key, &row.product.id)?)?;
        }
        let written = bulk.send(self.wire, &self.names.keys_alias).await?;
        let mut reservations: Vec<Reservation> = rows.iter().map(|_| Reservation::default()).collect();
        let mut conflicts = Vec::new();
        for (want, written) in wanted.into_iter().zip(written) {
            let Some(reservation) = reservations.get_mut(want.place) else { continue };
            match written {
                Written::Stored(revision) => reservation.got.push((key_id(want.key), revision)),
                Written::Conflict => conflicts.push(want),
                Written::Failed(error) => reservation.object(ImportOutcome::Refused(error)),
            }
        }
        if !conflicts.is_empty() {
            self.resolve(&conflicts, &mut reservations).await?;
        }
        Ok(reservations)
    }

    /// Gives back what rows got that are not stored after all; what cannot be given back is abandoned in time.
    pub(super) async fn release(&self, reservations: Vec<Reservation>) -> Result<(), EngineError> {
        let mut bulk = Bulk::new(self.bulk_bytes);
        for (id, revision) in reservations.into_iter().flat_map(|reservation| reservation.got) {
            bulk.delete(&id, revision)?;
        }
        let written = bulk.send(self.wire, &self.names.keys_alias).await?;
        let kept = written.iter().filter(|written| matches!(written, Written::Failed(_))).count();
        if kept > 0 {
            tracing::warn!(kept, "keys of products that were not imported are kept for now");
        }
        Ok(())
    }

    fn key_document(&self, key: &UniqueKey, owner: &ProductId) -> Result<Vec<u8>, EngineError> {
        let document = KeyDocument { value: key.value().into(), owner: owner.as_str().into(), at: self.now.millis() };
        json(&document).map(Vec::from)
    }

    async fn resolve(&self, conflicts: &[Conflict<'_>], reservations: &mut [Reservation]) -> Result<(), EngineError> {
        let held = self.held(conflicts).await?;
        let asked: BTreeSet<ProductId> = conflicts
            .iter()
            .zip(&held)
            .flat_map(|(conflict, held)| [Some(&conflict.row.product.id), held.as_ref().map(|held| &held.owner)])
            .flatten()
            .cloned()
            .collect();
        let fields = FieldSet::empty().with(ProductField::Name).with(ProductField::Sku);
        let existing = products(self.wire, &self.names.products, &asked, fields).await?;
        let mut takeovers = Vec::new();
        for (conflict, held) in conflicts.iter().zip(held) {
            let Some(reservation) = reservations.get_mut(conflict.place) else { continue };
            match self.verdict(conflict, held, &existing) {
                Verdict::Ours => {}
                Verdict::Hindered(outcome) => reservation.object(outcome),
                Verdict::Abandoned(revision) => takeovers.push((conflict, revision)),
            }
        }
        self.take_over(&takeovers, reservations).await
    }

    fn verdict(
        &self,
        conflict: &Conflict<'_>,
        held: Option<Held>,
        existing: &HashMap<ProductId, PartialProduct>,
    ) -> Verdict {
        let id = &conflict.row.product.id;
        if existing.contains_key(id) {
            return Verdict::Hindered(ImportOutcome::Taken { by: TakenBy::Id, owner: Some(id.clone()) });
        }
        // It was given back between the two requests: whoever comes next may have it.
        let Some(held) = held else {
            return Verdict::Hindered(ImportOutcome::Refused(EngineErrorKind::Unavailable.into()));
        };
        let holds = existing.get(&held.owner).is_some_and(|owner| has_key(owner, conflict.key));
        if held.owner == *id {
            // An import that died left it for this very product.
            Verdict::Ours
        } else if holds {
            let by = taken_by(conflict.key.kind());
            Verdict::Hindered(ImportOutcome::Taken { by, owner: Some(held.owner) })
        } else if self.now.millis().saturating_sub(held.at) > ABANDONED_MS {
            Verdict::Abandoned(held.revision)
        } else {
            // Another import may yet store its product, or may have died: later is sure.
            Verdict::Hindered(ImportOutcome::Refused(EngineErrorKind::Unavailable.into()))
        }
    }

    async fn held(&self, conflicts: &[Conflict<'_>]) -> Result<Vec<Option<Held>>, EngineError> {
        let ids: Vec<String> = conflicts.iter().map(|conflict| key_id(conflict.key)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let answer = multi_get(self.wire, &self.names.keys_alias, &ids, &["value", "owner", "at"]).await?;
        let read = |document: super::multi_get::DocumentBody<'_>| {
            let stored: Option<KeyDocument<'_>> = document.read()?;
            match (stored, document.sequence, document.term) {
                (Some(stored), Some(sequence), Some(term)) => {
                    let revision = Revision { sequence, term };
                    Ok(Held { owner: product_id(&stored.owner)?, at: stored.at, revision })
                }
                _ => Err(Problem::Content("a key without content").unexpected()),
            }
        };
        documents(&answer, &ids)?.into_iter().map(|document| document.map(read).transpose()).collect()
    }

    async fn take_over(
        &self,
        takeovers: &[(&Conflict<'_>, Revision)],
        reservations: &mut [Reservation],
    ) -> Result<(), EngineError> {
        let mut bulk = Bulk::new(self.bulk_bytes);
        for (conflict, revision) in takeovers {
            let document = self.key_document(conflict.key, &conflict.row.product.id)?;
            bulk.replace(&key_id(conflict.key), *revision, &document)?;
        }
        let written = bulk.send(self.wire, &self.names.keys_alias).await?;
        for ((conflict, _), written) in takeovers.iter().zip(written) {
            let Some(reservation) = reservations.get_mut(conflict.place) else { continue };
            match written {
                Written::Stored(revision) => reservation.got.push((key_id(conflict.key), revision)),
                Written::Conflict => {
                    let by = taken_by(conflict.key.kind());
                    reservation.object(ImportOutcome::Taken { by, owner: None });
                }
                Written::Failed(error) => reservation.object(ImportOutcome::Refused(error)),
            }
        }
        Ok(())
    }
}

enum Verdict {
    Ours,
    Abandoned(Revision),
    Hindered(ImportOutcome),
}

impl Reservation {
    /// The first obstacle counts, and one of the id before those of keys.
    fn object(&mut self, outcome: ImportOutcome) {
        let is_id = matches!(outcome, ImportOutcome::Taken { by: TakenBy::Id, .. });
        if self.obstacle.is_none() || is_id {
            self.obstacle = Some(outcome);
        }
    }
}
