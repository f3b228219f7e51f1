//! What people said of products for a query, line by line as a file has it.
//!
//! Invariant: a product is rated once for a query, by its id or by its sku.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

use crate::product::UniqueKey;

/// How well a product answers a query: 0 is not at all, 1 is related, 2 is a substitute, 3 is what was looked for.
pub type Rating = u8;

/// The best rating.
pub const HIGHEST_RATING: Rating = 3;

/// A query and the products that people rated for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedQuery {
    /// The query as shoppers write it.
    pub query: String,
    /// Ratings by what the file names a product by, and by that as a sku.
    ratings: BTreeMap<UniqueKey, (String, Rating)>,
}

/// Why a line is no judged query.
#[derive(Debug, thiserror::Error)]
pub enum JudgmentProblem {
    /// It is not the JSON that it should be.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// There is nothing to search for.
    #[error("`query` is blank")]
    BlankQuery,
    /// There is nothing to compare with.
    #[error("`ratings` is empty")]
    NoRatings,
}

impl JudgedQuery {
    /// The query of one line: `{"query": "…", "ratings": {"sku or id": 0 to 3, …}}`.
    pub fn parse(line: &[u8]) -> Result<Self, JudgmentProblem> {
        let JudgmentForm { query, ratings: Ratings(ratings) } = serde_json::from_slice(line)?;
        if query.trim().is_empty() {
            return Err(JudgmentProblem::BlankQuery);
        }
        if ratings.is_empty() {
            return Err(JudgmentProblem::NoRatings);
        }
        Ok(Self { query, ratings })
    }

    /// The rating of a product; `None` when nobody judged it.
    pub fn rating(&self, id: &str, sku: Option<&str>) -> Option<Rating> {
        let by_id = self.ratings.get(&UniqueKey::sku(id)).filter(|(name, _)| name == id);
        let rated = by_id.or_else(|| self.ratings.get(&UniqueKey::sku(sku?)));
        rated.map(|&(_, rating)| rating)
    }

    /// All ratings, in no order that means anything.
    pub fn ratings(&self) -> impl Iterator<Item = Rating> {
        self.ratings.values().map(|&(_, rating)| rating)
    }
}

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgmentForm {
    query: String,
    ratings: Ratings,
}

/// Ratings, each product once: JSON lets a name stand twice, and one of the two would be lost.
struct Ratings(BTreeMap<UniqueKey, (String, Rating)>);

impl<'de> Deserialize<'de> for Ratings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RatingsVisitor)
    }
}

struct RatingsVisitor;

impl<'de> Visitor<'de> for RatingsVisitor {
    type Value = Ratings;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object of ratings by sku or id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ratings, A::Error> {
        let mut ratings = BTreeMap::new();
        while let Some((name, rating)) = map.next_entry::<String, f64>()? {
            let rating = (0..=HIGHEST_RATING).find(|&whole| f64::from(whole).total_cmp(&rating).is_eq());
            let Some(rating) = rating else {
                let message = format!("the rating of {name:?} must be a whole number from 0 to {HIGHEST_RATING}");
                return Err(A::Error::custom(message));
            };
            let key = UniqueKey::sku(&name);
            if ratings.contains_key(&key) {
                return Err(A::Error::custom(format!("{name:?} is rated twice")));
            }
            ratings.insert(key, (name, rating));
        }
        Ok(Ratings(ratings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: &str) -> String {
        JudgedQuery::parse(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn products_are_found_by_sku_as_skus_compare_and_by_id_as_it_is() {
        let judged = JudgedQuery::parse(br#"{"query": "mug", "ratings": {"MUG 1": 3, "p-1": 2.0, "x": 0}}"#).unwrap();
        assert_eq!(judged.query, "mug");
        assert_eq!(judged.rating("some", Some("mug1")), Some(3));
        assert_eq!(judged.rating("p-1", None), Some(2));
        assert_eq!(judged.rating("P-1", None), None, "ids are exact");
        assert_eq!(judged.rating("p-1", Some("mug 1")), Some(2), "the id counts before the sku");
        assert_eq!(judged.rating("other", Some("X")), Some(0));
        assert_eq!(judged.rating("other", None), None);
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        for (line, reason) in [
            ("{", "EOF while parsing"),
            ("7", "invalid type"),
            (r#"{"query": "a"}"#, "missing field `ratings`"),
            (r#"{"ratings": {"a": 1}}"#, "missing field `query`"),
            (r#"{"query": "a", "ratings": {"a": 1}, "user": 7}"#, "unknown field `user`"),
            (r#"{"query": "a", "ratings": {"b": 4}}"#, r#"the rating of "b" must be a whole number from 0 to 3"#),
            (r#"{"query": "a", "ratings": {"b": -1}}"#, "must be a whole number"),
            (r#"{"query": "a", "ratings": {"b": 1.5}}"#, "must be a whole number"),
            (r#"{"query": "a", "ratings": {"b": "3"}}"#, "invalid type"),
            (r#"{"query": "a", "ratings": {"b": 1, "B ": 2}}"#, r#""B " is rated twice"#),
            (r#"{"query": "a", "ratings": {}}"#, "`ratings` is empty"),
            (r#"{"query": " ", "ratings": {"a": 1}}"#, "`query` is blank"),
        ] {
            let told = problem(line);
            assert!(told.contains(reason), "{line}: {told}");
        }
    }
}
