//! One pass over all that matches: hits, total and facets at once.
//!
//! Invariant: what is not asked for is neither read nor made.

use tantivy::{SegmentReader, TERMINATED, query::Scorer};

use super::{Found, View, facets::Facets, list::List};
use crate::{
    engine::embedded::error::IndexError,
    search::{Counting, SearchPlan},
};

/// Matches between two looks at whether anybody still waits.
const MATCHES_PER_LOOK: u32 = 4_096;

/// What one pass fills.
pub(super) struct Pass<'a> {
    list: Option<List<'a>>,
    facets: Option<Facets<'a>>,
    total: u64,
}

impl<'a> Pass<'a> {
    /// A pass of which nothing was read.
    pub(super) fn new(search: &'a SearchPlan, view: &View<'_>) -> Result<Self, IndexError> {
        let list = search.hits.as_ref().map(|hits| List::new(hits, search));
        let facets = (!search.facets.is_empty()).then(|| Facets::new(search, view)).transpose()?;
        Ok(Self { list, facets, total: 0 })
    }

    /// Reads the matches of a segment, which has this place in the searcher.
    pub(super) fn read(
        &mut self,
        (place, segment): (usize, &SegmentReader),
        matches: &mut dyn Scorer,
        view: &View<'_>,
    ) -> Result<(), IndexError> {
        let mut nearest = self.list.as_ref().map(|list| list.begin(segment)).transpose()?;
        let mut facets = self.facets.as_mut().map(|facets| facets.enter(place, segment)).transpose()?;
        let mut until_look = MATCHES_PER_LOOK;
        let mut document = matches.doc();
        while document != TERMINATED {
            if !segment.is_deleted(document) && facets.as_mut().is_none_or(|facets| facets.take(document)) {
                self.total += 1;
                if let Some(nearest) = &mut nearest {
                    nearest.offer(document, matches);
                }
            }
            until_look -= 1;
            if until_look == 0 {
                view.check_given_up()?;
                until_look = MATCHES_PER_LOOK;
            }
            document = matches.advance();
        }
        if let Some(facets) = facets {
            facets.finish();
        }
        if let (Some(list), Some(nearest)) = (&mut self.list, nearest) {
            list.end(nearest);
        }
        Ok(())
    }

    /// What was found and counted.
    pub(super) fn finish(self, counting: Counting, view: &View<'_>) -> Result<Found, IndexError> {
        let found = self.list.map(List::finish).transpose()?.unwrap_or_default();
        let facets = self.facets.map(|facets| facets.finish(view.given_up)).transpose()?.unwrap_or_default();
        Ok(Found { total: (counting != Counting::Off).then_some(self.total), facets, ..found })
    }
}
