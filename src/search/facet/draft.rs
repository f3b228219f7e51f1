//! A facet as a caller wrote it, and the one place where its rules are checked.
//!
//! Invariant: drafts that ask the same give equal facets, whatever they say about what does not matter to them.

use std::collections::HashSet;

use super::{
    AttributesFacet, Facet, FacetOrder, PriceBand, PriceBuckets, PriceFacet, ValueField, ValuePattern, ValuesFacet,
};
use crate::{
    product::{self, MinorUnits, Price, Rule, limits::LABEL_LENGTH},
    search::{Problems, SearchLimits, SearchProblem},
};

/// Lowest number of minor units that no price reaches: no bound has to be higher.
const ABOVE_EVERY_PRICE: i64 = 1_000_000_000;

/// A facet of the values of a field before its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesFacetDraft {
    /// Which field.
    pub field: ValueField,
    /// Most values.
    pub first: i64,
    /// Which come first.
    pub order: FacetOrder,
    /// A text that values contain; blank means any.
    pub matching: Option<String>,
}

/// A facet of prices before its check.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PriceFacetDraft {
    /// Bands to count.
    pub ranges: Option<Vec<PriceBandDraft>>,
    /// Width of buckets, in units of the currency.
    pub interval: Option<f64>,
}

/// Prices from one up to another, in units of the currency.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PriceBandDraft {
    /// The lowest.
    pub from: Option<f64>,
    /// The one that is no longer in it.
    pub to: Option<f64>,
}

/// A facet of attributes before its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributesFacetDraft {
    /// Which attributes; `None` for those that the result has.
    pub names: Option<Vec<String>>,
    /// Most attributes when none are named.
    pub first: i64,
    /// Most values of each.
    pub values: i64,
}

impl ValuesFacetDraft {
    /// The checked facet, or everything that is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<Facet, SearchProblem> {
        let mut problems = Problems::default();
        let size = problems.size("first", self.first, limits.facet_values).unwrap_or(1);
        let matching = self.matching.and_then(|text| pattern(&text, &mut problems));
        problems.into_result(Facet::Values(ValuesFacet { field: self.field, size, order: self.order, matching }))
    }
}

impl PriceFacetDraft {
    /// The checked facet, or everything that is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<Facet, SearchProblem> {
        let mut problems = Problems::default();
        if self.ranges.is_some() && self.interval.is_some() {
            let message = "interval cannot be used with ranges: give one of them".to_owned();
            problems.violation("interval", Rule::Exclusive, message);
        }
        let most = limits.price_buckets;
        let width = self.interval.and_then(|interval| width(interval, &mut problems));
        let bands = self.ranges.map(|ranges| bands(&ranges, limits, &mut problems)).filter(|bands| !bands.is_empty());
        let buckets = match (bands, width) {
            (Some(bands), _) => PriceBuckets::Bands(bands),
            (None, Some(width)) => PriceBuckets::Every { width, most },
            (None, None) => PriceBuckets::None,
        };
        problems.into_result(Facet::Price(PriceFacet { buckets }))
    }
}

impl AttributesFacetDraft {
    /// The checked facet, or everything that is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<Facet, SearchProblem> {
        let mut problems = Problems::default();
        let asked = problems.size("first", self.first, limits.attribute_facets).unwrap_or(1);
        let values = problems.size("values", self.values, limits.attribute_values).unwrap_or(1);
        let names = self.names.map(|names| attribute_names(&names, limits, &mut problems));
        // How many were asked for does not matter where they are named.
        let size = names.as_ref().map_or(Some(asked), |names| u32::try_from(names.len()).ok()).unwrap_or(asked);
        problems.into_result(Facet::Attributes(AttributesFacet { names, size, values }))
    }
}

fn pattern(text: &str, problems: &mut Problems) -> Option<ValuePattern> {
    let text = problems.line("matching", text, *LABEL_LENGTH.end())?;
    (!text.is_empty()).then(|| ValuePattern::new(&text))
}

fn attribute_names(names: &[String], limits: &SearchLimits, problems: &mut Problems) -> Vec<String> {
    let most = limits.attribute_facets as usize;
    if names.len() > most {
        problems.violation("names", Rule::MaxItems, format!("names takes at most {most} values, not {}", names.len()));
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let stored = names.iter().enumerate().filter_map(|(place, name)| {
        let field = format!("names[{place}]");
        problems.stored(&field, name, product::label_value)
    });
    stored.filter(|name| seen.insert(name.clone())).collect()
}

fn width(interval: f64, problems: &mut Problems) -> Option<i64> {
    if interval <= 0.0 {
        problems.violation("interval", Rule::Min, format!("interval must be at least 0.01, not {interval}"));
        return None;
    }
    amount("interval", interval, problems)
}

fn bands(ranges: &[PriceBandDraft], limits: &SearchLimits, problems: &mut Problems) -> Vec<PriceBand> {
    if ranges.len() > limits.price_bands {
        let (most, actual) = (limits.price_bands, ranges.len());
        problems.violation("ranges", Rule::MaxItems, format!("ranges takes at most {most} bands, not {actual}"));
        return Vec::new();
    }
    ranges.iter().enumerate().filter_map(|(place, range)| band(&format!("ranges[{place}]"), *range, problems)).collect()
}

fn band(field: &str, range: PriceBandDraft, problems: &mut Problems) -> Option<PriceBand> {
    let mut bound = |name: &str, price: Option<f64>| match price {
        Some(price) => amount(&format!("{field}.{name}"), price, problems).map(Some),
        None => Some(None),
    };
    let (from, to) = (bound("from", range.from), bound("to", range.to));
    let band = PriceBand { from: from?, to: to? };
    match (band.from, band.to) {
        (None, None) => {
            problems.violation(field, Rule::Required, format!("{field} needs from, to or both"));
            None
        }
        (Some(from), Some(to)) if from >= to => {
            problems.violation(field, Rule::EmptyRange, format!("{field} can hold nothing: from is not below to"));
            None
        }
        _ => Some(band),
    }
}

/// An amount of money in minor units.
fn amount(field: &str, price: f64, problems: &mut Problems) -> Option<i64> {
    let MinorUnits { units, exact } = MinorUnits::floor(price);
    if price < 0.0 {
        problems.violation(field, Rule::Min, format!("{field} must be at least 0, not {price}"));
    } else if units > ABOVE_EVERY_PRICE {
        let message = format!("{field} must be at most 10000000, for no price is above {}", Price::MAX.decimal());
        problems.violation(field, Rule::Max, message);
    } else if !exact {
        problems.violation(field, Rule::Decimals, format!("{field} must have at most 2 decimals, not {price}"));
    } else {
        return Some(units);
    }
    None
}
