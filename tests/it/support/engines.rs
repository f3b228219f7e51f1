//! Every engine that this machine can run, each empty and a test's own.

use std::{ops::Deref, sync::Arc};

use aisle::{
    backend::Engine,
    engine::{
        elastic::{ElasticEngine, ElasticSettings},
        embedded::{EmbeddedEngine, EmbeddedSettings},
    },
    product::NameRule,
};
use tempfile::TempDir;

use super::node::{self, TestIndices};

/// An engine and what has to live as long as it does.
pub struct TestEngine {
    engine: Arc<dyn Engine>,
    /// The embedded engine's folder.
    _folder: Option<TempDir>,
    /// The indices on a node.
    _indices: Option<TestIndices>,
}

impl Deref for TestEngine {
    type Target = Arc<dyn Engine>;

    fn deref(&self) -> &Self::Target {
        &self.engine
    }
}

/// The embedded engine, and one engine for each real node; `name` keeps the indices of tests apart.
pub async fn all(name: &str) -> Vec<TestEngine> {
    all_with(name, NameRule::default()).await
}

/// The same with a rule for names.
pub async fn all_with(name: &str, names: NameRule) -> Vec<TestEngine> {
    let mut engines = vec![embedded_with(names)];
    for node in node::all() {
        let indices = node.indices(name);
        let engine = ElasticEngine::new(ElasticSettings { names, ..indices.settings(&[]) }).unwrap();
        engine.probe().await;
        engines.push(TestEngine { engine, _folder: None, _indices: Some(indices) });
    }
    engines
}

/// The embedded engine in a folder of its own.
pub fn embedded() -> TestEngine {
    embedded_with(NameRule::default())
}

fn embedded_with(names: NameRule) -> TestEngine {
    let folder = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { data_dir: folder.path().to_owned(), names, ..EmbeddedSettings::default() };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    TestEngine { engine, _folder: Some(folder), _indices: None }
}
