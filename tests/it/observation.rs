//! What the operator learns of an operation.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use aisle::{
    backend::EngineErrorKind,
    graphql::{ApiSettings, CostMode, DocumentLimits},
    http::{HttpSettings, TrustedHosts},
};
use axum::{body::Body, extract::ConnectInfo, http::Request};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{
    gateway::{Gateway, joined},
    watched_engine::Fault,
};

/// Lines of a log.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    pub(crate) fn subscriber(&self, level: LevelFilter) -> impl tracing::Subscriber + Send + Sync + use<> {
        tracing_subscriber::fmt().json().with_max_level(level).with_writer(self.clone()).finish()
    }

    pub(crate) fn with(&self, part: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn an_operation_is_one_line_and_a_failure_is_logged_once_with_its_cause() {
    let gateway = Gateway::start().await;
    let lines = Lines::default();
    // With a single subscriber in the process, other tests' threads would decide for all that nobody listens.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    let document =
        r#"query Listing { a: products(query: "private words") { totalCount } b: products(first: 0) { totalCount } }"#;
    gateway.ask(document).await;
    let operations = lines.with("\"operation\"");
    assert_eq!(operations.len(), 1, "{operations:?}");
    for part in
        ["\"name\":\"Listing\"", "\"operation_type\":\"query\"", "duration_ms", "VALIDATION_FAILED", "test-request"]
    {
        assert!(operations[0].contains(part), "{part} in {operations:?}");
    }
    assert!(lines.with("private words").is_empty());

    gateway.engine.break_with(Fault::Fails(EngineErrorKind::Unexpected));
    let many = joined((1..=50).map(|n| format!("p{n}: product(id: \"p{n}\") {{ id }} ")));
    gateway.ask(&format!("{{ {many} }}")).await;
    let failures = lines.with("secret-host");
    assert_eq!(failures.len(), 1, "{failures:?}");
    for part in ["\"level\":\"ERROR\"", "INTERNAL_ERROR", "test-request", "\"times\":50"] {
        assert!(failures[0].contains(part), "{part} in {failures:?}");
    }
}

#[tokio::test]
async fn a_line_names_the_client_whose_request_it_is_about() {
    let settings = HttpSettings {
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        trusted_hosts: TrustedHosts::Loopback,
        ..HttpSettings::default()
    };
    let gateway = Gateway::start_with(ApiSettings::default(), settings).await;
    let lines = Lines::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::DEBUG));
    for (host, query) in [("localhost", "%7B__typename%7D"), ("localhost", "%7B"), ("evil.org", "%7B__typename%7D")] {
        let request = Request::builder()
            .uri(format!("/graphql?query={query}"))
            .extension(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 5_000))))
            .header("host", host)
            .header("x-forwarded-for", "198.51.100.1, 192.0.2.7");
        gateway.send(request.body(Body::empty()).unwrap()).await;
    }
    let named = lines.with("\"client\":\"192.0.2.7\"");
    assert!(named.iter().any(|line| line.contains("\"operation\"")), "{named:?}");
    assert!(named.iter().any(|line| line.contains("GRAPHQL_PARSE_FAILED")), "{named:?}");
    assert!(named.iter().any(|line| line.contains("BAD_REQUEST")), "{named:?}");
    assert!(lines.with("198.51.100.1").is_empty(), "the client's own word");
}

#[tokio::test]
async fn an_operation_above_a_limit_that_is_only_measured_is_warned_of_by_name() {
    let document = DocumentLimits { cost: 1, ..DocumentLimits::default() };
    let settings = ApiSettings { document, cost_mode: CostMode::Measure, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    let lines = Lines::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    gateway.data("query Dear { products { totalCount } }").await;
    for message in ["\"operation above the limit of cost\"", "\"operation\""] {
        let told = lines.with(message);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("\"name\":\"Dear\"") && told[0].contains("\"cost\":101"), "{told:?}");
    }
    assert!(lines.with("\"WARN\"")[0].contains("\"limit\":1"));
}

#[test]
fn operations_and_errors_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let gateway = Gateway::start().await;
            gateway.data("{ products { totalCount } }").await;
            gateway.ask("{ products(first: 0) { totalCount } }").await;
            gateway.ask("{").await;
        });
    });
    let (counters, timings) = measurements(&snapshotter);
    insta::assert_json_snapshot!(counters);
    assert_eq!(timings, 3);
}

/// Every counter with its labels and value, and how many operations were timed.
pub(crate) fn measurements(snapshotter: &Snapshotter) -> (Vec<String>, usize) {
    let mut counters: Vec<String> = Vec::new();
    let mut timings = 0;
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<String> =
            key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        match value {
            DebugValue::Counter(count) => counters.push(format!("{} {} {count}", key.key().name(), labels.join(" "))),
            DebugValue::Histogram(values) if key.key().name() == "graphql_operation_seconds" => timings += values.len(),
            DebugValue::Histogram(_) | DebugValue::Gauge(_) => {}
        }
    }
    counters.sort();
    (counters, timings)
}

#[test]
fn an_operation_that_nobody_waits_for_is_told_of_as_cancelled() {
    let lines = Lines::default();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let gateway = Gateway::start().await;
            gateway.engine.break_with(Fault::LookUpsHang);
            let asked = gateway.ask(r#"query Abandoned { product(id: "p01") { name } }"#);
            assert!(tokio::time::timeout(Duration::from_millis(300), asked).await.is_err());
        });
    });
    let told = lines.with("\"operation not answered\"");
    assert_eq!(told.len(), 1, "{told:?}");
    for part in ["\"level\":\"INFO\"", "\"name\":\"Abandoned\"", "\"outcome\":\"cancelled\"", "test-request"] {
        assert!(told[0].contains(part), "{part} in {told:?}");
    }
    let (mut counters, timings) = measurements(&snapshotter);
    counters.retain(|counter| counter.starts_with("graphql_operations_total"));
    assert_eq!(counters, ["graphql_operations_total operation_type=query outcome=cancelled 1"]);
    assert_eq!(timings, 1);
}

#[tokio::test]
async fn a_line_names_its_request_once_however_little_is_logged() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::Fails(EngineErrorKind::Unexpected));
    for level in [LevelFilter::WARN, LevelFilter::ERROR] {
        let lines = Lines::default();
        let _second = tracing::Dispatch::new(tracing_subscriber::registry());
        let _guard = tracing::subscriber::set_default(lines.subscriber(level));
        gateway.ask("{ products { totalCount } }").await;
        let failures = lines.with("request failed");
        assert_eq!(failures.len(), 1, "{failures:?}");
        let line: Value = serde_json::from_str(&failures[0]).unwrap();
        let spans = line["spans"].as_array().unwrap();
        assert_eq!(spans.len(), 1, "{line:#}");
        assert_eq!(spans[0]["request_id"], "test-request");
    }
}

#[tokio::test]
async fn rows_at_which_the_engine_fails_are_logged_once_and_count_as_a_partial_answer() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::ChangesFailAfter(0, EngineErrorKind::Unexpected));
    let lines = Lines::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(lines.subscriber(LevelFilter::INFO));
    let row = |name: &str| {
        format!("{{ name: \"{name}\", description: \"long enough\", price: 1, category: \"c\", brand: \"b\" }}")
    };
    let inputs = joined((0..20).map(|n| row(&format!("Private {n}"))));
    let bad = row("");
    gateway.ask(&format!("mutation Feed {{ all: createProducts(inputs: [{bad} {inputs}]) {{ failed }} }}")).await;
    let failures = lines.with("request failed");
    assert_eq!(failures.len(), 1, "{failures:?}");
    for part in ["secret-host", "\"level\":\"ERROR\"", "INTERNAL_ERROR", "\"times\":20", "all.rows.1", "test-request"] {
        assert!(failures[0].contains(part), "{part} in {failures:?}");
    }
    let operations = lines.with("\"operation\"");
    assert_eq!(operations.len(), 1, "{operations:?}");
    for part in ["\"name\":\"Feed\"", "\"operation_type\":\"mutation\"", "INTERNAL_ERROR,VALIDATION_FAILED"] {
        assert!(operations[0].contains(part), "{part} in {operations:?}");
    }
    assert!(lines.with("Private").is_empty(), "what callers write is not logged");
}

#[test]
fn rows_are_counted_by_their_codes_and_operations_by_the_worst_of_them() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let gateway = Gateway::start().await;
            let row = "{ name: \"\", description: \"\", price: 1, category: \"c\", brand: \"b\" }";
            let document = format!("mutation {{ createProducts(inputs: [{row} {row}]) {{ failed }} }}");
            gateway.data(&document).await;
            gateway.engine.break_with(Fault::ChangesFailAfter(0, EngineErrorKind::Unavailable));
            gateway.data(&document.replace("\"\"", "\"long enough\"")).await;
        });
    });
    let (mut counters, _) = measurements(&snapshotter);
    counters.retain(|counter| !counter.starts_with("engine_requests_total"));
    insta::assert_json_snapshot!(counters);
}
