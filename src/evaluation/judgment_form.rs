//! A judged query as a line of a file has it.
//!
//! Invariant: what is wrong is told in the words of the file; a name that stands twice is refused, for one of the two
//! would be lost.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Value, error::Category};

use super::{HIGHEST_RATING, Rating};
use crate::{exchange::JsonProblem, product::quoted};

/// Why a line is no judged query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgmentProblem {
    /// It is no JSON.
    #[error("a judged query must be JSON: {0}")]
    NotJson(JsonProblem),
    /// It is JSON of another kind.
    #[error("a judged query must be a JSON object")]
    NotAnObject,
    /// It has an entry that means nothing.
    #[error("{} is neither `query` nor `ratings`", quoted(.0))]
    Unknown(String),
    /// An entry stands twice.
    #[error("`{0}` is given more than once")]
    Repeated(String),
    /// An entry is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The query is no text.
    #[error("`query` must be text")]
    QueryKind,
    /// There is nothing to search for.
    #[error("`query` is blank")]
    BlankQuery,
    /// The ratings are of another kind.
    #[error("`ratings` must be an object with a rating for each sku or id")]
    RatingsKind,
    /// There is nothing to compare with.
    #[error("`ratings` is empty")]
    NoRatings,
    /// A rating is none.
    #[error("the rating of {} must be a whole number from 0 to {HIGHEST_RATING}", quoted(.0))]
    Rating(String),
    /// A product is named twice in the same way.
    #[error("{} is rated twice", quoted(.0))]
    RatedTwice(String),
    /// Two names are one, and can be nothing but skus.
    #[error("{} and {} are the same sku", quoted(.0), quoted(.1))]
    SameSku(String, String),
}

/// A line as it is written.
pub(super) struct JudgmentForm {
    /// The query.
    pub(super) query: String,
    /// Ratings by the names of products.
    pub(super) ratings: BTreeMap<String, Rating>,
}

impl JudgmentForm {
    /// What a line says: `{"query": "…", "ratings": {"sku or id": 0 to 3, …}}`.
    pub(super) fn read(line: &[u8]) -> Result<Self, JudgmentProblem> {
        let Entries(entries) = serde_json::from_slice(line).map_err(|error| json_problem(&error))?;
        let (mut query, mut ratings) = (None, None);
        for (name, value) in entries {
            let earlier = match name.as_str() {
                "query" => query.replace(text(value)?).is_some(),
                "ratings" => ratings.replace(rated(value)?).is_some(),
                _ => return Err(JudgmentProblem::Unknown(name)),
            };
            if earlier {
                return Err(JudgmentProblem::Repeated(name));
            }
        }
        Ok(Self {
            query: query.ok_or(JudgmentProblem::Missing("query"))?,
            ratings: ratings.ok_or(JudgmentProblem::Missing("ratings"))?,
        })
    }
}

fn json_problem(error: &serde_json::Error) -> JudgmentProblem {
    match error.classify() {
        Category::Data => JudgmentProblem::NotAnObject,
        Category::Io | Category::Syntax | Category::Eof => JudgmentProblem::NotJson(JsonProblem::from(error)),
    }
}

fn text(value: LineValue) -> Result<String, JudgmentProblem> {
    if let LineValue::Text(text) = value { Ok(text) } else { Err(JudgmentProblem::QueryKind) }
}

fn rated(value: LineValue) -> Result<BTreeMap<String, Rating>, JudgmentProblem> {
    let LineValue::Object(Entries(entries)) = value else { return Err(JudgmentProblem::RatingsKind) };
    let mut ratings = BTreeMap::new();
    for (name, value) in entries {
        let Some(rating) = rating(&value) else { return Err(JudgmentProblem::Rating(name)) };
        if ratings.contains_key(&name) {
            return Err(JudgmentProblem::RatedTwice(name));
        }
        ratings.insert(name, rating);
    }
    Ok(ratings)
}

fn rating(value: &Value) -> Option<Rating> {
    let number = value.as_f64()?;
    (0..=HIGHEST_RATING).find(|&whole| f64::from(whole).total_cmp(&number).is_eq())
}

/// A value of a line, as far as a judged query can have it.
#[derive(Deserialize)]
#[serde(untagged)]
enum LineValue {
    Text(String),
    Object(Entries<Value>),
    Other(IgnoredAny),
}

/// The entries of a JSON object in their order, those of one name too.
struct Entries<V>(Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
    type Value = Entries<V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
