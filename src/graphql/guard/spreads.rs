//! Which fragments an operation spreads.
//!
//! Invariant: each fragment is told once, those within fragments too.

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    collections::IndexSet,
    executable::{Fragment, Operation, Selection, SelectionSet},
};

/// The fragments that an operation spreads, in the order in which they are found.
pub(super) fn reached<'a>(document: &'a ExecutableDocument, operation: &'a Operation) -> Vec<&'a Fragment> {
    let mut names = IndexSet::default();
    note(&operation.selection_set, &mut names);
    let mut next = 0;
    while let Some(fragment) = names.get_index(next).and_then(|name| document.fragments.get(*name)) {
        note(&fragment.selection_set, &mut names);
        next += 1;
    }
    names.into_iter().filter_map(|name| document.fragments.get(name)).map(Node::as_ref).collect()
}

fn note<'a>(set: &'a SelectionSet, names: &mut IndexSet<&'a Name>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => note(&field.selection_set, names),
            Selection::InlineFragment(fragment) => note(&fragment.selection_set, names),
            Selection::FragmentSpread(spread) => {
                names.insert(&spread.fragment_name);
            }
        }
    }
}
