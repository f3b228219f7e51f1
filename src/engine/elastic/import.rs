//! New products, each for itself: first its keys, then the product.
//!
//! Invariant: a product is stored only while it holds its keys, and keys of a product that was refused are given
//! back. When a request as a whole fails nothing is given back, for what was written is unknown then: keys without
//! their product are taken over by the next contender.

use super::{
    bulk::{Bulk, Written},
    claims::{Claims, Row, independent},
    document::document,
    problem::Problem,
    reservation::{Desk, Reservation},
};
use crate::{
    backend::{EngineError, ImportOutcome},
    change::TakenBy,
    product::Product,
};

impl Desk<'_> {
    /// Stores products in order; of those that share an id or a key the first that can be stored is.
    pub(super) async fn import(&self, products: Vec<Product>) -> Result<Vec<ImportOutcome>, EngineError> {
        let mut decided: Vec<(usize, ImportOutcome)> = Vec::with_capacity(products.len());
        let mut claims = Claims::default();
        let mut waiting: Vec<Row> =
            products.into_iter().enumerate().map(|(place, product)| Row::new(place, product)).collect();
        while !waiting.is_empty() {
            let (rows, rest) = independent(waiting);
            for (row, outcome) in rows.iter().zip(self.store(&rows).await?) {
                claims.note(row, &outcome);
                decided.push((row.place, outcome));
            }
            waiting = Vec::new();
            for row in rest {
                match claims.outcome(&row) {
                    Some(outcome) => decided.push((row.place, outcome)),
                    None => waiting.push(row),
                }
            }
        }
        decided.sort_by_key(|(place, _)| *place);
        Ok(decided.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Stores rows that share nothing with each other.
    async fn store(&self, rows: &[Row]) -> Result<Vec<ImportOutcome>, EngineError> {
        let reservations = self.reserve(rows).await?;
        let mut bulk = Bulk::new(self.bulk_bytes);
        for (row, reservation) in rows.iter().zip(&reservations) {
            if reservation.obstacle.is_none() {
                bulk.create(row.product.id.as_str(), &document(&row.product)?)?;
            }
        }
        let mut written = bulk.send(self.wire, &self.names.alias).await?.into_iter();
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut unused: Vec<Reservation> = Vec::new();
        for (row, mut reservation) in rows.iter().zip(reservations) {
            let outcome = match reservation.obstacle.take() {
                Some(obstacle) => obstacle,
                None => outcome(row, written.next().ok_or_else(missing_result)?),
            };
            if outcome != ImportOutcome::Created {
                unused.push(reservation);
            }
            outcomes.push(outcome);
        }
        self.release(unused).await?;
        Ok(outcomes)
    }
}

fn missing_result() -> EngineError {
    Problem::Content("fewer results than writes").unexpected()
}

fn outcome(row: &Row, written: Written) -> ImportOutcome {
    match written {
        Written::Stored(_) => ImportOutcome::Created,
        Written::Conflict => ImportOutcome::Taken { by: TakenBy::Id, owner: Some(row.product.id.clone()) },
        Written::Failed(error) => ImportOutcome::Refused(error),
    }
}
