//! Prices.
//!
//! Invariant: no question makes a node build more buckets than asked for, and every number is a whole one that a double
//! holds exactly: sums stay below 2^53 with nine million products of the highest price.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Aggregated, Leaf};
use crate::{
    backend::EngineError,
    engine::elastic::problem::Problem,
    search::{
        FacetPlan, FacetProblem,
        facet::{PriceBand, PriceBucket, PriceBuckets, PriceCounts, PriceFacet},
    },
};

/// Where a product's price is, in minor units.
const FIELD: &str = "derived.price";
/// Every whole number up to here is a double.
const EXACT_UP_TO: f64 = 9_007_199_254_740_992.0;

#[derive(Deserialize)]
struct StatisticsBody {
    count: u64,
    min: Option<f64>,
    max: Option<f64>,
    sum: f64,
}

#[derive(Deserialize)]
struct BandsBody<'a> {
    #[serde(borrow)]
    buckets: Vec<BandBody<'a>>,
}

#[derive(Deserialize)]
struct BandBody<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    doc_count: u64,
}

#[derive(Deserialize)]
struct BucketsBody {
    buckets: Vec<BucketBody>,
}

#[derive(Deserialize)]
struct BucketBody {
    key: BucketKeyBody,
    doc_count: u64,
}

#[derive(Deserialize)]
struct BucketKeyBody {
    from: f64,
}

/// Most buckets that a node makes for a facet.
pub(super) fn buckets(facet: &PriceFacet) -> u64 {
    match &facet.buckets {
        PriceBuckets::None => 0,
        PriceBuckets::Bands(bands) => bands.len() as u64,
        PriceBuckets::Every { most, .. } => u64::from(*most).saturating_add(1),
    }
}

/// What is asked for one facet.
pub(super) fn leaves(place: usize, facet: &PriceFacet, plan: &FacetPlan) -> Vec<Leaf> {
    let leaf = |name: String, body: Value| Leaf { name, filter: plan.filter.clone(), body };
    let statistics = leaf(statistics_name(place), json!({"stats": {"field": FIELD}}));
    let buckets = match &facet.buckets {
        PriceBuckets::None => None,
        PriceBuckets::Bands(bands) if bands.is_empty() => None,
        PriceBuckets::Bands(bands) => {
            let ranges: Vec<Value> = bands.iter().enumerate().map(|(number, band)| range(number, band)).collect();
            Some(json!({"range": {"field": FIELD, "ranges": ranges}}))
        }
        PriceBuckets::Every { width, most } => {
            let source = json!({"from": {"histogram": {"field": FIELD, "interval": width}}});
            Some(json!({"composite": {"size": most.saturating_add(1), "sources": [source]}}))
        }
    };
    [statistics].into_iter().chain(buckets.map(|body| leaf(buckets_name(place), body))).collect()
}

/// Nodes sort ranges; the key tells which band one is.
fn range(number: usize, band: &PriceBand) -> Value {
    let mut range = Map::from_iter([("key".to_owned(), number.to_string().into())]);
    range.extend(band.from.map(|from| ("from".to_owned(), from.into())));
    range.extend(band.to.map(|to| ("to".to_owned(), to.into())));
    Value::Object(range)
}

/// What was counted for it.
pub(super) fn read(
    place: usize,
    facet: &PriceFacet,
    aggregated: &Aggregated<'_>,
) -> Result<Result<PriceCounts, FacetProblem>, EngineError> {
    let StatisticsBody { count, min, max, sum } = aggregated.leaf(&statistics_name(place))?;
    let buckets = match &facet.buckets {
        PriceBuckets::None => Ok(Vec::new()),
        PriceBuckets::Bands(bands) if bands.is_empty() => Ok(Vec::new()),
        PriceBuckets::Bands(bands) => Ok(banded(bands, &aggregated.leaf(&buckets_name(place))?)?),
        PriceBuckets::Every { width, most } => {
            let BucketsBody { buckets } = aggregated.leaf(&buckets_name(place))?;
            filled(&buckets, *width, *most)?
        }
    };
    let bound = |price: Option<f64>| price.map(whole).transpose();
    let counts =
        PriceCounts { min: bound(min)?, max: bound(max)?, sum: whole(sum)?.into(), count, buckets: Vec::new() };
    Ok(buckets.map(|buckets| PriceCounts { buckets, ..counts }))
}

fn banded(bands: &[PriceBand], body: &BandsBody<'_>) -> Result<Vec<PriceBucket>, EngineError> {
    let bucket = |(number, band): (usize, &PriceBand)| {
        let key = number.to_string();
        let counted = body.buckets.iter().find(|bucket| bucket.key == key);
        let counted = counted.ok_or_else(|| Problem::Content("fewer bands than asked for").unexpected())?;
        Ok(PriceBucket { from: band.from, to: band.to, count: counted.doc_count })
    };
    bands.iter().enumerate().map(bucket).collect()
}

/// Every bucket from the first to the last that the node found.
fn filled(found: &[BucketBody], width: i64, most: u32) -> Result<Result<Vec<PriceBucket>, FacetProblem>, EngineError> {
    let starts = found.iter().map(|bucket| whole(bucket.key.from)).collect::<Result<Vec<i64>, _>>()?;
    let (Some(first), Some(last)) = (starts.first().copied(), starts.last().copied()) else {
        return Ok(Ok(Vec::new()));
    };
    let steps = last.saturating_sub(first).checked_div(width).unwrap_or(i64::MAX);
    if steps >= i64::from(most) {
        return Ok(Err(FacetProblem::TooManyBuckets { most }));
    }
    let mut counts = starts.into_iter().zip(found).peekable();
    let mut bucket = |step: i64| {
        let from = first + step * width;
        let counted = counts.next_if(|(start, _)| *start == from).map_or(0, |(_, bucket)| bucket.doc_count);
        PriceBucket { from: Some(from), to: Some(from + width), count: counted }
    };
    let buckets: Vec<PriceBucket> = (0..=steps).map(&mut bucket).collect();
    if counts.next().is_some() {
        return Err(Problem::Content("buckets of another width").unexpected());
    }
    Ok(Ok(buckets))
}

/// A whole number that a node tells as a double.
fn whole(number: f64) -> Result<i64, EngineError> {
    if number.fract() != 0.0 || number.abs() > EXACT_UP_TO {
        return Err(Problem::Content("a price that is no whole number").unexpected());
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and in the range")]
    Ok(number as i64)
}

fn statistics_name(place: usize) -> String {
    format!("{place}-prices")
}

fn buckets_name(place: usize) -> String {
    format!("{place}-buckets")
}
