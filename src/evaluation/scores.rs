//! The measures of one query: NDCG@10, the reciprocal rank and recall@100.
//!
//! Invariant: each lies between 0 and 1, and 1 is reached by a list that nobody could have made better.

use serde::{Deserialize, Serialize};

use super::{FoundProduct, JudgedQuery, RatedTwice, Rating};

/// How many products count for NDCG: what a shopper sees of a first page.
pub const GAIN_DEPTH: usize = 10;

/// How many products of a list are looked at, for recall and for the first relevant one.
pub const LIST_DEPTH: usize = 100;

/// How good the list of one query is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scores {
    /// Normalised discounted cumulative gain of the first [`GAIN_DEPTH`] products: the gain of a product is
    /// 2^rating − 1 (0 when nobody judged it), divided by log2(place + 1); the ideal is the best order of the judged.
    pub ndcg: f64,
    /// 1 / the place of the first relevant product (rated above 0), 0 without one in the first [`LIST_DEPTH`].
    pub reciprocal_rank: f64,
    /// Which share of the relevant products is in the first [`LIST_DEPTH`].
    pub recall: f64,
}

impl Scores {
    /// The scores of a list, the best product first; `None` for a query without any relevant product, which no list can
    /// answer well.
    pub fn of<'a>(
        judged: &JudgedQuery,
        list: impl IntoIterator<Item = FoundProduct<'a>>,
    ) -> Result<Option<Self>, RatedTwice> {
        let list: Vec<Rating> =
            judged.rate(list.into_iter().take(LIST_DEPTH))?.into_iter().map(Option::unwrap_or_default).collect();
        let mut ideal: Vec<Rating> = judged.ratings().collect();
        ideal.sort_unstable_by(|one, two| two.cmp(one));
        let relevant = ideal.iter().filter(|&&rating| rating > 0).count();
        if relevant == 0 {
            return Ok(None);
        }
        let found = list.iter().filter(|&&rating| rating > 0).count();
        let first = list.iter().position(|&rating| rating > 0);
        Ok(Some(Self {
            ndcg: discounted_gain(&list) / discounted_gain(&ideal),
            reciprocal_rank: first.map_or(0.0, |place| 1.0 / (number(place) + 1.0)),
            recall: number(found) / number(relevant),
        }))
    }
}

/// The gain of the first [`GAIN_DEPTH`] ratings.
fn discounted_gain(ratings: &[Rating]) -> f64 {
    let gains = ratings.iter().take(GAIN_DEPTH).enumerate();
    let gains = gains.map(|(place, &rating)| (f64::from(rating).exp2() - 1.0) / (number(place) + 2.0).log2());
    // `sum` begins with -0, which would be printed.
    gains.fold(0.0, |sum, gain| sum + gain)
}

#[expect(clippy::cast_precision_loss, reason = "lists and judgments are far shorter than 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(ratings: &[Rating]) -> JudgedQuery {
        let ratings: Vec<String> =
            ratings.iter().enumerate().map(|(number, rating)| format!("\"p{number}\": {rating}")).collect();
        let line = format!("{{\"query\": \"mug\", \"ratings\": {{{}}}}}", ratings.join(", "));
        JudgedQuery::parse(line.as_bytes()).unwrap()
    }

    fn close(one: f64, two: f64) -> bool {
        (one - two).abs() < 1e-9
    }

    /// The scores of a list of ids, where nothing is rated twice.
    fn scores(judged: &JudgedQuery, list: &[&str]) -> Option<Scores> {
        Scores::of(judged, list.iter().map(|&id| FoundProduct { id, sku: None })).unwrap()
    }

    #[test]
    fn scores_are_those_computed_by_hand() {
        // Gains 7, 0, 1, 3 at the places 2 to 5 of the list; 7, 3, 1 is the ideal.
        let scores = scores(&judged(&[3, 2, 1, 0]), &["x", "p0", "p3", "p2", "p1"]).unwrap();
        let gained = 7.0 / 3_f64.log2() + 1.0 / 5_f64.log2() + 3.0 / 6_f64.log2();
        let ideal = 7.0 + 3.0 / 3_f64.log2() + 1.0 / 2.0;
        assert!(close(scores.ndcg, gained / ideal), "{scores:?}");
        assert!(close(scores.ndcg, 0.639_612_269_4), "{scores:?}");
        assert!(close(scores.reciprocal_rank, 0.5), "{scores:?}");
        assert!(close(scores.recall, 1.0), "{scores:?}");
    }

    #[test]
    fn the_best_order_scores_one_and_an_empty_list_nothing() {
        let many = judged(&[3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 0]);
        let best: Vec<String> = (0..12).map(|number| format!("p{number}")).collect();
        let best: Vec<&str> = best.iter().map(String::as_str).collect();
        assert_eq!(scores(&many, &best), Some(Scores { ndcg: 1.0, reciprocal_rank: 1.0, recall: 1.0 }));
        assert_eq!(scores(&many, &[]), Some(Scores { ndcg: 0.0, reciprocal_rank: 0.0, recall: 0.0 }));
    }

    #[test]
    fn no_list_scores_above_one_when_a_name_fits_two_products() {
        let judged = JudgedQuery::parse(br#"{"query": "mug", "ratings": {"mug1": 3}}"#).unwrap();
        let list = [("mug1", None), ("other", Some("MUG 1"))].map(|(id, sku)| FoundProduct { id, sku });
        assert_eq!(Scores::of(&judged, list), Ok(Some(Scores { ndcg: 1.0, reciprocal_rank: 1.0, recall: 1.0 })));
    }

    #[test]
    fn only_ten_places_gain_and_only_a_hundred_are_looked_at() {
        let list = |before: usize| [vec!["x"; before], vec!["p0"]].concat();
        let eleventh = scores(&judged(&[3]), &list(10)).unwrap();
        assert_eq!((eleventh.ndcg, eleventh.recall), (0.0, 1.0));
        assert!(close(eleventh.reciprocal_rank, 1.0 / 11.0));
        let nothing = Scores { ndcg: 0.0, reciprocal_rank: 0.0, recall: 0.0 };
        assert_eq!(scores(&judged(&[3]), &list(100)), Some(nothing));
    }

    #[test]
    fn a_query_that_nothing_answers_has_no_scores() {
        assert_eq!(scores(&judged(&[0, 0]), &["p0", "x"]), None);
    }
}
