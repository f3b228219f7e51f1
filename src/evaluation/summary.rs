//! Scores of many queries as one figure each.

use super::Scores;

/// Means over queries, each of them counting the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    /// Of NDCG@10.
    pub ndcg: f64,
    /// Of the reciprocal ranks (MRR).
    pub reciprocal_rank: f64,
    /// Of recall@100.
    pub recall: f64,
}

impl Means {
    /// The means of some scores; `None` without any.
    pub fn of(scores: &[Scores]) -> Option<Self> {
        Some(Self {
            ndcg: mean(scores.iter().map(|scores| scores.ndcg))?,
            reciprocal_rank: mean(scores.iter().map(|scores| scores.reciprocal_rank))?,
            recall: mean(scores.iter().map(|scores| scores.recall))?,
        })
    }
}

/// The mean of numbers; `None` without any.
pub(super) fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_query_counts_the_same() {
        let scores = |ndcg, reciprocal_rank, recall| Scores { ndcg, reciprocal_rank, recall };
        let means = Means::of(&[scores(1.0, 1.0, 0.5), scores(0.5, 0.0, 0.0), scores(0.0, 0.5, 1.0)]);
        assert_eq!(means, Some(Means { ndcg: 0.5, reciprocal_rank: 0.5, recall: 0.5 }));
        assert_eq!(Means::of(&[]), None);
    }
}
