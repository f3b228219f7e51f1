//! Attributes with their values.
//!
//! Invariant: an attribute that is filtered by counts by its own filter, in its name's count and its values' alike.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use super::{lanes::Lanes, values::Listing};
use crate::{
    engine::embedded::{error::IndexError, index::ValueColumn, query::check_given_up},
    product::Attribute,
    search::{
        FacetPlan, Filter,
        facet::{AttributeCounts, AttributesFacet, FacetOrder, OwnAttribute, listed_names},
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

    /// What was counted; [`IndexError::GivenUp`] when nobody waits for it any more.
    pub(super) fn counts(
        self,
        lanes: &Lanes<'a>,
        given_up: &CancellationToken,
    ) -> Result<Vec<AttributeCounts>, IndexError> {
        let names = match &self.facet.names {
            Some(names) => names.clone(),
            None => self.discovered(lanes)?,
        };
        names.into_iter().map(|name| self.count(name, lanes, given_up)).collect()
    }

    /// The attributes among those asked for that are filtered by.
    fn own(self) -> impl Iterator<Item = &'a OwnAttribute> {
        let is_asked = |name: &String| self.facet.names.as_ref().is_none_or(|names| names.contains(name));
        self.plan.own.iter().filter(move |own| is_asked(&own.name))
    }

    /// The names that are listed where none are asked for.
    fn discovered(self, lanes: &Lanes<'a>) -> Result<Vec<String>, IndexError> {
        let size = self.facet.size;
        let names = lanes.values(&self.plan.filter, ValueColumn::AttributeName, None)?;
        let frequent = names.most_frequent(self.plan.candidates(size))?;
        let filtered = self.own().map(|own| {
            let names = lanes.values(&own.filter, ValueColumn::AttributeName, Some(&own.name))?;
            Ok((own.name.clone(), names.count_of(&own.name)?))
        });
        let filtered = filtered.collect::<Result<_, IndexError>>()?;
        Ok(listed_names(frequent, filtered, size).into_iter().map(|(name, _)| name).collect())
    }

    fn count(
        self,
        name: String,
        lanes: &Lanes<'a>,
        given_up: &CancellationToken,
    ) -> Result<AttributeCounts, IndexError> {
        const NONE: &BTreeSet<String> = &BTreeSet::new();
        check_given_up(given_up)?;
        let own = self.own().find(|own| own.name == name);
        let (filter, of, selected) = match own {
            Some(own) => (&own.filter, Some(own.name.as_str()), &own.selected),
            None => (&self.plan.filter, None, NONE),
        };
        let count = lanes.values(filter, ValueColumn::AttributeName, of)?.count_of(&name)?;
        if self.facet.values == 0 {
            return Ok(AttributeCounts { name, count, values: Vec::new() });
        }
        let (pairs, size) = (Attribute::pairs_of(&name), self.facet.values);
        let listing = Listing { size, order: FacetOrder::Count, matching: None, selected, within: Some(&pairs) };
        let values = lanes.values(filter, ValueColumn::Attribute, of)?.list(&listing, given_up)?;
        Ok(AttributeCounts { name, count, values })
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
