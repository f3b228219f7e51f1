//! A validated document in the form that the executor takes, variables put in.
//!
//! The executor would parse the text again with a parser of its own, which knows fewer escapes and fewer numbers: what
//! was validated is what runs. Invariant: the result holds no variable; one without a value leaves its argument out.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, OperationType, Value},
    executable::{self, Operation},
    parser::SourceSpan,
};
use async_graphql::{
    Name as ResultName, Pos, Positioned, Value as ResultValue, Variables,
    indexmap::IndexMap,
    parser::types::{self, DocumentOperations, FragmentDefinition, OperationDefinition, SelectionSet, TypeCondition},
};

/// A translation of one document.
pub(super) struct Translation<'a> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) variables: &'a Variables,
}

impl Translation<'_> {
    /// The document with `operation` as its only one.
    pub(super) fn of(&self, operation: &Operation) -> types::ExecutableDocument {
        let definition = OperationDefinition {
            ty: match operation.operation_type {
                OperationType::Query => types::OperationType::Query,
                OperationType::Mutation => types::OperationType::Mutation,
                OperationType::Subscription => types::OperationType::Subscription,
            },
            variable_definitions: Vec::new(),
            directives: self.directives(&operation.directives),
            selection_set: self.selections(&operation.selection_set),
        };
        let fragments = self.document.fragments.values().map(|fragment| {
            let definition = FragmentDefinition {
                type_condition: condition(fragment.type_condition()),
                directives: self.directives(&fragment.directives),
                selection_set: self.selections(&fragment.selection_set),
            };
            (ResultName::new(&fragment.name), unplaced(definition))
        });
        types::ExecutableDocument {
            operations: DocumentOperations::Single(unplaced(definition)),
            fragments: fragments.collect::<HashMap<_, _>>(),
        }
    }

    fn selections(&self, set: &executable::SelectionSet) -> Positioned<SelectionSet> {
        let items = set.selections.iter().map(|selection| unplaced(self.selection(selection)));
        unplaced(SelectionSet { items: items.collect() })
    }

    fn selection(&self, selection: &executable::Selection) -> types::Selection {
        match selection {
            executable::Selection::Field(field) => types::Selection::Field(self.field(field)),
            executable::Selection::FragmentSpread(spread) => {
                types::Selection::FragmentSpread(unplaced(types::FragmentSpread {
                    fragment_name: name(&spread.fragment_name),
                    directives: self.directives(&spread.directives),
                }))
            }
            executable::Selection::InlineFragment(fragment) => {
                types::Selection::InlineFragment(unplaced(types::InlineFragment {
                    type_condition: fragment.type_condition.as_ref().map(condition),
                    directives: self.directives(&fragment.directives),
                    selection_set: self.selections(&fragment.selection_set),
                }))
            }
        }
    }

    fn field(&self, field: &Node<executable::Field>) -> Positioned<types::Field> {
        let definitions = &field.definition.arguments;
        let arguments = field.arguments.iter().filter_map(|argument| {
            let value = self.argument(argument, definitions)?;
            Some((name(&argument.name), unplaced(value.into_value())))
        });
        let translated = types::Field {
            alias: field.alias.as_ref().map(name),
            name: name(&field.name),
            arguments: arguments.collect(),
            directives: self.directives(&field.directives),
            selection_set: self.selections(&field.selection_set),
        };
        Positioned::new(translated, self.place(field.location()))
    }

    fn directives(&self, directives: &DirectiveList) -> Vec<Positioned<types::Directive>> {
        let translated = directives.iter().map(|directive| {
            let definitions = self.schema.directive_definitions.get(&directive.name);
            let definitions = definitions.map(|definition| definition.arguments.as_slice()).unwrap_or_default();
            let arguments = directive.arguments.iter().filter_map(|argument| {
                let value = self.argument(argument, definitions)?;
                Some((name(&argument.name), unplaced(value.into_value())))
            });
            unplaced(types::Directive { name: name(&directive.name), arguments: arguments.collect() })
        });
        translated.collect()
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

fn condition(on: &Name) -> Positioned<TypeCondition> {
    unplaced(TypeCondition { on: name(on) })
}

/// A node whose place no error names: errors name fields.
fn unplaced<Node>(node: Node) -> Positioned<Node> {
    Positioned::new(node, Pos::default())
}
