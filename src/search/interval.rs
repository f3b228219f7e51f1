//! A closed span of whole numbers (minor units, milliseconds), open at either end.

use std::fmt;

/// The numbers from `low` to `high`, both included; `None` is unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The smallest number inside.
    pub low: Option<i64>,
    /// The largest number inside.
    pub high: Option<i64>,
}

impl Interval {
    /// Every number.
    pub const ALL: Self = Self { low: None, high: None };

    /// Whether no number lies inside.
    pub fn is_empty(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if low > high)
    }

    /// Whether every number lies inside.
    pub fn is_all(&self) -> bool {
        *self == Self::ALL
    }

    /// Whether `number` lies inside.
    pub fn contains(&self, number: i64) -> bool {
        self.low.is_none_or(|low| low <= number) && self.high.is_none_or(|high| number <= high)
    }

    /// The numbers that lie in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: match (self.high, other.high) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        write!(formatter, "{}..{}", bound(self.low), bound(self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intersection_keeps_what_both_contain() {
        let one = Interval { low: Some(3), high: None };
        let two = Interval { low: None, high: Some(5) };
        let both = one.intersection(&two);
        assert_eq!(both, Interval { low: Some(3), high: Some(5) });
        assert!((0..9).all(|number| both.contains(number) == (one.contains(number) && two.contains(number))));
    }

    #[test]
    fn an_interval_is_empty_only_when_its_ends_cross() {
        assert!(!Interval { low: Some(3), high: Some(3) }.is_empty());
        assert!(Interval { low: Some(4), high: Some(3) }.is_empty());
        assert!(!Interval::ALL.is_empty());
    }
}
