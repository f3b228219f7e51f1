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
