//! What a document asks for at most, in one walk that visits each fragment once.
//!
//! A fragment's measure does not depend on where it is spread, page sizes included: what is multiplied by the page size
//! of a list further up is kept apart (`per_page`), and so are the rows of a list of changes. So the walk is linear in the document even when fragments spread
//! each other over and over, and every sum saturates. Invariant: each unfolded field and spread costs at least 1.

use std::collections::HashMap;

use apollo_compiler::{
    Name, Node, Schema,
    ast::{
        Argument, Definition, Document, Field, FragmentDefinition, OperationDefinition, OperationType, Selection, Value,
    },
    schema::FieldDefinition,
};

use super::{PageSizes, SELECTION_NESTING, variables::VariableValues};

/// What one search costs, compared with the writing of one field: engines need about a millisecond for it.
const SEARCH: u64 = 100;
/// What one mutation costs, a list of rows too: its rows cost what is answered about them.
const CHANGE: u64 = 100;
/// How long a list is taken to be whose length nobody asked for.
const LIST: u64 = 10;
/// How long a list of the schema is taken to be: types have about five fields, and there are few lists within lists.
const SCHEMA_LIST: u64 = 5;
/// How long the list of a row's broken rules is taken to be: most rows break none.
const RULES_OF_A_ROW: u64 = 1;

/// What a selection asks for, fragments unfolded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// Fields to write, lists multiplied by their length.
    pub(super) cost: u64,
    /// Fields to write for each product on the page of a list, or each row of a list of changes, further up.
    pub(super) per_page: u64,
    /// What the uses of values in arguments add to the two at least: uses in lists add more.
    pub(super) uses: u64,
    /// Fields right below.
    pub(super) fields: u64,
    /// Aliases at any level.
    pub(super) aliases: u64,
    /// Levels of fields; introspection has none.
    pub(super) depth: u64,
    /// Levels of braces, those of fragments too.
    pub(super) nesting: u64,
    /// Whether the schema is asked for.
    pub(super) introspects: bool,
}

impl Measure {
    fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            per_page: self.per_page.saturating_add(other.per_page),
            uses: self.uses.saturating_add(other.uses),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            introspects: self.introspects || other.introspects,
        }
    }

    /// Cost where nothing further up makes more than one of anything, and the `first` uses of values are free.
    fn total(self, first: u64) -> u64 {
        self.cost.saturating_add(self.per_page).saturating_sub(self.uses.min(first))
    }
}

/// A walk over one document.
pub(super) struct CostWalk<'a> {
    schema: &'a Schema,
    operations: Vec<&'a OperationDefinition>,
    fragments: HashMap<&'a str, &'a FragmentDefinition>,
    /// `None` while a fragment is being measured: it is not counted again within itself.
    measured: HashMap<&'a str, Option<Measure>>,
    values: VariableValues<'a>,
    pages: PageSizes,
    /// Fragments within each other that are being measured.
    unfolding: u64,
}

impl<'a> CostWalk<'a> {
    /// A walk over `document` with the values that its variables have in the operation that is going to run.
    pub(super) fn new(
        schema: &'a Schema,
        document: &'a Document,
        values: VariableValues<'a>,
        pages: PageSizes,
    ) -> Self {
        let mut walk = Self {
            schema,
            operations: Vec::new(),
            fragments: HashMap::new(),
            measured: HashMap::new(),
            values,
            pages,
            unfolding: 0,
        };
        for definition in &document.definitions {
            if let Definition::OperationDefinition(operation) = definition {
                walk.operations.push(operation);
            } else if let Definition::FragmentDefinition(fragment) = definition {
                walk.fragments.insert(&fragment.name, fragment);
            }
        }
        walk
    }

    /// The highest cost and nesting of any operation or fragment.
    pub(super) fn most_of_any_definition(&mut self) -> (u64, u64) {
        let names: Vec<&'a str> = self.fragments.keys().copied().collect();
        let fragments: Vec<Measure> = names.into_iter().map(|name| self.fragment(name)).collect();
        let operations: Vec<Measure> =
            self.operations.clone().into_iter().map(|operation| self.operation(operation)).collect();
        let first = self.values.weight_of_each_once();
        let most = fragments.into_iter().chain(operations).map(|measure| (measure.total(first), measure.nesting));
        most.fold((0, 0), |(cost, nesting), (next, deeper)| (cost.max(next), nesting.max(deeper)))
    }

    /// What `operation` asks for.
    pub(super) fn operation(&mut self, operation: &'a OperationDefinition) -> Measure {
        let root = self.schema.root_operation(operation.operation_type).map(Name::as_str);
        self.selections(&operation.selection_set, root)
    }

    fn selections(&mut self, selections: &'a [Selection], parent: Option<&'a str>) -> Measure {
        let mut sum = Measure::default();
        for selection in selections {
            let part = match selection {
                Selection::Field(field) => self.field(field, parent),
                Selection::InlineFragment(fragment) => {
                    let parent = fragment.type_condition.as_ref().map_or(parent, |name| Some(name.as_str()));
                    self.selections(&fragment.selection_set, parent)
                }
                Selection::FragmentSpread(spread) => {
                    let inside = self.fragment(&spread.fragment_name);
                    Measure { cost: inside.cost.saturating_add(1), ..inside }
                }
            };
            sum = sum.plus(part);
        }
        sum.nesting += u64::from(!selections.is_empty());
        sum
    }

    fn fragment(&mut self, name: &str) -> Measure {
        let Some((&name, &fragment)) = self.fragments.get_key_value(name) else { return Measure::default() };
        if let Some(&measured) = self.measured.get(name) {
            return measured.unwrap_or_default();
        }
        if self.unfolding > SELECTION_NESTING {
            // Deeper than any operation may be: the walk itself must not run out of stack.
            return Measure { nesting: 1, ..Measure::default() };
        }
        self.unfolding += 1;
        self.measured.insert(name, None);
        let measure = self.selections(&fragment.selection_set, Some(&fragment.type_condition));
        self.measured.insert(name, Some(measure));
        self.unfolding -= 1;
        measure
    }

    fn field(&mut self, field: &'a Field, parent: Option<&'a str>) -> Measure {
        let definition = parent.and_then(|parent| self.schema.type_field(parent, &field.name).ok());
        let definition = definition.map(|component| &***component);
        let result = definition.map(|definition| definition.ty.inner_named_type().as_str());
        let inside = self.selections(&field.selection_set, result);
        let weights = field.arguments.iter().map(|argument| self.values.weight(&argument.value));
        let weight = weights.fold(0, u64::saturating_add);
        let inside =
            Measure { cost: inside.cost.saturating_add(weight), uses: inside.uses.saturating_add(weight), ..inside };
        let introspects =
            self.is_root_of(OperationType::Query, parent) && matches!(field.name.as_str(), "__schema" | "__type");
        let below = Measure {
            fields: 1,
            aliases: inside.aliases.saturating_add(u64::from(field.alias.is_some())),
            depth: if introspects { 0 } else { inside.depth + 1 },
            introspects: introspects || inside.introspects,
            ..inside
        };
        let is_change = self.is_root_of(OperationType::Mutation, parent);
        let is_list = definition.is_some_and(|definition| definition.ty.is_list()) && !field.selection_set.is_empty();
        match definition {
            Some(definition) if is_paged(definition) => {
                let size = u64::from(self.page_size(&field.arguments));
                let cost = inside.per_page.saturating_mul(size).saturating_add(inside.cost);
                Measure { cost: cost.saturating_add(SEARCH), per_page: 0, ..below }
            }
            Some(_) if is_change => {
                let rows = inside.per_page.saturating_mul(self.rows(&field.arguments));
                Measure { cost: rows.saturating_add(inside.cost).saturating_add(CHANGE), per_page: 0, ..below }
            }
            Some(_) if is_list && parent.is_some_and(has_pages) => {
                Measure { cost: 1, per_page: inside.cost.saturating_add(inside.per_page).saturating_add(1), ..below }
            }
            Some(_) if is_list => {
                let length = self.list_length(&field.arguments, parent);
                let cost = inside.cost.saturating_add(1).saturating_mul(length).saturating_add(1);
                Measure { cost, per_page: inside.per_page.saturating_mul(length), ..below }
            }
            _ => Measure { cost: inside.cost.saturating_add(1), ..below },
        }
    }

    fn page_size(&self, arguments: &[Node<Argument>]) -> u32 {
        let given = ["first", "last"].into_iter().find_map(|name| self.values.number(argument(arguments, name)?));
        given.map_or(self.pages.default, |size| {
            let size = size.clamp(1, i64::from(self.pages.most));
            u32::try_from(size).unwrap_or(self.pages.most)
        })
    }

    /// How many rows a mutation answers with; more than are taken get an error instead.
    fn rows(&self, arguments: &[Node<Argument>]) -> u64 {
        let rows = argument(arguments, "inputs").map_or(1, |inputs| self.values.length(inputs));
        u64::try_from(rows.min(self.pages.rows).max(1)).unwrap_or(u64::MAX)
    }

    fn is_root_of(&self, kind: OperationType, parent: Option<&str>) -> bool {
        let root = self.schema.root_operation(kind).map(Name::as_str);
        root.is_some() && root == parent
    }

    fn list_length(&self, arguments: &[Node<Argument>], parent: Option<&str>) -> u64 {
        let Some(ids) = argument(arguments, "ids") else {
            return match parent {
                Some("RowError") => RULES_OF_A_ROW,
                Some(parent) if parent.starts_with("__") => SCHEMA_LIST,
                Some(_) | None => LIST,
            };
        };
        u64::try_from(self.values.length(ids)).unwrap_or(u64::MAX).max(1)
    }
}

/// Whether something further up fixes how long the lists of this type are.
fn has_pages(parent: &str) -> bool {
    parent.ends_with("Connection") || parent == "BulkResult"
}

fn argument<'a>(arguments: &'a [Node<Argument>], name: &str) -> Option<&'a Value> {
    arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}

fn is_paged(definition: &FieldDefinition) -> bool {
    ["first", "last"].iter().any(|name| definition.argument_by_name(name).is_some())
}
