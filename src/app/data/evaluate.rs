//! Evaluation: every judged query is searched for, and what was found is scored.
//!
//! Invariant: what is in memory is bounded by a chunk of the input and a batch of queries with their products, and by the
//! lines of the queries, of which there are only so many.

use std::{collections::HashMap, sync::Arc, time::Instant};

use super::{
    DataBounds, DataEvent, Input,
    events::{Events, Interruption},
    scoring,
};
use crate::{
    catalog::Catalog,
    evaluation::{JudgedQuery, LIST_DEPTH},
    exchange::{Line, LineSplitter},
    failure::Failure,
    product::{FieldSet, ProductField},
    search::{Search, SearchDraft, SearchLimits, Tuning, Wants, WindowDraft},
    tuning,
};

/// Queries that go to the engine together.
const BATCH: usize = 20;

/// Bytes read at once; as many lines as fit are held.
const CHUNK_BYTES: usize = 64 * 1024;

/// What an evaluation reads.
pub(super) struct Judged {
    /// A ranking, then judgments.
    pub(super) input: Input,
    /// How many bytes the ranking has; `None` without one.
    pub(super) ranking_bytes: Option<usize>,
    /// Bounds.
    pub(super) bounds: DataBounds,
}

/// Scores what the catalogue finds, by the ranking in force and by the one of the input.
pub(super) async fn evaluate(catalog: &Catalog, judged: Judged, events: &Events) -> Result<(), Interruption> {
    let start = Instant::now();
    let Judged { mut input, ranking_bytes, bounds } = judged;
    let in_force = catalog.tuning();
    let other = match ranking_bytes {
        None => None,
        Some(bytes) if bytes > bounds.line_bytes => {
            return Err(Interruption::Refused(format!("a ranking may have at most {} bytes", bounds.line_bytes)));
        }
        Some(bytes) => Some(other_tuning(&in_force, &mut input, bytes).await?),
    };
    let limits = deep_enough(catalog.limits());
    let mut judge = Judge { catalog, in_force, other, limits, queries: 0, lines: HashMap::new(), events };
    let mut lines = Lines { input, splitter: LineSplitter::new(bounds.line_bytes), chunk: vec![0; CHUNK_BYTES] };
    let mut queries = Vec::new();
    while lines.read(&mut queries).await? {
        while queries.len() >= BATCH {
            judge.batch(queries.drain(..BATCH).collect(), bounds.judged_queries).await?;
        }
    }
    lines.splitter.finish(|line| queries.push(parsed(line)));
    judge.batch(queries, bounds.judged_queries).await?;
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    events.send(DataEvent::Evaluated { engine: catalog.engine_name().to_owned(), took_ms }).await
}

/// The tuning in force with the ranking that the input begins with.
async fn other_tuning(in_force: &Tuning, input: &mut Input, bytes: usize) -> Result<Tuning, Interruption> {
    let mut text = vec![0; bytes];
    let mut filled = 0;
    while let Some(rest) = text.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest).await.map_err(Interruption::Input)? {
            0 => return Err(Interruption::Refused("the input ends within the ranking".to_owned())),
            size => filled += size,
        }
    }
    let ranking =
        tuning::read_ranking(&text).map_err(|problem| Interruption::Refused(format!("ranking: {problem}")))?;
    Ok(Tuning { ranking: Arc::new(ranking), ..in_force.clone() })
}

/// The limits of callers, but with room for the list that is scored: the operator asks, not a caller.
fn deep_enough(limits: &SearchLimits) -> SearchLimits {
    let depth = u32::try_from(LIST_DEPTH).unwrap_or(u32::MAX);
    SearchLimits {
        page_size: limits.page_size.max(depth),
        page_window: limits.page_window.max(depth),
        ..limits.clone()
    }
}

/// The number of a line and its query, or why it has none.
type ParsedLine = (u64, Result<JudgedQuery, String>);

fn parsed(line: Line<'_>) -> ParsedLine {
    let query = match line.content {
        Ok(json) => JudgedQuery::parse(json).map_err(|problem| problem.to_string()),
        Err(too_long) => Err(too_long.to_string()),
    };
    (line.number, query)
}

/// The lines of the input.
struct Lines {
    input: Input,
    splitter: LineSplitter,
    chunk: Vec<u8>,
}

impl Lines {
    /// Adds the lines that end in the next bytes; false when there are no more bytes.
    async fn read(&mut self, queries: &mut Vec<ParsedLine>) -> Result<bool, Interruption> {
        let size = self.input.read(&mut self.chunk).await.map_err(Interruption::Input)?;
        self.splitter.push(self.chunk.get(..size).unwrap_or_default(), |line| queries.push(parsed(line)));
        Ok(size > 0)
    }
}

/// Searches for judged queries and scores what is found.
struct Judge<'a> {
    catalog: &'a Catalog,
    in_force: Arc<Tuning>,
    other: Option<Tuning>,
    limits: SearchLimits,
    /// How many queries there were so far.
    queries: usize,
    /// Their lines by the fingerprints of their searches.
    lines: HashMap<u64, u64>,
    events: &'a Events,
}

impl Judge<'_> {
    async fn batch(&mut self, lines: Vec<ParsedLine>, most: usize) -> Result<(), Interruption> {
        let mut judged = Vec::with_capacity(lines.len());
        for (line, query) in lines {
            let refuse = |reason: String| Interruption::Refused(format!("line {line}: {reason}"));
            let query = query.map_err(refuse)?;
            self.queries += 1;
            if self.queries > most {
                return Err(refuse(format!("more than {most} queries")));
            }
            let search = match self.search(&query) {
                Ok(search) => search,
                Err(failure) => {
                    self.events.send(DataEvent::refusal(line, failure)).await?;
                    continue;
                }
            };
            if let Some(earlier) = self.lines.insert(search.fingerprint, line) {
                return Err(refuse(format!("the query searches for the same as that of line {earlier}")));
            }
            judged.push((line, query, search));
        }
        self.score(judged).await
    }

    /// The best products of the query, as a shopper would get them.
    fn search(&self, judged: &JudgedQuery) -> Result<Search, Failure> {
        let draft = SearchDraft {
            query: Some(judged.query.clone()),
            window: WindowDraft { first: i64::try_from(LIST_DEPTH).ok(), ..WindowDraft::default() },
            wants: Wants { hits: Some(FieldSet::empty().with(ProductField::Sku)), ..Wants::default() },
            ..SearchDraft::default()
        };
        draft.check(&self.limits).map_err(Failure::from)
    }

    async fn score(&self, judged: Vec<(u64, JudgedQuery, Search)>) -> Result<(), Interruption> {
        let searches: Vec<Search> = judged.iter().map(|(_, _, search)| search.clone()).collect();
        let by_other = async {
            match &self.other {
                Some(tuning) => self.catalog.search_with(tuning, &searches).await.into_iter().map(Some).collect(),
                None => searches.iter().map(|_| None).collect::<Vec<_>>(),
            }
        };
        let (in_force, other) = tokio::join!(self.catalog.search_with(&self.in_force, &searches), by_other);
        for (((line, query, _), in_force), other) in judged.into_iter().zip(in_force).zip(other) {
            self.events.send(scoring::event(line, query, in_force, other)).await?;
        }
        Ok(())
    }
}
