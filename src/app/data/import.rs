//! Import: rows are parsed while the rows before them are stored.
//!
//! Invariant: refusals come in the order of the lines; what is in memory is bounded by a chunk of the input and three
//! batches; however an import ends, by a panic too, searches see what it stored.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt as _;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{
    DataEvent, ImportReport, Input,
    events::{Events, Interruption},
};
use crate::{
    catalog::Catalog,
    change::{Effect, OnDuplicate},
    exchange::{ImportRow, Line, LineSplitter, RowError},
    failure::Failure,
};

/// Rows of one request to the engine: enough to share a commit, few enough for a bulk request.
const BATCH_ROWS: usize = 500;

/// Bytes of input behind one request to the engine.
const BATCH_BYTES: usize = 1024 * 1024;

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Rows that go to the engine together, in the order of the input.
#[derive(Default)]
struct Batch {
    /// Line and row, or why there is none.
    rows: Vec<(u64, Result<ImportRow, Failure>)>,
    /// Bytes of these rows.
    bytes: usize,
    /// Bytes of the input up to here.
    read: u64,
}

/// The rows of an import.
pub(super) struct Rows {
    /// Where they come from.
    pub(super) input: Input,
    /// The longest line.
    pub(super) line_bytes: usize,
    /// What to do with products that are there already.
    pub(super) on_duplicate: OnDuplicate,
}

/// Stores rows.
pub(super) async fn import(catalog: &Catalog, rows: Rows, events: &Events) -> Result<(), Interruption> {
    let start = Instant::now();
    let Rows { input, line_bytes, on_duplicate } = rows;
    let (sender, receiver) = channel(1);
    let parsing = AssertUnwindSafe(parse(input, line_bytes, sender)).catch_unwind();
    let storing = AssertUnwindSafe(store(catalog, receiver, on_duplicate, events)).catch_unwind();
    let (parsed, stored) = tokio::join!(parsing, storing);
    let published = catalog.publish().await;
    let report = stored??;
    parsed??;
    published?;
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    events.send(DataEvent::Imported(ImportReport { took_ms, ..report })).await
}

/// Turns the input into batches; ends early when nobody takes them.
async fn parse(mut input: Input, line_bytes: usize, batches: Sender<Batch>) -> Result<(), Interruption> {
    let mut splitter = LineSplitter::new(line_bytes);
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut gathering = Gathering::default();
    loop {
        let size = input.read(&mut chunk).await.map_err(Interruption::Input)?;
        if size == 0 {
            break;
        }
        gathering.open.read += size as u64;
        splitter.push(chunk.get(..size).unwrap_or_default(), |line| gathering.add(line));
        for batch in gathering.full.drain(..) {
            if batches.send(batch).await.is_err() {
                return Ok(());
            }
        }
    }
    splitter.finish(|line| gathering.add(line));
    for batch in gathering.full.into_iter().chain([gathering.open]) {
        if batches.send(batch).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Batches out of the lines of one chunk.
#[derive(Default)]
struct Gathering {
    full: Vec<Batch>,
    open: Batch,
}

impl Gathering {
    fn add(&mut self, line: Line<'_>) {
        let row = match line.content {
            Ok(json) => ImportRow::parse(json),
            Err(too_long) => Err(RowError::from(too_long)),
        };
        self.open.bytes += line.content.map_or(0, <[u8]>::len);
        self.open.rows.push((line.number, row.map_err(Failure::from)));
        if self.open.rows.len() >= BATCH_ROWS || self.open.bytes >= BATCH_BYTES {
            let next = Batch { read: self.open.read, ..Batch::default() };
            self.full.push(std::mem::replace(&mut self.open, next));
        }
    }
}

/// Stores batch by batch, and counts what became of the rows.
async fn store(
    catalog: &Catalog,
    mut batches: Receiver<Batch>,
    on_duplicate: OnDuplicate,
    events: &Events,
) -> Result<ImportReport, Interruption> {
    let at = catalog.import_time();
    let mut report = ImportReport::default();
    while let Some(Batch { rows, read, .. }) = batches.recv().await {
        let mut lines = Vec::with_capacity(rows.len());
        let mut good = Vec::with_capacity(rows.len());
        for (line, row) in rows {
            lines.push((line, row.as_ref().err().cloned()));
            good.extend(row);
        }
        let outcomes = catalog.import(good, at, on_duplicate).await?;
        let mut outcomes = outcomes.into_iter().map(|outcome| outcome.map_err(Failure::from));
        for (line, failure) in lines {
            let Some(outcome) = failure.map(Err).or_else(|| outcomes.next()) else { continue };
            if let Some(failure) = count(&mut report, outcome) {
                events.send(DataEvent::refusal(line, failure)).await?;
            }
        }
        events.send(DataEvent::Progress { bytes: read }).await?;
    }
    Ok(report)
}

/// Adds what became of a row; gives back why it was refused.
fn count(report: &mut ImportReport, outcome: Result<Effect, Failure>) -> Option<Failure> {
    let (counter, failure) = match outcome {
        Ok(Effect::Created(_)) => (&mut report.created, None),
        Ok(Effect::Changed(_)) => (&mut report.replaced, None),
        // No row deletes.
        Ok(Effect::Skipped | Effect::Deleted) => (&mut report.skipped, None),
        Err(failure) => (&mut report.refused, Some(failure)),
    };
    *counter += 1;
    failure
}
