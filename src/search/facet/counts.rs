//! What facets counted.

/// What became of one facet.
pub type FacetOutcome = Result<FacetCounts, FacetProblem>;

/// What one facet counted.
#[derive(Debug, Clone, PartialEq)]
pub enum FacetCounts {
    /// Values in the order asked for; selected ones that the size leaves out follow in the same order.
    Values(Vec<ValueCount>),
    /// Availability.
    Stock(StockCounts),
    /// Prices.
    Price(PriceCounts),
    /// Attributes.
    Attributes(Vec<AttributeCounts>),
}

/// A value and how many products have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// How many products have it.
    pub count: u64,
    /// Whether the search selects it.
    pub selected: bool,
}

/// How many products can be bought now, and how many cannot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockCounts {
    /// In stock.
    pub in_stock: u64,
    /// Not in stock.
    pub out_of_stock: u64,
}

/// Prices in minor units; `None` and 0 where there is no product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceCounts {
    /// The lowest.
    pub min: Option<i64>,
    /// The highest.
    pub max: Option<i64>,
    /// The sum of all.
    pub sum: i128,
    /// How many products.
    pub count: u64,
    /// The bands asked for, or every bucket from the first to the last that is not empty.
    pub buckets: Vec<PriceBucket>,
}

impl PriceCounts {
    /// The mean in minor units, halves rounded up; `None` where there is no product.
    pub fn average(&self) -> Option<i64> {
        let count = i128::from(self.count);
        let doubled = self.sum.checked_mul(2)?.checked_add(count)?;
        i64::try_from(doubled.checked_div_euclid(count.checked_mul(2)?)?).ok()
    }
}

/// How many prices lie in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBucket {
    /// The lowest price, in minor units.
    pub from: Option<i64>,
    /// The price that is no longer in it, in minor units.
    pub to: Option<i64>,
    /// How many products.
    pub count: u64,
}

/// An attribute and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeCounts {
    /// Its name.
    pub name: String,
    /// How many products have it.
    pub count: u64,
    /// Its values, by count descending, then by bytes; selected ones beyond the size follow.
    pub values: Vec<ValueCount>,
}

/// Why a facet cannot be counted, though its arguments obey the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FacetProblem {
    /// The interval makes more buckets of the prices that there are than allowed.
    #[error("the interval makes more than {most} buckets")]
    TooManyBuckets {
        /// Most buckets.
        most: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_rounded_half_up_and_is_none_of_nothing() {
        let average = |sum, count| PriceCounts { sum, count, ..PriceCounts::default() }.average();
        assert_eq!(average(0, 0), None);
        assert_eq!([average(5, 2), average(4, 3), average(5, 3), average(7, 7)], [Some(3), Some(1), Some(2), Some(1)]);
        assert_eq!(average(999_999_999 * 1_000_000_000_000, 1_000_000_000_000), Some(999_999_999));
    }
}
