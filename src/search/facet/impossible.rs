//! Names of attributes that no product can have, because they are too long or empty.
//!
//! Invariant: no engine is asked for such a name; it is answered all the same, with no product, where it was asked for.

use std::collections::HashMap;

use super::{AttributeCounts, AttributesFacet, Facet, FacetCounts, FacetPlan};
use crate::product::Attribute;

impl FacetPlan {
    /// The plan for an engine.
    pub(in crate::search) fn without_impossible_names(mut self) -> Self {
        if let Facet::Attributes(AttributesFacet { names: Some(names), .. }) = &mut self.facet {
            names.retain(|name| Attribute::is_name(name));
        }
        self
    }
}

impl Facet {
    /// What an engine counted, with the names that it was not asked for.
    pub(in crate::search) fn with_impossible_names(&self, counts: FacetCounts) -> FacetCounts {
        let (Self::Attributes(AttributesFacet { names: Some(names), .. }), FacetCounts::Attributes(counted)) =
            (self, &counts)
        else {
            return counts;
        };
        if counted.len() == names.len() {
            return counts;
        }
        let counted: HashMap<&str, &AttributeCounts> =
            counted.iter().map(|counts| (counts.name.as_str(), counts)).collect();
        // Where one of them is filtered by, no engine is asked at all: none of them has a selected value here.
        let none = |name: &str| AttributeCounts { name: name.to_owned(), count: 0, values: Vec::new() };
        let all =
            names.iter().map(|name| counted.get(name.as_str()).map_or_else(|| none(name), |&counts| counts.clone()));
        FacetCounts::Attributes(all.collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::search::Filter;

    fn facet(names: &[&str]) -> Facet {
        let names = Some(names.iter().map(|name| (*name).to_owned()).collect());
        Facet::Attributes(AttributesFacet { names, size: 3, values: 1 })
    }

    fn counted(counts: &[(&str, u64)]) -> FacetCounts {
        let counts =
            counts.iter().map(|&(name, count)| AttributeCounts { name: name.to_owned(), count, values: Vec::new() });
        FacetCounts::Attributes(counts.collect())
    }

    #[test]
    fn no_engine_is_asked_for_a_name_that_no_product_can_have_and_it_is_answered_in_its_place() {
        let (longest, too_long) = ("é".repeat(50), "é".repeat(51));
        let asked = facet(&[&too_long, "colour", "", &longest]);
        let (selected, own) = (BTreeSet::new(), Vec::new());
        let plan = FacetPlan { facet: asked.clone(), filter: Filter::All, selected, own };
        assert_eq!(plan.without_impossible_names().facet, facet(&["colour", &longest]));
        let answered = asked.with_impossible_names(counted(&[("colour", 2), (&longest, 1)]));
        assert_eq!(answered, counted(&[(&too_long, 0), ("colour", 2), ("", 0), (&longest, 1)]));
    }
}
