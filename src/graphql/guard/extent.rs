//! How far a document reaches, whatever values its variables get, in one walk that visits each fragment once.
//!
//! A fragment's extent does not depend on where it is spread. So the walk is linear in the document even when fragments
//! spread each other over and over, and every sum saturates. It needs no schema and comes before validation, whose work
//! it bounds. Invariant: each unfolded field and spread counts.

use std::collections::HashMap;

use apollo_compiler::{
    Node,
    ast::{Argument, Definition, DirectiveList, Document, Field, FragmentDefinition, Selection, Value},
};

use crate::graphql::{failure::LocatedFailure, settings::DocumentLimits};

/// Deepest nesting of selections with fragments unfolded. It is no setting: validation gives up two levels further.
const SELECTION_NESTING: u64 = 30;
/// Most levels of `similar`: products that are similar to similar products are another question.
const SIMILAR_NESTING: u64 = 1;

/// What a selection reaches, fragments unfolded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Extent {
    /// Fields and spreads of fragments at any level.
    fields: u64,
    /// Fields right below.
    root_fields: u64,
    /// Aliases at any level.
    aliases: u64,
    /// Directives at any level.
    directives: u64,
    /// Values of arguments at any level, those within lists and objects too.
    values: u64,
    /// Levels of fields; introspection has none.
    depth: u64,
    /// Levels of braces, those of fragments too.
    nesting: u64,
    /// Levels of `similar`: each multiplies the searches of the one above.
    similar: u64,
}

impl Extent {
    fn plus(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            values: self.values.saturating_add(other.values),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            similar: self.similar.max(other.similar),
        }
    }

    /// The larger of the two in each respect.
    fn most(self, other: Self) -> Self {
        Self {
            fields: self.fields.max(other.fields),
            root_fields: self.root_fields.max(other.root_fields),
            aliases: self.aliases.max(other.aliases),
            directives: self.directives.max(other.directives),
            values: self.values.max(other.values),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            similar: self.similar.max(other.similar),
        }
    }
}

/// Refuses a document of which any definition, chosen later or not, reaches beyond the limits.
pub(super) fn check(document: &Document, limits: &DocumentLimits) -> Result<(), Vec<LocatedFailure>> {
    let mut walk = Walk::over(document);
    let (operations, all_operations) = walk.operations(document);
    let fragments = walk.all_fragments();
    // Validation looks at every field of every operation, and at fragments that none of them spreads.
    let reach = all_operations.most(fragments);
    super::within("nesting of selections", SELECTION_NESTING, reach.nesting)?;
    super::within("nesting of similar", SIMILAR_NESTING, reach.similar)?;
    super::within("fields with fragments unfolded", limits.fields as u64, reach.fields)?;
    super::within("directives", limits.directives as u64, reach.directives)?;
    // Each value is a token: what spreads no fragment twice has no more of them.
    super::within("values with fragments unfolded", limits.tokens as u64, reach.values)?;
    super::within("depth", limits.depth as u64, operations.depth)?;
    super::within("root fields", limits.root_fields as u64, operations.root_fields)?;
    super::within("aliases", limits.aliases as u64, operations.aliases)
}

/// A walk over one document.
struct Walk<'a> {
    fragments: HashMap<&'a str, &'a FragmentDefinition>,
    /// `None` while a fragment is being measured: it is not counted again within itself.
    measured: HashMap<&'a str, Option<Extent>>,
    /// Fragments within each other that are being measured.
    unfolding: u64,
}

impl<'a> Walk<'a> {
    fn over(document: &'a Document) -> Self {
        let fragments = document.definitions.iter().filter_map(Definition::as_fragment_definition);
        let fragments = fragments.map(|fragment| (fragment.name.as_str(), &**fragment)).collect();
        Self { fragments, measured: HashMap::new(), unfolding: 0 }
    }

    /// The most that any operation reaches, and what all of them reach together.
    fn operations(&mut self, document: &'a Document) -> (Extent, Extent) {
        let mut most = Extent::default();
        let mut sum = Extent::default();
        for operation in document.definitions.iter().filter_map(Definition::as_operation_definition) {
            let inside = with_directives(self.selections(&operation.selection_set), &operation.directives);
            let of_variables = operation.variables.iter().map(|variable| &variable.directives);
            let extent = of_variables.fold(inside, with_directives);
            most = most.most(extent);
            sum = sum.plus(extent);
        }
        (most, sum)
    }

    fn all_fragments(&mut self) -> Extent {
        let names: Vec<&'a str> = self.fragments.keys().copied().collect();
        names.into_iter().fold(Extent::default(), |most, name| most.most(self.fragment(name)))
    }

    fn selections(&mut self, selections: &'a [Selection]) -> Extent {
        let mut sum = Extent::default();
        for selection in selections {
            let part = match selection {
                Selection::Field(field) => self.field(field),
                Selection::InlineFragment(fragment) => {
                    with_directives(self.selections(&fragment.selection_set), &fragment.directives)
                }
                Selection::FragmentSpread(spread) => {
                    let inside = self.fragment(&spread.fragment_name);
                    let inside = Extent { fields: inside.fields.saturating_add(1), ..inside };
                    with_directives(inside, &spread.directives)
                }
            };
            sum = sum.plus(part);
        }
        sum.nesting += u64::from(!selections.is_empty());
        sum
    }

    fn fragment(&mut self, name: &str) -> Extent {
        let Some((&name, &fragment)) = self.fragments.get_key_value(name) else { return Extent::default() };
        if let Some(&measured) = self.measured.get(name) {
            return measured.unwrap_or_default();
        }
        if self.unfolding > SELECTION_NESTING {
            // Deeper than any operation may be: the walk itself must not run out of stack.
            return Extent { nesting: 1, ..Extent::default() };
        }
        self.unfolding += 1;
        self.measured.insert(name, None);
        let extent = with_directives(self.selections(&fragment.selection_set), &fragment.directives);
        self.measured.insert(name, Some(extent));
        self.unfolding -= 1;
        extent
    }

    fn field(&mut self, field: &'a Field) -> Extent {
        let inside = self.selections(&field.selection_set);
        // Names that begin so are fields of the root alone; elsewhere validation refuses them.
        let is_introspection = matches!(field.name.as_str(), "__schema" | "__type");
        let extent = Extent {
            fields: inside.fields.saturating_add(1),
            root_fields: 1,
            aliases: inside.aliases.saturating_add(u64::from(field.alias.is_some())),
            values: inside.values.saturating_add(values(&field.arguments)),
            depth: if is_introspection { 0 } else { inside.depth + 1 },
            similar: inside.similar + u64::from(field.name == "similar"),
            ..inside
        };
        with_directives(extent, &field.directives)
    }
}

fn with_directives(extent: Extent, directives: &DirectiveList) -> Extent {
    let of_arguments = directives.iter().map(|directive| values(&directive.arguments));
    Extent {
        directives: extent.directives.saturating_add(directives.len() as u64),
        values: of_arguments.fold(extent.values, u64::saturating_add),
        ..extent
    }
}

fn values(arguments: &[Node<Argument>]) -> u64 {
    arguments.iter().map(|argument| values_in(&argument.value)).sum()
}

/// A value, and those within it: each is written somewhere, so that their number does not overflow.
fn values_in(value: &Value) -> u64 {
    let items = value.as_list().unwrap_or_default().iter();
    let fields = value.as_object().unwrap_or_default().iter().map(|(_, field)| field);
    1 + items.chain(fields).map(|inside| values_in(inside)).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(text: &str) -> (Extent, Extent) {
        let document = Document::parse(text, "document").unwrap();
        let mut walk = Walk::over(&document);
        let (operations, _) = walk.operations(&document);
        (operations, walk.all_fragments())
    }

    #[test]
    fn fragments_count_wherever_they_are_spread() {
        let (operation, _) =
            measured("query @a { x: one { ...F } two { ...F @b } } fragment F on T @c { y: three ... @d { four } }");
        let expected = Extent {
            fields: 8,
            root_fields: 2,
            aliases: 3,
            directives: 6,
            values: 0,
            depth: 2,
            nesting: 4,
            similar: 0,
        };
        assert_eq!(operation, expected);
    }

    #[test]
    fn values_count_wherever_a_fragment_is_spread_and_within_lists_and_objects() {
        let (operation, fragments) = measured(
            "query ($a: [T] = [1, 2] @b(c: 3)) { ...F ...F @d(e: $a) } fragment F on T { one(f: [$a, {g: 4}], h: null) }",
        );
        assert_eq!((fragments.values, operation.values), (5, 2 * 5 + 2));
    }

    #[test]
    fn similar_is_counted_within_similar_and_not_beside_it() {
        let nested = "{ a { x: similar { ...F } y: similar { b } } } fragment F on T { c { similar { d } } }";
        assert_eq!(
            (measured(nested).0.similar, measured("{ a { similar { b } } c { similar { d } } }").0.similar),
            (2, 1)
        );
    }

    #[test]
    fn introspection_has_no_depth_but_fields() {
        let (operation, _) = measured("{ __schema { types { fields { type { name } } } } one { two } }");
        assert_eq!((operation.depth, operation.fields), (2, 7));
    }

    #[test]
    fn what_doubles_saturates_and_circles_end() {
        let links = (0..25).map(|n| format!("fragment F{n} on T {{ {} }} ", format!("...F{} ", n + 1).repeat(8)));
        let links: Vec<String> = links.collect();
        let (_, most) = measured(&format!("{} fragment F25 on T {{ one }}", links.concat()));
        assert_eq!(most.fields, u64::MAX);
        let (_, most) = measured("fragment A on T { ...B ...B } fragment B on T { ...A ...A }");
        assert!(most.fields < 10, "validation refuses the circle");
    }
}
