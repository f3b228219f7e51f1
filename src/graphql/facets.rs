//! What is counted beside a list, as callers see it.
//!
//! Invariant: a facet fails alone, whether its arguments are bad or its counts are too many.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    facet_arguments::{self, FacetOrder, PriceBand, USUAL_SIZE, as_selected},
    int::saturated,
    isolation::isolated,
    listing::Listing,
    loader::OperationLoader,
};
use crate::{
    failure::Failure,
    search::{
        Facet, FacetCounts, SearchLimits, SearchProblem,
        facet::{AttributeCounts, PriceCounts, StockCounts, ValueCount, ValueField},
    },
};

/// What is counted beside one list.
pub(super) struct ProductFacets(Arc<Listing>);

impl ProductFacets {
    /// The facets of a list.
    pub(super) fn of(listing: Arc<Listing>) -> Self {
        Self(listing)
    }

    /// What was counted for a facet, as `counts` takes it apart.
    fn counted<Counts>(
        &self,
        facet: Result<Facet, SearchProblem>,
        counts: fn(FacetCounts) -> Option<Counts>,
    ) -> Result<Counts, Failure> {
        let facet = facet?;
        if facet.asks_nothing() {
            return counts(FacetCounts::Attributes(Vec::new())).ok_or_else(|| Failure::internal(NotCounted));
        }
        let outcome = self.0.facets.get(&facet).ok_or_else(|| Failure::internal(NotCounted))?;
        counts(outcome.clone()?).ok_or_else(|| Failure::internal(NotCounted))
    }

    fn values(&self, facet: Result<Facet, SearchProblem>) -> Result<Option<Vec<FacetValue>>, Failure> {
        let counts = self.counted(facet, |counts| match counts {
            FacetCounts::Values(values) => Some(values),
            FacetCounts::Stock(_) | FacetCounts::Price(_) | FacetCounts::Attributes(_) => None,
        })?;
        Ok(Some(counts.into_iter().map(FacetValue::from).collect()))
    }
}

/// A facet was resolved that no engine was asked for: a mistake in `selection`.
#[derive(Debug, thiserror::Error)]
#[error("a facet was resolved but not counted")]
struct NotCounted;

/// What is counted beside the list, over all of its pages. Counts ignore the facet's own filter (the conditions on its
/// field in the outermost filter object and in its `and`) and respect all others, so that they tell what choosing
/// another value would find; a selected value is always listed, beyond `first` where need be. Each facet may be asked
/// for several times, under aliases; one with a bad argument is null, with an error at its path, and all others are
/// answered.
#[Object]
impl ProductFacets {
    /// The categories of the products, each with the number of its products.
    async fn category(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most values, 1 to 250.", default_with = "USUAL_SIZE")] first: i32,
        #[graphql(desc = "Which come first.", default_with = "FacetOrder::Count")] order_by: FacetOrder,
        #[graphql(desc = "Only values that contain this text, ignoring case; at most 50 characters.")] matching: Option<
            String,
        >,
    ) -> Option<Result<Vec<FacetValue>, Failure>> {
        let draft = facet_arguments::values(ValueField::Category, first, order_by, matching);
        isolated(async { self.values(draft.check(limits(context))) }).await
    }

    /// The brands of the products, each with the number of its products.
    async fn brand(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most values, 1 to 250.", default_with = "USUAL_SIZE")] first: i32,
        #[graphql(desc = "Which come first.", default_with = "FacetOrder::Count")] order_by: FacetOrder,
        #[graphql(desc = "Only values that contain this text, ignoring case; at most 50 characters.")] matching: Option<
            String,
        >,
    ) -> Option<Result<Vec<FacetValue>, Failure>> {
        let draft = facet_arguments::values(ValueField::Brand, first, order_by, matching);
        isolated(async { self.values(draft.check(limits(context))) }).await
    }

    /// The tags of the products, each with the number of its products; a product counts once for each of its tags.
    async fn tags(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most values, 1 to 250.", default_with = "USUAL_SIZE")] first: i32,
        #[graphql(desc = "Which come first.", default_with = "FacetOrder::Count")] order_by: FacetOrder,
        #[graphql(desc = "Only values that contain this text, ignoring case; at most 50 characters.")] matching: Option<
            String,
        >,
    ) -> Option<Result<Vec<FacetValue>, Failure>> {
        let draft = facet_arguments::values(ValueField::Tags, first, order_by, matching);
        isolated(async { self.values(draft.check(limits(context))) }).await
    }

    /// How many of the products can be bought now.
    async fn in_stock(&self) -> Option<Result<StockFacet, Failure>> {
        isolated(async {
            let counts = self.counted(Ok(Facet::Stock), |counts| match counts {
                FacetCounts::Stock(counts) => Some(counts),
                FacetCounts::Values(_) | FacetCounts::Price(_) | FacetCounts::Attributes(_) => None,
            })?;
            Ok(Some(StockFacet::from(counts)))
        })
        .await
    }

    /// The lowest, highest and average price, and how many products lie in bands of prices. Bands are half-open,
    /// `[from, to)`; give `ranges` or `interval`, not both.
    async fn price(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Bands to count, at most 50; they may overlap.")] ranges: Option<Vec<PriceBand>>,
        #[graphql(
            desc = "Buckets of this width, in units of the currency, from 0; at most 200 from the lowest price to \
            the highest, empty ones too."
        )]
        interval: Option<f64>,
    ) -> Option<Result<PriceFacet, Failure>> {
        let draft = facet_arguments::price(ranges, interval);
        isolated(async {
            let facet = draft.check(limits(context)).map(|facet| as_selected(facet, context.field()));
            let counts = self.counted(facet, |counts| match counts {
                FacetCounts::Price(counts) => Some(counts),
                FacetCounts::Values(_) | FacetCounts::Stock(_) | FacetCounts::Attributes(_) => None,
            })?;
            Ok(Some(PriceFacet::from(counts)))
        })
        .await
    }

    /// The attributes that the products have, most frequent first, with their most frequent values.
    async fn attributes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "These attributes, in this order; at most 50. None means those that most products have.")]
        names: Option<Vec<String>>,
        #[graphql(desc = "Most attributes when `names` is not given, 1 to 50.", default_with = "USUAL_SIZE")]
        first: i32,
        #[graphql(desc = "Most values of each, 1 to 250.", default_with = "USUAL_SIZE")] values: i32,
    ) -> Option<Result<Vec<AttributeFacet>, Failure>> {
        let draft = facet_arguments::attributes(names, first, values);
        isolated(async {
            let facet = draft.check(limits(context)).map(|facet| as_selected(facet, context.field()));
            let counts = self.counted(facet, |counts| match counts {
                FacetCounts::Attributes(counts) => Some(counts),
                FacetCounts::Values(_) | FacetCounts::Stock(_) | FacetCounts::Price(_) => None,
            })?;
            Ok(Some(counts.into_iter().map(AttributeFacet::from).collect()))
        })
        .await
    }
}

fn limits<'a>(context: &Context<'a>) -> &'a SearchLimits {
    context.data_unchecked::<OperationLoader>().loader().catalog().limits()
}

/// A value and how many products have it.
#[derive(SimpleObject)]
struct FacetValue {
    /// The value, as a filter takes it.
    value: String,
    /// How many products of the list would have it.
    count: i32,
    /// Whether the filter of this search selects it.
    selected: bool,
}

impl From<ValueCount> for FacetValue {
    fn from(counted: ValueCount) -> Self {
        Self { value: counted.value, count: saturated(counted.count), selected: counted.selected }
    }
}

/// How many products can be bought now, and how many cannot.
#[derive(SimpleObject)]
struct StockFacet {
    /// In stock.
    in_stock: i32,
    /// Not in stock.
    out_of_stock: i32,
}

impl From<StockCounts> for StockFacet {
    fn from(counts: StockCounts) -> Self {
        Self { in_stock: saturated(counts.in_stock), out_of_stock: saturated(counts.out_of_stock) }
    }
}

/// Prices of the list, in units of the currency.
#[derive(SimpleObject)]
struct PriceFacet {
    /// The lowest; null where nothing was found.
    min: Option<f64>,
    /// The highest; null where nothing was found.
    max: Option<f64>,
    /// The mean, rounded to two decimals; null where nothing was found.
    average: Option<f64>,
    /// The bands asked for, in their order; or the buckets of `interval`, ascending; else empty.
    buckets: Vec<PriceBucket>,
}

/// How many prices lie in a band.
#[derive(SimpleObject)]
struct PriceBucket {
    /// The lowest price; null where the band is open.
    from: Option<f64>,
    /// The price that is no longer in it; null where the band is open.
    to: Option<f64>,
    /// How many products.
    count: i32,
}

impl From<PriceCounts> for PriceFacet {
    fn from(counts: PriceCounts) -> Self {
        let bucket = |bucket: &crate::search::facet::PriceBucket| PriceBucket {
            from: bucket.from.map(decimal),
            to: bucket.to.map(decimal),
            count: saturated(bucket.count),
        };
        Self {
            min: counts.min.map(decimal),
            max: counts.max.map(decimal),
            average: counts.average().map(decimal),
            buckets: counts.buckets.iter().map(bucket).collect(),
        }
    }
}

/// Units of the currency; prices, and buckets of at most the highest price, have far fewer minor units than 2³¹.
fn decimal(minor: i64) -> f64 {
    f64::from(i32::try_from(minor).unwrap_or(i32::MAX)) / 100.0
}

/// An attribute of the products and its values.
#[derive(SimpleObject)]
struct AttributeFacet {
    /// Such as `colour`.
    name: String,
    /// Its values, most frequent first.
    values: Vec<FacetValue>,
}

impl From<AttributeCounts> for AttributeFacet {
    fn from(counts: AttributeCounts) -> Self {
        Self { name: counts.name, values: counts.values.into_iter().map(FacetValue::from).collect() }
    }
}
