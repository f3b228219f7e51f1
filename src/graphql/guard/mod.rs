//! What stands before the executor: only a document that was parsed, validated and found affordable gets through.
//!
//! The order matters: size, tokens and nesting bound the work of everything after them; the cost, computed once for
//! each fragment, refuses what would unfold into millions of fields before validation compares them pair by pair.

mod collection;
mod cost;
mod descriptions;
mod diagnosis;
mod grammar;
mod literals;
mod nulls;
mod numbers;
mod positions;
mod translation;
mod variables;
mod weight;

use apollo_compiler::{
    ExecutableDocument, Schema,
    ast::{Definition, Document, OperationDefinition, OperationType},
    parser::Parser,
    request::coerce_variable_values,
    response::{JsonMap, JsonValue},
    validation::Valid,
};
use async_graphql::Variables;
use serde_json::Map;

use self::{
    cost::{CostWalk, Measure},
    nulls::NullCheck,
    translation::Translation,
    variables::VariableValues,
};
use super::{ApiRequest, ApiSettings, Introspection, OperationKinds, SetupError, failure::LocatedFailure};
use crate::failure::{ErrorCode, Fact, Failure};

/// Deepest nesting of selections with fragments unfolded; validation gives up two levels further.
const SELECTION_NESTING: u64 = 30;
/// Bytes of memory that a byte of text becomes, roughly.
const WEIGHT_OF_A_BYTE: u32 = 40;
/// Name under which diagnostics would show the document.
const DOCUMENT: &str = "document";

/// Judges documents against one schema.
pub(super) struct Guard {
    schema: Valid<Schema>,
    settings: ApiSettings,
    page_sizes: PageSizes,
}

/// Lengths of lists in force, for their cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSizes {
    /// When a caller asks for none.
    pub(super) default: u32,
    /// The most a caller gets.
    pub(super) most: u32,
    /// The most rows in a list of changes.
    pub(super) rows: usize,
}

/// A document that is valid, whatever values its variables get.
pub(super) struct Prepared {
    document: Document,
    executable: Valid<ExecutableDocument>,
    weight: u32,
}

impl Prepared {
    /// Bytes that it takes in memory, roughly.
    pub(super) fn weight(&self) -> u32 {
        self.weight
    }
}

/// What the guard let through.
pub(super) struct Admitted {
    /// What the operation does.
    pub(super) operation_type: &'static str,
    /// Its name in the document.
    pub(super) operation_name: Option<String>,
    /// The operation, with the values of its variables.
    pub(super) document: async_graphql::parser::types::ExecutableDocument,
}

impl Guard {
    /// A guard for the schema that `sdl` describes.
    pub(super) fn new(sdl: &str, settings: ApiSettings, page_sizes: PageSizes) -> Result<Self, SetupError> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|problem| SetupError::Schema(problem.errors.to_string()))?;
        Ok(Self { schema, settings, page_sizes })
    }

    /// The document in `text`, when it passes every check that does not depend on a request.
    pub(super) fn prepare(&self, text: &str) -> Result<Prepared, Vec<LocatedFailure>> {
        let document = self.parse(text)?;
        let nothing = Map::new();
        let values = VariableValues::new(None, &nothing);
        let (cost, nesting) = CostWalk::new(&self.schema, &document, values, self.page_sizes).most_of_any_definition();
        within("nesting of selections", SELECTION_NESTING, nesting)?;
        within("cost", self.settings.document.cost as u64, cost)?;
        let executable = self.validate(&document)?;
        let weight = u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_mul(WEIGHT_OF_A_BYTE);
        Ok(Prepared { document, executable, weight })
    }

    /// Lets the request through with its document, or says what is wrong with it.
    pub(super) fn admit(&self, prepared: &Prepared, request: &ApiRequest) -> Result<Admitted, Vec<LocatedFailure>> {
        let operation = chosen(&prepared.document, request.operation_name.as_deref());
        if let Some(operation) = operation {
            check_kind(operation, request.operations)?;
        }
        let measure = self.measure(&prepared.document, operation, request)?;
        if measure.introspects && self.settings.introspection == Introspection::Refused {
            let message = "introspection is turned off";
            return Err(vec![Failure::new(ErrorCode::GraphqlValidationFailed, message).into()]);
        }
        self.operation(&prepared.executable, request)
    }

    fn parse(&self, text: &str) -> Result<Document, Vec<LocatedFailure>> {
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
        let document = parsed.map_err(|problems| diagnosis::syntax(&problems.errors))?;
        grammar::check(text)?;
        Ok(document)
    }

    fn validate(&self, document: &Document) -> Result<Valid<ExecutableDocument>, Vec<LocatedFailure>> {
        // A document with unknown fields is not validated further: what else is found then are follow-up errors.
        let document =
            document.to_executable(&self.schema).map_err(|problems| diagnosis::validation(&problems.errors))?;
        let document = document.validate(&self.schema).map_err(|problems| diagnosis::validation(&problems.errors))?;
        literals::check(&document)?;
        positions::check(&document, &self.schema)?;
        Ok(document)
    }

    fn measure(
        &self,
        document: &Document,
        operation: Option<&OperationDefinition>,
        request: &ApiRequest,
    ) -> Result<Measure, Vec<LocatedFailure>> {
        let limits = &self.settings.document;
        let values = VariableValues::new(operation, &request.variables);
        let mut walk = CostWalk::new(&self.schema, document, values, self.page_sizes);
        // Validation looks at every definition, chosen or not.
        let (most, nesting) = walk.most_of_any_definition();
        within("nesting of selections", SELECTION_NESTING, nesting)?;
        within("cost", limits.cost as u64, most)?;
        let Some(operation) = operation else { return Ok(Measure::default()) };
        let measure = walk.operation(operation);
        within("depth", limits.depth as u64, measure.depth)?;
        within("root fields", limits.root_fields as u64, measure.fields)?;
        within("aliases", limits.aliases as u64, measure.aliases)?;
        Ok(measure)
    }

    fn operation(
        &self,
        document: &Valid<ExecutableDocument>,
        request: &ApiRequest,
    ) -> Result<Admitted, Vec<LocatedFailure>> {
        let refuse = |problem| diagnosis::request(&problem, &document.sources);
        let operation = document.operations.get(request.operation_name.as_deref()).map_err(refuse)?;
        let mut given: JsonMap = request
            .variables
            .iter()
            .map(|(name, value)| (name.as_str().into(), JsonValue::from(value.clone())))
            .collect();
        numbers::fit(&self.schema, operation, &mut given);
        let coerced = coerce_variable_values(&self.schema, operation, &given).map_err(refuse)?;
        NullCheck::new(&self.schema, document, &coerced).operation(operation)?;
        let variables = serde_json::to_value(&*coerced).map_err(|problem| vec![Failure::internal(problem).into()])?;
        let variables = Variables::from_json(variables);
        let translation = Translation { schema: &self.schema, document, variables: &variables };
        Ok(Admitted {
            operation_type: operation.operation_type.name(),
            operation_name: operation.name.as_ref().map(|name| name.as_str().to_owned()),
            document: collection::collected(translation.of(operation), &variables, &self.schema),
        })
    }
}

/// The operation that is going to run, as far as that can be told before validation.
fn chosen<'a>(document: &'a Document, name: Option<&str>) -> Option<&'a OperationDefinition> {
    let operation = |definition: &'a Definition| definition.as_operation_definition().map(|operation| &**operation);
    let mut operations = document.definitions.iter().filter_map(operation);
    match name {
        Some(name) => operations.find(|operation| operation.name.as_ref().is_some_and(|own| own == name)),
        None => operations.next().filter(|_| operations.next().is_none()),
    }
}

fn check_kind(operation: &OperationDefinition, allowed: OperationKinds) -> Result<(), Vec<LocatedFailure>> {
    if allowed == OperationKinds::QueriesOnly && operation.operation_type != OperationType::Query {
        let message = format!("a {} needs POST: GET is for queries only", operation.operation_type.name());
        return Err(vec![Failure::new(ErrorCode::MethodNotAllowed, message).into()]);
    }
    Ok(())
}

fn within(what: &str, limit: u64, actual: u64) -> Result<(), Vec<LocatedFailure>> {
    if actual <= limit { Ok(()) } else { Err(vec![Failure::too_complex(what, limit, actual).into()]) }
}
