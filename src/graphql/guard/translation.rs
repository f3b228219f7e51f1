//! A validated document in the form that the executor takes, variables put in.
//!
//! The executor would parse the text again with a parser of its own, which knows fewer escapes and fewer numbers: what
//! was validated is what runs. Invariant: the result holds no variable, a variable without a value leaves its argument
//! out; and it has no fragment and no directive, but for one fragment for each type that an object may have.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, InputValueDefinition, OperationType, Value},
    executable::{self, Operation},
    parser::SourceSpan,
};
use async_graphql::{
    Name as ResultName, Pos, Positioned, Value as ResultValue, Variables,
    indexmap::IndexMap,
    parser::types::{self, DocumentOperations, OperationDefinition, SelectionSet, TypeCondition},
};

use super::collection::Collection;

/// A translation of one document.
pub(super) struct Translation<'a> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) variables: &'a Variables,
}

impl<'a> Translation<'a> {
    /// The document with `operation` as its only one, and without fragments.
    pub(super) fn of(&self, operation: &'a Operation) -> types::ExecutableDocument {
        let definition = OperationDefinition {
            ty: match operation.operation_type {
                OperationType::Query => types::OperationType::Query,
                OperationType::Mutation => types::OperationType::Mutation,
                OperationType::Subscription => types::OperationType::Subscription,
            },
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set: self.selections(&[&operation.selection_set]),
        };
        types::ExecutableDocument {
            operations: DocumentOperations::Single(unplaced(definition)),
            fragments: HashMap::new(),
        }
    }

    fn collection(&self) -> Collection<'a> {
        Collection { schema: self.schema, document: self.document, variables: self.variables }
    }

    /// What the sets select together, all being of one field or of the operation.
    fn selections(&self, sets: &[&'a executable::SelectionSet]) -> Positioned<SelectionSet> {
        let Some(parent) = sets.first().map(|set| &set.ty) else { return unplaced(SelectionSet::default()) };
        let possible = self.collection().possible_types(parent);
        if possible.is_empty() {
            return unplaced(SelectionSet { items: self.fields(sets, parent) });
        }
        // Which fields come together depends on the type that the object turns out to have.
        let fragments = possible.into_iter().map(|object| {
            let selection_set = unplaced(SelectionSet { items: self.fields(sets, object) });
            let type_condition = Some(unplaced(TypeCondition { on: name(object) }));
            let fragment = types::InlineFragment { type_condition, directives: Vec::new(), selection_set };
            unplaced(types::Selection::InlineFragment(unplaced(fragment)))
        });
        unplaced(SelectionSet { items: fragments.collect() })
    }

    fn fields(&self, sets: &[&'a executable::SelectionSet], object: &str) -> Vec<Positioned<types::Selection>> {
        let fields = self.collection().fields(sets, object).into_values();
        let translated = fields.filter_map(|fields| self.field(&fields));
        translated.map(|field| unplaced(types::Selection::Field(field))).collect()
    }

    /// Fields of one response key, which validation holds to one name and equal arguments.
    fn field(&self, fields: &[&'a Node<executable::Field>]) -> Option<Positioned<types::Field>> {
        let first = fields.first()?;
        let definitions = &first.definition.arguments;
        let arguments = first.arguments.iter().filter_map(|argument| {
            let value = self.argument(argument, definitions)?;
            Some((name(&argument.name), unplaced(value.into_value())))
        });
        let sets = fields.iter().map(|field| &field.selection_set).filter(|set| !set.selections.is_empty());
        let translated = types::Field {
            alias: first.alias.as_ref().map(name),
            name: name(&first.name),
            arguments: arguments.collect(),
            directives: Vec::new(),
            selection_set: self.selections(&sets.collect::<Vec<_>>()),
        };
        Some(Positioned::new(translated, self.place(first.location())))
    }

    fn argument(&self, argument: &Argument, definitions: &[Node<InputValueDefinition>]) -> Option<ResultValue> {
        let definition = definitions.iter().find(|definition| definition.name == argument.name)?;
        self.value(&argument.value, definition.ty.inner_named_type())
    }

    /// The value of a literal at a place of the named type, or of lists of it; `None` for a variable without one.
    fn value(&self, value: &Value, named_type: &str) -> Option<ResultValue> {
        Some(match value {
            Value::Null => ResultValue::Null,
            Value::Boolean(truth) => ResultValue::Boolean(*truth),
            Value::String(text) => ResultValue::String(text.clone()),
            Value::Enum(member) => ResultValue::Enum(ResultName::new(member)),
            Value::Int(number) if named_type == "ID" => ResultValue::String(number.as_str().to_owned()),
            Value::Int(number) => match number.as_str().parse::<i64>() {
                Ok(number) => ResultValue::from(number),
                Err(_) => ResultValue::from(number.try_to_f64().unwrap_or(f64::MAX)),
            },
            Value::Float(number) => ResultValue::from(number.try_to_f64().unwrap_or(f64::MAX)),
            Value::Variable(variable) => return self.variables.get(variable.as_str()).cloned(),
            Value::List(items) => {
                let items = items.iter().map(|item| self.value(item, named_type).unwrap_or_default());
                ResultValue::List(items.collect())
            }
            Value::Object(fields) => ResultValue::Object(self.object(fields, named_type)),
        })
    }

    fn object(&self, fields: &[(Name, Node<Value>)], named_type: &str) -> IndexMap<ResultName, ResultValue> {
        let definitions = self.schema.get_input_object(named_type).map(|definition| &definition.fields);
        let field = |(name, value): &(Name, Node<Value>)| {
            let definition = definitions?.get(name)?;
            Some((ResultName::new(name), self.value(value, definition.ty.inner_named_type())?))
        };
        fields.iter().filter_map(field).collect()
    }

    fn place(&self, span: Option<SourceSpan>) -> Pos {
        let place = span.and_then(|span| span.line_column(&self.document.sources));
        place.map(|place| Pos { line: place.line, column: place.column }).unwrap_or_default()
    }
}

fn name(name: &Name) -> Positioned<ResultName> {
    unplaced(ResultName::new(name))
}

/// A node whose place no error names: errors name fields.
fn unplaced<Node>(node: Node) -> Positioned<Node> {
    Positioned::new(node, Pos::default())
}
