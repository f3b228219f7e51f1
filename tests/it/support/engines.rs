//! Every engine that this machine can run, each empty and a test's own.

use std::{ops::Deref, sync::Arc};

use aisle::{
    engine::embedded::{EmbeddedEngine, EmbeddedSettings},
    search::Engine,
};
use tempfile::TempDir;

/// An engine and what has to live as long as it does.
pub struct TestEngine {
    engine: Arc<dyn Engine>,
    /// The embedded engine's folder.
    _folder: Option<TempDir>,
}

impl Deref for TestEngine {
    type Target = Arc<dyn Engine>;

    fn deref(&self) -> &Self::Target {
        &self.engine
    }
}

/// The embedded engine, and one engine for each real node; `name` keeps the indices of tests apart.
pub async fn all(_name: &str) -> Vec<TestEngine> {
    vec![embedded()]
}

/// The embedded engine in a folder of its own.
pub fn embedded() -> TestEngine {
    let folder = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { data_dir: folder.path().to_owned(), ..EmbeddedSettings::default() };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    TestEngine { engine, _folder: Some(folder) }
}
