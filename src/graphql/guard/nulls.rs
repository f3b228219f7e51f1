//! The one rule of execution that needs the variables: what has to have a value does not get null from one.
//!
//! A nullable variable may stand where null is not taken if either has a default; that a null was given is known only
//! now. Invariant: the executor meets no null that it would have to refuse in the middle of an operation.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value},
    executable::{Operation, Selection, SelectionSet},
    response::{JsonMap, JsonValue},
};

use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

type Checked = Result<(), Vec<LocatedFailure>>;

/// A check of one operation with the values of its variables, defaults included.
pub(super) struct NullCheck<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    variables: &'a JsonMap,
    fragments: HashSet<&'a Name>,
}

impl<'a> NullCheck<'a> {
    /// A check of operations of `document`.
    pub(super) fn new(schema: &'a Schema, document: &'a ExecutableDocument, variables: &'a JsonMap) -> Self {
        Self { schema, document, variables, fragments: HashSet::new() }
    }

    /// Refuses `operation` if a variable brings null where it is not taken.
    pub(super) fn operation(mut self, operation: &'a Operation) -> Checked {
        if !self.variables.values().any(JsonValue::is_null) {
            return Ok(());
        }
        self.directives(&operation.directives)?;
        self.selections(&operation.selection_set)
    }

    fn selections(&mut self, set: &'a SelectionSet) -> Checked {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives)?;
                    self.arguments(&field.arguments, &field.definition.arguments)?;
                    self.selections(&field.selection_set)?;
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives)?;
                    self.selections(&fragment.selection_set)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives)?;
                    self.fragment(&spread.fragment_name)?;
                }
            }
        }
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Checked {
        match self.document.fragments.get(name) {
            Some(fragment) if self.fragments.insert(name) => {
                self.directives(&fragment.directives)?;
                self.selections(&fragment.selection_set)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn directives(&self, directives: &DirectiveList) -> Checked {
        directives.iter().try_for_each(|directive| {
            let definition = self.schema.directive_definitions.get(&directive.name);
            let definitions = definition.map(|definition| definition.arguments.as_slice()).unwrap_or_default();
            self.arguments(&directive.arguments, definitions)
        })
    }

    fn arguments(&self, arguments: &[Node<Argument>], definitions: &[Node<InputValueDefinition>]) -> Checked {
        arguments.iter().try_for_each(|argument| {
            let definition = definitions.iter().find(|definition| definition.name == argument.name);
            definition.map_or(Ok(()), |definition| self.value(&argument.value, &definition.ty))
        })
    }

    fn value(&self, value: &Node<Value>, wanted: &Type) -> Checked {
        if let Some(name) = value.as_variable() {
            let is_null = self.variables.get(name.as_str()).is_some_and(JsonValue::is_null);
            return if is_null && wanted.is_non_null() { Err(vec![self.refusal(value, name, wanted)]) } else { Ok(()) };
        }
        if let Some(items) = value.as_list() {
            return items.iter().try_for_each(|item| self.value(item, wanted.item_type()));
        }
        let Some(definition) = self.schema.get_input_object(wanted.inner_named_type()) else { return Ok(()) };
        value.as_object().unwrap_or_default().iter().try_for_each(|(name, field)| {
            definition.fields.get(name).map_or(Ok(()), |definition| self.value(field, &definition.ty))
        })
    }

    fn refusal(&self, value: &Node<Value>, name: &Name, wanted: &Type) -> LocatedFailure {
        let place = value.location().and_then(|span| span.line_column(&self.document.sources));
        let message = format!("the variable ${name} is null where {wanted} is wanted: leave it out to use the default");
        LocatedFailure {
            failure: Failure::new(ErrorCode::GraphqlValidationFailed, message),
            locations: place.map(|place| Location { line: place.line, column: place.column }).into_iter().collect(),
            path: Vec::new(),
        }
    }
}
