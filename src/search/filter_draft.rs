//! A filter as a caller wrote it, and the one place where its rules are checked.
//!
//! Invariant: `None` anywhere means that the condition is absent, so a draft of nothing but `None` finds everything.

use std::collections::BTreeSet;

use super::{
    Condition, Filter, OwnFilters, Problems,
    facet::{Owner, Part},
    filter_field::{Field, Normaliser},
    interval_draft::IntervalDraft,
    limits::SearchLimits,
};
use crate::product::{self, Attribute, Rule};

/// A filter before its check; every field that is set must be met.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FilterDraft {
    /// All of these; an empty list is met by every product.
    pub and: Option<Vec<FilterDraft>>,
    /// One of these; an empty list is met by no product.
    pub or: Option<Vec<FilterDraft>>,
    /// Not this.
    pub not: Option<Box<FilterDraft>>,
    /// By id; a malformed id is an unknown one.
    pub id: Option<ValuesDraft>,
    /// By sku, compared by its key.
    pub sku: Option<ValuesDraft>,
    /// By category, ignoring case.
    pub category: Option<ValuesDraft>,
    /// By brand, exactly.
    pub brand: Option<ValuesDraft>,
    /// By tags, exactly.
    pub tags: Option<TagsDraft>,
    /// By price, in units of the currency.
    pub price: Option<IntervalDraft<f64>>,
    /// By availability.
    pub in_stock: Option<bool>,
    /// By time of creation (RFC 3339).
    pub created_at: Option<IntervalDraft<String>>,
    /// By time of the last change (RFC 3339).
    pub updated_at: Option<IntervalDraft<String>>,
    /// By attributes; each entry must be met.
    pub attributes: Option<Vec<AttributeDraft>>,
}

/// Conditions on a field with one value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValuesDraft {
    /// Exactly this value.
    pub eq: Option<String>,
    /// One of these values; an empty list is met by no product.
    pub any: Option<Vec<String>>,
    /// None of these values; a product without a value meets it.
    pub none: Option<Vec<String>>,
}

/// Conditions on a field with several values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TagsDraft {
    /// At least one of these.
    pub any_of: Option<Vec<String>>,
    /// Each of these.
    pub all_of: Option<Vec<String>>,
    /// None of these.
    pub none_of: Option<Vec<String>>,
}

/// The product has an attribute of this name with one of these values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributeDraft {
    /// Name of the attribute.
    pub name: String,
    /// Values of which one must be there.
    pub any: Vec<String>,
}

impl FilterDraft {
    /// The checked filter by the facets that ignore parts of it; what is wrong goes to `problems`, each under its path
    /// below `path`.
    pub fn check(self, path: &str, limits: &SearchLimits, problems: &mut Problems) -> OwnFilters {
        let mut check = Check { limits, problems, conditions: 0 };
        OwnFilters::of(check.outermost(self, path))
    }
}

/// One walk over a draft.
struct Check<'a> {
    limits: &'a SearchLimits,
    problems: &'a mut Problems,
    conditions: usize,
}

impl Check<'_> {
    /// Parts of the outermost filter and of the filters in its `and`, which are as good as written there.
    fn outermost(&mut self, mut draft: FilterDraft, path: &str) -> Vec<Part> {
        let inner = draft.and.take();
        let inner = inner.map(|list| self.each(list, &format!("{path}.and"), 1)).unwrap_or_default();
        let mut parts: Vec<Part> = inner.into_iter().flatten().collect();
        parts.extend(self.parts(draft, path, 1));
        parts
    }

    fn draft(&mut self, draft: FilterDraft, path: &str, nesting: usize) -> Filter {
        conjunction(self.parts(draft, path, nesting))
    }

    /// What the filter says, condition by condition; all must be met.
    fn parts(&mut self, draft: FilterDraft, path: &str, nesting: usize) -> Vec<Part> {
        // The outermost filter is no nesting: `{not: {…}}` is one level deep.
        let levels = nesting - 1;
        if levels > self.limits.filter_nesting {
            self.problems.too_complex("filter nesting", self.limits.filter_nesting, levels);
            return vec![Part::Kept(Filter::Nothing)];
        }
        let mut parts = Vec::new();
        parts.extend(draft.and.map(|list| Part::Kept(Filter::And(self.drafts(list, &format!("{path}.and"), nesting)))));
        parts.extend(draft.or.map(|list| Part::Kept(Filter::Or(self.drafts(list, &format!("{path}.or"), nesting)))));
        parts
            .extend(draft.not.map(|part| Part::Kept(self.draft(*part, &format!("{path}.not"), nesting + 1).negated())));
        for (values, name, field) in [
            (draft.id, "id", Field::Id),
            (draft.sku, "sku", Field::Sku),
            (draft.category, "category", Field::Category),
            (draft.brand, "brand", Field::Brand),
        ] {
            parts.extend(values.into_iter().flat_map(|values| self.values(values, &format!("{path}.{name}"), field)));
        }
        parts.extend(draft.tags.into_iter().flat_map(|tags| self.tags(tags, &format!("{path}.tags"))));
        parts.extend(draft.price.map(|price| {
            self.count();
            let interval = price.check(&format!("{path}.price"), self.problems);
            Part::Own(Owner::Price, Condition::Price(interval), BTreeSet::new())
        }));
        parts.extend(draft.in_stock.map(|value| {
            self.count();
            Part::Own(Owner::Stock, Condition::InStock(value), BTreeSet::new())
        }));
        parts.extend(draft.created_at.map(|times| {
            self.count();
            let interval = times.check(&format!("{path}.createdAt"), self.problems);
            Part::Kept(Filter::Is(Condition::CreatedAt(interval)))
        }));
        parts.extend(draft.updated_at.map(|times| {
            self.count();
            let interval = times.check(&format!("{path}.updatedAt"), self.problems);
            Part::Kept(Filter::Is(Condition::UpdatedAt(interval)))
        }));
        parts
            .extend(draft.attributes.into_iter().flat_map(|list| self.attributes(list, &format!("{path}.attributes"))));
        parts
    }

    fn drafts(&mut self, list: Vec<FilterDraft>, path: &str, nesting: usize) -> Vec<Filter> {
        self.each(list, path, nesting).into_iter().map(conjunction).collect()
    }

    fn each(&mut self, list: Vec<FilterDraft>, path: &str, nesting: usize) -> Vec<Vec<Part>> {
        let too_many = list.len() > self.limits.filter_conditions;
        if too_many {
            self.problems.too_complex("filter conditions", self.limits.filter_conditions, list.len());
            return Vec::new();
        }
        list.into_iter()
            .enumerate()
            .map(|(index, draft)| self.parts(draft, &format!("{path}[{index}]"), nesting + 1))
            .collect()
    }

    fn values(&mut self, draft: ValuesDraft, path: &str, field: Field) -> Vec<Part> {
        let mut parts = Vec::new();
        if let Some(value) = draft.eq {
            self.count();
            let known = self.problems.stored(&format!("{path}.eq"), &value, field.normaliser());
            parts.push(field.selection(known.into_iter().collect()));
        }
        if let Some(list) = draft.any {
            parts.push(field.selection(self.field_list(&list, &format!("{path}.in"), field)));
        }
        if let Some(list) = draft.none {
            let refused = field.one_of(self.field_list(&list, &format!("{path}.notIn"), field));
            parts.push(Part::Kept(Filter::Is(refused).negated()));
        }
        parts
    }

    fn tags(&mut self, draft: TagsDraft, path: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        if let Some(list) = draft.any_of {
            parts.push(Field::Tag.selection(self.field_list(&list, &format!("{path}.anyOf"), Field::Tag)));
        }
        if let Some(list) = draft.all_of {
            let each = self.field_list(&list, &format!("{path}.allOf"), Field::Tag);
            let filter = each.iter().map(|tag| Filter::Is(Field::Tag.one_of([tag.clone()].into()))).collect();
            parts.push(Part::Required(Owner::Tags, Filter::And(filter), each));
        }
        if let Some(list) = draft.none_of {
            let refused = Field::Tag.one_of(self.field_list(&list, &format!("{path}.noneOf"), Field::Tag));
            parts.push(Part::Kept(Filter::Is(refused).negated()));
        }
        parts
    }

    fn attributes(&mut self, list: Vec<AttributeDraft>, path: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        for (index, entry) in list.into_iter().enumerate() {
            let name = self.problems.stored(&format!("{path}[{index}].name"), &entry.name, product::label_value);
            let values =
                self.list(&entry.any, &format!("{path}[{index}].in"), self.limits.filter_values, product::label_value);
            let Some(name) = name else { continue };
            if !Attribute::is_name(&name) {
                // No product has it, whoever ignores the condition.
                parts.push(Part::Required(Owner::Attribute(name), Filter::Nothing, values));
                continue;
            }
            let possible = values.iter().filter(|value| Attribute::is_value(value));
            let pairs = possible.map(|value| Attribute { name: name.clone(), value: value.clone() }).collect();
            parts.push(Part::Own(Owner::Attribute(name), Condition::Attribute(pairs), values));
        }
        parts
    }

    fn field_list(&mut self, list: &[String], path: &str, field: Field) -> BTreeSet<String> {
        let most = if matches!(field, Field::Tag) { self.limits.filter_tags } else { self.limits.filter_values };
        self.list(list, path, most, field.normaliser())
    }

    fn list(&mut self, list: &[String], path: &str, most: usize, normalise: Normaliser) -> BTreeSet<String> {
        self.count();
        if list.len() > most {
            let message = format!("{path} takes at most {most} values, not {}", list.len());
            self.problems.violation(path, Rule::MaxItems, message);
            return BTreeSet::new();
        }
        list.iter()
            .enumerate()
            .filter_map(|(index, value)| self.problems.stored(&format!("{path}[{index}]"), value, normalise))
            .collect()
    }

    fn count(&mut self) {
        self.conditions += 1;
        if self.conditions > self.limits.filter_conditions {
            self.problems.too_complex("filter conditions", self.limits.filter_conditions, self.conditions);
        }
    }
}

fn conjunction(parts: Vec<Part>) -> Filter {
    Filter::And(parts.into_iter().map(Part::into_filter).collect())
}
