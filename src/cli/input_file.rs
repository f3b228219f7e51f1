//! Where the rows of an import come from.

use std::{io::Cursor, path::Path};

use anyhow::Context;
use tokio::fs::File;

use super::arguments::ImportFormat;
use crate::app::SessionInput;

/// Bytes to import, and how many there are, where known.
pub(super) struct InputFile {
    pub(super) bytes: SessionInput,
    pub(super) size: Option<u64>,
}

impl InputFile {
    /// Rows that the program brings with it.
    pub(super) fn embedded(rows: &'static [u8]) -> Self {
        Self { bytes: Box::new(Cursor::new(rows)), size: Some(rows.len() as u64) }
    }

    /// A file, or standard input for `-`; a name that tells no form needs `format`.
    pub(super) async fn open(path: &Path, format: Option<ImportFormat>) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self { bytes: Box::new(tokio::io::stdin()), size: None });
        }
        if format.is_none() && !is_json(path) {
            anyhow::bail!(
                "cannot tell the form of {} by its name; if it has one JSON object a line, add --format ndjson",
                path.display()
            );
        }
        let open = async {
            let file = File::open(path).await?;
            let metadata = file.metadata().await?;
            Ok::<_, std::io::Error>((file, metadata))
        };
        let (file, metadata) = open.await.with_context(|| format!("cannot read {}", path.display()))?;
        anyhow::ensure!(!metadata.is_dir(), "cannot read {}: it is a folder", path.display());
        Ok(Self { bytes: Box::new(file), size: metadata.is_file().then_some(metadata.len()) })
    }
}

fn is_json(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    matches!(extension.as_deref(), Some("ndjson" | "jsonl" | "json"))
}
