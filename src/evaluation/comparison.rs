//! Whether one ranking is better than another for the same queries, or only seems so by chance.
//!
//! Invariant: chance is drawn from a fixed seed, so the same differences always give the same answer.

use super::summary::mean;

/// How often chance is drawn, for the test and for the interval: the second digit of either is steady from here on.
pub const ROUNDS: usize = 10_000;

/// Where chance begins; any number would do.
const SEED: u64 = 0x5EED;

/// Differences below this are of rounding, not of lists.
const SAME: f64 = 1e-9;

/// What the differences of two rankings, query by query, say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The mean difference; above 0 when the other ranking is better.
    pub mean: f64,
    /// Queries for which the other ranking is better.
    pub better: usize,
    /// Queries for which it is worse.
    pub worse: usize,
    /// Queries that it does not change.
    pub equal: usize,
    /// How probable a mean at least so far from 0 is when the two rankings are equally good: the paired randomisation
    /// test, which gives each difference a sign by chance.
    pub probability: f64,
    /// Between which bounds the mean lies in 95 of 100 samples of queries: the percentiles of the paired bootstrap.
    pub interval: (f64, f64),
}

impl Comparison {
    /// The comparison by differences, one for each query; `None` without any.
    pub fn of(differences: &[f64]) -> Option<Self> {
        let mean = mean(differences.iter().copied())?;
        let count = |holds: &dyn Fn(f64) -> bool| differences.iter().filter(|&&difference| holds(difference)).count();
        Some(Self {
            mean,
            better: count(&|difference| difference > SAME),
            worse: count(&|difference| difference < -SAME),
            equal: count(&|difference| difference.abs() <= SAME),
            probability: probability(differences, mean),
            interval: interval(differences)?,
        })
    }
}

/// The share of sign flips whose mean is as far from 0 as the one observed, which is one of them.
fn probability(differences: &[f64], observed: f64) -> f64 {
    let mut chance = Chance(SEED);
    let as_far = (0..ROUNDS).filter(|_| {
        let flipped = differences.iter().map(|difference| if chance.coin() { *difference } else { -difference });
        mean(flipped).is_some_and(|mean| mean.abs() >= observed.abs() - SAME)
    });
    (number(as_far.count()) + 1.0) / (number(ROUNDS) + 1.0)
}

/// The 2.5th and the 97.5th percentile of the means of samples drawn with replacement.
fn interval(differences: &[f64]) -> Option<(f64, f64)> {
    let mut chance = Chance(SEED);
    let sample =
        |_| mean((0..differences.len()).filter_map(|_| differences.get(chance.below(differences.len())).copied()));
    let mut means: Vec<f64> = (0..ROUNDS).filter_map(sample).collect();
    means.sort_unstable_by(f64::total_cmp);
    let (low, high) = (ROUNDS / 40, ROUNDS - ROUNDS / 40 - 1);
    Some((*means.get(low)?, *means.get(high)?))
}

/// Numbers that look random (`SplitMix64`, Steele et al. 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// A number from 0 and below `count`, which is not 0; the bias of `count` / 2^64 is nothing.
    fn below(&mut self, count: usize) -> usize {
        let scaled = (u128::from(self.next()) * count as u128) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounds are far fewer than 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_counted_and_averaged() {
        let compared = Comparison::of(&[0.5, -0.25, 0.0, 0.75]).unwrap();
        assert_eq!((compared.better, compared.worse, compared.equal), (2, 1, 1));
        assert!((compared.mean - 0.25).abs() < SAME);
        assert_eq!(Comparison::of(&[]), None);
    }

    #[test]
    fn the_test_comes_near_the_exact_share_of_sign_flips() {
        // Of the 8 ways to sign 3, 2 and 1 only two give a mean of 2 or -2.
        let compared = Comparison::of(&[3.0, 2.0, 1.0]).unwrap();
        assert!((compared.probability - 0.25).abs() < 0.02, "{compared:?}");
        // All equal: nothing is farther from 0 than everything of one sign, 2 of 2^10 ways.
        let compared = Comparison::of(&[0.1; 10]).unwrap();
        assert!((compared.probability - 2.0 / 1024.0).abs() < 0.001, "{compared:?}");
    }

    #[test]
    fn the_bootstrap_comes_near_the_normal_interval_of_many_queries() {
        // A mean of 0.5 and a deviation of 0.5 over 400 queries: 0.5 ± 1.96 × 0.025.
        let differences: Vec<f64> = (0..400).map(|number| f64::from(number % 2)).collect();
        let (low, high) = Comparison::of(&differences).unwrap().interval;
        assert!((low - 0.451).abs() < 0.004 && (high - 0.549).abs() < 0.004, "{low} {high}");
    }

    #[test]
    fn no_difference_is_no_evidence() {
        let compared = Comparison::of(&[0.0; 20]).unwrap();
        assert!((compared.probability - 1.0).abs() < SAME);
        assert_eq!((compared.interval, compared.equal), ((0.0, 0.0), 20));
    }

    #[test]
    fn a_comparison_is_the_same_every_time() {
        let differences: Vec<f64> = (0..75).map(|number| f64::from(number % 7) / 7.0 - 0.4).collect();
        assert_eq!(Comparison::of(&differences), Comparison::of(&differences));
    }
}
