//! Counting within one segment, a block of documents at a time.
//!
//! Invariant: documents are taken in ascending order, each once, and all of them are counted when it is finished.

use std::fmt::Debug;

use tantivy::{
    DocId, SegmentReader,
    columnar::{Column, ColumnIndex},
    query::Scorer,
};

use super::{
    super::factored::holds,
    lanes::{Lane, Lanes},
    prices::PriceTally,
};
use crate::{
    engine::embedded::{
        error::IndexError,
        index::{IN_STOCK, PRICE, SegmentValues},
    },
    search::facet::StockCounts,
};

/// Documents that are counted at once: enough to read a column in one go, few enough to stay in the processor's cache.
const BLOCK: usize = 512;

/// The facets of a search within one segment.
pub(in crate::engine::embedded::query) struct SegmentFacets<'a, 'l> {
    /// The documents that meet each condition.
    sets: Vec<Box<dyn Scorer>>,
    /// Whether the document at hand is among them.
    met: Vec<bool>,
    narrowing: &'a [usize],
    lanes: Vec<SegmentLane<'a, 'l>>,
    memory: Memory,
}

/// Counts of documents that meet one filter.
struct SegmentLane<'a, 'l> {
    conditions: &'a [usize],
    block: Vec<DocId>,
    values: Vec<SegmentTally<'a>>,
    stock: Option<(Column<bool>, &'a mut StockCounts)>,
    prices: Vec<(Column<i64>, &'a mut PriceTally<'l>)>,
}

/// Counts of values.
struct SegmentTally<'a> {
    values: &'a SegmentValues,
    first: u32,
    counts: &'a mut [u32],
}

/// What blocks are read into, used again for each.
#[derive(Default)]
struct Memory {
    documents: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
    stock: Vec<bool>,
    prices: Vec<i64>,
}

impl<'a, 'l> SegmentFacets<'a, 'l> {
    /// The counting of the segment that has this place in the searcher.
    pub(super) fn new(
        lanes: &'a mut Lanes<'l>,
        narrowing: &'a [usize],
        (place, segment): (usize, &SegmentReader),
    ) -> Result<Self, IndexError> {
        let Lanes { conditions, lanes } = lanes;
        let sets = conditions.iter().map(|(_, weight)| weight.scorer(segment, 1.0));
        let sets = sets.collect::<tantivy::Result<Vec<_>>>()?;
        let met = vec![true; sets.len()];
        let lanes = lanes.iter_mut().map(|lane| SegmentLane::new(lane, place, segment));
        let lanes = lanes.collect::<Result<_, IndexError>>()?;
        Ok(Self { sets, met, narrowing, lanes, memory: Memory::default() })
    }

    /// Counts a document and says whether it is one of hits and total.
    pub(in crate::engine::embedded::query) fn take(&mut self, document: DocId) -> bool {
        for (met, set) in self.met.iter_mut().zip(&mut self.sets) {
            *met = holds(set.as_mut(), document);
        }
        let met = &self.met;
        let meets = |conditions: &[usize]| conditions.iter().all(|place| met.get(*place).is_some_and(|met| *met));
        for lane in &mut self.lanes {
            if meets(lane.conditions) {
                lane.block.push(document);
                if lane.block.len() >= BLOCK {
                    lane.count(&mut self.memory);
                }
            }
        }
        meets(self.narrowing)
    }

    /// Counts what was taken last.
    pub(in crate::engine::embedded::query) fn finish(mut self) {
        self.lanes.iter_mut().for_each(|lane| lane.count(&mut self.memory));
    }
}

impl<'a, 'l> SegmentLane<'a, 'l> {
    fn new(lane: &'a mut Lane<'l>, place: usize, segment: &SegmentReader) -> Result<Self, IndexError> {
        let columns = segment.fast_fields();
        let values = lane.values.iter_mut().filter_map(|values| {
            let (dictionary, first, counts) = values.tally.parts();
            // Most often no value of an attribute is in sight.
            let values = dictionary.segment(place).filter(|_| !counts.is_empty())?;
            Some(SegmentTally { values, first, counts })
        });
        let values = values.collect();
        let stock = lane.stock.as_mut().map(|counts| Ok::<_, IndexError>((columns.bool(IN_STOCK)?, counts)));
        let prices = lane.prices.iter_mut().map(|tally| Ok::<_, IndexError>((columns.i64(PRICE)?, tally)));
        Ok(Self {
            conditions: &lane.conditions,
            block: Vec::with_capacity(BLOCK),
            values,
            stock: stock.transpose()?,
            prices: prices.collect::<Result<_, IndexError>>()?,
        })
    }

    fn count(&mut self, memory: &mut Memory) {
        let Memory { documents, rows, ordinals, stock, prices } = memory;
        let mut rows = Rows { documents, rows };
        for tally in &mut self.values {
            rows.read(tally.values.ordinals(), &self.block, ordinals);
            tally.count(ordinals);
        }
        if let Some((column, counts)) = &mut self.stock {
            rows.read(column, &self.block, stock);
            let in_stock = stock.iter().filter(|in_stock| **in_stock).count();
            counts.in_stock += in_stock as u64;
            counts.out_of_stock += (stock.len() - in_stock) as u64;
        }
        for (column, tally) in &mut self.prices {
            rows.read(column, &self.block, prices);
            tally.count(prices);
        }
        self.block.clear();
    }
}

impl SegmentTally<'_> {
    fn count(&mut self, ordinals: &[u64]) {
        for ordinal in ordinals {
            // What is not counted here has a number before the first, which wraps around, or behind the last.
            let number = self.values.number(*ordinal).map(|number| number.wrapping_sub(self.first) as usize);
            if let Some(count) = number.and_then(|number| self.counts.get_mut(number)) {
                *count = count.saturating_add(1);
            }
        }
    }
}

/// Where the values of documents are in a column.
struct Rows<'a> {
    documents: &'a mut Vec<DocId>,
    rows: &'a mut Vec<u32>,
}

impl Rows<'_> {
    /// Reads every value of the documents.
    fn read<T: PartialOrd + Copy + Debug + Default + Send + Sync + 'static>(
        &mut self,
        column: &Column<T>,
        documents: &[DocId],
        values: &mut Vec<T>,
    ) {
        let rows = if matches!(column.index, ColumnIndex::Full) {
            documents
        } else {
            self.documents.clear();
            self.rows.clear();
            column.row_ids_for_docs(documents, self.documents, self.rows);
            self.rows.as_slice()
        };
        values.clear();
        values.resize(rows.len(), T::default());
        column.values.get_vals(rows, values);
    }
}
