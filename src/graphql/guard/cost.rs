//! What an operation costs, as a formula: whatever no variable takes part in is summed up when the document is
//! prepared, so that a request pays for its own values only.
//!
//! Invariant: every sum and product saturates, and a request looks at each part of a document once, however often its
//! fragment is spread.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Value, Variables};

use super::{PageSizes, weight};
use crate::graphql::settings::CostMode;

/// What one search costs, compared with the writing of one field: engines need about a millisecond for it.
const SEARCH: u64 = 100;
/// What one mutation costs, a list of rows too: its rows cost what is answered about them.
const CHANGE: u64 = 100;

/// What an operation costs, and what it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graphql) struct OperationCost {
    /// What it costs.
    pub(in crate::graphql) requested: u64,
    /// The most that it may cost.
    pub(in crate::graphql) limit: u64,
    /// What becomes of an operation that costs more.
    pub(in crate::graphql) mode: CostMode,
}

impl OperationCost {
    /// Whether it is more than allowed.
    pub(in crate::graphql) fn is_exceeded(self) -> bool {
        self.requested > self.limit
    }
}

/// What a selection costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Price {
    /// Fields to write, lists multiplied by their length.
    pub(super) cost: u64,
    /// Fields to write for each product on the page of a list, or each row of a list of changes, further up.
    pub(super) per_page: u64,
    /// What the uses of variables in arguments add to the two at least: uses in lists add more.
    pub(super) uses: u64,
}

impl Price {
    fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            per_page: self.per_page.saturating_add(other.per_page),
            uses: self.uses.saturating_add(other.uses),
        }
    }
}

/// What a selection costs, fragments unfolded.
#[derive(Debug, Default)]
pub(super) struct Formula {
    fixed: Price,
    parts: Vec<Part>,
}

/// A part of a selection whose price depends on variables.
#[derive(Debug)]
enum Part {
    Field(PricedField),
    Spread(Arc<Formula>),
}

/// A field, priced by what is selected of it and how often.
#[derive(Debug)]
pub(super) struct PricedField {
    /// How often what is selected of it is answered.
    pub(super) repetition: Repetition,
    /// What the literals among its arguments weigh.
    pub(super) literals: u64,
    /// The variables among its arguments.
    pub(super) variables: Vec<Used>,
    /// What is selected of it.
    pub(super) inside: Formula,
}

/// A variable among the arguments of one field.
#[derive(Debug)]
pub(super) struct Used {
    /// Its name.
    pub(super) variable: String,
    /// How many times it stands there.
    pub(super) times: u64,
}

/// How often the selection of a field is answered.
#[derive(Debug)]
pub(super) enum Repetition {
    /// Once at most.
    Once,
    /// A search: once for each product on the page, of the largest of these sizes that has a value.
    Page(Vec<Size>),
    /// A change: once for each of its rows.
    Rows(Size),
    /// Once for each product or row of the field further up that says how many there are.
    OfPage,
    /// So many times.
    List(Size),
}

/// How many of something a field asks for.
#[derive(Debug)]
pub(super) enum Size {
    /// So many.
    Fixed(u64),
    /// As many as the value of a variable says.
    Number(String),
    /// As many as the value of a variable has items.
    Length(String),
}

impl Size {
    fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

impl Formula {
    /// The same with a field.
    pub(super) fn add_field(&mut self, field: PricedField, pages: PageSizes) {
        if field.is_fixed() {
            self.fixed = self.fixed.plus(field.price(&mut Pass::without_values(pages)));
        } else {
            self.parts.push(Part::Field(field));
        }
    }

    /// The same with a fragment, which costs one more by itself.
    pub(super) fn add_spread(&mut self, fragment: Arc<Self>) {
        self.fixed.cost = self.fixed.cost.saturating_add(1);
        if fragment.parts.is_empty() {
            self.fixed = self.fixed.plus(fragment.fixed);
        } else {
            self.parts.push(Part::Spread(fragment));
        }
    }

    /// The same with another selection beside it.
    pub(super) fn add(&mut self, other: Self) {
        self.fixed = self.fixed.plus(other.fixed);
        self.parts.extend(other.parts);
    }

    /// What an operation of this formula costs with these values of its variables: what all of them weigh once is free.
    pub(super) fn cost(&self, variables: &Variables, pages: PageSizes) -> u64 {
        if self.parts.is_empty() {
            return self.fixed.cost.saturating_add(self.fixed.per_page);
        }
        let mut pass = Pass::over(Quantities::of(variables, pages));
        let Price { cost, per_page, uses } = self.price(&mut pass);
        cost.saturating_add(per_page).saturating_sub(uses.min(pass.quantities.weight_of_each_once()))
    }

    fn price<'a>(&'a self, pass: &mut Pass<'a>) -> Price {
        self.parts.iter().fold(self.fixed, |sum, part| {
            sum.plus(match part {
                Part::Field(field) => field.price(pass),
                Part::Spread(fragment) => pass.spread(fragment),
            })
        })
    }
}

/// The pricing of one operation with the values of one request.
struct Pass<'a> {
    quantities: Quantities<'a>,
    /// The prices of the fragments met so far, by their address.
    fragments: HashMap<*const Formula, Price>,
}

impl<'a> Pass<'a> {
    fn over(quantities: Quantities<'a>) -> Self {
        Self { quantities, fragments: HashMap::new() }
    }

    fn without_values(pages: PageSizes) -> Self {
        Self::over(Quantities { variables: HashMap::new(), pages })
    }

    fn spread(&mut self, fragment: &'a Arc<Formula>) -> Price {
        let address = Arc::as_ptr(fragment);
        if let Some(price) = self.fragments.get(&address) {
            return *price;
        }
        let price = fragment.price(self);
        self.fragments.insert(address, price);
        price
    }
}

impl PricedField {
    fn is_fixed(&self) -> bool {
        let is_sized = match &self.repetition {
            Repetition::Page(sizes) => sizes.iter().all(Size::is_fixed),
            Repetition::Rows(size) | Repetition::List(size) => size.is_fixed(),
            Repetition::Once | Repetition::OfPage => true,
        };
        is_sized && self.variables.is_empty() && self.inside.parts.is_empty()
    }

    fn price<'a>(&'a self, pass: &mut Pass<'a>) -> Price {
        let weights = self.variables.iter().map(|used| pass.quantities.weight(used));
        let uses = weights.fold(0, u64::saturating_add);
        let values = Price { cost: self.literals.saturating_add(uses), uses, per_page: 0 };
        let inside = self.inside.price(pass);
        self.repeated(inside, &pass.quantities).plus(values)
    }

    /// The price of the field with what is selected of it, its own arguments left out: they are used once.
    fn repeated(&self, inside: Price, quantities: &Quantities<'_>) -> Price {
        match &self.repetition {
            Repetition::Once => Price { cost: inside.cost.saturating_add(1), ..inside },
            Repetition::Page(sizes) => once_a_row(inside, quantities.page_size(sizes), SEARCH),
            Repetition::Rows(size) => once_a_row(inside, quantities.rows(size), CHANGE),
            Repetition::OfPage => {
                let per_page = inside.cost.saturating_add(inside.per_page).saturating_add(1);
                Price { cost: 1, per_page, ..inside }
            }
            Repetition::List(size) => {
                let length = quantities.length(size);
                let cost = inside.cost.saturating_add(1).saturating_mul(length).saturating_add(1);
                Price { cost, per_page: inside.per_page.saturating_mul(length), ..inside }
            }
        }
    }
}

fn once_a_row(inside: Price, rows: u64, own: u64) -> Price {
    let cost = inside.per_page.saturating_mul(rows).saturating_add(inside.cost).saturating_add(own);
    Price { cost, per_page: 0, ..inside }
}

/// What the values of variables come to where prices depend on them.
struct Quantities<'a> {
    variables: HashMap<&'a str, Quantity>,
    pages: PageSizes,
}

/// What one value comes to, as a page size, as a list, and each time it is copied.
#[derive(Clone, Copy)]
struct Quantity {
    number: Option<i64>,
    length: usize,
    weight: u64,
}

impl<'a> Quantities<'a> {
    fn of(variables: &'a Variables, pages: PageSizes) -> Self {
        let quantity = |value: &Value| Quantity {
            number: if let Value::Number(number) = value { number.as_i64() } else { None },
            length: if let Value::List(items) = value { items.len() } else { 1 },
            weight: weight::of_value(value),
        };
        let variables = variables.iter().map(|(name, value)| (name.as_str(), quantity(value)));
        Self { variables: variables.collect(), pages }
    }

    fn weight(&self, used: &Used) -> u64 {
        let weight = self.variables.get(used.variable.as_str()).map_or(0, |quantity| quantity.weight);
        weight.saturating_mul(used.times)
    }

    fn weight_of_each_once(&self) -> u64 {
        self.variables.values().map(|quantity| quantity.weight).fold(0, u64::saturating_add)
    }

    /// How many products a page has; more than are taken, and two sizes at once, get an error instead.
    fn page_size(&self, sizes: &[Size]) -> u64 {
        let asked = sizes.iter().filter_map(|size| self.sized(size)).max();
        asked.unwrap_or(u64::from(self.pages.default)).clamp(1, u64::from(self.pages.most).max(1))
    }

    /// How many rows a mutation answers with; more than are taken get an error instead.
    fn rows(&self, size: &Size) -> u64 {
        self.length(size).min(self.pages.rows as u64).max(1)
    }

    fn length(&self, size: &Size) -> u64 {
        self.sized(size).unwrap_or(1).max(1)
    }

    /// `None` for a variable without a value, and for null.
    fn sized(&self, size: &Size) -> Option<u64> {
        let quantity = |name: &String| self.variables.get(name.as_str());
        match size {
            Size::Fixed(size) => Some(*size),
            Size::Number(name) => quantity(name)?.number.map(|number| u64::try_from(number).unwrap_or(0)),
            Size::Length(name) => quantity(name).map(|quantity| quantity.length as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: PageSizes = PageSizes { default: 10, most: 100, rows: 1_000 };

    fn field(repetition: Repetition, inside: Formula) -> Formula {
        let mut formula = Formula::default();
        formula.add_field(PricedField { repetition, literals: 0, variables: Vec::new(), inside }, PAGES);
        formula
    }

    fn with_text(times: u64) -> PricedField {
        let variables = vec![Used { variable: "text".to_owned(), times }];
        PricedField { repetition: Repetition::Once, literals: 0, variables, inside: Formula::default() }
    }

    fn page(sizes: Vec<Size>) -> Formula {
        let leaf = field(Repetition::Once, Formula::default());
        field(Repetition::Page(sizes), field(Repetition::OfPage, leaf))
    }

    #[test]
    fn what_no_variable_takes_part_in_is_one_number() {
        let formula = page(vec![Size::Fixed(20)]);
        assert!(formula.parts.is_empty());
        assert_eq!(formula.cost(&Variables::default(), PAGES), 100 + 1 + 20 * 2);
    }

    #[test]
    fn a_page_of_a_variable_is_as_long_as_its_value_within_the_limits() {
        let cost = |value: Option<Value>| {
            let mut variables = Variables::default();
            variables.extend(value.map(|value| (async_graphql::Name::new("n"), value)));
            page(vec![Size::Number("n".to_owned())]).cost(&variables, PAGES) - 101
        };
        assert_eq!(cost(Some(Value::from(20))), 40);
        assert_eq!(cost(Some(Value::from(5_000))), 200);
        assert_eq!(cost(Some(Value::from(-1))), 2);
        assert_eq!(cost(Some(Value::Null)), 20);
        assert_eq!(cost(None), 20);
    }

    #[test]
    fn the_larger_of_two_sizes_counts_and_the_default_only_where_neither_has_a_value() {
        let numbered = |name: &str| Size::Number(name.to_owned());
        let cost =
            |sizes: Vec<Size>, values: serde_json::Value| page(sizes).cost(&Variables::from_json(values), PAGES) - 101;
        let both = || vec![numbered("first"), numbered("last")];
        assert_eq!(cost(both(), serde_json::json!({})), 20);
        assert_eq!(cost(both(), serde_json::json!({ "first": null, "last": 70 })), 140);
        assert_eq!(cost(both(), serde_json::json!({ "first": 70 })), 140);
        assert_eq!(cost(both(), serde_json::json!({ "first": 3, "last": 70 })), 140);
        assert_eq!(cost(vec![numbered("first"), Size::Fixed(70)], serde_json::json!({})), 140);
        assert_eq!(cost(Vec::new(), serde_json::json!({})), 20);
    }

    #[test]
    fn only_the_second_use_of_a_value_costs() {
        let variables = Variables::from_json(serde_json::json!({ "text": "x".repeat(640) }));
        let used = |times: usize| {
            let mut formula = Formula::default();
            for _ in 0..times {
                formula.add_field(with_text(1), PAGES);
            }
            formula.cost(&variables, PAGES)
        };
        assert_eq!(used(1), 1);
        assert_eq!(used(3), 3 + 2 * 11);
        let mut formula = Formula::default();
        formula.add_field(with_text(3), PAGES);
        assert_eq!(formula.cost(&variables, PAGES), 1 + 2 * 11, "all in one field");
    }

    #[test]
    fn a_fragment_that_doubles_over_and_over_is_priced_once_a_request_and_counts_each_time() {
        let mut formula = Formula::default();
        formula.add_field(with_text(1), PAGES);
        // A walk that followed each spread would have 2^60 steps.
        for _ in 0..60 {
            let fragment = Arc::new(formula);
            formula = Formula::default();
            formula.add_spread(Arc::clone(&fragment));
            formula.add_spread(fragment);
        }
        let variables = Variables::from_json(serde_json::json!({ "text": "x".repeat(640) }));
        let (fields, spreads) = (1_u64 << 60, (1_u64 << 61) - 2);
        assert_eq!(formula.cost(&variables, PAGES), fields + spreads + (fields - 1) * 11);
    }

    #[test]
    fn costs_beyond_all_numbers_saturate() {
        let mut formula = field(Repetition::Once, Formula::default());
        for _ in 0..12 {
            formula = field(Repetition::List(Size::Fixed(1 << 60)), formula);
        }
        assert_eq!(formula.cost(&Variables::default(), PAGES), u64::MAX);
    }
}
