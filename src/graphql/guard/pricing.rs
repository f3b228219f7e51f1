//! From the fields of a document to the formula of what they cost.
//!
//! A fragment's formula does not depend on where it is spread: what is multiplied by the page size of a list further up
//! is kept apart (`per_page`), and so are the rows of a list of changes. Invariant: each unfolded field and spread costs
//! at least 1.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    executable::{Field, Operation, Selection, SelectionSet},
};

use super::{
    ListLimits,
    cost::{Formula, PricedField, Used},
    lengths, weight,
};

/// The prices of one document.
pub(super) struct Pricing<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    limits: ListLimits,
    fragments: HashMap<&'a str, Arc<Formula>>,
}

impl<'a> Pricing<'a> {
    /// The prices of `document`, which is valid: its fragments do not go round in circles.
    pub(super) fn new(schema: &'a Schema, document: &'a ExecutableDocument, limits: ListLimits) -> Self {
        Self { schema, document, limits, fragments: HashMap::new() }
    }

    /// What `operation` costs.
    pub(super) fn operation(&mut self, operation: &'a Operation) -> Formula {
        self.selections(&operation.selection_set)
    }

    fn selections(&mut self, set: &'a SelectionSet) -> Formula {
        let mut formula = Formula::default();
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let field = self.field(field, &set.ty);
                    formula.add_field(field, self.limits);
                }
                Selection::InlineFragment(fragment) => formula.add(self.selections(&fragment.selection_set)),
                Selection::FragmentSpread(spread) => formula.add_spread(self.fragment(&spread.fragment_name)),
            }
        }
        formula
    }

    fn fragment(&mut self, name: &Name) -> Arc<Formula> {
        if let Some(formula) = self.fragments.get(name.as_str()) {
            return Arc::clone(formula);
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Arc::default() };
        let formula = Arc::new(self.selections(&fragment.selection_set));
        self.fragments.insert(name, Arc::clone(&formula));
        formula
    }

    fn field(&mut self, field: &'a Field, parent: &Name) -> PricedField {
        let mut variables = Vec::new();
        let literals = field.arguments.iter().map(|argument| weight::of_literal(&argument.value, &mut variables));
        let literals = literals.fold(0, u64::saturating_add);
        PricedField {
            repetition: lengths::repetition(self.schema, field, parent, self.limits),
            literals,
            variables: counted(&variables),
            inside: self.selections(&field.selection_set),
        }
    }
}

/// Each variable once, in the order of their names, so that a document has the same formula every time.
fn counted(uses: &[&Name]) -> Vec<Used> {
    let mut times: BTreeMap<&str, u64> = BTreeMap::new();
    for name in uses {
        *times.entry(name.as_str()).or_default() += 1;
    }
    times.into_iter().map(|(name, times)| Used { variable: name.to_owned(), times }).collect()
}
