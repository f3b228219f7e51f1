//! The API: one GraphQL schema over the catalogue.
//!
//! [`Api::execute`] is the only way in. A request passes the [`guard`], then the executor with one loader of its own
//! ([`loader`], [`batching`], [`writer`]), and leaves as an [`ApiAnswer`], its errors in the form of the contract
//! ([`failure`]).
//! Invariant: only this module names the GraphQL libraries.

mod answer;
mod arguments;
mod batching;
mod bulk;
mod caching;
mod connection;
mod date_time;
mod deadline;
mod documents;
mod error_definition;
mod facet_arguments;
mod facets;
mod failure;
mod filter_input;
mod guard;
mod highlights;
mod int;
mod isolation;
mod listing;
mod loader;
mod mutation;
mod observation;
mod product;
mod product_input;
mod query;
mod retrieval;
mod row_failures;
mod sdl;
mod selection;
mod settings;
mod similar;
mod sort_input;
mod suggestion;
mod visibility;
mod writer;

use std::{mem, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{EmptySubscription, Request, Schema, ValidationMode};
use futures_util::FutureExt;

pub use self::{
    answer::{ApiAnswer, CachePolicy, Phases, Refusal},
    documents::{
        AutomaticQueries, DocumentId, DocumentSettings, DocumentSource, Manifest, ManifestProblem, TrustReport,
        UntrustedDocuments,
    },
    settings::{ApiSettings, CostMode, DocumentLimits, Introspection},
};
use self::{
    batching::{BatchQueue, Batched},
    caching::Completeness,
    deadline::Deadline,
    documents::Documents,
    failure::LocatedFailure,
    guard::{Admitted, Guard, ListLimits, OperationCost},
    loader::CatalogLoader,
    mutation::Mutation,
    observation::Observation,
    query::Query,
    writer::OperationWriter,
};
use crate::{catalog::Catalog, failure::Failure};

type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// One GraphQL request.
#[derive(Debug, Clone, Default)]
pub struct ApiRequest {
    /// The document.
    pub document: DocumentSource,
    /// Which operation of the document to run; needed when it has several.
    pub operation_name: Option<String>,
    /// Values of the document's variables.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// Which operations the transport may carry.
    pub operations: OperationKinds,
    /// Whether the answer says what the operation cost.
    pub cost: CostReport,
    /// Shortens the longest time for the operation, in milliseconds; never lengthens it.
    pub timeout_ms: Option<u64>,
    /// Names the request in errors; in the log the caller's span names it.
    pub request_id: String,
}

/// Whether an answer says what its operation cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CostReport {
    /// Nobody asked.
    #[default]
    Omitted,
    /// In `extensions.cost`.
    Included,
}

/// Which operations a transport may carry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OperationKinds {
    /// Every kind.
    #[default]
    All,
    /// Only such as change nothing.
    QueriesOnly,
}

/// Why the API cannot be set up: a mistake of ours, found at start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The schema is not valid.
    #[error("the schema is not valid: {0}")]
    Schema(String),
}

/// The API over one catalogue.
pub struct Api {
    schema: ApiSchema,
    guard: Arc<Guard>,
    documents: Documents,
    catalog: Arc<Catalog>,
    settings: ApiSettings,
}

impl Api {
    /// The API over `catalog`.
    pub fn new(catalog: Arc<Catalog>, settings: ApiSettings) -> Result<Self, SetupError> {
        let guard = Arc::new(Guard::new(&Self::sdl(), settings.clone(), list_limits(&catalog))?);
        let documents = Documents::new(Arc::clone(&guard), &settings);
        Ok(Self { schema: schema(settings.clone()), guard, documents, catalog, settings })
    }

    /// The schema in the schema definition language, the same text every time.
    pub fn sdl() -> String {
        sdl::export(&schema(ApiSettings::default()))
    }

    /// Whether the engine behind the catalogue can answer now.
    pub fn is_ready(&self) -> bool {
        self.catalog.is_ready()
    }

    /// Whether callers may ask for the schema.
    pub fn introspection(&self) -> Introspection {
        self.settings.introspection
    }

    /// Trusts the documents of `manifest` from now on, and no others any more; takes as long as preparing them.
    pub fn trust(&self, manifest: &Manifest) -> TrustReport {
        self.documents.trust(manifest)
    }

    /// Runs one operation, or says why not; never fails and never panics.
    pub async fn execute(&self, mut request: ApiRequest) -> ApiAnswer {
        let mut observation = Observation::begin();
        let admitted = self.admit(&mut request, &mut observation);
        let admission = observation.started().elapsed();
        let (mut outcome, cache) = match admitted {
            Ok(admitted) => self.answered(admitted, &observation, request.timeout_ms).await,
            Err(failures) => (Outcome::refused(failures), CachePolicy::NoStore),
        };
        outcome.cost = observation.cost().filter(|_| request.cost == CostReport::Included);
        let phases = Phases { admission, execution: observation.started().elapsed().saturating_sub(admission) };
        observation.end(&outcome, self.settings.slow_operation_ms);
        ApiAnswer { cache, phases, ..ApiAnswer::new(&outcome, &request.request_id) }
    }

    fn admit(&self, request: &mut ApiRequest, observation: &mut Observation) -> Result<Admitted, Vec<LocatedFailure>> {
        let found = self.documents.find(&request.document)?;
        observation.found(found.origin);
        let prepared = found.prepared;
        let operation = self.guard.choose(&prepared, request)?;
        observation.chosen(operation);
        let values = self.guard.values(operation, mem::take(&mut request.variables))?;
        let cost = self.guard.cost(operation, &values);
        observation.costs(cost);
        cost.afford()?;
        Ok(self.guard.admit(&prepared, operation, values))
    }

    async fn answered(
        &self,
        admitted: Admitted,
        observation: &Observation,
        timeout_ms: Option<u64>,
    ) -> (Outcome, CachePolicy) {
        let hint = admitted.hint;
        let completeness = Completeness::default();
        let outcome = self.run(admitted, observation, completeness.clone(), timeout_ms).await;
        let cache = hint.policy(&outcome, &completeness, self.settings.cache_max_age_seconds);
        (outcome, cache)
    }

    async fn run(
        &self,
        admitted: Admitted,
        observation: &Observation,
        completeness: Completeness,
        timeout_ms: Option<u64>,
    ) -> Outcome {
        let queue = BatchQueue::default();
        let longest = self.settings.operation_timeout_ms;
        let timeout_ms = timeout_ms.map_or(longest, |timeout_ms| timeout_ms.min(longest));
        let deadline = Deadline::after(observation.started(), timeout_ms);
        let loader = CatalogLoader::for_operation(Arc::clone(&self.catalog), deadline, completeness, queue.clone());
        let writer = OperationWriter::for_operation(Arc::clone(&self.catalog), deadline, observation.row_failures());
        let mut query = Request::new("").variables(admitted.variables).data(loader).data(writer);
        query.set_parsed_query(admitted.document);
        let operation = Batched::new(self.schema.execute(query), queue);
        match AssertUnwindSafe(operation).catch_unwind().await {
            Ok(response) => Outcome::executed(response),
            Err(panic) => Outcome::refused(vec![Failure::panic(panic.as_ref()).into()]),
        }
    }
}

/// What became of a request.
struct Outcome {
    /// What was answered; `None` when nothing ran.
    data: Option<async_graphql::Value>,
    /// What went wrong.
    failures: Vec<LocatedFailure>,
    /// What it cost, if the caller wants to know and it was found out.
    cost: Option<OperationCost>,
}

impl Outcome {
    fn refused(failures: Vec<LocatedFailure>) -> Self {
        Self { data: None, failures, cost: None }
    }

    fn executed(response: async_graphql::Response) -> Self {
        let failures = response.errors.into_iter().map(LocatedFailure::from_server_error);
        Self { data: Some(response.data), failures: failures.collect(), cost: None }
    }
}

fn list_limits(catalog: &Catalog) -> ListLimits {
    let limits = catalog.limits();
    ListLimits {
        usual_page: limits.default_page_size,
        page: limits.page_size,
        rows: catalog.change_limits().rows,
        facet_values: limits.facet_values,
        attribute_facets: limits.attribute_facets,
        attribute_values: limits.attribute_values,
        price_buckets: limits.price_buckets,
        price_bands: limits.price_bands,
        suggestions: limits.suggestions,
        similar: limits.similar,
    }
}

fn schema(settings: ApiSettings) -> ApiSchema {
    let recursion = settings.document.recursion;
    Schema::build(Query, Mutation, EmptySubscription)
        .data(settings)
        // The guard has validated before, and better.
        .validation_mode(ValidationMode::Fast)
        .limit_recursive_depth(recursion)
        .finish()
}
