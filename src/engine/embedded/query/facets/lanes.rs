//! What is counted, by the filter that the counted documents meet.
//!
//! Invariant: facets that count the same by the same filter share one tally, and each filter is a lane of its own.

use std::ops::Range;

use tantivy::query::Weight;

use super::{prices::PriceTally, values::ValueTally};
use crate::{
    engine::embedded::{
        error::IndexError,
        index::{PRICE, ValueColumn},
    },
    product::Attribute,
    search::{
        Filter,
        facet::{PriceBuckets, StockCounts},
    },
};

/// Every lane, and the conditions of which their filters are made.
#[derive(Default)]
pub(super) struct Lanes<'a> {
    /// The distinct conditions: each is looked at once for each document.
    pub(super) conditions: Vec<(Filter, Box<dyn Weight>)>,
    /// One for each distinct filter.
    pub(super) lanes: Vec<Lane<'a>>,
}

/// What is counted of the documents that meet one filter.
pub(super) struct Lane<'a> {
    filter: &'a Filter,
    /// The places of the filter's conditions.
    pub(super) conditions: Vec<usize>,
    /// Of columns and of single attributes, each once.
    pub(super) values: Vec<Values<'a>>,
    /// Of availability, where it is asked for.
    pub(super) stock: Option<StockCounts>,
    /// Of prices, one for each sort of buckets.
    pub(super) prices: Vec<PriceTally<'a>>,
}

/// The values of a column, or those of one attribute.
pub(super) struct Values<'a> {
    column: ValueColumn,
    attribute: Option<&'a str>,
    /// How often each was met.
    pub(super) tally: ValueTally,
}

impl<'a> Lanes<'a> {
    /// The places of the conditions that make a filter; new ones are weighed by `weigh`.
    pub(super) fn conditions(
        &mut self,
        filter: &Filter,
        weigh: impl Fn(&Filter) -> Result<Box<dyn Weight>, IndexError>,
    ) -> Result<Vec<usize>, IndexError> {
        let parts = match filter {
            Filter::All => &[],
            Filter::And(parts) => parts.as_slice(),
            Filter::Nothing | Filter::Or(_) | Filter::Not(_) | Filter::Is(_) => std::slice::from_ref(filter),
        };
        let mut places = Vec::with_capacity(parts.len());
        for part in parts {
            let known = self.conditions.iter().position(|(other, _)| other == part);
            places.push(known.unwrap_or(self.conditions.len()));
            if known.is_none() {
                self.conditions.push((part.clone(), weigh(part)?));
            }
        }
        Ok(places)
    }

    /// The lane of a filter, made where there is none.
    pub(super) fn lane(
        &mut self,
        filter: &'a Filter,
        weigh: impl Fn(&Filter) -> Result<Box<dyn Weight>, IndexError>,
    ) -> Result<&mut Lane<'a>, IndexError> {
        let conditions = self.conditions(filter, weigh)?;
        let known = self.lanes.iter().position(|lane| lane.filter == filter);
        let place = known.unwrap_or(self.lanes.len());
        if known.is_none() {
            self.lanes.push(Lane { filter, conditions, values: Vec::new(), stock: None, prices: Vec::new() });
        }
        self.lanes.get_mut(place).ok_or(UNCOUNTED)
    }

    /// What was counted of a column, or of one attribute, by a filter.
    pub(super) fn values(
        &self,
        filter: &Filter,
        column: ValueColumn,
        attribute: Option<&str>,
    ) -> Result<&ValueTally, IndexError> {
        let mut tallies = self.of(filter)?.values.iter();
        let values = tallies.find(|values| values.column == column && values.attribute == attribute);
        values.map(|values| &values.tally).ok_or(IndexError::Column(column.name()))
    }

    /// How many were in stock, and how many not.
    pub(super) fn stock(&self, filter: &Filter) -> Result<StockCounts, IndexError> {
        self.of(filter)?.stock.ok_or(UNCOUNTED)
    }

    /// What was counted of prices.
    pub(super) fn prices(&self, filter: &Filter, buckets: &PriceBuckets) -> Result<&PriceTally<'a>, IndexError> {
        self.of(filter)?.prices.iter().find(|tally| tally.buckets == buckets).ok_or(IndexError::Column(PRICE))
    }

    fn of(&self, filter: &Filter) -> Result<&Lane<'a>, IndexError> {
        self.lanes.iter().find(|lane| lane.filter == filter).ok_or(UNCOUNTED)
    }
}

/// Something is asked that was not counted: a fault of this module.
const UNCOUNTED: IndexError = IndexError::Column("counts");

impl<'a> Lane<'a> {
    /// Counts the values of a column, or those of one attribute; `tally` begins it.
    pub(super) fn count_values(
        &mut self,
        column: ValueColumn,
        attribute: Option<&'a str>,
        tally: impl FnOnce(Option<&Range<String>>) -> Result<ValueTally, IndexError>,
    ) -> Result<(), IndexError> {
        if self.values.iter().any(|values| values.column == column && values.attribute == attribute) {
            return Ok(());
        }
        let within = attribute.map(|name| match column {
            ValueColumn::Attribute => Attribute::pairs_of(name),
            // From a text to the next one that there can be is that text alone.
            ValueColumn::Category | ValueColumn::Brand | ValueColumn::Tag | ValueColumn::AttributeName => {
                name.to_owned()..format!("{name}\0")
            }
        });
        self.values.push(Values { column, attribute, tally: tally(within.as_ref())? });
        Ok(())
    }

    /// Counts what is in stock.
    pub(super) fn count_stock(&mut self) {
        self.stock.get_or_insert_default();
    }

    /// Counts prices.
    pub(super) fn count_prices(&mut self, buckets: &'a PriceBuckets) {
        if self.prices.iter().all(|tally| tally.buckets != buckets) {
            self.prices.push(PriceTally::new(buckets));
        }
    }
}
