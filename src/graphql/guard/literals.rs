//! The one rule of validation that the compiler leaves out: an input object names each of its fields once.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Node,
    ast::{Argument, DirectiveList, Value},
    executable::{Selection, SelectionSet},
};

use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

/// Refuses a document in which an object literal names a field twice.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), Vec<LocatedFailure>> {
    let check = Check { document };
    for operation in document.operations.iter() {
        check.directives(&operation.directives)?;
        for variable in &operation.variables {
            variable.default_value.as_ref().map_or(Ok(()), |value| check.value(value))?;
        }
        check.selections(&operation.selection_set)?;
    }
    for fragment in document.fragments.values() {
        check.directives(&fragment.directives)?;
        check.selections(&fragment.selection_set)?;
    }
    Ok(())
}

struct Check<'a> {
    document: &'a ExecutableDocument,
}

impl Check<'_> {
    fn selections(&self, set: &SelectionSet) -> Result<(), Vec<LocatedFailure>> {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives)?;
                    self.arguments(&field.arguments)?;
                    self.selections(&field.selection_set)?;
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives)?;
                    self.selections(&fragment.selection_set)?;
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives)?,
            }
        }
        Ok(())
    }

    fn directives(&self, directives: &DirectiveList) -> Result<(), Vec<LocatedFailure>> {
        directives.iter().try_for_each(|directive| self.arguments(&directive.arguments))
    }

    fn arguments(&self, arguments: &[Node<Argument>]) -> Result<(), Vec<LocatedFailure>> {
        arguments.iter().try_for_each(|argument| self.value(&argument.value))
    }

    fn value(&self, value: &Value) -> Result<(), Vec<LocatedFailure>> {
        if let Some(items) = value.as_list() {
            return items.iter().try_for_each(|item| self.value(item));
        }
        let mut seen = HashSet::new();
        for (name, field) in value.as_object().unwrap_or_default() {
            if !seen.insert(name) {
                let place = name.location().and_then(|span| span.line_column(&self.document.sources));
                let message = format!("the input field `{name}` is given more than once");
                return Err(vec![LocatedFailure {
                    failure: Failure::new(ErrorCode::GraphqlValidationFailed, message),
                    locations: place
                        .map(|place| Location { line: place.line, column: place.column })
                        .into_iter()
                        .collect(),
                    path: Vec::new(),
                }]);
            }
            self.value(field)?;
        }
        Ok(())
    }
}
