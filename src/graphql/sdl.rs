//! The schema as text.

use apollo_compiler::ast::{Definition, Document};
use async_graphql::SDLExportOptions;

use super::ApiSchema;

/// Directives that every GraphQL tool knows by itself.
const BUILT_IN_DIRECTIVES: [&str; 5] = ["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// Types by name, fields in the order of their definition, descriptions included.
pub(super) fn export(schema: &ApiSchema) -> String {
    let text = schema.sdl_with_options(SDLExportOptions::new().include_specified_by());
    // The export spells out what the specification presupposes; tools refuse a second definition of it.
    match Document::parse(text.as_str(), "schema.graphql") {
        Ok(mut document) => {
            document.definitions.retain(is_ours);
            document.to_string()
        }
        Err(_) => text,
    }
}

fn is_ours(definition: &Definition) -> bool {
    match definition.as_directive_definition() {
        Some(directive) => !BUILT_IN_DIRECTIVES.contains(&directive.name.as_str()),
        None => definition.as_schema_definition().is_none(),
    }
}
