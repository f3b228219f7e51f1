//! Attributes with their values.
//!
//! Invariant: an attribute that is filtered by counts by its own filter, in its name's count and its values' alike.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{lanes::Lanes, values::Listing};
use crate::{
    engine::embedded::{error::IndexError, index::ValueColumn},
    product::Attribute,
    search::{
        FacetPlan, Filter,
        facet::{AttributeCounts, AttributesFacet, FacetOrder, OwnAttribute},
    },
};

/// A facet of attributes, before and after its counting.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    /// What is asked.
    pub(super) facet: &'a AttributesFacet,
    /// With what it counts over.
    pub(super) plan: &'a FacetPlan,
}

impl<'a> Attributes<'a> {
    /// The filters by which it counts, each with the name that it is for; `None` for all names that have none.
    pub(super) fn filters(self) -> impl Iterator<Item = (&'a Filter, Option<&'a str>)> {
        let own = self.own().map(|own| (&own.filter, Some(own.name.as_str())));
        let common = self.has_common_names().then_some((&self.plan.filter, None));
        common.into_iter().chain(own)
    }

    /// Whether it may count a name that is not filtered by: what is common to those is a whole column.
    fn has_common_names(self) -> bool {
        let is_own = |name: &String| self.own().any(|own| own.name == *name);
        self.facet.names.as_ref().is_none_or(|names| !names.iter().all(is_own))
    }

    /// The columns that it reads.
    pub(super) fn columns(self) -> &'static [ValueColumn] {
        if self.facet.values == 0 {
            &[ValueColumn::AttributeName]
        } else {
            &[ValueColumn::AttributeName, ValueColumn::Attribute]
        }
    }

    /// What was counted.
    pub(super) fn counts(self, lanes: &Lanes<'a>) -> Result<Vec<AttributeCounts>, IndexError> {
        match &self.facet.names {
            Some(names) => names.iter().map(|name| self.count(name, lanes)).collect(),
            None => self.discovered(lanes)?.iter().map(|name| self.count(name, lanes)).collect(),
        }
    }

    /// The attributes among those asked for that are filtered by.
    fn own(self) -> impl Iterator<Item = &'a OwnAttribute> {
        let is_asked = |name: &String| self.facet.names.as_ref().is_none_or(|names| names.contains(name));
        self.plan.own.iter().filter(move |own| is_asked(&own.name))
    }

    /// The most frequent names, then those filtered by that are not among them.
    fn discovered(self, lanes: &Lanes<'a>) -> Result<Vec<String>, IndexError> {
        let size = self.facet.size as usize;
        let names = lanes.values(&self.plan.filter, ValueColumn::AttributeName, None)?;
        // As many more as may be filtered by, whose own counts take the place of these.
        let mut found = names.most_frequent(size.saturating_add(self.plan.own.len()))?;
        found.retain(|(name, _)| self.own().all(|own| own.name != *name));
        for own in self.own() {
            let names = lanes.values(&own.filter, ValueColumn::AttributeName, Some(&own.name))?;
            found.push((own.name.clone(), names.count_of(&own.name)?));
        }
        found.sort_by(|(one, few), (two, many)| (Reverse(few), one).cmp(&(Reverse(many), two)));
        let mut place = 0;
        found.retain(|(name, count)| {
            let is_leading = place < size && *count > 0;
            place += 1;
            is_leading || self.own().any(|own| own.name == *name)
        });
        Ok(found.into_iter().map(|(name, _)| name).collect())
    }

    fn count(self, name: &str, lanes: &Lanes<'a>) -> Result<AttributeCounts, IndexError> {
        const NONE: &BTreeSet<String> = &BTreeSet::new();
        let own = self.own().find(|own| own.name == name);
        let (filter, of, selected) = match own {
            Some(own) => (&own.filter, Some(own.name.as_str()), &own.selected),
            None => (&self.plan.filter, None, NONE),
        };
        let count = lanes.values(filter, ValueColumn::AttributeName, of)?.count_of(name)?;
        if self.facet.values == 0 {
            return Ok(AttributeCounts { name: name.to_owned(), count, values: Vec::new() });
        }
        let (pairs, size) = (Attribute::pairs_of(name), self.facet.values);
        let listing = Listing { size, order: FacetOrder::Count, matching: None, selected, within: Some(&pairs) };
        let values = lanes.values(filter, ValueColumn::Attribute, of)?.list(&listing)?;
        Ok(AttributeCounts { name: name.to_owned(), count, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Facet;

    #[test]
    fn a_column_is_counted_only_for_names_that_are_not_filtered_by() {
        let own =
            |name: &str| OwnAttribute { name: name.to_owned(), filter: Filter::Nothing, selected: BTreeSet::new() };
        let counted = |names: Option<&[&str]>| {
            let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            let facet = AttributesFacet { names, size: 1, values: 1 };
            let plan = FacetPlan {
                facet: Facet::Attributes(facet.clone()),
                filter: Filter::All,
                selected: BTreeSet::new(),
                own: vec![own("colour"), own("size")],
            };
            let attributes = Attributes { facet: &facet, plan: &plan };
            attributes.filters().map(|(_, name)| name.map(str::to_owned)).collect::<Vec<_>>()
        };
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(counted(Some(&["colour"])), [name("colour")]);
        assert_eq!(counted(Some(&["size", "width"])), [None, name("size")]);
        assert_eq!(counted(None), [None, name("colour"), name("size")]);
    }
}
