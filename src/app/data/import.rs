//! Import: rows are parsed while the rows before them are stored.
//!
//! Invariant: refusals come in the order of the lines; what is in memory is bounded by a chunk of the input and three batches.

use std::time::Instant;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{
    DataEvent, Input,
    events::{Events, Interruption},
};
use crate::{
    catalog::Catalog,
    change::OnDuplicate,
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

/// Stores the rows of `input`.
pub(super) async fn import(
    catalog: &Catalog,
    input: Input,
    line_bytes: usize,
    events: &Events,
) -> Result<(), Interruption> {
    let start = Instant::now();
    let (sender, receiver) = channel(1);
    let (parsed, stored) = tokio::join!(parse(input, line_bytes, sender), store(catalog, receiver, events));
    // However it ended, searches see what was stored.
    let published = catalog.publish().await;
    let (imported, refused) = stored?;
    parsed?;
    published?;
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    events.send(DataEvent::Imported { imported, refused, took_ms }).await
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

/// Stores batch by batch, and counts rows stored and refused.
async fn store(catalog: &Catalog, mut batches: Receiver<Batch>, events: &Events) -> Result<(u64, u64), Interruption> {
    let at = catalog.import_time();
    let (mut imported, mut refused) = (0, 0);
    while let Some(Batch { rows, read, .. }) = batches.recv().await {
        let mut lines = Vec::with_capacity(rows.len());
        let mut good = Vec::with_capacity(rows.len());
        for (line, row) in rows {
            lines.push((line, row.as_ref().err().cloned()));
            good.extend(row);
        }
        let mut outcomes = catalog.import(good, at, OnDuplicate::Refuse).await?.into_iter();
        for (line, failure) in lines {
            let failure = failure.or_else(|| outcomes.next().and_then(Result::err).map(Failure::from));
            match failure {
                None => imported += 1,
                Some(failure) => {
                    refused += 1;
                    events.send(refusal(line, failure)).await?;
                }
            }
        }
        events.send(DataEvent::Progress { bytes: read }).await?;
    }
    Ok((imported, refused))
}

fn refusal(line: u64, failure: Failure) -> DataEvent {
    DataEvent::Refused { line, code: failure.code.definition().name.to_owned(), message: failure.message }
}
