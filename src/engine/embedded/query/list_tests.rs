//! Of how many matches scores are computed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tantivy::{
    DocId, DocSet, Index, Score, TERMINATED,
    query::Scorer,
    schema::{FAST, Schema},
};

use super::list::List;
use crate::{
    engine::embedded::index::{ID, PRICE},
    product::FieldSet,
    search::{Clause, Direction, Filter, HitsPlan, Place, Relevance, SearchPlan, SortField, SortKey, Window},
};

/// Documents of a list; the price of each is its number.
const DOCUMENTS: u32 = 50;

/// Every document, with the number of scores that were asked for.
struct Matches {
    document: DocId,
    scores: Arc<AtomicUsize>,
}

impl DocSet for Matches {
    fn advance(&mut self) -> DocId {
        self.document = if self.document + 1 < DOCUMENTS { self.document + 1 } else { TERMINATED };
        self.document
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        DOCUMENTS
    }
}

impl Scorer for Matches {
    fn score(&mut self) -> Score {
        self.scores.fetch_add(1, Relaxed);
        1.0
    }
}

fn by(field: SortField, scores: bool) -> SearchPlan {
    let order = vec![SortKey { field, direction: Direction::Ascending }];
    let window = Window { place: Place::Offset(0), size: 4 };
    let clause = Clause::Meets { filter: Filter::All, weight: 1.0 };
    SearchPlan {
        relevance: Some(Relevance { clause, factors: Vec::new() }),
        hits: Some(HitsPlan { fields: FieldSet::empty(), order, window, scores }),
        ..SearchPlan::everything(0)
    }
}

/// How many scores were computed for a list of ascending prices.
fn computed(search: &SearchPlan) -> usize {
    let mut schema = Schema::builder();
    let (id, price) = (schema.add_text_field(ID, FAST), schema.add_i64_field(PRICE, FAST));
    let index = Index::create_in_ram(schema.build());
    let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
    for number in 0..DOCUMENTS {
        let document = tantivy::doc!(id => format!("p{number:02}"), price => i64::from(number));
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    let searcher = index.reader().unwrap().searcher();
    let scores = Arc::new(AtomicUsize::new(0));
    let mut matches = Matches { document: 0, scores: Arc::clone(&scores) };
    let mut list = List::new(search.hits.as_ref().unwrap(), search);
    let mut nearest = list.begin(searcher.segment_reader(0)).unwrap();
    while matches.doc() != TERMINATED {
        nearest.offer(matches.doc(), &mut matches);
        matches.advance();
    }
    list.end(nearest);
    let found = list.finish().unwrap();
    assert!(found.places.iter().all(|place| place.score.is_some() == search.is_scored()), "{found:?}");
    let ids: Vec<&str> = found.places.iter().map(|place| place.position.id.as_str()).collect();
    assert_eq!((ids, found.has_more), (vec!["p00", "p01", "p02", "p03"], true));
    scores.load(Relaxed)
}

#[test]
fn scores_are_computed_once_where_the_order_goes_by_them_and_else_only_of_places_that_are_kept() {
    assert_eq!(computed(&by(SortField::Relevance, false)), DOCUMENTS as usize);
    assert_eq!(computed(&by(SortField::Price, false)), 0);
    // Four that fit, and one that tells whether the list goes on.
    assert_eq!(computed(&by(SortField::Price, true)), 5);
}
