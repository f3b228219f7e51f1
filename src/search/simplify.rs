//! Turns a filter into an equal one that says things once, so that what cannot match is seen before an engine is asked.
//!
//! Invariant: a simplified filter matches exactly the same products; see the property test in `tests/it`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Condition, Filter, Interval};

impl Filter {
    /// An equal filter without constants inside, without nesting of equal kinds, with conditions on one single-valued
    /// field joined, and with its parts in a fixed order.
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::All | Self::Nothing => self,
            Self::Is(condition) => constant(condition),
            Self::Not(part) => part.simplified().negated(),
            Self::And(parts) => all_of(parts),
            Self::Or(parts) => any_of(parts),
        }
    }
}

/// A condition that asks nothing, or that nothing can meet, is no condition.
fn constant(condition: Condition) -> Filter {
    let interval_or_constant = |interval: Interval| match (interval.is_all(), interval.is_empty()) {
        (true, _) => Some(Filter::All),
        (_, true) => Some(Filter::Nothing),
        (false, false) => None,
    };
    let decided = match &condition {
        Condition::Id(values) => values.is_empty().then_some(Filter::Nothing),
        Condition::Sku(values) => values.is_empty().then_some(Filter::Nothing),
        Condition::Category(values) | Condition::Brand(values) | Condition::Tag(values) => {
            values.is_empty().then_some(Filter::Nothing)
        }
        Condition::Attribute(values) => values.is_empty().then_some(Filter::Nothing),
        Condition::InStock(_) => None,
        Condition::Price(interval) | Condition::CreatedAt(interval) | Condition::UpdatedAt(interval) => {
            interval_or_constant(*interval)
        }
    };
    decided.unwrap_or(Filter::Is(condition))
}

fn any_of(parts: Vec<Filter>) -> Filter {
    let mut flat = BTreeSet::new();
    for part in parts {
        match part.simplified() {
            Filter::All => return Filter::All,
            Filter::Nothing => {}
            Filter::Or(inner) => flat.extend(inner),
            other @ (Filter::And(_) | Filter::Not(_) | Filter::Is(_)) => {
                flat.insert(other);
            }
        }
    }
    single_or(flat.into_iter().collect(), Filter::Nothing, Filter::Or)
}

fn all_of(parts: Vec<Filter>) -> Filter {
    let mut flat = BTreeSet::new();
    for part in parts {
        match part.simplified() {
            Filter::All => {}
            Filter::Nothing => return Filter::Nothing,
            Filter::And(inner) => flat.extend(inner),
            other @ (Filter::Or(_) | Filter::Not(_) | Filter::Is(_)) => {
                flat.insert(other);
            }
        }
    }
    match joined(flat) {
        Some(parts) => single_or(parts, Filter::All, Filter::And),
        None => Filter::Nothing,
    }
}

fn single_or(mut parts: Vec<Filter>, none: Filter, several: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match (parts.pop(), parts.is_empty()) {
        (None, _) => none,
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            several(parts)
        }
    }
}

/// Joins the conditions of one conjunction; `None` when they contradict each other.
fn joined(parts: BTreeSet<Filter>) -> Option<Vec<Filter>> {
    let mut wanted: BTreeMap<usize, Condition> = BTreeMap::new();
    let mut others = Vec::new();
    for part in parts {
        match part {
            Filter::Is(condition) if single_valued(&condition) => {
                let field = field_order(&condition);
                let narrowed = match wanted.remove(&field) {
                    Some(earlier) => intersection(earlier, condition)?,
                    None => condition,
                };
                wanted.insert(field, narrowed);
            }
            other @ (Filter::All
            | Filter::Nothing
            | Filter::And(_)
            | Filter::Or(_)
            | Filter::Not(_)
            | Filter::Is(_)) => {
                others.push(other);
            }
        }
    }
    let mut kept = Vec::new();
    for other in others {
        if !excluded(&mut wanted, &other)? {
            kept.push(other);
        }
    }
    kept.extend(wanted.into_values().map(Filter::Is));
    kept.sort();
    Some(kept)
}

/// Takes the values of a `not` out of the list wanted for the same field; true when the `not` is thereby said.
fn excluded(wanted: &mut BTreeMap<usize, Condition>, part: &Filter) -> Option<bool> {
    let Filter::Not(inner) = part else { return Some(false) };
    let Filter::Is(refused) = inner.as_ref() else { return Some(false) };
    if !single_valued(refused) {
        return Some(false);
    }
    let Some(condition) = wanted.get_mut(&field_order(refused)) else { return Some(false) };
    let (said, empty) = match (condition, refused) {
        (Condition::Id(values), Condition::Id(refused)) => remove(values, refused),
        (Condition::Sku(values), Condition::Sku(refused)) => remove(values, refused),
        (Condition::Category(values), Condition::Category(refused))
        | (Condition::Brand(values), Condition::Brand(refused)) => remove(values, refused),
        (Condition::InStock(value), Condition::InStock(refused)) => (true, value == refused),
        _ => (false, false),
    };
    (!empty).then_some(said)
}

fn remove<Value: Ord>(values: &mut BTreeSet<Value>, refused: &BTreeSet<Value>) -> (bool, bool) {
    values.retain(|value| !refused.contains(value));
    (true, values.is_empty())
}

/// Fields of which a product has at most one value: two lists on them narrow each other.
fn single_valued(condition: &Condition) -> bool {
    !matches!(condition, Condition::Tag(_) | Condition::Attribute(_))
}

fn field_order(condition: &Condition) -> usize {
    match condition {
        Condition::Id(_) => 0,
        Condition::Sku(_) => 1,
        Condition::Category(_) => 2,
        Condition::Brand(_) => 3,
        Condition::Tag(_) => 4,
        Condition::Attribute(_) => 5,
        Condition::InStock(_) => 6,
        Condition::Price(_) => 7,
        Condition::CreatedAt(_) => 8,
        Condition::UpdatedAt(_) => 9,
    }
}

/// Both conditions, which are on the same field, as one; `None` when nothing meets both.
fn intersection(one: Condition, two: Condition) -> Option<Condition> {
    let both = match (one, two) {
        (Condition::Id(one), Condition::Id(two)) => Condition::Id(&one & &two),
        (Condition::Sku(one), Condition::Sku(two)) => Condition::Sku(&one & &two),
        (Condition::Category(one), Condition::Category(two)) => Condition::Category(&one & &two),
        (Condition::Brand(one), Condition::Brand(two)) => Condition::Brand(&one & &two),
        (Condition::InStock(one), Condition::InStock(two)) => return (one == two).then_some(Condition::InStock(one)),
        (Condition::Price(one), Condition::Price(two)) => Condition::Price(one.intersection(&two)),
        (Condition::CreatedAt(one), Condition::CreatedAt(two)) => Condition::CreatedAt(one.intersection(&two)),
        (Condition::UpdatedAt(one), Condition::UpdatedAt(two)) => Condition::UpdatedAt(one.intersection(&two)),
        (one, _) => one,
    };
    if let Filter::Is(condition) = constant(both) { Some(condition) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(values: &[&str]) -> Filter {
        Filter::Is(Condition::Brand(values.iter().map(|&value| value.to_owned()).collect()))
    }

    fn tag(value: &str) -> Filter {
        Filter::Is(Condition::Tag([value.to_owned()].into()))
    }

    fn price(low: i64, high: i64) -> Filter {
        Filter::Is(Condition::Price(Interval { low: Some(low), high: Some(high) }))
    }

    #[test]
    fn two_lists_on_one_field_narrow_each_other() {
        let both = Filter::And(vec![brand(&["a", "b"]), brand(&["b", "c"])]);
        assert_eq!(both.simplified(), brand(&["b"]));
    }

    #[test]
    fn a_contradiction_is_nothing() {
        assert_eq!(Filter::And(vec![brand(&["a"]), brand(&["b"])]).simplified(), Filter::Nothing);
        assert_eq!(Filter::And(vec![price(1, 2), price(3, 4)]).simplified(), Filter::Nothing);
        assert_eq!(Filter::And(vec![brand(&["a"]), brand(&["a"]).negated()]).simplified(), Filter::Nothing);
    }

    #[test]
    fn tags_are_never_joined_since_a_product_has_many() {
        let both = Filter::And(vec![tag("a"), tag("b")]);
        assert_eq!(both.clone().simplified(), both);
    }

    #[test]
    fn two_alternatives_that_are_both_asked_for_stay_two() {
        let either = |one: &str, two: &str| Filter::Or(vec![tag(one), tag(two)]);
        let both = Filter::And(vec![either("a", "b"), either("c", "d")]);
        assert_eq!(both.clone().simplified(), both);
    }

    #[test]
    fn the_order_of_parts_does_not_matter() {
        let one = Filter::And(vec![tag("a"), brand(&["x"]), price(1, 2)]);
        let two = Filter::And(vec![price(1, 2), Filter::And(vec![brand(&["x"]), tag("a")])]);
        assert_eq!(one.simplified(), two.simplified());
    }

    #[test]
    fn constants_dissolve() {
        assert_eq!(Filter::And(vec![]).simplified(), Filter::All);
        assert_eq!(Filter::Or(vec![]).simplified(), Filter::Nothing);
        assert_eq!(Filter::Not(Box::new(Filter::All)).simplified(), Filter::Nothing);
        assert_eq!(brand(&[]).simplified(), Filter::Nothing);
        assert_eq!(Filter::Or(vec![brand(&["a"]), Filter::All]).simplified(), Filter::All);
    }
}
