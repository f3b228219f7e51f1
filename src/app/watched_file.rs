//! A file that an operator may change while the gateway serves.
//!
//! Looked at in intervals rather than by notifications of the kernel: those do not cross network file systems, and
//! follow neither the symbolic links that Kubernetes swaps nor the renames of editors.
//! Invariant: each change is told once, whether the file can be read afterwards or not; at most so many bytes are read.

use std::{io, os::unix::fs::MetadataExt, path::PathBuf, time::Duration};

use tokio::{
    fs::{self, File},
    io::AsyncReadExt,
};

/// A file, and what was seen of it.
#[derive(Debug, Clone)]
pub(super) struct WatchedFile {
    path: PathBuf,
    longest: usize,
    seen: Seen,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileProblem {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("not a regular file")]
    Irregular,
    /// It is longer than the setting allows.
    #[error("longer than {0} bytes")]
    TooLong(usize),
}

/// What the last look saw.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// A file that was dealt with: read, or told of as one that reading again will not make better.
    File(Stamp),
    /// A failure that was told of; reading may work the next time.
    Failure(io::ErrorKind),
}

/// What differs when a file was written, replaced, or reached by another link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// As above; nobody can set it back.
    changed: (i64, i64),
}

impl WatchedFile {
    /// The file at `path`, of at most `longest` bytes, of which nothing was seen yet.
    pub(super) fn new(path: PathBuf, longest: usize) -> Self {
        Self { path, longest, seen: Seen::Nothing }
    }

    /// What the file holds after the next change; looks each time that `interval` has passed.
    pub(super) async fn changed(&mut self, interval: Duration) -> Result<Vec<u8>, FileProblem> {
        loop {
            tokio::time::sleep(interval).await;
            if let Some(content) = self.look().await {
                return content;
            }
        }
    }

    /// What the file holds, when it is not as it was at the last look.
    pub(super) async fn look(&mut self) -> Option<Result<Vec<u8>, FileProblem>> {
        match self.read_when_changed().await {
            Ok(content) => content.map(Ok),
            Err(FileProblem::Io(error)) => {
                let failure = Seen::Failure(error.kind());
                let is_told = self.seen == failure;
                self.seen = failure;
                (!is_told).then_some(Err(error.into()))
            }
            Err(problem) => Some(Err(problem)),
        }
    }

    async fn read_when_changed(&mut self) -> Result<Option<Vec<u8>>, FileProblem> {
        let found = fs::metadata(&self.path).await?;
        if self.seen == Seen::File(Stamp::of(&found)) {
            return Ok(None);
        }
        if !found.is_file() {
            self.seen = Seen::File(Stamp::of(&found));
            return Err(FileProblem::Irregular);
        }
        let file = File::open(&self.path).await?;
        // Of the file that was opened and before it is read: what is written from now on is another change.
        let stamp = Stamp::of(&file.metadata().await?);
        let mut content = Vec::new();
        file.take((self.longest as u64).saturating_add(1)).read_to_end(&mut content).await?;
        self.seen = Seen::File(stamp);
        if content.len() > self.longest { Err(FileProblem::TooLong(self.longest)) } else { Ok(Some(content)) }
    }
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::{TempDir, tempdir};

    use super::*;

    fn watched(longest: usize) -> (TempDir, PathBuf, WatchedFile) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        let file = WatchedFile::new(path.clone(), longest);
        (folder, path, file)
    }

    async fn content(file: &mut WatchedFile) -> String {
        String::from_utf8(file.look().await.unwrap().unwrap()).unwrap()
    }

    async fn problem(file: &mut WatchedFile) -> String {
        file.look().await.unwrap().unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_change_is_told_once() {
        let (_folder, path, mut file) = watched(100);
        std::fs::write(&path, "first").unwrap();
        assert_eq!(content(&mut file).await, "first");
        assert!(file.look().await.is_none());
        std::fs::write(&path, "another").unwrap();
        assert_eq!(content(&mut file).await, "another");
        assert!(file.look().await.is_none());
    }

    #[tokio::test]
    async fn a_rename_over_the_file_is_a_change_even_to_the_same_length_and_time() {
        let (folder, path, mut file) = watched(100);
        std::fs::write(&path, "first").unwrap();
        assert_eq!(content(&mut file).await, "first");
        let new = folder.path().join("manifest.json~");
        std::fs::write(&new, "other").unwrap();
        let time = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::fs::File::options().write(true).open(&new).unwrap().set_modified(time).unwrap();
        std::fs::rename(&new, &path).unwrap();
        assert_eq!(content(&mut file).await, "other");
    }

    #[tokio::test]
    async fn a_swap_of_the_folder_behind_a_link_is_a_change_as_in_a_config_map() {
        let (folder, path, mut file) = watched(100);
        for (version, text) in [("one", "first"), ("two", "other")] {
            let version = folder.path().join(version);
            std::fs::create_dir(&version).unwrap();
            std::fs::write(version.join("manifest.json"), text).unwrap();
            symlink(&version, folder.path().join("..data_new")).unwrap();
            std::fs::rename(folder.path().join("..data_new"), folder.path().join("..data")).unwrap();
            if !path.exists() {
                symlink("..data/manifest.json", &path).unwrap();
            }
            assert_eq!(content(&mut file).await, text);
            assert!(file.look().await.is_none());
        }
    }

    #[tokio::test]
    async fn a_file_that_is_gone_is_told_once_and_told_again_when_it_is_back() {
        let (_folder, path, mut file) = watched(100);
        std::fs::write(&path, "first").unwrap();
        assert_eq!(content(&mut file).await, "first");
        let aside = path.with_extension("aside");
        std::fs::rename(&path, &aside).unwrap();
        assert!(problem(&mut file).await.contains("No such file"));
        assert!(file.look().await.is_none());
        std::fs::rename(&aside, &path).unwrap();
        assert_eq!(content(&mut file).await, "first");
    }

    #[tokio::test]
    async fn no_more_is_read_than_allowed() {
        let (_folder, path, mut file) = watched(5);
        std::fs::write(&path, "first").unwrap();
        assert_eq!(content(&mut file).await, "first");
        std::fs::write(&path, "second").unwrap();
        assert_eq!(problem(&mut file).await, "longer than 5 bytes");
        assert!(file.look().await.is_none());
    }

    #[tokio::test]
    async fn a_folder_in_its_place_is_told_once() {
        let (_folder, path, mut file) = watched(5);
        std::fs::create_dir(&path).unwrap();
        assert_eq!(problem(&mut file).await, "not a regular file");
        assert!(file.look().await.is_none());
    }
}
