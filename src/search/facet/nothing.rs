//! What a facet counts where nothing can be found and no engine is asked.
//!
//! Invariant: it is what an engine would answer over no products: selected values are listed all the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AttributeCounts, AttributesFacet, Facet, FacetCounts, FacetPlan, PriceBucket, PriceBuckets, PriceCounts,
    StockCounts, ValueCount,
};

impl FacetPlan {
    /// The counts of a list that nothing is in.
    pub fn of_nothing(&self) -> FacetCounts {
        match &self.facet {
            Facet::Values(_) => FacetCounts::Values(absent(&self.selected)),
            Facet::Stock => FacetCounts::Stock(StockCounts::default()),
            Facet::Price(price) => {
                FacetCounts::Price(PriceCounts { buckets: empty(&price.buckets), ..Default::default() })
            }
            Facet::Attributes(attributes) => FacetCounts::Attributes(self.attributes(attributes)),
        }
    }

    fn attributes(&self, facet: &AttributesFacet) -> Vec<AttributeCounts> {
        let own: BTreeMap<&str, &BTreeSet<String>> =
            self.own.iter().map(|own| (own.name.as_str(), &own.selected)).collect();
        let names =
            facet.names.as_ref().map_or_else(|| own.keys().map(|name| (*name).to_owned()).collect(), Clone::clone);
        let counts = names.into_iter().map(|name| {
            let selected = own.get(name.as_str()).filter(|_| facet.values > 0);
            let values = selected.map(|selected| absent(selected)).unwrap_or_default();
            AttributeCounts { name, count: 0, values }
        });
        counts.collect()
    }
}

fn absent(selected: &BTreeSet<String>) -> Vec<ValueCount> {
    selected.iter().map(|value| ValueCount { value: value.clone(), count: 0, selected: true }).collect()
}

fn empty(buckets: &PriceBuckets) -> Vec<PriceBucket> {
    match buckets {
        PriceBuckets::Bands(bands) => {
            bands.iter().map(|band| PriceBucket { from: band.from, to: band.to, count: 0 }).collect()
        }
        PriceBuckets::None | PriceBuckets::Every { .. } => Vec::new(),
    }
}
