//! Which values and attributes a facet lists, and in which order: engines only count.
//!
//! Invariant: what is selected is listed whatever its count, and nothing is listed twice.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap, HashSet},
};

use super::{FacetOrder, FacetPlan, ValueCount};

/// A value, or the name of an attribute, and how many products have it.
pub type Counted = (String, u64);

/// The values that a facet lists: those that lead, then the selected ones that are not among them, in the same order.
///
/// `counts` are of selected values, in any order; no product has those that are missing.
pub fn listed_values(
    leading: Vec<Counted>,
    selected: &BTreeSet<String>,
    counts: Vec<Counted>,
    order: FacetOrder,
) -> Vec<ValueCount> {
    let mut beyond = beyond(&leading, selected, counts);
    if order == FacetOrder::Count {
        beyond.sort_by(by_count);
    }
    let all = leading.into_iter().chain(beyond);
    all.map(|(value, count)| ValueCount { selected: selected.contains(&value), value, count }).collect()
}

/// The selected values that do not lead, by their bytes.
fn beyond(leading: &[Counted], selected: &BTreeSet<String>, counts: Vec<Counted>) -> Vec<Counted> {
    let leading: HashSet<&str> = leading.iter().map(|(value, _)| value.as_str()).collect();
    let counts: HashMap<String, u64> = counts.into_iter().collect();
    let beyond = selected.iter().filter(|value| !leading.contains(value.as_str()));
    beyond.map(|value| (value.clone(), counts.get(value).copied().unwrap_or_default())).collect()
}

/// The attributes that a facet lists which names none: the most frequent, then those filtered by that are not among
/// them, in the same order.
///
/// `frequent` are at least so many as [`FacetPlan::candidates`] says; those filtered by have their own counts in
/// `filtered`, whatever they have in `frequent`.
pub fn listed_names(frequent: Vec<Counted>, filtered: Vec<Counted>, size: u32) -> Vec<Counted> {
    let own: HashSet<String> = filtered.iter().map(|(name, _)| name.clone()).collect();
    let others = frequent.into_iter().filter(|(name, _)| !own.contains(name));
    let mut names: Vec<Counted> = others.chain(filtered).collect();
    names.sort_by(by_count);
    let mut room = size;
    names.retain(|(name, count)| {
        let leads = *count > 0 && room > 0;
        room -= u32::from(leads);
        leads || own.contains(name)
    });
    names
}

/// Most products first, then by bytes.
fn by_count(one: &Counted, two: &Counted) -> Ordering {
    two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0))
}

impl FacetPlan {
    /// How many of the most frequent attributes have to be known to list `size`: each that is filtered by counts by
    /// itself, and may take the place of another.
    pub fn candidates(&self, size: u32) -> u32 {
        size.saturating_add(u32::try_from(self.own.len()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(counts: &[(&str, u64)]) -> Vec<Counted> {
        counts.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
    }

    fn values(order: FacetOrder) -> Vec<String> {
        let selected = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
        let counts = counted(&[("e", 2), ("b", 9), ("c", 1), ("d", 2)]);
        let listed = listed_values(counted(&[("b", 9), ("z", 5)]), &selected, counts, order);
        listed.iter().map(|value| format!("{} {} {}", value.value, value.count, value.selected)).collect()
    }

    #[test]
    fn selected_values_follow_those_that_lead_in_their_order() {
        let leading = ["b 9 true", "z 5 false"].map(str::to_owned);
        let beyond = |values: [&str; 4]| leading.iter().cloned().chain(values.map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(values(FacetOrder::Count), beyond(["d 2 true", "e 2 true", "c 1 true", "a 0 true"]));
        assert_eq!(values(FacetOrder::Value), beyond(["a 0 true", "c 1 true", "d 2 true", "e 2 true"]));
    }

    #[test]
    fn an_attribute_that_is_filtered_by_counts_by_itself_and_is_listed_beyond_the_size() {
        let frequent = || counted(&[("width", 9), ("colour", 5), ("size", 4)]);
        let names = |filtered: &[(&str, u64)], size| listed_names(frequent(), counted(filtered), size);
        assert_eq!(names(&[], 2), counted(&[("width", 9), ("colour", 5)]));
        assert_eq!(names(&[("size", 12)], 2), counted(&[("size", 12), ("width", 9)]), "it takes a place");
        assert_eq!(names(&[("width", 1)], 2), counted(&[("colour", 5), ("size", 4), ("width", 1)]), "it leaves one");
        assert_eq!(names(&[("none", 0), ("no", 0)], 1), counted(&[("width", 9), ("no", 0), ("none", 0)]));
    }

    #[test]
    fn equally_frequent_attributes_come_by_their_bytes_whether_they_are_filtered_by_or_not() {
        let listed = listed_names(counted(&[("b", 3), ("d", 3)]), counted(&[("c", 3), ("a", 3)]), 3);
        assert_eq!(listed, counted(&[("a", 3), ("b", 3), ("c", 3)]));
    }
}
