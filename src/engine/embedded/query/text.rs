//! The words of a search as a query.
//!
//! A product is found by any of its clauses: a word itself (the best of its texts counts), a near word (a little), the
//! query as a whole sku or name (above everything).

use tantivy::{
    Term,
    query::{BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::{View, near_words::NearWords};
use crate::{
    engine::embedded::error::IndexError,
    search::{EXACT_WEIGHT, TextField, TextQuery, Word},
};

/// The library multiplies BM25 by k1 + 1, which Lucene left out; k1 is 1.2 in both.
const BM25_SURPLUS: f32 = 2.2;

impl View<'_> {
    /// The products that the words find; none without words.
    pub(super) fn text(&self, text: &TextQuery) -> Result<Box<dyn Query>, IndexError> {
        if text.words.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        let mut clauses =
            vec![whole(self.fields.sku_key, text.sku.value()), whole(self.fields.name_key, text.name.value())];
        for word in &text.words {
            self.check_given_up()?;
            clauses.push(self.word(word, text.max_expansions())?);
        }
        Ok(Box::new(BooleanQuery::new(clauses.into_iter().map(|clause| (Occur::Should, clause)).collect())))
    }

    /// A word counts once, where it counts most.
    fn word(&self, word: &Word, expansions: usize) -> Result<Box<dyn Query>, IndexError> {
        let mut ways: Vec<Box<dyn Query>> = TextField::ALL.into_iter().map(|field| self.exactly(word, field)).collect();
        if word.distance > 0 {
            ways.push(Box::new(NearWords::new(self, word, expansions)?));
        }
        Ok(Box::new(DisjunctionMaxQuery::new(ways)))
    }

    fn exactly(&self, word: &Word, field: TextField) -> Box<dyn Query> {
        let term = Term::from_field_text(self.fields.words(field), &word.token);
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(query), field.weight() / BM25_SURPLUS))
    }
}

fn whole(field: Field, key: &str) -> Box<dyn Query> {
    let query = TermQuery::new(Term::from_field_text(field, key), IndexRecordOption::Basic);
    Box::new(ConstScoreQuery::new(Box::new(query), EXACT_WEIGHT))
}
