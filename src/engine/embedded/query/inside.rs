//! Products with a number inside an interval.
//!
//! The library's own range query is not used: excluded together with another condition it is asked for products behind
//! the one it stands at, and then stops the program in a checked build.

use std::sync::Arc;

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError,
    columnar::ColumnValues,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

use crate::search::Interval;

/// The products whose number in a column lies inside; each scores the same.
#[derive(Debug, Clone)]
pub(super) struct Inside {
    /// Name of the column.
    pub(super) column: &'static str,
    /// Where the number has to lie.
    pub(super) interval: Interval,
}

impl Query for Inside {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Inside {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let values = segment.fast_fields().column_first_or_default(self.column)?;
        let mut matches =
            Matches { values, interval: self.interval, end: segment.max_doc(), document: 0, score: boost };
        matches.settle(0);
        Ok(Box::new(matches))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.seek(document) == document {
            Ok(Explanation::new("inside", scorer.score()))
        } else {
            Err(TantivyError::InvalidArgument(format!("document {document} does not match")))
        }
    }
}

struct Matches {
    values: Arc<dyn ColumnValues<i64>>,
    interval: Interval,
    /// Number of documents.
    end: DocId,
    document: DocId,
    score: Score,
}

impl Matches {
    /// Goes to the first match from `start` on.
    fn settle(&mut self, start: DocId) -> DocId {
        let mut rest = start..self.end;
        self.document =
            rest.find(|document| self.interval.contains(self.values.get_val(*document))).unwrap_or(TERMINATED);
        self.document
    }
}

impl DocSet for Matches {
    fn advance(&mut self) -> DocId {
        self.settle(self.document.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.document { self.settle(target) } else { self.document }
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        // Half, for want of anything better: what is more selective should lead.
        self.end / 2
    }

    fn cost(&self) -> u64 {
        // Every document has to be looked at, wherever the matches are.
        u64::from(self.end)
    }
}

impl Scorer for Matches {
    fn score(&mut self) -> Score {
        self.score
    }
}
