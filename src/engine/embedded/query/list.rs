//! The window of a list: its nearest places, kept while all matches pass by.
//!
//! Invariant: no more places are kept of a segment than the window reaches, and one that tells whether the list goes on.

use std::{cmp::Ordering, collections::BinaryHeap, vec};

use tantivy::{DocId, Score, SegmentReader, query::Scorer};

use super::{
    Found, FoundPlace,
    match_score::MatchScore,
    order::{Columns, Key, Order, Values},
};
use crate::{
    engine::embedded::error::IndexError,
    search::{HitsPlan, Place, Position, SearchPlan, SortValue},
};

/// The beginning of a search's list, as far as its window reaches.
pub(super) struct List<'a> {
    search: &'a HitsPlan,
    is_scored: bool,
    order: Order,
    segments: Vec<Nearest>,
}

impl<'a> List<'a> {
    /// A list of which nothing was read.
    pub(super) fn new(hits: &'a HitsPlan, search: &SearchPlan) -> Self {
        Self { search: hits, is_scored: search.is_scored(), order: Order::new(hits), segments: Vec::new() }
    }

    /// The places of a segment, none of which was read.
    pub(super) fn begin(&self, segment: &SegmentReader) -> Result<Nearest, IndexError> {
        Nearest::new(self.order.columns(segment)?, self)
    }

    /// Keeps the places of a segment that was read.
    pub(super) fn end(&mut self, nearest: Nearest) {
        self.segments.push(nearest);
    }

    /// The window.
    pub(super) fn finish(self) -> Result<Found, IndexError> {
        let (skipped, size) = (self.skipped(), self.search.window.size as usize);
        let is_scored = self.is_scored;
        let mut merge = Merge::new(&self.order, self.segments);
        merge.skip(skipped)?;
        let mut places = Vec::with_capacity(size);
        while places.len() < size {
            let Some((candidate, (values, id))) = merge.next()? else { break };
            let position = Position { values: values.into_iter().map(SortValue::from).collect(), id };
            places.push(FoundPlace { position, score: is_scored.then_some(candidate.score) });
        }
        let has_more = merge.next()?.is_some();
        if self.order.is_backward() {
            places.reverse();
        }
        Ok(Found { places, has_more, ..Found::default() })
    }

    /// Places before the window that have to be read.
    fn skipped(&self) -> usize {
        match self.search.window.place {
            Place::Offset(offset) => offset as usize,
            Place::After(_) | Place::Before(_) | Place::End => 0,
        }
    }

    fn anchor(&self) -> Option<&'a Position> {
        match &self.search.window.place {
            Place::After(position) | Place::Before(position) => Some(position),
            Place::Offset(_) | Place::End => None,
        }
    }
}

/// A match that may be in the window.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    key: Key,
    score: Score,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

/// The nearest places of one segment behind the anchor; the farthest is on top of the heap.
pub(super) struct Nearest {
    columns: Columns,
    is_scored: bool,
    anchor: Option<Key>,
    reach: usize,
    candidates: BinaryHeap<Candidate>,
}

impl Nearest {
    fn new(columns: Columns, list: &List<'_>) -> Result<Self, IndexError> {
        let anchor = list.anchor().map(|position| columns.key_of(position)).transpose()?;
        let reach = list.skipped() + list.search.window.size as usize + 1;
        Ok(Self { columns, is_scored: list.is_scored, anchor, reach, candidates: BinaryHeap::new() })
    }

    /// Takes a match if it is near enough; its score is computed where the order asks for it, and where it is kept.
    pub(super) fn offer(&mut self, document: DocId, matches: &mut dyn Scorer) {
        let mut score = MatchScore::of(matches);
        let farthest = self.candidates.peek().filter(|_| self.candidates.len() >= self.reach).copied();
        if let Some(farthest) = farthest
            && farthest.key.first().is_some_and(|first| self.columns.first(document, &mut score) > *first)
        {
            return;
        }
        let key = self.columns.key(document, &mut score);
        if self.anchor.is_some_and(|anchor| key <= anchor) {
            return;
        }
        if let Some(farthest) = farthest {
            if key > farthest.key {
                return;
            }
            self.candidates.pop();
        }
        let score = if self.is_scored { score.get() } else { 0.0 };
        self.candidates.push(Candidate { key, score });
    }
}

/// The places of all segments in one order. Texts are looked up only where they decide or are asked for: a page deep in
/// a list of one segment costs no more than the first.
struct Merge<'a> {
    order: &'a Order,
    segments: Vec<Remaining>,
}

struct Remaining {
    columns: Columns,
    rest: vec::IntoIter<Candidate>,
    head: Option<(Candidate, Values)>,
}

impl Remaining {
    fn advance(&mut self) -> Result<(), IndexError> {
        let values = |candidate: Candidate| Ok::<_, IndexError>((candidate, self.columns.values(&candidate.key)?));
        self.head = self.rest.next().map(values).transpose()?;
        Ok(())
    }
}

impl<'a> Merge<'a> {
    fn new(order: &'a Order, segments: Vec<Nearest>) -> Self {
        let occupied = segments.into_iter().filter(|nearest| !nearest.candidates.is_empty());
        let remaining = occupied.map(|nearest| Remaining {
            columns: nearest.columns,
            rest: nearest.candidates.into_sorted_vec().into_iter(),
            head: None,
        });
        Self { order, segments: remaining.collect() }
    }

    /// Passes over the first `count` places; called before anything else.
    fn skip(&mut self, count: usize) -> Result<(), IndexError> {
        if let [only] = self.segments.as_mut_slice() {
            only.rest.by_ref().take(count).for_each(drop);
            return only.advance();
        }
        self.segments.iter_mut().try_for_each(Remaining::advance)?;
        for _ in 0..count {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The next place.
    fn next(&mut self) -> Result<Option<(Candidate, Values)>, IndexError> {
        let order = self.order;
        let heads = self.segments.iter_mut().filter(|segment| segment.head.is_some());
        let nearest = heads.min_by(|one, two| match (&one.head, &two.head) {
            (Some((_, one)), Some((_, two))) => order.compare(one, two),
            (None, _) | (_, None) => Ordering::Equal,
        });
        let Some(nearest) = nearest else { return Ok(None) };
        let head = nearest.head.take();
        nearest.advance()?;
        Ok(head)
    }
}
