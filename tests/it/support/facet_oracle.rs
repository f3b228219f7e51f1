//! What facets should count, the slow and obvious way from `semantics`: the judge of both engines.
//!
//! It takes drafts apart by itself, lists products by the [`Oracle`] and looks for one word by itself, so it shares no code
//! with what it judges but the text analysis.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use aisle::{
    product::{Product, UniqueKey, category_value, label_value},
    search::{
        AttributeDraft, FilterDraft, TextColumn, ValuesDraft,
        analysis::analyze,
        columns::ProductColumns,
        facet::{
            AttributeCounts, AttributesFacet, Facet, FacetCounts, FacetOrder, FacetOutcome, FacetProblem, PriceBand,
            PriceBucket, PriceBuckets, PriceCounts, StockCounts, ValueCount, ValueField, ValuePattern, ValuesFacet,
        },
    },
};

use super::oracle::Oracle;

/// A catalogue whose products can be counted.
pub struct FacetOracle<'a> {
    oracle: &'a Oracle,
    products: HashMap<&'a str, &'a Product>,
    /// The words of each product, and those that two neighbours in its name make together.
    words: HashMap<&'a str, [BTreeSet<String>; 2]>,
}

/// What somebody looks for.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// One word, or nothing.
    pub query: Option<&'a str>,
    /// The products that may be found at all, where something else has judged which words they match; `None` for all.
    pub among: Option<&'a BTreeSet<String>>,
    /// The filter.
    pub filter: &'a FilterDraft,
}

impl<'a> FacetOracle<'a> {
    /// An oracle over the products of another.
    pub fn new(oracle: &'a Oracle, products: &'a [Product]) -> Self {
        let columns = [TextColumn::Everything, TextColumn::JoinedName];
        let words = |product: &'a Product| {
            let texts = ProductColumns::of(&product.content);
            let words =
                |column| texts.parts(column).iter().flat_map(|part| part.split(' ')).map(str::to_owned).collect();
            (product.id.as_str(), columns.map(words))
        };
        let by_id = |product: &'a Product| (product.id.as_str(), product);
        let (words, products) = (products.iter().map(words).collect(), products.iter().map(by_id).collect());
        Self { oracle, products, words }
    }

    /// How many products match.
    pub fn total(&self, selection: Selection<'_>) -> u64 {
        self.found(selection, selection.filter).len() as u64
    }

    /// What a facet counts.
    pub fn count(&self, selection: Selection<'_>, facet: &Facet) -> FacetOutcome {
        match facet {
            Facet::Values(values) => Ok(FacetCounts::Values(self.values(selection, values))),
            Facet::Stock => Ok(FacetCounts::Stock(self.stock(selection))),
            Facet::Price(price) => self.price(selection, &price.buckets).map(FacetCounts::Price),
            Facet::Attributes(attributes) => Ok(FacetCounts::Attributes(self.attributes(selection, attributes))),
        }
    }

    fn found(&self, selection: Selection<'_>, filter: &FilterDraft) -> Vec<&'a Product> {
        let ids = self.oracle.list(None, Some(filter), &[]);
        let products = ids.iter().map(|id| self.products[id.as_str()]);
        let products = products.filter(|product| selection.among.is_none_or(|ids| ids.contains(product.id.as_str())));
        products.filter(|product| selection.query.is_none_or(|word| self.has(product, word))).collect()
    }

    /// Whether a product has the word, or is called so.
    fn has(&self, product: &Product, word: &str) -> bool {
        let is_key = product.name_key() == UniqueKey::name(word) || product.sku_key() == Some(UniqueKey::sku(word));
        let [own, joined] = &self.words[product.id.as_str()];
        let may_be_joined = word.chars().any(char::is_alphabetic);
        let tokens = analyze(word).into_iter().map(|token| token.text);
        is_key || tokens.into_iter().all(|token| own.contains(&token) || (may_be_joined && joined.contains(&token)))
    }

    /// The products that match when the own conditions of a field are taken out.
    fn without(&self, selection: Selection<'_>, strip: &dyn Fn(&mut FilterDraft)) -> Vec<&'a Product> {
        let mut filter = selection.filter.clone();
        each_outer(&mut filter, strip);
        self.found(selection, &filter)
    }

    fn values(&self, selection: Selection<'_>, facet: &ValuesFacet) -> Vec<ValueCount> {
        let strip_values = |values: &mut Option<ValuesDraft>| {
            if let Some(values) = values {
                (values.eq, values.any) = (None, None);
            }
        };
        let products = self.without(selection, &|draft| match facet.field {
            ValueField::Category => strip_values(&mut draft.category),
            ValueField::Brand => strip_values(&mut draft.brand),
            ValueField::Tags => {
                if let Some(tags) = &mut draft.tags {
                    tags.any_of = None;
                }
            }
        });
        let of = |product: &'a Product| -> BTreeSet<&'a str> {
            match facet.field {
                ValueField::Category => [product.content.category.as_str()].into(),
                ValueField::Brand => [product.content.brand.as_str()].into(),
                ValueField::Tags => product.content.tags.iter().map(String::as_str).collect(),
            }
        };
        let counted = tally(products.into_iter().map(of));
        let selected = selected(selection.filter, facet.field);
        let matches = |value: &str| facet.matching.as_ref().is_none_or(|pattern| contains(value, pattern));
        Listed { counted: &counted, selected: &selected, size: facet.size, order: facet.order }.by(matches)
    }

    fn stock(&self, selection: Selection<'_>) -> StockCounts {
        let products = self.without(selection, &|draft| draft.in_stock = None);
        let in_stock = products.iter().filter(|product| product.content.in_stock).count() as u64;
        StockCounts { in_stock, out_of_stock: products.len() as u64 - in_stock }
    }

    fn price(&self, selection: Selection<'_>, buckets: &PriceBuckets) -> Result<PriceCounts, FacetProblem> {
        let products = self.without(selection, &|draft| draft.price = None);
        let prices: Vec<i64> = products.iter().map(|product| product.content.price.minor()).collect();
        let bands = match buckets {
            PriceBuckets::None => Vec::new(),
            PriceBuckets::Bands(bands) => bands.clone(),
            &PriceBuckets::Every { width, most } => every(&prices, width, most)?,
        };
        let inside = |band: &PriceBand| {
            let is_in =
                |price: &&i64| band.from.is_none_or(|from| from <= **price) && band.to.is_none_or(|to| **price < to);
            prices.iter().filter(is_in).count() as u64
        };
        Ok(PriceCounts {
            min: prices.iter().min().copied(),
            max: prices.iter().max().copied(),
            sum: prices.iter().map(|&price| i128::from(price)).sum(),
            count: prices.len() as u64,
            buckets: bands
                .iter()
                .map(|band| PriceBucket { from: band.from, to: band.to, count: inside(band) })
                .collect(),
        })
    }

    fn attributes(&self, selection: Selection<'_>, facet: &AttributesFacet) -> Vec<AttributeCounts> {
        let filtered: BTreeSet<String> = entries(selection.filter).map(|entry| stored(&entry.name)).collect();
        if let Some(names) = &facet.names {
            return names.iter().map(|name| self.attribute(selection, name, facet.values)).collect();
        }
        let names = self.products.values().flat_map(|product| &product.content.attributes);
        let names: BTreeSet<&str> = names.map(|attribute| attribute.name.as_str()).collect();
        let names = names.into_iter().chain(filtered.iter().map(String::as_str)).collect::<BTreeSet<_>>();
        let mut all: Vec<AttributeCounts> =
            names.into_iter().map(|name| self.attribute(selection, name, facet.values)).collect();
        all.sort_by(|one, two| (Reverse(one.count), &one.name).cmp(&(Reverse(two.count), &two.name)));
        let mut room = facet.size;
        all.retain(|attribute| {
            let is_first = attribute.count > 0 && room > 0;
            room -= u32::from(is_first);
            is_first || filtered.contains(&attribute.name)
        });
        // Selected names beyond the size follow those within it, as the order already has them.
        all
    }

    fn attribute(&self, selection: Selection<'_>, name: &str, size: u32) -> AttributeCounts {
        let products = self.without(selection, &|draft| {
            if let Some(entries) = &mut draft.attributes {
                entries.retain(|entry| stored(&entry.name) != name);
            }
        });
        let of = |product: &'a Product| -> BTreeSet<&'a str> {
            let own = product.content.attributes.iter().filter(|attribute| attribute.name == name);
            own.map(|attribute| attribute.value.as_str()).collect()
        };
        let count = products.iter().filter(|product| !of(product).is_empty()).count() as u64;
        let counted = tally(products.into_iter().map(of));
        let of_name = entries(selection.filter).filter(|entry| stored(&entry.name) == name);
        let selected = of_name.flat_map(|entry| entry.any.iter().map(|value| stored(value))).collect();
        let listed = Listed { counted: &counted, selected: &selected, size, order: FacetOrder::Count };
        AttributeCounts { name: name.to_owned(), count, values: listed.by(|_| true) }
    }
}

/// What is listed of some counted values.
struct Listed<'a> {
    counted: &'a BTreeMap<&'a str, u64>,
    selected: &'a BTreeSet<String>,
    size: u32,
    order: FacetOrder,
}

impl Listed<'_> {
    fn by(&self, matches: impl Fn(&str) -> bool) -> Vec<ValueCount> {
        let count = |value: &str| self.counted.get(value).copied().unwrap_or_default();
        let mut first: Vec<&str> = self.counted.keys().copied().filter(|value| matches(value)).collect();
        let sort = |values: &mut Vec<&str>| match self.order {
            FacetOrder::Count => values.sort_by_key(|value| (Reverse(count(value)), value.as_bytes().to_vec())),
            FacetOrder::Value => values.sort_by_key(|value| value.as_bytes().to_vec()),
        };
        sort(&mut first);
        first.truncate(self.size as usize);
        let mut beyond: Vec<&str> =
            self.selected.iter().map(String::as_str).filter(|value| !first.contains(value)).collect();
        sort(&mut beyond);
        let entry = |value: &str| ValueCount {
            value: value.to_owned(),
            count: count(value),
            selected: self.selected.contains(value),
        };
        first.into_iter().chain(beyond).map(entry).collect()
    }
}

fn tally<'a>(products: impl Iterator<Item = BTreeSet<&'a str>>) -> BTreeMap<&'a str, u64> {
    let mut counted = BTreeMap::new();
    for value in products.flatten() {
        *counted.entry(value).or_default() += 1;
    }
    counted
}

fn every(prices: &[i64], width: i64, most: u32) -> Result<Vec<PriceBand>, FacetProblem> {
    let (Some(low), Some(high)) = (prices.iter().min(), prices.iter().max()) else { return Ok(Vec::new()) };
    let (first, last) = (low.div_euclid(width), high.div_euclid(width));
    if last - first >= i64::from(most) {
        return Err(FacetProblem::TooManyBuckets { most });
    }
    let band = |bucket: i64| PriceBand { from: Some(bucket * width), to: Some((bucket + 1) * width) };
    Ok((first..=last).map(band).collect())
}

/// Whether somewhere in the value the characters stand in a row.
fn contains(value: &str, pattern: &ValuePattern) -> bool {
    let letters: Vec<char> = value.chars().collect();
    let length = pattern.characters.len();
    letters.windows(length).any(|run| run.iter().zip(&pattern.characters).all(|(letter, set)| set.contains(letter)))
}

/// Calls `change` with the outermost filter and each of its `and`.
fn each_outer(filter: &mut FilterDraft, change: &dyn Fn(&mut FilterDraft)) {
    change(filter);
    for draft in filter.and.iter_mut().flatten() {
        change(draft);
    }
}

fn outer(filter: &FilterDraft) -> impl Iterator<Item = &FilterDraft> {
    [filter].into_iter().chain(filter.and.iter().flatten())
}

fn entries(filter: &FilterDraft) -> impl Iterator<Item = &AttributeDraft> {
    outer(filter).flat_map(|draft| draft.attributes.iter().flatten())
}

fn selected(filter: &FilterDraft, field: ValueField) -> BTreeSet<String> {
    let values = |values: &Option<ValuesDraft>, stored: &dyn Fn(&String) -> String| -> Vec<String> {
        let chosen = values.iter().flat_map(|values| values.eq.iter().chain(values.any.iter().flatten()));
        chosen.map(stored).collect()
    };
    let of = |draft: &FilterDraft| match field {
        ValueField::Category => values(&draft.category, &|value| category_value(value).unwrap()),
        ValueField::Brand => values(&draft.brand, &|value| stored(value)),
        ValueField::Tags => {
            let lists = draft.tags.iter().flat_map(|tags| [&tags.any_of, &tags.all_of]);
            lists.flatten().flatten().map(|value| stored(value)).collect()
        }
    };
    outer(filter).flat_map(of).collect()
}

fn stored(value: &str) -> String {
    label_value(value).expect("values of tests are well-formed")
}
