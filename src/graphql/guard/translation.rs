//! A validated document in the form that the executor takes.
//!
//! The executor would parse the text again with a parser of its own, which knows fewer escapes and fewer numbers: what
//! was validated is what runs. Names that occur often are kept once.

use std::{cell::RefCell, collections::HashMap};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, OperationType, Type, Value, VariableDefinition},
    executable::{self, Operation},
    parser::SourceSpan,
};
use async_graphql::{
    Name as ResultName, Pos, Positioned, Value as ConstResult,
    indexmap::IndexMap,
    parser::types::{self, FragmentDefinition, OperationDefinition, SelectionSet, TypeCondition},
};
use async_graphql_value::Value as ResultValue;

use super::{diagnosis, places::Places};
use crate::graphql::failure::Location;

/// A translation of one document.
pub(super) struct Translation<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    places: &'a Places,
    names: RefCell<HashMap<&'a str, ResultName>>,
}

impl<'a> Translation<'a> {
    /// A translation of `document`.
    pub(super) fn new(schema: &'a Schema, document: &'a ExecutableDocument, places: &'a Places) -> Self {
        Self { schema, document, places, names: RefCell::default() }
    }

    /// An operation, its variables still in it.
    pub(super) fn operation(&self, operation: &'a Operation) -> Positioned<OperationDefinition> {
        unplaced(OperationDefinition {
            ty: match operation.operation_type {
                OperationType::Query => types::OperationType::Query,
                OperationType::Mutation => types::OperationType::Mutation,
                OperationType::Subscription => types::OperationType::Subscription,
            },
            variable_definitions: operation.variables.iter().map(|variable| self.variable(variable)).collect(),
            directives: self.directives(&operation.directives),
            selection_set: self.selections(&operation.selection_set),
        })
    }

    /// Every fragment.
    pub(super) fn fragments(&self) -> HashMap<ResultName, Positioned<FragmentDefinition>> {
        let fragments = self.document.fragments.values().map(|fragment| {
            let definition = FragmentDefinition {
                type_condition: self.condition(fragment.type_condition()),
                directives: self.directives(&fragment.directives),
                selection_set: self.selections(&fragment.selection_set),
            };
            (self.name(&fragment.name), unplaced(definition))
        });
        fragments.collect()
    }

    /// A name.
    pub(super) fn name(&self, name: &'a Name) -> ResultName {
        self.names.borrow_mut().entry(name.as_str()).or_insert_with(|| ResultName::new(name)).clone()
    }

    /// The default of a variable.
    pub(super) fn default(&self, value: &'a Value, ty: &Type) -> Option<ConstResult> {
        self.value(value, ty.inner_named_type()).into_const()
    }

    /// Where something stands.
    pub(super) fn location(&self, span: Option<SourceSpan>) -> Option<Location> {
        diagnosis::location(span, self.places)
    }

    /// The executor asks which variables there are; their defaults are among the values that it gets.
    fn variable(&self, variable: &'a VariableDefinition) -> Positioned<types::VariableDefinition> {
        unplaced(types::VariableDefinition {
            name: self.positioned(&variable.name),
            var_type: unplaced(self.variable_type(&variable.ty)),
            directives: Vec::new(),
            default_value: None,
        })
    }

    fn variable_type(&self, ty: &'a Type) -> types::Type {
        let base = match ty {
            Type::Named(name) | Type::NonNullNamed(name) => types::BaseType::Named(self.name(name)),
            Type::List(item) | Type::NonNullList(item) => types::BaseType::List(Box::new(self.variable_type(item))),
        };
        types::Type { base, nullable: !ty.is_non_null() }
    }

    fn selections(&self, set: &'a executable::SelectionSet) -> Positioned<SelectionSet> {
        let items = set.selections.iter().map(|selection| unplaced(self.selection(selection)));
        unplaced(SelectionSet { items: items.collect() })
    }

    fn selection(&self, selection: &'a executable::Selection) -> types::Selection {
        match selection {
            executable::Selection::Field(field) => types::Selection::Field(self.field(field)),
            executable::Selection::FragmentSpread(spread) => {
                types::Selection::FragmentSpread(unplaced(types::FragmentSpread {
                    fragment_name: self.positioned(&spread.fragment_name),
                    directives: self.directives(&spread.directives),
                }))
            }
            executable::Selection::InlineFragment(fragment) => {
                types::Selection::InlineFragment(unplaced(types::InlineFragment {
                    type_condition: fragment.type_condition.as_ref().map(|name| self.condition(name)),
                    directives: self.directives(&fragment.directives),
                    selection_set: self.selections(&fragment.selection_set),
                }))
            }
        }
    }

    fn field(&self, field: &'a Node<executable::Field>) -> Positioned<types::Field> {
        let translated = types::Field {
            alias: field.alias.as_ref().map(|name| self.positioned(name)),
            name: self.positioned(&field.name),
            arguments: self.arguments(&field.arguments, &field.definition.arguments),
            directives: self.directives(&field.directives),
            selection_set: self.selections(&field.selection_set),
        };
        let place = self.location(field.location());
        let place = place.map(|place| Pos { line: place.line, column: place.column });
        Positioned::new(translated, place.unwrap_or_default())
    }

    fn directives(&self, directives: &'a DirectiveList) -> Vec<Positioned<types::Directive>> {
        let translated = directives.iter().map(|directive| {
            let definitions = self.schema.directive_definitions.get(&directive.name);
            let definitions = definitions.map(|definition| definition.arguments.as_slice()).unwrap_or_default();
            let arguments = self.arguments(&directive.arguments, definitions);
            unplaced(types::Directive { name: self.positioned(&directive.name), arguments })
        });
        translated.collect()
    }

    fn arguments(
        &self,
        arguments: &'a [Node<Argument>],
        definitions: &[Node<InputValueDefinition>],
    ) -> Vec<(Positioned<ResultName>, Positioned<ResultValue>)> {
        let translated = arguments.iter().filter_map(|argument| {
            let definition = definitions.iter().find(|definition| definition.name == argument.name)?;
            let value = self.value(&argument.value, definition.ty.inner_named_type());
            Some((self.positioned(&argument.name), unplaced(value)))
        });
        translated.collect()
    }

    /// A value at a place of the named type, or of lists of it.
    fn value(&self, value: &'a Value, named_type: &str) -> ResultValue {
        match value {
            Value::Null => ResultValue::Null,
            Value::Boolean(truth) => ResultValue::Boolean(*truth),
            Value::String(text) => ResultValue::String(text.clone()),
            Value::Enum(member) => ResultValue::Enum(self.name(member)),
            Value::Int(number) if named_type == "ID" => ResultValue::String(number.as_str().to_owned()),
            Value::Int(number) => match number.as_str().parse::<i64>() {
                Ok(number) => ConstResult::from(number).into_value(),
                Err(_) => ConstResult::from(number.try_to_f64().unwrap_or(f64::MAX)).into_value(),
            },
            Value::Float(number) => ConstResult::from(number.try_to_f64().unwrap_or(f64::MAX)).into_value(),
            Value::Variable(variable) => ResultValue::Variable(self.name(variable)),
            Value::List(items) => ResultValue::List(items.iter().map(|item| self.value(item, named_type)).collect()),
            Value::Object(fields) => ResultValue::Object(self.object(fields, named_type)),
        }
    }

    fn object(&self, fields: &'a [(Name, Node<Value>)], named_type: &str) -> IndexMap<ResultName, ResultValue> {
        let definitions = self.schema.get_input_object(named_type).map(|definition| &definition.fields);
        let field = |(name, value): &'a (Name, Node<Value>)| {
            let definition = definitions?.get(name)?;
            Some((self.name(name), self.value(value, definition.ty.inner_named_type())))
        };
        fields.iter().filter_map(field).collect()
    }

    fn condition(&self, on: &'a Name) -> Positioned<TypeCondition> {
        unplaced(TypeCondition { on: self.positioned(on) })
    }

    fn positioned(&self, name: &'a Name) -> Positioned<ResultName> {
        unplaced(self.name(name))
    }
}

/// A node whose place no error names: errors name fields.
fn unplaced<Node>(node: Node) -> Positioned<Node> {
    Positioned::new(node, Pos::default())
}
