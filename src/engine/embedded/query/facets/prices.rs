//! Statistics of prices, and buckets.
//!
//! Invariant: no more buckets are kept than were asked for, or than the answer may have.

use std::collections::VecDeque;

use crate::search::{
    FacetProblem,
    facet::{PriceBand, PriceBucket, PriceBuckets, PriceCounts},
};

/// What is known of the prices so far.
pub(super) struct PriceTally<'a> {
    /// Into what prices are sorted.
    pub(super) buckets: &'a PriceBuckets,
    min: Option<i64>,
    max: Option<i64>,
    sum: i128,
    count: u64,
    bands: Vec<u64>,
    every: Every,
}

impl<'a> PriceTally<'a> {
    /// Nothing as yet.
    pub(super) fn new(buckets: &'a PriceBuckets) -> Self {
        let bands = match buckets {
            PriceBuckets::Bands(bands) => vec![0; bands.len()],
            PriceBuckets::None | PriceBuckets::Every { .. } => Vec::new(),
        };
        Self { buckets, min: None, max: None, sum: 0, count: 0, bands, every: Every::default() }
    }

    /// Counts more prices, in minor units.
    pub(super) fn count(&mut self, prices: &[i64]) {
        let (Some(min), Some(max)) = (prices.iter().min(), prices.iter().max()) else { return };
        self.min = Some(self.min.map_or(*min, |before| before.min(*min)));
        self.max = Some(self.max.map_or(*max, |before| before.max(*max)));
        self.sum += prices.iter().map(|price| i128::from(*price)).sum::<i128>();
        self.count += prices.len() as u64;
        match self.buckets {
            PriceBuckets::None => {}
            PriceBuckets::Bands(bands) => {
                for (count, band) in self.bands.iter_mut().zip(bands) {
                    *count += prices.iter().filter(|price| is_in(band, **price)).count() as u64;
                }
            }
            PriceBuckets::Every { width, most } => {
                for price in prices {
                    self.every.count(bucket_of(*price, *width), *most);
                }
            }
        }
    }

    /// What was counted.
    pub(super) fn counts(&self) -> Result<PriceCounts, FacetProblem> {
        let buckets = match self.buckets {
            PriceBuckets::None => Vec::new(),
            PriceBuckets::Bands(bands) => bands
                .iter()
                .zip(&self.bands)
                .map(|(band, count)| PriceBucket { from: band.from, to: band.to, count: *count })
                .collect(),
            PriceBuckets::Every { width, most } => self.every.buckets(*width, *most)?,
        };
        Ok(PriceCounts { min: self.min, max: self.max, sum: self.sum, count: self.count, buckets })
    }
}

fn is_in(band: &PriceBand, price: i64) -> bool {
    band.from.is_none_or(|from| from <= price) && band.to.is_none_or(|to| price < to)
}

fn bucket_of(price: i64, width: i64) -> i64 {
    price.div_euclid(width.max(1))
}

/// Buckets of equal width, without gaps.
#[derive(Default)]
struct Every {
    /// Number of the first one.
    first: i64,
    counts: VecDeque<u64>,
    are_too_many: bool,
}

impl Every {
    fn count(&mut self, bucket: i64, most: u32) {
        if self.are_too_many {
            return;
        }
        if self.counts.is_empty() {
            self.first = bucket;
        }
        let last = self.first.saturating_add_unsigned(self.counts.len() as u64);
        let size = last.max(bucket.saturating_add(1)).abs_diff(self.first.min(bucket));
        if size > u64::from(most) {
            self.are_too_many = true;
            return;
        }
        for _ in bucket..self.first {
            self.counts.push_front(0);
        }
        self.first = self.first.min(bucket);
        let place = usize::try_from(bucket.abs_diff(self.first)).unwrap_or(usize::MAX);
        if place >= self.counts.len() {
            self.counts.resize(place.saturating_add(1), 0);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
    }

    fn buckets(&self, width: i64, most: u32) -> Result<Vec<PriceBucket>, FacetProblem> {
        if self.are_too_many {
            return Err(FacetProblem::TooManyBuckets { most });
        }
        let starts = (self.first..).map(|bucket| bucket.saturating_mul(width));
        let bucket = |(from, count): (i64, &u64)| PriceBucket {
            from: Some(from),
            to: Some(from.saturating_add(width)),
            count: *count,
        };
        Ok(starts.zip(&self.counts).map(bucket).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(buckets: &PriceBuckets, prices: &[i64]) -> Result<PriceCounts, FacetProblem> {
        let mut tally = PriceTally::new(buckets);
        prices.chunks(2).for_each(|prices| tally.count(prices));
        tally.counts()
    }

    fn buckets(counts: &PriceCounts) -> Vec<(Option<i64>, Option<i64>, u64)> {
        counts.buckets.iter().map(|bucket| (bucket.from, bucket.to, bucket.count)).collect()
    }

    #[test]
    fn bands_are_half_open_and_may_overlap() {
        let band = |from, to| PriceBand { from, to };
        let bands = vec![band(Some(10), Some(20)), band(None, Some(11)), band(Some(20), None)];
        let counts = counted(&PriceBuckets::Bands(bands), &[10, 19, 20, 9]).unwrap();
        assert_eq!(buckets(&counts), [(Some(10), Some(20), 2), (None, Some(11), 2), (Some(20), None, 1)]);
        assert_eq!((counts.min, counts.max, counts.sum, counts.count), (Some(9), Some(20), 58, 4));
    }

    #[test]
    fn empty_buckets_between_others_are_there_whatever_comes_first() {
        for prices in [[35, 5, 0], [0, 5, 35], [5, 35, 0]] {
            let counts = counted(&PriceBuckets::Every { width: 10, most: 4 }, &prices).unwrap();
            let expected = [(0, 2), (10, 0), (20, 0), (30, 1)];
            assert_eq!(buckets(&counts), expected.map(|(from, count)| (Some(from), Some(from + 10), count)));
        }
    }

    #[test]
    fn more_buckets_than_allowed_are_a_problem_of_the_facet() {
        let asked = PriceBuckets::Every { width: 10, most: 3 };
        assert_eq!(counted(&asked, &[0, 30, 5]), Err(FacetProblem::TooManyBuckets { most: 3 }));
        assert_eq!(counted(&asked, &[i64::MAX, 0]), Err(FacetProblem::TooManyBuckets { most: 3 }));
        assert_eq!(counted(&asked, &[0, 29]).map(|counts| counts.buckets.len()), Ok(3));
    }

    #[test]
    fn no_product_has_no_lowest_price_and_no_bucket() {
        let counts = counted(&PriceBuckets::Every { width: 10, most: 3 }, &[]).unwrap();
        assert_eq!(counts, PriceCounts::default());
    }
}
