//! Searches at random: filters of every kind nested in every way, sorts, windows and words.

use aisle::{
    product::Product,
    search::{
        AttributeDraft, Direction, FilterDraft, IntervalDraft, SortDraft, SortField, TagsDraft, ValuesDraft,
        analysis::analyze,
    },
};
use fastrand::Rng;

/// Makes searches about the products of one catalogue, so that most of them find something.
pub struct RandomSearches<'a> {
    /// Decides; the same seed gives the same searches.
    pub random: Rng,
    products: &'a [Product],
    words: Vec<String>,
}

impl<'a> RandomSearches<'a> {
    /// Searches about `products`, which must not be empty.
    pub fn new(seed: u64, products: &'a [Product]) -> Self {
        let mut words: Vec<String> = products
            .iter()
            .flat_map(|product| [&product.content.name, &product.content.brand, &product.content.description])
            .flat_map(|text| {
                analyze(text).into_iter().filter_map(|token| text.get(token.start..token.end).map(str::to_owned))
            })
            .collect();
        words.sort();
        words.dedup();
        Self { random: Rng::with_seed(seed), products, words }
    }

    /// One to three words of the catalogue, some of them misspelt.
    pub fn query(&mut self) -> String {
        let count = self.random.usize(1..=3);
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ").chars().take(100).collect()
    }

    /// A word as some product has it.
    pub fn right_word(&mut self) -> String {
        self.words[self.random.usize(..self.words.len())].clone()
    }

    /// Adds a choice as shoppers make it, of several values: what the facets of their own fields ignore.
    pub fn choose(&mut self, draft: &mut FilterDraft) {
        let count = self.random.usize(1..=8);
        let list = |random: &mut Self, value: &dyn Fn(&Product) -> Option<String>| -> Option<Vec<String>> {
            Some((0..count).filter_map(|_| value(random.product())).collect())
        };
        match self.random.u8(..6) {
            0 => {
                let any = list(self, &|product| Some(product.content.category.to_uppercase()));
                draft.category = Some(ValuesDraft { any, ..ValuesDraft::default() });
            }
            1 => {
                let any = list(self, &|product| Some(product.content.brand.clone()));
                draft.brand = Some(ValuesDraft { any, ..ValuesDraft::default() });
            }
            2 => {
                let any_of = list(self, &|product| product.content.tags.first().cloned());
                draft.tags = Some(TagsDraft { any_of, ..TagsDraft::default() });
            }
            3 => draft.in_stock = Some(self.random.bool()),
            4 => {
                draft.price =
                    Some(IntervalDraft { lte: Some(self.product().content.price.decimal()), ..Default::default() });
            }
            _ => draft.attributes.get_or_insert_default().extend(self.attribute_choice()),
        }
    }

    /// Several values of one attribute.
    fn attribute_choice(&mut self) -> Option<AttributeDraft> {
        let name = self.product().content.attributes.first()?.name.clone();
        let chosen: Vec<&Product> = (0..20).map(|_| self.product()).collect();
        let values = chosen.iter().flat_map(|product| &product.content.attributes);
        let any = values.filter(|attribute| attribute.name == name).map(|attribute| attribute.value.clone()).collect();
        Some(AttributeDraft { name, any })
    }

    fn word(&mut self) -> String {
        let word = self.right_word();
        let mut letters: Vec<char> = word.chars().collect();
        let place = self.random.usize(..letters.len());
        match self.random.u8(..8) {
            0 if letters.len() > 1 => {
                letters.remove(place);
            }
            1 => letters.insert(place, 'e'),
            2 => letters[place] = 'o',
            3 if place + 1 < letters.len() => letters.swap(place, place + 1),
            _ => {}
        }
        letters.into_iter().collect()
    }

    /// A filter nested at most `levels` deep.
    pub fn filter(&mut self, levels: u8) -> FilterDraft {
        let mut draft = FilterDraft::default();
        for _ in 0..self.random.u8(0..=2) {
            self.add_condition(&mut draft);
        }
        if levels > 0 {
            match self.random.u8(..6) {
                0 => draft.and = Some(self.filters(levels - 1)),
                1 => draft.or = Some(self.filters(levels - 1)),
                2 => draft.not = Some(Box::new(self.filter(levels - 1))),
                3 => {
                    draft.or = Some(self.filters(levels - 1));
                    draft.not = Some(Box::new(self.filter(levels - 1)));
                }
                _ => {}
            }
        }
        draft
    }

    fn filters(&mut self, levels: u8) -> Vec<FilterDraft> {
        (0..self.random.u8(0..=3)).map(|_| self.filter(levels)).collect()
    }

    fn add_condition(&mut self, draft: &mut FilterDraft) {
        match self.random.u8(..10) {
            0 => draft.id = Some(self.values(|product| Some(product.id.as_str().to_owned()))),
            1 => draft.sku = Some(self.values(|product| product.content.sku.as_ref().map(|sku| sku.to_lowercase()))),
            2 => draft.category = Some(self.values(|product| Some(product.content.category.to_uppercase()))),
            3 => draft.brand = Some(self.values(|product| Some(product.content.brand.clone()))),
            4 => draft.tags = Some(self.tags()),
            5 => {
                draft.price = Some(
                    self.interval(|product| product.content.price.decimal(), |price, step| (price + step).max(0.0)),
                );
            }
            6 => draft.in_stock = Some(self.random.bool()),
            7 => draft.created_at = Some(self.times(|product| product.created_at.to_string())),
            8 => draft.updated_at = Some(self.times(|product| product.updated_at.to_string())),
            _ => draft.attributes = Some((0..self.random.u8(0..=2)).map(|_| self.attribute()).collect()),
        }
    }

    fn product(&mut self) -> &'a Product {
        &self.products[self.random.usize(..self.products.len())]
    }

    fn values(&mut self, value: impl Fn(&Product) -> Option<String>) -> ValuesDraft {
        let mut one = |random: &mut Self| value(random.product()).unwrap_or_else(|| "no such value".to_owned());
        let list = |random: &mut Self, one: &mut dyn FnMut(&mut Self) -> String| -> Vec<String> {
            (0..random.random.u8(0..=4)).map(|_| one(random)).collect()
        };
        let mut draft = ValuesDraft::default();
        match self.random.u8(..5) {
            0 => draft.eq = Some(one(self)),
            1 => draft.none = Some(list(self, &mut one)),
            2 => {
                draft.any = Some(list(self, &mut one));
                draft.none = Some(list(self, &mut one));
            }
            _ => draft.any = Some(list(self, &mut one)),
        }
        draft
    }

    fn tags(&mut self) -> TagsDraft {
        let list = |random: &mut Self| -> Vec<String> {
            (0..random.random.u8(0..=2))
                .map(|_| random.product().content.tags.first().cloned().unwrap_or_else(|| "no such tag".to_owned()))
                .collect()
        };
        match self.random.u8(..4) {
            0 => TagsDraft { any_of: Some(list(self)), ..TagsDraft::default() },
            1 => TagsDraft { all_of: Some(list(self)), ..TagsDraft::default() },
            2 => TagsDraft { none_of: Some(list(self)), ..TagsDraft::default() },
            _ => TagsDraft { any_of: Some(list(self)), none_of: Some(list(self)), all_of: None },
        }
    }

    fn attribute(&mut self) -> AttributeDraft {
        let attribute = self.product().content.attributes.first().cloned();
        let other = self.product().content.attributes.last().map(|attribute| attribute.value.clone());
        match attribute {
            Some(attribute) => AttributeDraft {
                name: attribute.name,
                any: [attribute.value].into_iter().chain(other).take(self.random.usize(0..=2)).collect(),
            },
            None => AttributeDraft { name: "no such name".to_owned(), any: vec!["x".to_owned()] },
        }
    }

    /// Bounds around the value of some product; a span that can match nothing is not made, for it is refused.
    fn interval<Bound: PartialOrd + Copy>(
        &mut self,
        value: impl Fn(&Product) -> Bound,
        moved: impl Fn(Bound, f64) -> Bound,
    ) -> IntervalDraft<Bound> {
        let (one, two) = (value(self.product()), value(self.product()));
        let (low, high) = if one < two { (one, two) } else { (two, one) };
        let step = [0.0, 0.001, -0.001, 0.5][self.random.usize(..4)];
        let mut draft = IntervalDraft { gt: None, gte: None, lt: None, lte: None };
        match self.random.u8(..5) {
            0 => draft.gt = Some(moved(low, step)),
            1 => draft.lt = Some(moved(high, 0.01 + step.abs())),
            2 => draft.lte = Some(moved(high, step)),
            3 if low < high => {
                draft.gte = Some(low);
                draft.lte = Some(high);
            }
            _ => draft.gte = Some(moved(low, step)),
        }
        draft
    }

    fn times(&mut self, value: impl Fn(&Product) -> String) -> IntervalDraft<String> {
        let (one, two) = (value(self.product()), value(self.product()));
        let (low, high) = if one < two { (one, two) } else { (two, one) };
        // The same moment half a millisecond later, in another offset.
        let finer = |time: &str| time.replace('Z', "5+00:00");
        match self.random.u8(..5) {
            0 => IntervalDraft { gt: Some(low), ..IntervalDraft::default() },
            1 => IntervalDraft { gte: Some(finer(&low)), ..IntervalDraft::default() },
            2 => IntervalDraft { lt: Some(finer(&high)), ..IntervalDraft::default() },
            3 => IntervalDraft { lte: Some(finer(&high)), ..IntervalDraft::default() },
            _ => IntervalDraft { gte: Some(low), lte: Some(high), ..IntervalDraft::default() },
        }
    }

    /// None to three keys, none twice; relevance is left out, for its order is each engine's own.
    pub fn sort(&mut self) -> Vec<SortDraft> {
        let mut fields = [SortField::Name, SortField::Price, SortField::CreatedAt, SortField::UpdatedAt];
        self.random.shuffle(&mut fields);
        let count = self.random.usize(0..=3);
        let direction = |random: &mut Rng| match random.u8(..3) {
            0 => None,
            1 => Some(Direction::Ascending),
            _ => Some(Direction::Descending),
        };
        fields
            .into_iter()
            .take(count)
            .map(|field| SortDraft { field, direction: direction(&mut self.random) })
            .collect()
    }
}
