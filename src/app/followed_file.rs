//! A file that takes effect at the start, and again whenever it changes.
//!
//! Invariant: a process starts with a good file or not at all, and afterwards keeps what the last good one said.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{background::Background, watched_file::WatchedFile};

/// What becomes of the content of a file.
#[async_trait]
pub(super) trait Follower: Send + Sync + 'static {
    /// Takes the content as a whole, or leaves everything as it was.
    async fn take(&self, content: Vec<u8>) -> anyhow::Result<()>;

    /// Hears that a changed file was not taken, and why.
    fn keep(&self, problem: &anyhow::Error);
}

/// Which file is followed.
pub(super) struct FollowedFile<'a> {
    /// The setting that names it.
    pub(super) setting: &'static str,
    /// What it is, for the log.
    pub(super) name: &'static str,
    /// Where it is; `None` when there is none.
    pub(super) path: Option<&'a PathBuf>,
    /// Most bytes that are read.
    pub(super) longest: usize,
    /// Milliseconds between two looks.
    pub(super) interval_ms: u64,
}

impl FollowedFile<'_> {
    /// Has `follower` take the file now, and in `background` whenever it changes.
    pub(super) async fn follow(self, background: &Background, follower: impl Follower) -> anyhow::Result<()> {
        let Some(file) = self.take(&follower).await? else { return Ok(()) };
        let interval = Duration::from_millis(self.interval_ms);
        let place = self.path.map(|path| path.display().to_string()).unwrap_or_default();
        let (follower, stop) = (Arc::new(follower), background.stop());
        let task = move || keep_up((file.clone(), place.clone()), interval, Arc::clone(&follower), stop.clone());
        background.keep(self.name, task);
        Ok(())
    }

    /// Has `follower` take the file as it is now, and no change of it.
    pub(super) async fn read(self, follower: impl Follower) -> anyhow::Result<()> {
        self.take(&follower).await.map(drop)
    }

    async fn take(&self, follower: &impl Follower) -> anyhow::Result<Option<WatchedFile>> {
        let Some(path) = self.path else { return Ok(None) };
        let cannot_use = || format!("cannot use {} {}", self.setting, path.display());
        let mut file = WatchedFile::new(path.clone(), self.longest);
        if let Some(content) = file.look().await {
            let content = content.with_context(cannot_use)?;
            follower.take(content).await.with_context(cannot_use)?;
        }
        Ok(Some(file))
    }
}

async fn keep_up(
    (mut file, place): (WatchedFile, String),
    interval: Duration,
    follower: Arc<impl Follower>,
    stop: CancellationToken,
) {
    while let Some(content) = stop.run_until_cancelled(file.changed(interval)).await {
        let taken = match content {
            Ok(content) => follower.take(content).await,
            Err(problem) => Err(problem.into()),
        };
        if let Err(problem) = taken {
            follower.keep(&problem.context(place.clone()));
        }
    }
}
