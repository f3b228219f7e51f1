//! `aisle evaluate`: how good the ranking is, and how much better another one.

use std::{
    io::{self, Cursor, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use tokio::{fs::File, io::AsyncReadExt};

use super::{arguments::ImportFormat, data::UNEXPECTED, evaluation_tables::Tables, input_file::InputFile, write};
use crate::{
    app::{
        Session, SessionInput,
        data::{DataCommand, DataEvent, QueryReport},
    },
    config::Configuration,
};

/// What is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evaluation {
    /// Where the judgments are.
    pub(super) judgments: PathBuf,
    /// Where the other ranking is.
    pub(super) ranking: Option<PathBuf>,
    /// How many of the worst queries are listed.
    pub(super) worst: usize,
}

/// Prints the figures; exit code 1 when a query could not be answered, or none says anything.
pub(super) async fn evaluate(configuration: &Configuration, evaluation: Evaluation) -> anyhow::Result<ExitCode> {
    let Evaluation { judgments, ranking, worst } = evaluation;
    let longest = configuration.settings.limits.limit_import_line_bytes;
    let ranking = match ranking {
        Some(path) => Some(read_ranking(&path, longest).await?),
        None => None,
    };
    let ranking_bytes = ranking.as_ref().map(Vec::len);
    let judgments = InputFile::open(&judgments, Some(ImportFormat::Ndjson)).await?;
    let input: SessionInput = Box::new(Cursor::new(ranking.unwrap_or_default()).chain(judgments.bytes));
    let mut heard = Heard::default();
    let session = Session { configuration, command: DataCommand::Evaluate { ranking_bytes } };
    session.run(input, &mut |event| heard.take(event)).await?;
    let Heard { reports, complaints, engine } = heard;
    // Not by the runtime, which writes on a thread of its own that the end of the process does not wait for.
    io::stderr().lock().write_all(complaints.concat().as_bytes())?;
    ensure!(!reports.is_empty() || !complaints.is_empty(), "there is no judged query");
    let compares = ranking_bytes.is_some();
    let tables = Tables { engine: &engine, reports: &reports, worst };
    write(if compares { tables.compared() } else { tables.alone() }.as_bytes())?;
    let says_something = reports.iter().any(|report| report.in_force.is_some());
    ensure!(says_something || !complaints.is_empty(), "no query has a relevant product: there is nothing to measure");
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The ranking as it is written; the side that searches checks it.
async fn read_ranking(path: &Path, longest: usize) -> anyhow::Result<Vec<u8>> {
    let read = async {
        let mut bytes = Vec::new();
        File::open(path).await?.take(longest as u64 + 1).read_to_end(&mut bytes).await?;
        Ok::<_, io::Error>(bytes)
    };
    let bytes = read.await.with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(bytes.len() <= longest, "{} is longer than {longest} bytes", path.display());
    Ok(bytes)
}

/// What the session told so far.
#[derive(Default)]
struct Heard {
    reports: Vec<QueryReport>,
    complaints: Vec<String>,
    engine: String,
}

impl Heard {
    fn take(&mut self, event: DataEvent) -> anyhow::Result<()> {
        match event {
            DataEvent::Judged(report) => self.reports.push(report),
            DataEvent::Refused { line, code, message } => {
                self.complaints.push(format!("line {line}: {code}: {message}\n"));
            }
            DataEvent::Evaluated { engine, .. } => self.engine = engine,
            DataEvent::Failed { message } => bail!("evaluation stopped: {message}"),
            DataEvent::Progress { .. }
            | DataEvent::Row(_)
            | DataEvent::Imported(_)
            | DataEvent::Exported { .. }
            | DataEvent::Status(_) => bail!(UNEXPECTED),
        }
        Ok(())
    }
}
