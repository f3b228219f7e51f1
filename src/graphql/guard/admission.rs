//! What is done for each request: the choice of an operation, its values, and what it costs with them.

use apollo_compiler::ast::OperationType;
use async_graphql::{
    Value as ConstValue, Variables,
    parser::types::{DocumentOperations, ExecutableDocument},
};
use serde_json::{Map, Value};

use super::{
    Guard, coercion, collection,
    cost::OperationCost,
    diagnosis, inputs, omission,
    prepared::{Prepared, PreparedOperation, PreparedVariable},
    within,
};
use crate::{
    failure::{ErrorCode, Failure, quoted},
    graphql::{ApiRequest, CostMode, Introspection, OperationKinds, caching::CacheHint, failure::LocatedFailure},
};

/// What the guard let through.
pub(in crate::graphql) struct Admitted {
    /// The operation alone, with the fragments that it spreads.
    pub(in crate::graphql) document: ExecutableDocument,
    /// The values of its variables.
    pub(in crate::graphql) variables: Variables,
    /// How long its answer may be kept.
    pub(in crate::graphql) hint: CacheHint,
}

impl Guard {
    /// The operation that `request` names, when it may be run.
    pub(in crate::graphql) fn choose<'a>(
        &self,
        prepared: &'a Prepared,
        request: &ApiRequest,
    ) -> Result<&'a PreparedOperation, Vec<LocatedFailure>> {
        let operation = chosen(&prepared.operations, request.operation_name.as_deref())
            .map_err(|message| vec![diagnosis::invalid(message, None)])?;
        if request.operations == OperationKinds::QueriesOnly && operation.operation_type != OperationType::Query {
            let message = format!("a {} needs POST: GET is for queries only", operation.operation_type());
            return Err(vec![Failure::new(ErrorCode::MethodNotAllowed, message).into()]);
        }
        if operation.introspects && self.settings.introspection == Introspection::Refused {
            return Err(vec![diagnosis::invalid("introspection is turned off", None)]);
        }
        Ok(operation)
    }

    /// What was `given` as the values of the operation's variables.
    pub(in crate::graphql) fn values(
        &self,
        operation: &PreparedOperation,
        given: Map<String, Value>,
    ) -> Result<Variables, Vec<LocatedFailure>> {
        if operation.operation_type == OperationType::Query {
            within(
                "values in the variables of a query",
                self.settings.document.values as u64,
                inputs::weight(&given) as u64,
            )?;
        }
        let most = self.settings.document.errors;
        let variables = coercion::values(&self.schema, &operation.variables, given, most)?;
        let refusal = |variable: &PreparedVariable| {
            let place = variable.non_null_place.as_ref()?;
            let is_null = variables.get(&variable.name).is_some_and(|value| *value == ConstValue::Null);
            is_null.then(|| place.refusal(&variable.name))
        };
        let nulls: Vec<_> = operation.variables.iter().filter_map(refusal).take(most).collect();
        if nulls.is_empty() { Ok(variables) } else { Err(nulls) }
    }

    /// An operation of this document, to be run with these values.
    pub(in crate::graphql) fn admit(
        &self,
        prepared: &Prepared,
        operation: &PreparedOperation,
        variables: Variables,
    ) -> Admitted {
        let fragment = |name| Some((Clone::clone(name), prepared.fragments.get(name)?.clone()));
        let mut document = ExecutableDocument {
            operations: DocumentOperations::Single(operation.definition.clone()),
            fragments: operation.fragments.iter().filter_map(fragment).collect(),
        };
        let is_left_out = |name: &str| !variables.contains_key(name);
        if operation.variables.iter().any(|variable| is_left_out(&variable.name)) {
            omission::leave_out(&mut document, &is_left_out);
        }
        if operation.repeats {
            document = collection::collected(document, &variables, &self.schema);
        }
        Admitted { document, variables, hint: operation.hint }
    }

    /// What the operation costs with these values.
    pub(in crate::graphql) fn cost(&self, operation: &PreparedOperation, variables: &Variables) -> OperationCost {
        OperationCost {
            requested: operation.formula.cost(variables, self.list_limits),
            limit: self.settings.document.cost as u64,
            mode: self.settings.cost_mode,
        }
    }
}

impl OperationCost {
    /// Refuses an operation that costs too much, unless costs are only measured.
    pub(in crate::graphql) fn afford(self) -> Result<(), Vec<LocatedFailure>> {
        match self.mode {
            CostMode::Enforce => within("cost", self.limit, self.requested),
            CostMode::Measure => Ok(()),
        }
    }
}

fn chosen<'a>(operations: &'a [PreparedOperation], name: Option<&str>) -> Result<&'a PreparedOperation, String> {
    match (name, operations) {
        (Some(name), _) => {
            let found = operations.iter().find(|operation| operation.name() == Some(name));
            found.ok_or_else(|| format!("no operation of the document is called {}", quoted(name)))
        }
        (None, [operation]) => Ok(operation),
        (None, []) => Err("the document has no operation".to_owned()),
        (None, _) => Err("the document has several operations: operationName must name one".to_owned()),
    }
}
