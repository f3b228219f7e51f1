//! Attributes and their values.
//!
//! Names that were asked for or are filtered by are counted one by one; of all others the most frequent pairs are, in one
//! list. Invariant: values of an attribute are told only when none that belongs to them can be missing from that list;
//! otherwise the attribute is one that lacks them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Aggregated, Leaf, aggregated::TermsBody, pattern::beginning_with, terms, these, values::counted};
use crate::{
    backend::EngineError,
    engine::elastic::abilities::Abilities,
    product::Attribute,
    search::{
        FacetPlan, Filter,
        facet::{AttributeCounts, AttributesFacet, Counted, FacetOrder, ValueCount, listed_names, listed_values},
    },
};

/// Where the names of a product's attributes are.
const NAMES: &str = "derived.attributeNames";
/// Where its pairs of name and value are.
const PAIRS: &str = "derived.attributes";
/// Pairs in the common list for each value that is wanted: attributes with many values crowd out others.
const PAIRS_PER_VALUE: u32 = 3;
/// Fewest pairs in the common list: most catalogues have fewer, and then nothing is ever asked for twice.
const FEWEST_PAIRS: u32 = 1_000;
/// Most pairs in the common list: a node writes all of them into its answer.
const MOST_PAIRS: u32 = 2_000;

static NOTHING_SELECTED: BTreeSet<String> = BTreeSet::new();

/// One facet of attributes and its place in the plan.
pub(super) struct AttributesQuestion<'a> {
    place: usize,
    facet: &'a AttributesFacet,
    plan: &'a FacetPlan,
}

/// An attribute that is counted by itself.
struct Single<'a> {
    name: &'a str,
    filter: &'a Filter,
    selected: &'a BTreeSet<String>,
}

#[derive(Deserialize)]
struct SingleBody<'a> {
    doc_count: u64,
    #[serde(borrow)]
    values: Option<TermsBody<'a>>,
    #[serde(borrow)]
    selected: Option<TermsBody<'a>>,
}

impl<'a> AttributesQuestion<'a> {
    /// The facet at this place.
    pub(super) fn new(place: usize, facet: &'a AttributesFacet, plan: &'a FacetPlan) -> Self {
        Self { place, facet, plan }
    }

    /// What is asked for it.
    pub(super) fn leaves(&self, abilities: Abilities) -> Vec<Leaf> {
        let singles = self.singles().into_iter().enumerate().map(|(number, single)| Leaf {
            name: self.single_name(number),
            filter: single.filter.clone(),
            body: single.body(self.facet.values, abilities),
        });
        let common = |name: String, field: &str, size: u32| Leaf {
            name,
            filter: self.plan.filter.clone(),
            body: json!({"terms": terms(field, size, abilities)}),
        };
        let mut leaves: Vec<Leaf> = singles.collect();
        if self.facet.names.is_none() {
            leaves.push(common(self.name("names"), NAMES, self.plan.candidates(self.facet.size)));
            if self.facet.values > 0 {
                leaves.push(common(self.name("pairs"), PAIRS, self.pairs()));
            }
        }
        leaves
    }

    /// What was counted for it, and the attributes that lack values.
    pub(super) fn read(
        &self,
        aggregated: &mut Aggregated<'_>,
    ) -> Result<(Vec<AttributeCounts>, Vec<String>), EngineError> {
        let singles = self.singles().into_iter().enumerate();
        let singles = singles.map(|(number, single)| {
            let body: SingleBody<'_> = aggregated.leaf(&self.single_name(number))?;
            if let Some(values) = &body.values {
                aggregated.note(values);
            }
            Ok(single.counts(body, self.facet.values))
        });
        let singles: Vec<AttributeCounts> = singles.collect::<Result<_, EngineError>>()?;
        if self.facet.names.is_some() {
            return Ok((singles, Vec::new()));
        }
        let frequent = aggregated.terms(&self.name("names"))?.buckets.into_iter().map(counted).collect();
        let mut pairs = self.counted_pairs(aggregated)?;
        let (mut counts, mut lacking) = (Vec::new(), Vec::new());
        let filtered = singles.iter().map(|single| (single.name.clone(), single.count)).collect();
        for (name, count) in listed_names(frequent, filtered, self.facet.size) {
            if let Some(single) = singles.iter().find(|single| single.name == name) {
                counts.push(single.clone());
                continue;
            }
            let values = pairs.values.remove(&name).unwrap_or_default();
            if values.len() < pairs.wanted && pairs.may_lack(&name) {
                lacking.push(name.clone());
            }
            counts.push(AttributeCounts { name, count, values });
        }
        Ok((counts, lacking))
    }

    /// The common list; empty, and not cut, where no values are wanted.
    fn counted_pairs(&self, aggregated: &mut Aggregated<'_>) -> Result<Pairs, EngineError> {
        if self.facet.values == 0 {
            return Ok(Pairs::default());
        }
        Ok(Pairs::read(aggregated.terms(&self.name("pairs"))?, self.facet.values))
    }

    /// The attributes that are counted by themselves.
    fn singles(&self) -> Vec<Single<'a>> {
        let own = |name: &str| self.plan.own.iter().find(|own| own.name == name);
        let Some(names) = &self.facet.names else {
            let own = self.plan.own.iter();
            return own.map(|own| Single { name: &own.name, filter: &own.filter, selected: &own.selected }).collect();
        };
        let single =
            |name: &'a String| {
                own(name).map_or(Single { name, filter: &self.plan.filter, selected: &NOTHING_SELECTED }, |own| {
                    Single { name, filter: &own.filter, selected: &own.selected }
                })
            };
        names.iter().map(single).collect()
    }

    fn pairs(&self) -> u32 {
        let wanted = self.facet.size.saturating_mul(self.facet.values);
        wanted.saturating_mul(PAIRS_PER_VALUE).clamp(FEWEST_PAIRS, MOST_PAIRS)
    }

    /// Most buckets that a node makes for it.
    pub(super) fn buckets(&self) -> u64 {
        let of_single = |single: Single<'_>| match self.facet.values {
            0 => 0,
            values => u64::from(values).saturating_add(single.selected.len() as u64),
        };
        let singles = self.singles().into_iter().map(of_single).fold(0, u64::saturating_add);
        let common = match (&self.facet.names, self.facet.values) {
            (Some(_), _) => 0,
            (None, 0) => self.plan.candidates(self.facet.size),
            (None, _) => self.plan.candidates(self.facet.size).saturating_add(self.pairs()),
        };
        singles.saturating_add(u64::from(common))
    }

    fn name(&self, part: &str) -> String {
        format!("{}-{part}", self.place)
    }

    fn single_name(&self, number: usize) -> String {
        format!("{}-attribute-{number}", self.place)
    }
}

impl Single<'_> {
    fn body(&self, size: u32, abilities: Abilities) -> Value {
        if size == 0 {
            return json!({"filter": {"term": {NAMES: self.name}}});
        }
        let mut listed = terms(PAIRS, size, abilities);
        listed.insert("include".to_owned(), beginning_with(&self.pair("")).into());
        let mut parts = Map::from_iter([("values".to_owned(), json!({"terms": listed}))]);
        if !self.selected.is_empty() {
            let selected = self.selected.iter().map(|value| self.pair(value)).collect();
            parts.insert("selected".to_owned(), these(PAIRS, selected, abilities));
        }
        json!({"filter": {"term": {NAMES: self.name}}, "aggs": parts})
    }

    fn counts(&self, body: SingleBody<'_>, size: u32) -> AttributeCounts {
        let prefix = self.pair("");
        let values = |terms: TermsBody<'_>| {
            let own = terms.buckets.into_iter().filter_map(|term| {
                let value = term.key.strip_prefix(&prefix)?.to_owned();
                Some((value, term.doc_count))
            });
            own.collect::<Vec<Counted>>()
        };
        let (Some(listed), true) = (body.values, size > 0) else {
            return AttributeCounts { name: self.name.to_owned(), count: body.doc_count, values: Vec::new() };
        };
        let mut listed = values(listed);
        listed.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        let selected = body.selected.map(values).unwrap_or_default();
        AttributeCounts {
            name: self.name.to_owned(),
            count: body.doc_count,
            values: listed_values(listed, self.selected, selected, FacetOrder::Count),
        }
    }

    fn pair(&self, value: &str) -> String {
        Attribute { name: self.name.to_owned(), value: value.to_owned() }.pair()
    }
}

/// The common list of pairs, by name.
#[derive(Default)]
struct Pairs {
    values: BTreeMap<String, Vec<ValueCount>>,
    /// Values that are wanted of each name.
    wanted: usize,
    /// Whether the list leaves pairs out.
    are_cut: bool,
    /// The last pair of the list, where it is known that every pair before it is in the list.
    told_up_to: Option<String>,
}

impl Pairs {
    fn read(terms: TermsBody<'_>, wanted: u32) -> Self {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let are_cut = terms.sum_other_doc_count > 0;
        // A list ends with the rarest pairs by their bytes, so where the last one counts 1, no other before it is left out.
        let last = terms.buckets.last().filter(|last| last.doc_count == 1 && terms.is_exact());
        let told_up_to = last.map(|last| last.key.clone().into_owned());
        let mut values: BTreeMap<String, Vec<ValueCount>> = BTreeMap::new();
        for term in terms.buckets {
            let Some(Attribute { name, value }) = Attribute::from_pair(&term.key) else { continue };
            let of_name = values.entry(name).or_default();
            if of_name.len() < wanted {
                of_name.push(ValueCount { value, count: term.doc_count, selected: false });
            }
        }
        Self { values, wanted, are_cut, told_up_to }
    }

    /// Whether a value of this name may be missing from the list.
    fn may_lack(&self, name: &str) -> bool {
        let all = Attribute::pairs_of(name);
        self.are_cut && self.told_up_to.as_ref().is_none_or(|last| *last < all.end)
    }
}
