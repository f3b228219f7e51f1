//! What a node aggregated, by the names that were asked for.
//!
//! Invariant: an estimate is noted whenever one is read.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::WITHIN;
use crate::{backend::EngineError, engine::elastic::problem::Problem};

/// The aggregations of one answer, unread.
pub(in crate::engine::elastic) type AggregationsBody<'a> = BTreeMap<&'a str, &'a RawValue>;

/// The aggregations of one answer, each by its own name, whatever filter it stands under.
#[derive(Debug)]
pub(in crate::engine::elastic) struct Aggregated<'a> {
    leaves: AggregationsBody<'a>,
    /// Whether no count that was read is an estimate.
    pub(in crate::engine::elastic) is_exact: bool,
}

/// Values and how many products have each.
#[derive(Debug, Deserialize)]
pub(super) struct TermsBody<'a> {
    /// By how many products the count of a value may be wrong, -1 for unknown.
    #[serde(default)]
    doc_count_error_upper_bound: i64,
    /// How often values stand in products that are not in the list.
    #[serde(default)]
    pub(super) sum_other_doc_count: u64,
    /// Most frequent first, or by value.
    #[serde(borrow)]
    pub(super) buckets: Vec<TermBody<'a>>,
}

/// A value and how many products have it.
#[derive(Debug, Deserialize)]
pub(super) struct TermBody<'a> {
    /// The value.
    #[serde(borrow)]
    pub(super) key: Cow<'a, str>,
    /// How many products.
    pub(super) doc_count: u64,
}

impl<'a> Aggregated<'a> {
    /// Takes apart what stands under filters.
    pub(in crate::engine::elastic) fn new(body: AggregationsBody<'a>) -> Result<Self, EngineError> {
        let mut leaves = AggregationsBody::new();
        for (name, content) in body {
            if name.starts_with(WITHIN) {
                leaves.extend(parsed::<AggregationsBody<'a>>(content)?);
            } else {
                leaves.insert(name, content);
            }
        }
        Ok(Self { leaves, is_exact: true })
    }

    /// What was aggregated under a name.
    pub(in crate::engine::elastic) fn leaf<T: Deserialize<'a>>(&self, name: &str) -> Result<T, EngineError> {
        let leaf = self.leaves.get(name).ok_or_else(|| Problem::Content("no answer to a facet").unexpected())?;
        parsed(leaf)
    }

    /// The values that were counted under a name.
    pub(super) fn terms(&mut self, name: &str) -> Result<TermsBody<'a>, EngineError> {
        let terms = self.leaf(name)?;
        self.note(&terms);
        Ok(terms)
    }

    /// Takes notice of counts that are estimates.
    pub(super) fn note(&mut self, terms: &TermsBody<'_>) {
        self.is_exact &= terms.is_exact();
    }
}

impl TermsBody<'_> {
    /// Whether no count is an estimate.
    pub(super) fn is_exact(&self) -> bool {
        self.doc_count_error_upper_bound == 0
    }
}

fn parsed<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, EngineError> {
    serde_json::from_str(raw.get()).map_err(|error| Problem::Shape(error).unexpected())
}
