//! What an engine is asked for products that are like one.
//!
//! Invariant: the number of words that are looked for is bounded, whatever the product's texts, and the product itself is
//! never found.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use super::{
    Clause, Condition, Direction, Factor, Filter, HitsPlan, KeyColumn, Place, Problems, Relevance, SearchLimits,
    SearchPlan, SearchProblem, SortField, SortKey, TextColumn, Window, analysis::analyze, plan::preference_of,
};
use crate::product::{FieldSet, PartialProduct, ProductField, UniqueKey};

/// Most different words that are taken from the name, and as many from tags and attributes.
const WORDS: usize = 16;
/// What a word of a tag or an attribute counts beside one of the name.
const DETAIL: f32 = 0.5;
/// What the same category counts: as much as a word of the name that few products have.
const CATEGORY: f32 = 6.0;
/// What the same brand counts: about as much as a word of the name.
const BRAND: f32 = 2.0;
/// What being in stock counts: more than all the rest together, for a shopper cannot buy the others.
const IN_STOCK: f32 = 1_000.0;
/// What the score of a product of the same name is multiplied by, so that it comes last and can be left out.
const TWIN: f32 = 1e-6;

/// The arguments of similar products before their check.
#[derive(Debug, Clone)]
pub struct SimilarDraft {
    /// The product with at least the fields of [`SimilarQuery::SOURCES`].
    pub product: Arc<PartialProduct>,
    /// Most products.
    pub first: i64,
    /// The fields that are read of them.
    pub fields: FieldSet,
}

impl SimilarDraft {
    /// The checked query, or what is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<SimilarQuery, SearchProblem> {
        let mut problems = Problems::default();
        let size = problems.size("first", self.first, limits.similar).unwrap_or(1);
        problems.into_result(SimilarQuery { product: self.product, size, fields: self.fields })
    }
}

/// One product, and how many like it are wanted.
#[derive(Debug, Clone)]
pub struct SimilarQuery {
    /// The product with at least the fields of [`SimilarQuery::SOURCES`].
    pub product: Arc<PartialProduct>,
    /// Most products.
    pub size: u32,
    /// The fields that are read of them; the name comes always.
    pub fields: FieldSet,
}

impl SimilarQuery {
    /// The fields of a product that say what it is like.
    pub const SOURCES: FieldSet = FieldSet::empty()
        .with(ProductField::Name)
        .with(ProductField::Brand)
        .with(ProductField::Category)
        .with(ProductField::Tags)
        .with(ProductField::Attributes);

    /// What an engine is asked.
    pub fn plan(&self) -> SearchPlan {
        let itself = Filter::Is(Condition::Id(BTreeSet::from([self.product.id.clone()])));
        let order = vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }];
        let window = Window { place: Place::Offset(0), size: self.size };
        let fields = self.fields.with(ProductField::Name);
        SearchPlan {
            relevance: Some(self.relevance()),
            filter: itself.negated(),
            hits: Some(HitsPlan { fields, order, window, scores: false }),
            ..SearchPlan::everything(preference_of(&self.product.id.as_str()))
        }
    }

    /// Whether a product that was found has the same name, so that it is the same thing to a shopper.
    pub fn is_twin(&self, found: &PartialProduct) -> bool {
        let key = |product: &PartialProduct| product.name.as_deref().map(UniqueKey::name);
        key(found).is_some() && key(found) == key(&self.product)
    }

    fn relevance(&self) -> Relevance {
        let product = &*self.product;
        let name = words(product.name.as_deref().into_iter(), TextColumn::Name, 1.0);
        let tags = product.tags.iter().flatten().map(String::as_str);
        let values = product.attributes.iter().flatten().map(|attribute| attribute.value.as_str());
        let details = words(tags.chain(values), TextColumn::Details, DETAIL);
        let kind = meets(product.category.as_ref(), Condition::Category, CATEGORY);
        let brand = meets(product.brand.as_ref(), Condition::Brand, BRAND);
        let mut likeness: Vec<Clause> = name.into_iter().chain(details).chain(kind).collect();
        if likeness.is_empty() {
            likeness.push(Clause::Meets { filter: Filter::All, weight: 1.0 });
        }
        let in_stock = Clause::Meets { filter: Filter::Is(Condition::InStock(true)), weight: IN_STOCK };
        let extra = [in_stock].into_iter().chain(brand).collect();
        Relevance { clause: Clause::Plus { required: Box::new(Clause::Any(likeness)), extra }, factors: self.twins() }
    }

    fn twins(&self) -> Vec<Factor> {
        let key = self.product.name.as_deref().map(UniqueKey::name);
        let twins = key.map(|key| Factor {
            when: Clause::Key { column: KeyColumn::Name, values: vec![key.value().to_owned()], weight: 1.0 },
            unless: Vec::new(),
            factor: TWIN,
        });
        twins.into_iter().collect()
    }
}

/// The first different words of some texts.
fn words<'a>(texts: impl Iterator<Item = &'a str>, column: TextColumn, weight: f32) -> Vec<Clause> {
    let mut seen = HashSet::new();
    let tokens = texts.flat_map(analyze).map(|token| token.text).filter(|token| seen.insert(token.clone()));
    tokens.take(WORDS).map(|token| Clause::Word { column, token, weight }).collect()
}

fn meets(value: Option<&String>, condition: fn(BTreeSet<String>) -> Condition, weight: f32) -> Option<Clause> {
    let value = value?.clone();
    Some(Clause::Meets { filter: Filter::Is(condition(BTreeSet::from([value]))), weight })
}
