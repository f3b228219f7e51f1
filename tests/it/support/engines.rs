//! Every engine that this machine can run, each empty and a test's own.

use std::{ops::Deref, sync::Arc};

use aisle::{
    backend::Engine,
    engine::embedded::{EmbeddedEngine, EmbeddedSettings},
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
    let mut engines = vec![embedded()];
    for node in node::all() {
        let indices = node.indices(name);
        engines.push(TestEngine { engine: indices.engine().await, _folder: None, _indices: Some(indices) });
    }
    engines
}

/// The embedded engine in a folder of its own.
pub fn embedded() -> TestEngine {
    let folder = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { data_dir: folder.path().to_owned(), ..EmbeddedSettings::default() };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    TestEngine { engine, _folder: Some(folder), _indices: None }
}
