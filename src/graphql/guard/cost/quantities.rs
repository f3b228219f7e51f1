//! The values of one request, as numbers that prices are made of.
//!
//! Invariant: a value is looked at once, however often prices depend on it, and within the limits on pages and rows.

use std::collections::HashMap;

use async_graphql::{Value, Variables};

use super::{ListLimits, Used};
use crate::graphql::guard::weight;

/// How many of something a field asks for.
#[derive(Debug)]
pub(in crate::graphql::guard) enum Size {
    /// So many.
    Fixed(u64),
    /// As many as the value of a variable says.
    Number(String),
    /// As many as the value of a variable has items.
    Length(String),
}

/// A list whose length arguments ask for.
#[derive(Debug)]
pub(in crate::graphql::guard) struct BoundedList {
    /// What arguments ask for; the largest counts.
    pub(in crate::graphql::guard) sizes: Vec<Size>,
    /// The length when none of them has a value.
    pub(in crate::graphql::guard) usual: u64,
    /// The greatest length; more gets an error instead.
    pub(in crate::graphql::guard) most: u64,
}

impl BoundedList {
    /// Whether no variable takes part in it.
    pub(super) fn is_fixed(&self) -> bool {
        self.sizes.iter().all(Size::is_fixed)
    }
}

impl Size {
    /// Whether no variable takes part in it.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

/// What the values of variables come to where prices depend on them.
pub(super) struct Quantities<'a> {
    variables: HashMap<&'a str, Quantity>,
    limits: ListLimits,
}

/// What one value comes to, as a page size, as a list, and each time it is copied.
#[derive(Clone, Copy)]
struct Quantity {
    number: Option<i64>,
    length: usize,
    weight: u64,
}

impl<'a> Quantities<'a> {
    /// No values: for what depends on none.
    pub(super) fn none(limits: ListLimits) -> Self {
        Self { variables: HashMap::new(), limits }
    }

    /// The values of one request.
    pub(super) fn of(variables: &'a Variables, limits: ListLimits) -> Self {
        let quantity = |value: &Value| Quantity {
            number: if let Value::Number(number) = value { number.as_i64() } else { None },
            length: if let Value::List(items) = value { items.len() } else { 1 },
            weight: weight::of_value(value),
        };
        let variables = variables.iter().map(|(name, value)| (name.as_str(), quantity(value)));
        Self { variables: variables.collect(), limits }
    }

    /// What the uses of a variable in one field come to.
    pub(super) fn weight(&self, used: &Used) -> u64 {
        let weight = self.variables.get(used.variable.as_str()).map_or(0, |quantity| quantity.weight);
        weight.saturating_mul(used.times)
    }

    /// What all variables come to, used once each.
    pub(super) fn weight_of_each_once(&self) -> u64 {
        self.variables.values().map(|quantity| quantity.weight).fold(0, u64::saturating_add)
    }

    /// How many products a page has; more than are taken, and two sizes at once, get an error instead.
    pub(super) fn page_size(&self, sizes: &[Size]) -> u64 {
        let asked = sizes.iter().filter_map(|size| self.sized(size)).max();
        asked.unwrap_or(u64::from(self.limits.usual_page)).clamp(1, u64::from(self.limits.page).max(1))
    }

    /// How long a list is whose length arguments ask for.
    pub(super) fn bounded(&self, list: &BoundedList) -> u64 {
        let asked = list.sizes.iter().filter_map(|size| self.sized(size)).max();
        asked.unwrap_or(list.usual).clamp(1, list.most.max(1))
    }

    /// How many rows a mutation answers with; more than are taken get an error instead.
    pub(super) fn rows(&self, size: &Size) -> u64 {
        self.length(size).min(self.limits.rows as u64).max(1)
    }

    /// How long a list is, one at least.
    pub(super) fn length(&self, size: &Size) -> u64 {
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
