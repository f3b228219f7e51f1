//! What people said of products for a query.
//!
//! Invariant: each rating is of one product, and each product has one rating at most, whether it is named by its id or
//! by its sku.

use std::collections::{BTreeMap, BTreeSet};

use super::judgment_form::{JudgmentForm, JudgmentProblem};
use crate::product::{ProductId, UniqueKey, quoted};

/// How well a product answers a query: 0 is not at all, 1 is related, 2 is a substitute, 3 is what was looked for.
pub type Rating = u8;

/// The best rating.
pub const HIGHEST_RATING: Rating = 3;

/// A query and the products that people rated for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedQuery {
    /// The query as shoppers write it, on one line.
    pub query: String,
    /// Ratings by what the file names products by.
    ratings: BTreeMap<String, Rating>,
    /// The same names by what they are as skus.
    names: BTreeMap<UniqueKey, Vec<String>>,
}

/// What a product of a list may be rated by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundProduct<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its sku, if it has one.
    pub sku: Option<&'a str>,
}

/// Two ratings turned out to be of one product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} and {} rate the same product", quoted(.0), quoted(.1))]
pub struct RatedTwice(String, String);

impl JudgedQuery {
    /// The query of one line: `{"query": "…", "ratings": {"sku or id": 0 to 3, …}}`.
    pub fn parse(line: &[u8]) -> Result<Self, JudgmentProblem> {
        let JudgmentForm { query, ratings } = JudgmentForm::read(line)?;
        let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
        if query.is_empty() {
            return Err(JudgmentProblem::BlankQuery);
        }
        if ratings.is_empty() {
            return Err(JudgmentProblem::NoRatings);
        }
        let mut names: BTreeMap<UniqueKey, Vec<String>> = BTreeMap::new();
        for name in ratings.keys() {
            names.entry(UniqueKey::sku(name)).or_default().push(name.clone());
        }
        names.values().try_for_each(|names| different(names))?;
        Ok(Self { query, ratings, names })
    }

    /// The rating of each product of a list, in its order; `None` for those that nobody judged, and for those whose
    /// rating is that of a product before: of two products that a name fits, the first has it.
    pub fn rate<'a>(
        &self,
        list: impl IntoIterator<Item = FoundProduct<'a>>,
    ) -> Result<Vec<Option<Rating>>, RatedTwice> {
        let mut taken = BTreeSet::new();
        let rating =
            |product| Ok(self.entry(product)?.filter(|(name, _)| taken.insert(*name)).map(|(_, rating)| rating));
        list.into_iter().map(rating).collect()
    }

    /// All ratings, in no order that means anything.
    pub fn ratings(&self) -> impl Iterator<Item = Rating> {
        self.ratings.values().copied()
    }

    /// What a product is rated by, and the rating.
    fn entry(&self, product: FoundProduct<'_>) -> Result<Option<(&str, Rating)>, RatedTwice> {
        let by_id = self.ratings.get_key_value(product.id).map(|(name, _)| name);
        let by_sku = product.sku.and_then(|sku| self.names.get(&UniqueKey::sku(sku)));
        let names: BTreeSet<&String> = by_id.into_iter().chain(by_sku.into_iter().flatten()).collect();
        let mut names = names.into_iter();
        match (names.next(), names.next()) {
            (Some(one), Some(two)) => Err(RatedTwice(one.clone(), two.clone())),
            (Some(name), None) => Ok(self.ratings.get(name).map(|&rating| (name.as_str(), rating))),
            (None, _) => Ok(None),
        }
    }
}

/// Refuses names that are one sku where no two of them can be of different products, as those of ids can.
fn different(same_sku: &[String]) -> Result<(), JudgmentProblem> {
    let mut skus = same_sku.iter().filter(|name| ProductId::parse(name).is_none());
    match (skus.next(), skus.next()) {
        (Some(one), Some(two)) => Err(JudgmentProblem::SameSku(one.clone(), two.clone())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
