//! Products of a query with their scores multiplied, product by product.
//!
//! Invariant: factors decide neither who is found nor in which order documents come; they are looked at only for scores
//! that somebody reads.

use std::fmt;

use tantivy::{
    DocId, DocSet, Score, SegmentReader,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// What multiplies scores, as queries of the library.
#[derive(Debug)]
pub(super) struct Multiplier {
    /// Products that match this,
    pub(super) when: Box<dyn Query>,
    /// and none of these,
    pub(super) unless: Vec<Box<dyn Query>>,
    /// have their score multiplied by this.
    pub(super) factor: Score,
}

impl Clone for Multiplier {
    fn clone(&self) -> Self {
        let unless = self.unless.iter().map(|query| query.box_clone()).collect();
        Self { when: self.when.box_clone(), unless, factor: self.factor }
    }
}

/// The products of `query`; each multiplier is applied after the other.
pub(super) struct Factored {
    /// Who is found, and the scores that are multiplied.
    pub(super) query: Box<dyn Query>,
    /// What they are multiplied by.
    pub(super) multipliers: Vec<Multiplier>,
}

impl fmt::Debug for Factored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Factored").field("query", &self.query).field("by", &self.multipliers).finish()
    }
}

impl Clone for Factored {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), multipliers: self.multipliers.clone() }
    }
}

impl Query for Factored {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = self.query.weight(scoring)?;
        if !scoring.is_scoring_enabled() {
            return Ok(weight);
        }
        let membership = EnableScoring::Disabled { schema: scoring.schema(), searcher_opt: scoring.searcher() };
        let multipliers = self.multipliers.iter().map(|multiplier| {
            let unless = multiplier.unless.iter().map(|query| query.weight(membership));
            Ok(MultiplierWeight {
                when: multiplier.when.weight(membership)?,
                unless: unless.collect::<tantivy::Result<_>>()?,
                factor: multiplier.factor,
            })
        });
        Ok(Box::new(FactoredWeight { weight, multipliers: multipliers.collect::<tantivy::Result<_>>()? }))
    }
}

struct MultiplierWeight {
    when: Box<dyn Weight>,
    unless: Vec<Box<dyn Weight>>,
    factor: Score,
}

impl MultiplierWeight {
    fn scorer(&self, segment: &SegmentReader) -> tantivy::Result<MultiplierScorer> {
        let unless = self.unless.iter().map(|weight| weight.scorer(segment, 1.0));
        Ok(MultiplierScorer {
            when: self.when.scorer(segment, 1.0)?,
            unless: unless.collect::<tantivy::Result<_>>()?,
            factor: self.factor,
        })
    }
}

struct FactoredWeight {
    weight: Box<dyn Weight>,
    multipliers: Vec<MultiplierWeight>,
}

impl Weight for FactoredWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let multipliers = self.multipliers.iter().map(|multiplier| multiplier.scorer(segment));
        Ok(Box::new(FactoredScorer {
            matches: self.weight.scorer(segment, boost)?,
            multipliers: multipliers.collect::<tantivy::Result<_>>()?,
        }))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        // What does not match is an error of the inner one.
        let inner = self.weight.explain(segment, document)?;
        let mut scorer = self.scorer(segment, 1.0)?;
        scorer.seek(document);
        let mut explanation = Explanation::new("multiplied", scorer.score());
        explanation.add_detail(inner);
        Ok(explanation)
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        self.weight.count(segment)
    }
}

/// Products that a multiplier applies to.
struct MultiplierScorer {
    when: Box<dyn Scorer>,
    unless: Vec<Box<dyn Scorer>>,
    factor: Score,
}

impl MultiplierScorer {
    /// `document` never goes back.
    fn applies_to(&mut self, document: DocId) -> bool {
        holds(self.when.as_mut(), document) && !self.unless.iter_mut().any(|unless| holds(unless.as_mut(), document))
    }
}

/// Whether a set has a document, which must not be before one asked for earlier.
pub(super) fn holds(set: &mut dyn Scorer, document: DocId) -> bool {
    let current = set.doc();
    if current < document { set.seek(document) == document } else { current == document }
}

struct FactoredScorer {
    matches: Box<dyn Scorer>,
    multipliers: Vec<MultiplierScorer>,
}

impl DocSet for FactoredScorer {
    fn advance(&mut self) -> DocId {
        self.matches.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.matches.seek(target)
    }

    fn doc(&self) -> DocId {
        self.matches.doc()
    }

    fn size_hint(&self) -> u32 {
        self.matches.size_hint()
    }

    fn cost(&self) -> u64 {
        self.matches.cost()
    }
}

impl Scorer for FactoredScorer {
    fn score(&mut self) -> Score {
        let document = self.matches.doc();
        let score = self.matches.score();
        let applying = self.multipliers.iter_mut().filter_map(|multiplier| {
            let applies = multiplier.applies_to(document);
            applies.then_some(multiplier.factor)
        });
        applying.fold(score, |score, factor| score * factor)
    }
}
