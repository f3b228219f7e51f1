//! What a facet counts where nothing can be found and no engine is asked.
//!
//! Invariant: it is what an engine would answer over no products: selected values are listed all the same.

use std::collections::BTreeSet;

use super::{
    AttributeCounts, AttributesFacet, Facet, FacetCounts, FacetOrder, FacetPlan, PriceBucket, PriceBuckets,
    PriceCounts, StockCounts, ValueCount, listed_names, listed_values,
};

impl FacetPlan {
    /// The counts of a list that nothing is in.
    pub fn of_nothing(&self) -> FacetCounts {
        match &self.facet {
            Facet::Values(values) => FacetCounts::Values(absent(&self.selected, values.order)),
            Facet::Stock => FacetCounts::Stock(StockCounts::default()),
            Facet::Price(price) => {
                FacetCounts::Price(PriceCounts { buckets: empty(&price.buckets), ..Default::default() })
            }
            Facet::Attributes(attributes) => FacetCounts::Attributes(self.attributes(attributes)),
        }
    }

    fn attributes(&self, facet: &AttributesFacet) -> Vec<AttributeCounts> {
        let own = |name: &str| self.own.iter().find(|own| own.name == name);
        let filtered = || self.own.iter().map(|own| (own.name.clone(), 0)).collect();
        let discovered =
            || listed_names(Vec::new(), filtered(), facet.size).into_iter().map(|(name, _)| name).collect();
        let names = facet.names.clone().unwrap_or_else(discovered);
        let counts = names.into_iter().map(|name| {
            let selected = own(&name).filter(|_| facet.values > 0).map(|own| &own.selected);
            let values = selected.map(|selected| absent(selected, FacetOrder::Count)).unwrap_or_default();
            AttributeCounts { name, count: 0, values }
        });
        counts.collect()
    }
}

/// Selected values that no product has.
fn absent(selected: &BTreeSet<String>, order: FacetOrder) -> Vec<ValueCount> {
    listed_values(Vec::new(), selected, Vec::new(), order)
}

fn empty(buckets: &PriceBuckets) -> Vec<PriceBucket> {
    match buckets {
        PriceBuckets::Bands(bands) => {
            bands.iter().map(|band| PriceBucket { from: band.from, to: band.to, count: 0 }).collect()
        }
        PriceBuckets::None | PriceBuckets::Every { .. } => Vec::new(),
    }
}
