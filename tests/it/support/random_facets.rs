//! Selections at random: many conditions that facets ignore, and facets of every kind with arguments of every kind.

use std::collections::BTreeSet;

use aisle::{
    product::Product,
    search::{
        FilterDraft,
        facet::{
            AttributesFacet, Facet, FacetOrder, PriceBand, PriceBuckets, PriceFacet, ValueField, ValuePattern,
            ValuesFacet,
        },
    },
};
use fastrand::Rng;

use super::random_search::RandomSearches;

/// Facets about the products of one catalogue.
pub struct RandomFacets<'a> {
    products: &'a [Product],
    names: Vec<&'a str>,
}

impl<'a> RandomFacets<'a> {
    /// Facets about `products`, which must not be empty.
    pub fn new(products: &'a [Product]) -> Self {
        let names = products.iter().flat_map(|product| &product.content.attributes);
        let names: BTreeSet<&str> = names.map(|attribute| attribute.name.as_str()).collect();
        Self { products, names: names.into_iter().collect() }
    }

    /// One to eight facets, some of one field with other arguments, as aliases ask for them.
    pub fn some(&self, random: &mut Rng) -> BTreeSet<Facet> {
        (0..random.u8(1..=8)).map(|_| self.one(random)).collect()
    }

    fn one(&self, random: &mut Rng) -> Facet {
        match random.u8(..8) {
            0..4 => Facet::Values(self.values(random)),
            4 => Facet::Stock,
            5 => Facet::Price(PriceFacet { buckets: self.buckets(random) }),
            _ => Facet::Attributes(self.attributes(random)),
        }
    }

    fn values(&self, random: &mut Rng) -> ValuesFacet {
        let field = [ValueField::Category, ValueField::Brand, ValueField::Tags][random.usize(..3)];
        let matching = random.u8(..4) == 0;
        ValuesFacet {
            field,
            size: [1, 2, 3, 5, 10, 250][random.usize(..6)],
            order: if random.bool() { FacetOrder::Count } else { FacetOrder::Value },
            matching: matching.then(|| pattern(&self.part_of_a_value(random, field))),
        }
    }

    /// One to four letters of some value, in a case of their own.
    fn part_of_a_value(&self, random: &mut Rng, field: ValueField) -> String {
        let content = &self.product(random).content;
        let value = match field {
            ValueField::Category => content.category.clone(),
            ValueField::Brand => content.brand.clone(),
            ValueField::Tags => content.tags.last().cloned().unwrap_or_else(|| "zz".to_owned()),
        };
        let letters: Vec<char> = value.chars().collect();
        let start = random.usize(..letters.len());
        let part: String = letters[start..].iter().take(random.usize(1..=4)).collect();
        if random.bool() { part.to_uppercase() } else { part }
    }

    fn buckets(&self, random: &mut Rng) -> PriceBuckets {
        match random.u8(..5) {
            0 => PriceBuckets::None,
            1 | 2 => PriceBuckets::Bands((0..random.u8(1..=5)).map(|_| self.band(random)).collect()),
            _ => PriceBuckets::Every {
                width: [1, 99, 100, 2_500, 100_000, 5_000_000][random.usize(..6)],
                most: [1, 3, 50, 200][random.usize(..4)],
            },
        }
    }

    fn band(&self, random: &mut Rng) -> PriceBand {
        let (one, two) = (self.price(random), self.price(random));
        let (from, to) = if one == two { (one, one + 1) } else { (one.min(two), one.max(two)) };
        match random.u8(..4) {
            0 => PriceBand { from: Some(from), to: None },
            1 => PriceBand { from: None, to: Some(to) },
            _ => PriceBand { from: Some(from), to: Some(to) },
        }
    }

    fn price(&self, random: &mut Rng) -> i64 {
        self.product(random).content.price.minor()
    }

    fn attributes(&self, random: &mut Rng) -> AttributesFacet {
        AttributesFacet {
            names: random.bool().then(|| self.some_names(random)),
            size: [1, 2, 5, 50][random.usize(..4)],
            values: [1, 2, 3, 10, 250][random.usize(..5)],
        }
    }

    /// Each name once, in any order; one in eight is of no product.
    fn some_names(&self, random: &mut Rng) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for _ in 0..random.u8(0..=4) {
            let is_known = !self.names.is_empty() && random.u8(..8) > 0;
            let name = if is_known { self.names[random.usize(..self.names.len())] } else { "no such name" };
            if !names.iter().any(|earlier| earlier == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn product(&self, random: &mut Rng) -> &'a Product {
        &self.products[random.usize(..self.products.len())]
    }
}

/// A filter whose outermost level, and its `and`, say much.
pub fn selection(searches: &mut RandomSearches<'_>) -> FilterDraft {
    let mut filter = searches.filter(2);
    for _ in 0..searches.random.u8(0..=2) {
        searches.choose(&mut filter);
    }
    let inner = (0..searches.random.u8(0..=3)).map(|_| {
        let mut draft = if searches.random.u8(..4) == 0 { searches.filter(2) } else { FilterDraft::default() };
        searches.choose(&mut draft);
        draft
    });
    let inner: Vec<FilterDraft> = inner.collect();
    if !inner.is_empty() {
        filter.and.get_or_insert_default().extend(inner);
    }
    filter
}

/// The pattern of a text: each letter stands for its two cases, where those are single letters.
fn pattern(text: &str) -> ValuePattern {
    let single = |mut letters: Box<dyn Iterator<Item = char>>| letters.next().filter(|_| letters.next().is_none());
    let cases = |letter: char| {
        let others = [single(Box::new(letter.to_lowercase())), single(Box::new(letter.to_uppercase()))];
        others.into_iter().flatten().chain([letter]).collect()
    };
    ValuePattern { characters: text.chars().map(cases).collect() }
}
