//! A gateway with a small catalogue, over an embedded engine or over every engine, asked through its router.

use std::sync::Arc;

use aisle::{
    catalog::{Catalog, CatalogSettings},
    change::OnDuplicate,
    exchange::ImportRow,
    graphql::{Api, ApiSettings},
    http::{self, HttpSettings},
    product::{RandomIds, SystemClock},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    engines::{self, TestEngine},
    watched_engine::WatchedEngine,
};

/// A running gateway.
pub(crate) struct Gateway {
    pub(crate) engine: Arc<WatchedEngine>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) api: Arc<Api>,
    pub(crate) router: Router,
    _engine: TestEngine,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// How many products the catalogue has.
pub(crate) const PRODUCTS: usize = 12;

/// The rows of the catalogue.
pub(crate) fn rows() -> Vec<Value> {
    let row = |number: usize| {
        json!({
            "id": format!("p{number:02}"),
            "sku": format!("SKU-{number:02}"),
            "name": format!("Desk Lamp {number:02}"),
            "description": "A lamp with a warm light for long evenings.",
            "price": 10.5 + f64::from(u32::try_from(number).unwrap()),
            "category": "Home",
            "brand": if number.is_multiple_of(2) { "Lumen" } else { "Nox" },
            "inStock": number != 3,
            "tags": ["light", "desk"],
            "attributes": [{"name": "colour", "value": "red"}],
            "imageUrl": "https://images.example.com/lamp.jpg",
            "createdAt": format!("2026-01-{number:02}T12:00:00Z"),
        })
    };
    (1..=PRODUCTS).map(row).collect()
}

fn parsed(rows: &[Value]) -> Vec<ImportRow> {
    rows.iter().map(|row| ImportRow::parse(row.to_string().as_bytes()).unwrap()).collect()
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        Self::start_with(ApiSettings::default(), HttpSettings::default()).await
    }

    pub(crate) async fn start_with(api: ApiSettings, http: HttpSettings) -> Self {
        Self::over(engines::embedded(), parsed(&rows()), api, http).await
    }

    /// A gateway over a catalogue of these rows.
    pub(crate) async fn of(rows: &[Value]) -> Self {
        Self::over(engines::embedded(), parsed(rows), ApiSettings::default(), HttpSettings::default()).await
    }

    /// A gateway over each engine, with a catalogue of these rows; `name` keeps the indices of tests apart.
    pub(crate) async fn everywhere(name: &str, rows: &[Value]) -> Vec<Self> {
        let mut gateways = Vec::new();
        for engine in engines::all(name).await {
            gateways.push(Self::over(engine, parsed(rows), ApiSettings::default(), HttpSettings::default()).await);
        }
        gateways
    }

    async fn over(store: TestEngine, rows: Vec<ImportRow>, api: ApiSettings, http: HttpSettings) -> Self {
        let engine = WatchedEngine::new(Arc::clone(&store));
        let catalog = Catalog::new(
            Arc::clone(&engine) as _,
            CatalogSettings::default(),
            Arc::new(SystemClock),
            Arc::new(RandomIds::default()),
        );
        for outcome in catalog.import(rows, catalog.import_time(), OnDuplicate::Refuse).await.unwrap() {
            outcome.unwrap();
        }
        catalog.publish().await.unwrap();
        let catalog = Arc::new(catalog);
        let api = Arc::new(Api::new(Arc::clone(&catalog), api).unwrap());
        Self { engine, catalog, router: http::router(Arc::clone(&api), http), api, _engine: store }
    }

    /// Sends a request as clients do, who name a host.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
        self.send_as_it_is(request).await
    }

    /// Sends any request.
    pub(crate) async fn send_as_it_is(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Posts bytes as JSON.
    pub(crate) async fn post(&self, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-request-id", "test-request");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Gets an address.
    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(Request::builder().uri(uri).header("x-request-id", "test-request").body(Body::empty()).unwrap()).await
    }

    /// The answer to a document.
    pub(crate) async fn ask(&self, document: &str) -> Value {
        self.ask_with(document, json!({})).await
    }

    /// The answer to a document with variables.
    pub(crate) async fn ask_with(&self, document: &str, variables: Value) -> Value {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await.json()
    }

    /// The `data` of a document that must not fail.
    pub(crate) async fn data(&self, document: &str) -> Value {
        let mut answer = self.ask(document).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }
}

/// Parts of a document, one behind the other.
pub(crate) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

/// The code of the only error.
pub(crate) fn code(answer: &Value) -> &str {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no errors: {answer:#}"));
    assert_eq!(errors.len(), 1, "{answer:#}");
    errors[0]["extensions"]["code"].as_str().unwrap()
}
