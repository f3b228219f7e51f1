//! A filter taken apart: what each field's own facet ignores, and the rest.
//!
//! Invariant: all parts together match exactly the products that the filter matches.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Facet, FacetPlan, OwnAttribute, ValueField,
    part::{Owner, Part},
};
use crate::search::{Condition, Filter};

/// The conditions of one field in the outermost filter and its `and`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Own {
    /// What the field's own facet ignores.
    pub filter: Filter,
    /// The values that are selected.
    pub selected: BTreeSet<String>,
}

impl Default for Own {
    fn default() -> Self {
        Self { filter: Filter::All, selected: BTreeSet::new() }
    }
}

impl Own {
    fn narrow(&mut self, condition: Condition, values: BTreeSet<String>) {
        let earlier = std::mem::replace(&mut self.filter, Filter::All);
        self.filter = Filter::And(vec![earlier, Filter::Is(condition)]).simplified();
        self.selected.extend(values);
    }
}

/// A filter by the facets that ignore its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnFilters {
    /// What every facet obeys.
    pub rest: Filter,
    /// Conditions on the category.
    pub category: Own,
    /// Conditions on the brand.
    pub brand: Own,
    /// Conditions on tags.
    pub tags: Own,
    /// Conditions on the price.
    pub price: Own,
    /// Conditions on availability.
    pub stock: Own,
    /// Conditions on attributes, by their names.
    pub attributes: BTreeMap<String, Own>,
}

impl Default for OwnFilters {
    /// No condition at all.
    fn default() -> Self {
        Self {
            rest: Filter::All,
            category: Own::default(),
            brand: Own::default(),
            tags: Own::default(),
            price: Own::default(),
            stock: Own::default(),
            attributes: BTreeMap::new(),
        }
    }
}

/// A filter spread over one plan.
#[derive(Debug, Clone, PartialEq)]
pub struct SpreadFilter {
    /// What hits, total and every facet obey.
    pub filter: Filter,
    /// What only hits and total obey.
    pub narrowing: Filter,
    /// The facets with what each obeys.
    pub facets: Vec<FacetPlan>,
}

impl OwnFilters {
    /// The parts of one filter by the fields whose facets ignore them.
    pub(in crate::search) fn of(parts: Vec<Part>) -> Self {
        let (mut own, mut rest) = (Self::default(), Vec::new());
        for part in parts {
            match part {
                Part::Kept(filter) => rest.push(filter),
                Part::Required(owner, filter, values) => {
                    rest.push(filter);
                    own.field(owner).selected.extend(values);
                }
                Part::Own(owner, condition, values) => own.field(owner).narrow(condition, values),
            }
        }
        own.rest = Filter::And(rest).simplified();
        own
    }

    /// The whole filter: what is found meets every part.
    pub fn whole(&self) -> Filter {
        let parts = self.parts().into_iter().map(|part| part.own.filter.clone());
        Filter::And(parts.chain([self.rest.clone()]).collect()).simplified()
    }

    fn field(&mut self, owner: Owner<String>) -> &mut Own {
        match owner {
            Owner::Category => &mut self.category,
            Owner::Brand => &mut self.brand,
            Owner::Tags => &mut self.tags,
            Owner::Price => &mut self.price,
            Owner::Stock => &mut self.stock,
            Owner::Attribute(name) => self.attributes.entry(name).or_default(),
        }
    }

    /// The filter spread over a plan that counts `facets`: conditions that none of them ignores stay with all.
    pub fn spread(&self, facets: &[Facet]) -> SpreadFilter {
        let ignored = |part: &Named<'_>| facets.iter().any(|facet| part.owner.is_ignored_by(facet));
        let (narrowing, shared): (Vec<_>, Vec<_>) = self.parts().into_iter().partition(ignored);
        let all = |parts: &[Named<'_>]| Filter::And(parts.iter().map(|part| part.own.filter.clone()).collect());
        let filter = Filter::And(vec![self.rest.clone(), all(&shared)]).simplified();
        let facets = facets.iter().map(|facet| self.plan(facet, &narrowing)).collect();
        SpreadFilter { filter, narrowing: all(&narrowing).simplified(), facets }
    }

    fn plan(&self, facet: &Facet, narrowing: &[Named<'_>]) -> FacetPlan {
        let except = |ignores: &dyn Fn(Owner<&str>) -> bool| {
            let kept = narrowing.iter().filter(|part| !ignores(part.owner));
            Filter::And(kept.map(|part| part.own.filter.clone()).collect()).simplified()
        };
        let is_attributes = matches!(facet, Facet::Attributes(_));
        let own = self.attributes.iter().filter(|_| is_attributes).map(|(name, own)| OwnAttribute {
            name: name.clone(),
            filter: except(&|owner| owner == Owner::Attribute(name)),
            selected: own.selected.clone(),
        });
        FacetPlan {
            facet: facet.clone(),
            filter: except(&|owner| !is_attributes && owner.is_ignored_by(facet)),
            selected: self.selected(facet),
            own: own.collect(),
        }
    }

    fn selected(&self, facet: &Facet) -> BTreeSet<String> {
        match facet {
            Facet::Values(values) => match values.field {
                ValueField::Category => self.category.selected.clone(),
                ValueField::Brand => self.brand.selected.clone(),
                ValueField::Tags => self.tags.selected.clone(),
            },
            Facet::Stock | Facet::Price(_) | Facet::Attributes(_) => BTreeSet::new(),
        }
    }

    fn parts(&self) -> Vec<Named<'_>> {
        let fields = [
            (Owner::Category, &self.category),
            (Owner::Brand, &self.brand),
            (Owner::Tags, &self.tags),
            (Owner::Price, &self.price),
            (Owner::Stock, &self.stock),
        ];
        let attributes = self.attributes.iter().map(|(name, own)| (Owner::Attribute(name.as_str()), own));
        let parts = fields.into_iter().chain(attributes).map(|(owner, own)| Named { owner, own });
        parts.filter(|part| part.own.filter != Filter::All).collect()
    }
}

/// Conditions with the field that they belong to.
struct Named<'a> {
    owner: Owner<&'a str>,
    own: &'a Own,
}

impl Owner<&str> {
    /// Whether a facet ignores conditions of this field, wholly or in part.
    fn is_ignored_by(self, facet: &Facet) -> bool {
        match (self, facet) {
            (Self::Category, Facet::Values(values)) => values.field == ValueField::Category,
            (Self::Brand, Facet::Values(values)) => values.field == ValueField::Brand,
            (Self::Tags, Facet::Values(values)) => values.field == ValueField::Tags,
            (Self::Price, Facet::Price(_)) | (Self::Stock, Facet::Stock) => true,
            (Self::Attribute(name), Facet::Attributes(attributes)) => {
                attributes.names.as_ref().is_none_or(|names| names.iter().any(|asked| asked == name))
            }
            (_, Facet::Values(_) | Facet::Stock | Facet::Price(_) | Facet::Attributes(_)) => false,
        }
    }
}
