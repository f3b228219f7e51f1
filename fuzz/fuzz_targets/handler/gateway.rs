//! The gateway that is fuzzed: made once, asked by one request after the other.

use std::{sync::Arc, time::Duration};

use aisle::{
    app::SAMPLE,
    catalog::{Catalog, CatalogSettings},
    change::OnDuplicate,
    engine::embedded::{EmbeddedEngine, EmbeddedSettings},
    exchange::ImportRow,
    graphql::{Api, ApiSettings},
    http::{self, HttpSettings},
    product::{RandomIds, SystemClock},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use cpu_time::ProcessTime;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

use crate::answer;

/// Most work on one request.
const WORK: Duration = Duration::from_secs(1);

thread_local! {
    /// The gateway of the fuzzer's only thread.
    pub static GATEWAY: Gateway = Gateway::start();
}

/// A router, and what it runs on.
pub struct Gateway {
    runtime: Runtime,
    router: Router,
    _folder: TempDir,
}

impl Gateway {
    fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let folder = TempDir::new().unwrap();
        let router = runtime.block_on(router(&folder));
        Self { runtime, router, _folder: folder }
    }

    /// Sends the request and looks at what comes back.
    pub fn judge(&self, request: Request<Body>) {
        let asked = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        let is_head = request.method() == axum::http::Method::HEAD;
        let began = ProcessTime::now();
        let (head, body) = self.runtime.block_on(async {
            let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            (head, to_bytes(body, usize::MAX).await.unwrap())
        });
        let worked = began.elapsed();
        assert!(worked < WORK, "{asked}: {worked:?} of work");
        if let Err(wrong) = answer::check(&head, &body, is_head) {
            panic!("{asked}: {wrong}: {head:?} {}", String::from_utf8_lossy(&body));
        }
    }
}

async fn router(folder: &TempDir) -> Router {
    // Refreshes are fast, for a change waits for the next one.
    let settings =
        EmbeddedSettings { data_dir: folder.path().to_owned(), refresh_ms: 1, ..EmbeddedSettings::default() };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    let catalog =
        Catalog::new(engine, CatalogSettings::default(), Arc::new(SystemClock), Arc::new(RandomIds::default()));
    let lines = SAMPLE.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let rows = lines.map(|line| ImportRow::parse(line).unwrap()).collect();
    catalog.import(rows, catalog.import_time(), OnDuplicate::Refuse).await.unwrap();
    catalog.publish().await.unwrap();
    let api = Api::new(Arc::new(catalog), ApiSettings::default()).unwrap();
    http::router(Arc::new(api), HttpSettings::default())
}
