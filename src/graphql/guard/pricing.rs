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
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, OperationType, Value},
    executable::{Field, Operation, Selection, SelectionSet},
    schema::FieldDefinition,
};

use super::{
    PageSizes,
    cost::{Formula, PricedField, Repetition, Size, Used},
    weight,
};

/// How long a list is taken to be whose length nobody asked for.
const LIST: u64 = 10;
/// How long a list of the schema is taken to be: types have about five fields, and there are few lists within lists.
const SCHEMA_LIST: u64 = 5;
/// How long the list of a row's broken rules is taken to be: most rows break none.
const RULES_OF_A_ROW: u64 = 1;

/// The arguments that say how many products a page has.
const SIZES: [&str; 2] = ["first", "last"];

/// The prices of one document.
pub(super) struct Pricing<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    pages: PageSizes,
    fragments: HashMap<&'a str, Arc<Formula>>,
}

impl<'a> Pricing<'a> {
    /// The prices of `document`, which is valid: its fragments do not go round in circles.
    pub(super) fn new(schema: &'a Schema, document: &'a ExecutableDocument, pages: PageSizes) -> Self {
        Self { schema, document, pages, fragments: HashMap::new() }
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
                    formula.add_field(field, self.pages);
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
            repetition: self.repetition(field, parent),
            literals,
            variables: counted(&variables),
            inside: self.selections(&field.selection_set),
        }
    }

    fn repetition(&self, field: &Field, parent: &Name) -> Repetition {
        let is_list = field.definition.ty.is_list() && !field.selection_set.is_empty();
        if is_paged(&field.definition) {
            // Which of the two has a value is known only with the variables.
            let given = SIZES.into_iter().filter_map(|name| page_size(argument(&field.arguments, name)?));
            Repetition::Page(given.collect())
        } else if self.schema.root_operation(OperationType::Mutation) == Some(parent) {
            Repetition::Rows(argument(&field.arguments, "inputs").map_or(Size::Fixed(1), length))
        } else if !is_list {
            Repetition::Once
        } else if has_pages(parent) {
            Repetition::OfPage
        } else {
            Repetition::List(argument(&field.arguments, "ids").map_or(Size::Fixed(usual_length(parent)), length))
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

/// The size of the page that an argument asks for; `None` for null.
fn page_size(value: &Value) -> Option<Size> {
    match value {
        Value::Variable(name) => Some(Size::Number(name.as_str().to_owned())),
        Value::Int(number) => Some(Size::Fixed(number.try_to_i32().map_or(0, |size| u64::try_from(size).unwrap_or(0)))),
        Value::Null
        | Value::Enum(_)
        | Value::String(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::List(_)
        | Value::Object(_) => None,
    }
}

/// How many items an argument has; 1 for what is no list.
fn length(value: &Value) -> Size {
    match value.as_variable() {
        Some(name) => Size::Length(name.as_str().to_owned()),
        None => Size::Fixed(value.as_list().map_or(1, |items| items.len() as u64)),
    }
}

/// Whether something further up fixes how long the lists of this type are.
fn has_pages(parent: &str) -> bool {
    parent.ends_with("Connection") || parent == "BulkResult"
}

fn usual_length(parent: &str) -> u64 {
    match parent {
        "RowError" => RULES_OF_A_ROW,
        _ if parent.starts_with("__") => SCHEMA_LIST,
        _ => LIST,
    }
}

fn argument<'a>(arguments: &'a [Node<Argument>], name: &str) -> Option<&'a Value> {
    arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}

fn is_paged(definition: &FieldDefinition) -> bool {
    SIZES.iter().any(|name| definition.argument_by_name(name).is_some())
}
