//! Where exported rows go: a file appears under its name only when it is complete.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;

/// A file being written beside the place it will take; dropped before it is complete, it leaves nothing behind.
pub(super) struct ExportFile {
    output: BufWriter<Box<dyn Write + Send>>,
    place: Option<Place>,
}

struct Place {
    partial: PathBuf,
    target: PathBuf,
}

impl ExportFile {
    /// Output to `path`, to standard output for `-`, and straight to what is no regular file (a pipe, a terminal).
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self { output: BufWriter::new(Box::new(io::stdout())), place: None });
        }
        let create = || -> io::Result<Self> {
            // Through a link, the file that it points to is replaced, and the link stays.
            let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
                let output = File::options().write(true).open(&target)?;
                return Ok(Self { output: BufWriter::new(Box::new(output)), place: None });
            }
            let mut partial = target.clone().into_os_string();
            partial.push(format!(".{}.partial", std::process::id()));
            let partial = PathBuf::from(partial);
            let output = File::create_new(&partial)?;
            Ok(Self { output: BufWriter::new(Box::new(output)), place: Some(Place { partial, target }) })
        };
        create().with_context(|| format!("cannot write {}", path.display()))
    }

    /// One more row.
    pub(super) fn write_row(&mut self, json: &str) -> io::Result<()> {
        self.output.write_all(json.as_bytes())?;
        self.output.write_all(b"\n")
    }

    /// Every row was written: the file takes its place.
    pub(super) fn complete(mut self) -> io::Result<()> {
        self.output.flush()?;
        if let Some(Place { partial, target }) = &self.place {
            File::open(partial)?.sync_all()?;
            fs::rename(partial, target)?;
            self.place = None;
        }
        Ok(())
    }
}

impl Drop for ExportFile {
    fn drop(&mut self) {
        if let Some(Place { partial, .. }) = &self.place {
            let _ = fs::remove_file(partial);
        }
    }
}
