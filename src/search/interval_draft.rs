//! A span as a caller wrote it, in units of the API, and its check into whole numbers.
//!
//! Invariant: a bound finer than the stored unit is rounded towards the inside of the span.

use super::{Interval, Problems};
use crate::product::{MinorUnits, Rule, Timestamp};

/// Up to four bounds; all that are set hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IntervalDraft<Bound> {
    /// Above this.
    pub gt: Option<Bound>,
    /// This or above.
    pub gte: Option<Bound>,
    /// Below this.
    pub lt: Option<Bound>,
    /// This or below.
    pub lte: Option<Bound>,
}

/// Bounds in whole units: how far a bound reaches when it is included and when it is not.
struct Rounded {
    /// The smallest number at or above the bound.
    at_or_above: i64,
    /// The largest number at or below the bound.
    at_or_below: i64,
}

impl IntervalDraft<f64> {
    /// The interval in minor units.
    pub(super) fn check(self, path: &str, problems: &mut Problems) -> Interval {
        let parsed = self.map(|name, price: f64| {
            let field = format!("{path}.{name}");
            if !price.is_finite() {
                problems.violation(&field, Rule::Pattern, format!("{field} must be a finite number"));
                return None;
            }
            if price < 0.0 {
                problems.violation(&field, Rule::Min, format!("{field} must be at least 0, not {price}"));
                return None;
            }
            Some(Rounded { at_or_above: MinorUnits::ceil(price).units, at_or_below: MinorUnits::floor(price).units })
        });
        parsed.interval(path, problems)
    }
}

impl IntervalDraft<String> {
    /// The interval in UTC milliseconds.
    pub(super) fn check(self, path: &str, problems: &mut Problems) -> Interval {
        let parsed = self.map(|name, time: String| {
            let field = format!("{path}.{name}");
            let Some(parsed) = Timestamp::parse(&time) else {
                let message = format!("{field} must be an RFC 3339 date and time, for example 2026-01-31T12:00:00Z");
                problems.violation(&field, Rule::Pattern, message);
                return None;
            };
            let millis = parsed.time.millis();
            Some(Rounded { at_or_above: millis + i64::from(parsed.finer), at_or_below: millis })
        });
        parsed.interval(path, problems)
    }
}

impl<Bound> IntervalDraft<Bound> {
    fn map<To>(self, mut convert: impl FnMut(&'static str, Bound) -> Option<To>) -> IntervalDraft<To> {
        IntervalDraft {
            gt: self.gt.and_then(|bound| convert("gt", bound)),
            gte: self.gte.and_then(|bound| convert("gte", bound)),
            lt: self.lt.and_then(|bound| convert("lt", bound)),
            lte: self.lte.and_then(|bound| convert("lte", bound)),
        }
    }
}

impl IntervalDraft<Rounded> {
    fn interval(self, path: &str, problems: &mut Problems) -> Interval {
        let low = [self.gte.map(|bound| bound.at_or_above), self.gt.map(|bound| bound.at_or_below.saturating_add(1))];
        let high = [self.lte.map(|bound| bound.at_or_below), self.lt.map(|bound| bound.at_or_above.saturating_sub(1))];
        let interval = Interval { low: low.into_iter().flatten().max(), high: high.into_iter().flatten().min() };
        if interval.is_empty() {
            problems.violation(
                path,
                Rule::EmptyRange,
                format!("{path} can match nothing: its lower bound lies above its upper"),
            );
        }
        interval
    }
}
