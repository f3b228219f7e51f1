//! What an operation costs, as a formula: whatever no variable takes part in is summed up when the document is
//! prepared, so that a request pays for its own values only.
//!
//! Invariant: every sum and product saturates, and a request looks at each part of a document once, however often its
//! fragment is spread.

mod quantities;

use std::{collections::HashMap, sync::Arc};

use async_graphql::Variables;

use self::quantities::Quantities;
pub(super) use self::quantities::{BoundedList, Size};
use super::ListLimits;
use crate::graphql::settings::CostMode;

/// What one search costs, compared with the writing of one field: engines need about a millisecond for it.
const SEARCH: u64 = 100;
/// What one facet costs beside a search: its values are counted while the search looks at what it found.
const FACET: u64 = 20;
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
    /// A search for a list of its own: once for each item.
    Search(BoundedList),
    /// Something counted beside a search: once for each value, with so many values within each.
    Facet(BoundedList, Option<BoundedList>),
    /// A change: once for each of its rows.
    Rows(Size),
    /// Once for each product or row of the field further up that says how many there are.
    OfPage,
    /// So many times.
    List(Size),
}

impl Formula {
    /// The same with a field.
    pub(super) fn add_field(&mut self, field: PricedField, limits: ListLimits) {
        if field.is_fixed() {
            self.fixed = self.fixed.plus(field.price(&mut Pass::without_values(limits)));
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
    pub(super) fn cost(&self, variables: &Variables, limits: ListLimits) -> u64 {
        if self.parts.is_empty() {
            return self.fixed.cost.saturating_add(self.fixed.per_page);
        }
        let mut pass = Pass::over(Quantities::of(variables, limits));
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

    fn without_values(limits: ListLimits) -> Self {
        Self::over(Quantities::none(limits))
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
            Repetition::Search(list) | Repetition::Facet(list, None) => list.is_fixed(),
            Repetition::Facet(list, Some(values)) => list.is_fixed() && values.is_fixed(),
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
            Repetition::Search(list) => repeated(inside, quantities.bounded(list), SEARCH),
            Repetition::Facet(list, values) => {
                let within = values.as_ref().map_or(1, |values| quantities.bounded(values));
                let inside = once_a_row(inside, within, 0);
                repeated(inside, quantities.bounded(list), FACET)
            }
            Repetition::Rows(size) => once_a_row(inside, quantities.rows(size), CHANGE),
            Repetition::OfPage => {
                let per_page = inside.cost.saturating_add(inside.per_page).saturating_add(1);
                Price { cost: 1, per_page, ..inside }
            }
            Repetition::List(size) => repeated(inside, quantities.length(size), 1),
        }
    }
}

fn repeated(inside: Price, times: u64, own: u64) -> Price {
    let cost = inside.cost.saturating_add(1).saturating_mul(times).saturating_add(own);
    Price { cost, per_page: inside.per_page.saturating_mul(times), ..inside }
}

fn once_a_row(inside: Price, rows: u64, own: u64) -> Price {
    let cost = inside.per_page.saturating_mul(rows).saturating_add(inside.cost).saturating_add(own);
    Price { cost, per_page: 0, ..inside }
}

#[cfg(test)]
mod tests;
