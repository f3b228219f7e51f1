//! How many values the arguments of a document have, each fragment counted for every operation that reaches it.
//!
//! Validation looks at the values of a fragment once for each operation, because their variables differ. A document has
//! no more values than tokens; what its operations reach together is held to the same number, so that sharing a fragment
//! is no way around it. Invariant: each definition is walked once, and the sum saturates.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    Node,
    ast::{Argument, Definition, DirectiveList, Document, OperationDefinition, Selection, Value},
};

use crate::graphql::failure::LocatedFailure;

/// Refuses a document whose operations reach more than `most` values. The fields and spreads that they reach have been
/// found to be few.
pub(super) fn check(document: &Document, most: usize) -> Result<(), Vec<LocatedFailure>> {
    super::within("values in arguments, fragments counted for each operation", most as u64, reached(document))
}

/// What a definition holds, the fragments that it spreads left out.
#[derive(Default)]
struct Contents<'a> {
    values: u64,
    spreads: Vec<&'a str>,
}

fn reached(document: &Document) -> u64 {
    let fragments = document.definitions.iter().filter_map(Definition::as_fragment_definition);
    let fragments: HashMap<&str, Contents<'_>> = fragments
        .map(|fragment| (fragment.name.as_str(), Contents::of(&fragment.directives, &fragment.selection_set)))
        .collect();
    let operations = document.definitions.iter().filter_map(Definition::as_operation_definition);
    operations.map(|operation| of_operation(operation, &fragments)).fold(0, u64::saturating_add)
}

fn of_operation(operation: &OperationDefinition, fragments: &HashMap<&str, Contents<'_>>) -> u64 {
    let own = Contents::of(&operation.directives, &operation.selection_set);
    let (mut sum, mut met, mut open) = (0_u64, HashSet::new(), vec![&own]);
    while let Some(contents) = open.pop() {
        sum = sum.saturating_add(contents.values);
        let fresh = contents.spreads.iter().filter(|name| met.insert(**name));
        open.extend(fresh.filter_map(|name| fragments.get(name)));
    }
    sum
}

impl<'a> Contents<'a> {
    fn of(directives: &'a DirectiveList, selections: &'a [Selection]) -> Self {
        let mut contents = Self::default();
        contents.add_directives(directives);
        contents.add_selections(selections);
        contents
    }

    fn add_selections(&mut self, selections: &'a [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.add_arguments(&field.arguments);
                    self.add_directives(&field.directives);
                    self.add_selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.add_directives(&fragment.directives);
                    self.add_selections(&fragment.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.add_directives(&spread.directives);
                    self.spreads.push(spread.fragment_name.as_str());
                }
            }
        }
    }

    fn add_directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives {
            self.add_arguments(&directive.arguments);
        }
    }

    fn add_arguments(&mut self, arguments: &'a [Node<Argument>]) {
        for argument in arguments {
            self.values = self.values.saturating_add(values(&argument.value));
        }
    }
}

/// A value and those within it.
fn values(value: &Value) -> u64 {
    let items = value.as_list().unwrap_or_default().iter();
    let fields = value.as_object().unwrap_or_default().iter().map(|(_, field)| field);
    items.chain(fields).fold(1, |sum, part| sum.saturating_add(values(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached_by(text: &str) -> u64 {
        reached(&Document::parse(text, "document").unwrap())
    }

    #[test]
    fn a_fragment_counts_once_for_each_operation_that_reaches_it() {
        let fragments = "fragment F on T { a(x: [1 $b { c: 2 }]) ...G ...G } fragment G on T { ...F b @c(d: 1) }";
        assert_eq!(reached_by(fragments), 0);
        assert_eq!(reached_by(&format!("query A {{ ...F ...F ... {{ ...G }} }} {fragments}")), 5 + 1);
        assert_eq!(reached_by(&format!("query A {{ ...F }} query B {{ e(f: 1) {{ ...G }} }} {fragments}")), 2 * 6 + 1);
        assert_eq!(reached_by("query A @b(c: 1) { ...Unknown @d(e: [[]]) }"), 3);
    }
}
