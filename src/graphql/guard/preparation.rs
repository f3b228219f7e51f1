//! What is done once for a document: everything that no request changes.
//!
//! The order matters: size, tokens and nesting bound the work of reading; the extent, measured once for each fragment,
//! refuses what would unfold into millions of fields before validation compares them pair by pair, and the reach what it
//! would look at again for each operation; what comes after validation takes it for granted.

use apollo_compiler::{
    ExecutableDocument, Node,
    ast::{Document, VariableDefinition},
    parser::Parser,
    validation::{DiagnosticList, Valid},
};

use super::{
    Guard, collection, descriptions, diagnosis, extent, grammar, literals,
    nulls::{NonNullPlace, NonNullPlaces},
    places::Places,
    positions,
    prepared::{Prepared, PreparedOperation, PreparedVariable},
    pricing::Pricing,
    spreads,
    translation::Translation,
    within,
};
use crate::{
    failure::{ErrorCode, Fact, Failure},
    graphql::{caching::CacheHint, failure::LocatedFailure},
};

/// Bytes of memory that a token becomes at most: a field is two tokens, itself and a space, and nothing else that can be
/// written is larger for its tokens. It is reckoned with the sizes of the nodes, and leaves half of it to the allocator.
const BYTES_OF_A_TOKEN: usize = 150;
/// Name under which diagnostics would show the document.
const DOCUMENT: &str = "document";

/// A document as it was read.
struct Parsed {
    document: Document,
    places: Places,
    tokens: usize,
}

impl Guard {
    /// The document in `text`, when it passes every check that does not depend on a request.
    pub(in crate::graphql) fn prepare(&self, text: &str) -> Result<Prepared, Vec<LocatedFailure>> {
        let parsed = self.parse(text)?;
        extent::check(&parsed.document, &self.settings.document)?;
        let document = self.validate(&parsed)?;
        let weight = text.len().saturating_add(parsed.tokens.saturating_mul(BYTES_OF_A_TOKEN));
        Ok(self.prepared(&document, &parsed.places, u32::try_from(weight).unwrap_or(u32::MAX)))
    }

    fn parse(&self, text: &str) -> Result<Parsed, Vec<LocatedFailure>> {
        let limits = &self.settings.document;
        if text.len() > limits.bytes {
            let message = format!("document is limited to {} bytes, this one has {}", limits.bytes, text.len());
            let failure = Failure::new(ErrorCode::PayloadTooLarge, message)
                .with(Fact::Limit(limits.bytes as u64))
                .with(Fact::Actual(text.len() as u64));
            return Err(vec![failure.into()]);
        }
        let text = &*descriptions::blanked(text, limits.tokens);
        let mut parser = Parser::new().token_limit(limits.tokens).recursion_limit(limits.recursion);
        let parsed = parser.parse_ast(text, DOCUMENT);
        within("tokens", limits.tokens as u64, parser.tokens_reached() as u64)?;
        within("nesting of the document", limits.recursion as u64, parser.recursion_reached() as u64)?;
        let places = Places::of(text);
        let document = parsed.map_err(|problems| diagnosis::syntax(&problems.errors, &places))?;
        grammar::check(text, &places)?;
        Ok(Parsed { document, places, tokens: parser.tokens_reached() })
    }

    fn validate(&self, parsed: &Parsed) -> Result<Valid<ExecutableDocument>, Vec<LocatedFailure>> {
        let (places, most) = (&parsed.places, self.settings.document.errors);
        let failures = |problems: &DiagnosticList| diagnosis::validation(problems, places, most);
        // A document with unknown fields is not validated further: what else is found then are follow-up errors.
        let document = parsed.document.to_executable(&self.schema).map_err(|problems| failures(&problems.errors))?;
        let document = document.validate(&self.schema).map_err(|problems| failures(&problems.errors))?;
        let problems = literals::problems(&self.schema, &document, places, most);
        if problems.is_empty() {
            positions::check(&document, &self.schema, places)?;
            Ok(document)
        } else {
            Err(problems)
        }
    }

    fn prepared(&self, document: &Valid<ExecutableDocument>, places: &Places, weight: u32) -> Prepared {
        let translation = Translation::new(&self.schema, document, places);
        let mut pricing = Pricing::new(&self.schema, document, self.list_limits);
        let non_null_places = NonNullPlaces::of(&self.schema, document, places);
        let kept = translation.fragments();
        let operations = document.operations.iter().map(|operation| {
            let fragments = spreads::reached(document, operation);
            let definition = translation.operation(operation);
            let names: Vec<_> = fragments.iter().map(|fragment| translation.name(&fragment.name)).collect();
            let mut places = non_null_places.in_operation(operation, &fragments);
            let variables = operation
                .variables
                .iter()
                .map(|variable| prepared_variable(&translation, variable, places.remove(variable.name.as_str())));
            PreparedOperation {
                name: operation.name.as_ref().map(|name| name.as_str().to_owned()),
                operation_type: operation.operation_type,
                repeats: collection::is_needed(&definition.node, &names, &kept),
                definition,
                fragments: names,
                variables: variables.collect(),
                formula: pricing.operation(operation),
                introspects: operation
                    .root_fields(document)
                    .any(|field| matches!(field.name.as_str(), "__schema" | "__type")),
                hint: CacheHint::of(operation, document),
            }
        });
        let operations = operations.collect();
        Prepared { operations, fragments: kept, weight }
    }
}

fn prepared_variable<'a>(
    translation: &Translation<'a>,
    variable: &'a Node<VariableDefinition>,
    non_null_place: Option<NonNullPlace>,
) -> PreparedVariable {
    PreparedVariable {
        name: translation.name(&variable.name),
        ty: (*variable.ty).clone(),
        default: variable.default_value.as_ref().and_then(|default| translation.default(default, &variable.ty)),
        location: translation.location(variable.location()),
        non_null_place,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{
        Positioned,
        parser::types::{Selection, VariableDefinition},
    };
    use async_graphql_value::Value;

    use super::{
        super::{ListLimits, cost::Used},
        *,
    };
    use crate::graphql::{Api, ApiSettings};

    #[test]
    fn what_is_kept_of_a_document_is_no_heavier_than_its_tokens() {
        assert!(size_of::<Positioned<Selection>>() * 3 / 2 <= 2 * BYTES_OF_A_TOKEN, "`a `");
        assert!(size_of::<Positioned<Value>>() * 3 / 2 <= 2 * BYTES_OF_A_TOKEN, "`1 `");
        let variable = size_of::<Positioned<Value>>() + size_of::<Used>();
        assert!(variable * 3 / 2 <= 2 * BYTES_OF_A_TOKEN, "`$a`");
        let variable = size_of::<Positioned<VariableDefinition>>() + size_of::<PreparedVariable>();
        assert!(variable * 3 / 2 <= 5 * BYTES_OF_A_TOKEN, "`$a:T `");
    }

    #[test]
    fn operations_that_share_a_fragment_keep_no_copies_of_what_is_in_it() {
        let operations: Vec<_> = (0..100).map(|n| format!("query A{n}($a: ID = \"\") {{ ...F }} ")).collect();
        let operations = operations.concat();
        let uses = "$a ".repeat(40);
        let fragment = format!("fragment F on Query {{ productsByIds(ids: [{uses}]) {{ id }} }}");
        let pages = ListLimits::OF_THE_CONTRACT;
        let guard = Guard::new(&Api::sdl(), ApiSettings::default(), pages).unwrap();
        let prepared = guard.prepare(&format!("{operations}{fragment}")).unwrap_or_else(|_| panic!("it is valid"));
        let variables = prepared.operations.iter().flat_map(|operation| &operation.variables);
        let places: Vec<_> = variables.filter_map(|variable| variable.non_null_place.as_ref()).collect();
        assert_eq!(places.len(), 100, "one for each operation, though the fragment has 40");
        let told = places.first().unwrap().refusal("a");
        let column = operations.len() + fragment.find("$a").unwrap() + 1;
        let locations: Vec<_> = told.locations.iter().map(|place| (place.line, place.column)).collect();
        assert_eq!(locations, [(1, column)], "the first of them");
    }
}
