//! What it costs to let an operation through: at the first sight of its document, when that is prepared, and by
//! the id of a trusted one.
//!
//! `cargo bench --bench admission`. The goal: a prepared document adds less than 15 µs to an operation. What is timed is
//! the phase of admission alone, as `Server-Timing` tells it; `execution` is the rest of an operation that asks nothing.

#![expect(clippy::unwrap_used, reason = "a report that cannot go on should stop where it is")]

use std::{hint::black_box, sync::Arc, time::Duration};

use aisle::{
    catalog::{Catalog, CatalogSettings},
    engine::embedded::{EmbeddedEngine, EmbeddedSettings},
    graphql::{Api, ApiRequest, ApiSettings, DocumentId, DocumentSource, Manifest, Phases},
    product::{RandomIds, SystemClock},
};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The page of a category in a shop; nothing of it is resolved, so that its execution costs next to nothing.
const DOCUMENT: &str = "query Category($query: String, $filter: ProductFilter, $sort: [ProductSort!], $first: Int = 24,
    $after: String, $suggested: [ID!]!, $shown: Boolean!) {
  products(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) @include(if: $shown) {
    totalCount
    edges { cursor score node { ...Card } }
    pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
    report { tookMs complete }
  }
  suggested: productsByIds(ids: $suggested) @include(if: $shown) { ...Card description }
}
fragment Card on Product {
  id sku name brand category price currency inStock imageUrl tags
  attributes { name value }
  __typename
}";

fn variables() -> Map<String, Value> {
    let filter = json!({
        "inStock": true, "price": { "gte": 20, "lte": 80.5 }, "brand": { "in": ["Ferrano", "Lumen", "Nox"] },
        "or": [{ "tags": { "anyOf": ["sale", "new"] } }, { "createdAt": { "gt": "2026-01-01T00:00:00Z" } }],
    });
    let variables = json!({
        "query": "red shoe", "filter": filter, "sort": [{ "by": "PRICE", "direction": "ASC" }], "after": null,
        "suggested": ["019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002"], "shown": false,
    });
    let Value::Object(variables) = variables else { unreachable!() };
    variables
}

/// A gateway without HTTP over an empty catalogue.
struct Bench {
    api: Api,
    runtime: Runtime,
    _folder: TempDir,
}

impl Bench {
    fn with(settings: ApiSettings) -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let inside = runtime.enter();
        let embedded = EmbeddedSettings { data_dir: folder.path().to_owned(), ..EmbeddedSettings::default() };
        let engine = EmbeddedEngine::open(embedded, &|_| {}).unwrap();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
        let catalog = Arc::new(Catalog::new(engine, CatalogSettings::default(), clock, ids));
        let api = Api::new(catalog, settings).unwrap();
        drop(inside);
        Self { api, runtime, _folder: folder }
    }

    /// Times a phase of many operations.
    fn measure(&self, criterion: &mut Criterion, name: &str, document: &DocumentSource, phase: fn(Phases) -> Duration) {
        let request = ApiRequest { document: document.clone(), variables: variables(), ..ApiRequest::default() };
        let body = self.runtime.block_on(self.api.execute(request.clone())).body;
        assert_eq!(body, br#"{"data":{}}"#, "{}", String::from_utf8_lossy(&body));
        criterion.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                let one = |_| phase(self.runtime.block_on(self.api.execute(black_box(request.clone()))).phases);
                (0..times).map(one).sum()
            });
        });
    }
}

fn admission(criterion: &mut Criterion) {
    let text = DocumentSource::Text(DOCUMENT.to_owned());
    let forgetful = Bench::with(ApiSettings { prepared_bytes: 0, ..ApiSettings::default() });
    forgetful.measure(criterion, "admission, first sight", &text, |phases| phases.admission);
    let bench = Bench::with(ApiSettings::default());
    bench.measure(criterion, "admission, prepared", &text, |phases| phases.admission);
    let id = DocumentId::of(DOCUMENT);
    let manifest = Manifest::parse(json!({ id.to_string(): DOCUMENT }).to_string().as_bytes()).unwrap();
    assert!(bench.api.trust(&manifest).unfit.is_empty());
    bench.measure(criterion, "admission, trusted", &DocumentSource::Id(id), |phases| phases.admission);
    bench.measure(criterion, "execution", &text, |phases| phases.execution);
}

criterion_group!(benches, admission);
criterion_main!(benches);
