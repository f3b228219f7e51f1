//! What is looked for, as queries of the library.

use tantivy::{
    Term,
    query::{BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::{
    View,
    factored::{Factored, Multiplier},
    filter,
};
use crate::search::{Clause, Factor, Relevance};

/// The library multiplies BM25 by k1 + 1, which Lucene left out; k1 is 1.2 in both.
const BM25_SURPLUS: f32 = 2.2;

impl View<'_> {
    /// The products that are looked for, with their score.
    pub(super) fn relevance(&self, relevance: &Relevance) -> Box<dyn Query> {
        let query = self.clause(&relevance.clause);
        if relevance.factors.is_empty() {
            return query;
        }
        let multipliers = relevance.factors.iter().map(|factor| self.multiplier(factor)).collect();
        Box::new(Factored { query, multipliers })
    }

    fn multiplier(&self, factor: &Factor) -> Multiplier {
        Multiplier {
            when: self.clause(&factor.when),
            unless: factor.unless.iter().map(|clause| self.clause(clause)).collect(),
            factor: factor.factor,
        }
    }

    /// The products that match a clause, with their score.
    fn clause(&self, clause: &Clause) -> Box<dyn Query> {
        match clause {
            Clause::Word { column, token, weight } => {
                let term = Term::from_field_text(self.fields.words(*column), token);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                Box::new(BoostQuery::new(Box::new(query), weight / BM25_SURPLUS))
            }
            Clause::Phrase { column, tokens, weight } => {
                let field = self.fields.words(*column);
                let terms = tokens.iter().map(|token| Term::from_field_text(field, token)).collect();
                Box::new(BoostQuery::new(Box::new(PhraseQuery::new(terms)), weight / BM25_SURPLUS))
            }
            Clause::Key { column, values, weight } => {
                let keys = values.iter().map(|value| key(self.fields.key(*column), value)).collect();
                flat(Box::new(BooleanQuery::union(keys)), *weight)
            }
            Clause::Meets { filter, weight } => flat(filter::compile(filter, &self.fields), *weight),
            Clause::All(parts) => self.parts(parts, Occur::Must),
            Clause::Any(parts) => self.parts(parts, Occur::Should),
            Clause::AtLeast { least, parts } => {
                let parts = parts.iter().map(|part| (Occur::Should, self.clause(part))).collect();
                Box::new(BooleanQuery::with_minimum_required_clauses(parts, *least))
            }
            Clause::Best(parts) => {
                Box::new(DisjunctionMaxQuery::new(parts.iter().map(|part| self.clause(part)).collect()))
            }
            Clause::Plus { required, extra } => {
                let extra = extra.iter().map(|part| (Occur::Should, self.clause(part)));
                Box::new(BooleanQuery::new([(Occur::Must, self.clause(required))].into_iter().chain(extra).collect()))
            }
        }
    }

    fn parts(&self, parts: &[Clause], occur: Occur) -> Box<dyn Query> {
        Box::new(BooleanQuery::new(parts.iter().map(|part| (occur, self.clause(part))).collect()))
    }
}

fn key(field: Field, value: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
}

fn flat(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, weight))
}
