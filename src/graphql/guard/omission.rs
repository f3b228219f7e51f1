//! Leaves out the arguments whose variable has no value, so that their defaults apply.
//!
//! The executor would take them for given without a value. Within lists and objects it does the right thing by itself.

use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// An argument and its value.
type Argument = (Positioned<Name>, Positioned<Value>);

/// Removes the arguments of fields that are a variable of which `is_left_out` is true. Those of directives have to have
/// a value.
pub(super) fn leave_out(document: &mut ExecutableDocument, is_left_out: &impl Fn(&str) -> bool) {
    if let DocumentOperations::Single(operation) = &mut document.operations {
        from_selections(&mut operation.node.selection_set, is_left_out);
    }
    for fragment in document.fragments.values_mut() {
        from_selections(&mut fragment.node.selection_set, is_left_out);
    }
}

fn from_selections(set: &mut Positioned<SelectionSet>, is_left_out: &impl Fn(&str) -> bool) {
    let is_given = |(_, value): &Argument| !matches!(&value.node, Value::Variable(name) if is_left_out(name));
    for selection in &mut set.node.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain(is_given);
                from_selections(&mut field.node.selection_set, is_left_out);
            }
            Selection::InlineFragment(fragment) => from_selections(&mut fragment.node.selection_set, is_left_out),
            Selection::FragmentSpread(_) => {}
        }
    }
}
