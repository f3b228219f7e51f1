//! Puts together what a document selects more than once, as the specification collects fields: fragments unfolded, what
//! is skipped left out, and all selections of one response key in one.
//!
//! The executor would run each of them by itself, a mutation too, and put their answers into one afterwards. Invariant:
//! in the result a response key occurs once in a selection, so that what is asked for twice runs once and fails once.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{Schema, ast};
use async_graphql::{
    Name, Pos, Positioned, Value, Variables,
    indexmap::IndexMap,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment,
        OperationDefinition, OperationType, Selection, SelectionSet, TypeCondition,
    },
};

/// Fragments by name.
type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The document of one operation with what it selects more than once put together.
pub(super) fn collected(document: ExecutableDocument, variables: &Variables, schema: &Schema) -> ExecutableDocument {
    let ExecutableDocument { operations, fragments } = document;
    let mut operation = match operations {
        DocumentOperations::Single(operation) => operation,
        DocumentOperations::Multiple(_) => return ExecutableDocument { operations, fragments },
    };
    let collection = Collection { schema, fragments: &fragments, variables };
    operation.node.selection_set = collection.operation(&operation.node);
    ExecutableDocument { operations: DocumentOperations::Single(operation), fragments: HashMap::new() }
}

/// Whether `operation` may select something more than once, in itself or in the fragments that it `spreads`.
pub(super) fn is_needed(operation: &OperationDefinition, spreads: &[Name], fragments: &Fragments) -> bool {
    let spread = spreads.iter().filter_map(|name| fragments.get(name));
    let sets = spread.map(|fragment| &fragment.node.selection_set.node);
    has_repetition(sets.chain([&operation.selection_set.node]).collect(), fragments)
}

/// Whether some selection of these, fragments unfolded, may have a response key twice.
fn has_repetition(mut open: Vec<&SelectionSet>, fragments: &Fragments) -> bool {
    while let Some(set) = open.pop() {
        let mut keys = Keys { fragments, spread: HashSet::new(), seen: HashSet::new() };
        if !keys.differ(set) {
            return true;
        }
        open.extend(below(set));
    }
    false
}

/// The selections of the fields of a set, inline fragments unfolded.
fn below(set: &SelectionSet) -> Vec<&SelectionSet> {
    let selections = set.items.iter().flat_map(|selection| match &selection.node {
        Selection::Field(field) => vec![&field.node.selection_set.node],
        Selection::InlineFragment(fragment) => below(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => Vec::new(),
    });
    selections.collect()
}

/// The response keys of one selection while they are being looked at.
struct Keys<'a> {
    fragments: &'a Fragments,
    spread: HashSet<&'a Name>,
    seen: HashSet<&'a Name>,
}

impl<'a> Keys<'a> {
    fn differ(&mut self, set: &'a SelectionSet) -> bool {
        set.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => self.seen.insert(&field.node.response_key().node),
            Selection::InlineFragment(fragment) => self.differ(&fragment.node.selection_set.node),
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = self.fragments.get(name).filter(|_| self.spread.insert(name));
                fragment.is_none_or(|fragment| self.differ(&fragment.node.selection_set.node))
            }
        })
    }
}

/// Collects the fields of one document with the values of its variables.
struct Collection<'a> {
    schema: &'a Schema,
    fragments: &'a Fragments,
    variables: &'a Variables,
}

impl<'a> Collection<'a> {
    /// What an operation selects, without fragments, but for one for each type that an object may have.
    fn operation(&self, operation: &'a OperationDefinition) -> Positioned<SelectionSet> {
        let kind = match operation.ty {
            OperationType::Query => ast::OperationType::Query,
            OperationType::Mutation => ast::OperationType::Mutation,
            OperationType::Subscription => ast::OperationType::Subscription,
        };
        let root = self.schema.root_operation(kind).map(apollo_compiler::Name::as_str).unwrap_or_default();
        self.selections(&[&operation.selection_set.node], root)
    }

    /// What the sets select together, all being of one field or of the operation.
    fn selections(&self, sets: &[&'a SelectionSet], parent: &str) -> Positioned<SelectionSet> {
        if self.schema.get_interface(parent).is_none() && self.schema.get_union(parent).is_none() {
            return unplaced(SelectionSet { items: self.fields(sets, parent) });
        }
        // Which fields come together depends on the type that the object turns out to have.
        let objects = self.schema.types.values().filter_map(|definition| definition.as_object());
        let possible =
            objects.map(|object| object.name.as_str()).filter(|object| self.schema.is_subtype(parent, object));
        let fragments = possible.map(|object| {
            let fragment = InlineFragment {
                type_condition: Some(unplaced(TypeCondition { on: unplaced(Name::new(object)) })),
                directives: Vec::new(),
                selection_set: unplaced(SelectionSet { items: self.fields(sets, object) }),
            };
            unplaced(Selection::InlineFragment(unplaced(fragment)))
        });
        unplaced(SelectionSet { items: fragments.collect() })
    }

    fn fields(&self, sets: &[&'a SelectionSet], object: &str) -> Vec<Positioned<Selection>> {
        let mut walk = Walk { collection: self, object, spread: HashSet::new(), fields: IndexMap::new() };
        for set in sets {
            walk.selections(set);
        }
        walk.fields.into_values().filter_map(|fields| self.field(&fields, object)).collect()
    }

    /// Fields of one response key, which validation holds to one name and equal arguments.
    fn field(&self, fields: &[&'a Positioned<Field>], object: &str) -> Option<Positioned<Selection>> {
        let first = fields.first()?;
        let definition = self.schema.type_field(object, &first.node.name.node).ok();
        let result = definition.map(|definition| definition.ty.inner_named_type().as_str()).unwrap_or_default();
        let sets: Vec<_> = fields.iter().map(|field| &field.node.selection_set.node).collect();
        let field = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: first.node.arguments.clone(),
            directives: Vec::new(),
            selection_set: self.selections(&sets, result),
        };
        Some(Positioned::new(Selection::Field(Positioned::new(field, first.pos)), first.pos))
    }

    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| match directive.node.name.node.as_str() {
            "skip" => self.condition(&directive.node) == Some(true),
            "include" => self.condition(&directive.node) == Some(false),
            _ => false,
        })
    }

    fn condition(&self, directive: &Directive) -> Option<bool> {
        let given = directive.get_argument("if")?.node.clone();
        match given.into_const_with(|name| self.variables.get(&name).cloned().ok_or(())) {
            Ok(Value::Boolean(truth)) => Some(truth),
            _ => None,
        }
    }
}

/// One object's fields while they are being collected, by response key and in the order of their first appearance.
struct Walk<'a, 'w> {
    collection: &'w Collection<'a>,
    object: &'w str,
    spread: HashSet<&'a Name>,
    fields: IndexMap<&'a Name, Vec<&'a Positioned<Field>>>,
}

impl<'a> Walk<'a, '_> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.items {
            if self.collection.is_left_out(selection.node.directives()) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    self.fields.entry(&field.node.response_key().node).or_default().push(field);
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.node.type_condition.as_ref().is_none_or(|condition| self.meets(condition)) {
                        self.selections(&fragment.node.selection_set.node);
                    }
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            }
        }
    }

    fn fragment(&mut self, name: &'a Name) {
        let Some(fragment) = self.collection.fragments.get(name) else { return };
        if self.spread.insert(name) && self.meets(&fragment.node.type_condition) {
            self.selections(&fragment.node.selection_set.node);
        }
    }

    fn meets(&self, condition: &Positioned<TypeCondition>) -> bool {
        let wanted = condition.node.on.node.as_str();
        wanted == self.object || self.collection.schema.is_subtype(wanted, self.object)
    }
}

fn unplaced<Node>(node: Node) -> Positioned<Node> {
    Positioned::new(node, Pos::default())
}
