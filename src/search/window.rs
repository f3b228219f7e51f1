//! Which part of the ordered list is asked for.
//!
//! Invariant: a window is at least one product wide and never reaches beyond what the limits allow.

use super::{Cursor, CursorProblem, Position, Problems, SearchLimits, Stage, TextQuery};
use crate::product::Rule;

/// A checked part of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// Where the window lies.
    pub place: Place,
    /// How many products it holds, at least 1.
    pub size: u32,
}

/// Where a window lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// So many products after the start.
    Offset(u32),
    /// Right behind a position.
    After(Position),
    /// Right before a position.
    Before(Position),
    /// At the end of the list.
    End,
}

impl Place {
    /// Whether the list is read from its end.
    pub fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_) | Self::End)
    }
}

/// The paging arguments as a caller wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowDraft {
    /// Page size, from the start or behind `after`.
    pub first: Option<i64>,
    /// Cursor to go on from.
    pub after: Option<String>,
    /// Page size, from the end or before `before`.
    pub last: Option<i64>,
    /// Cursor to go back from.
    pub before: Option<String>,
    /// 1-based page number.
    pub page: Option<i64>,
}

impl WindowDraft {
    /// The checked window of the reader's search, and the stage that its cursor was given out at.
    pub(super) fn check(
        self,
        limits: &SearchLimits,
        read: CursorReader<'_>,
        problems: &mut Problems,
    ) -> (Window, Option<Stage>) {
        self.check_pairs(problems);
        let (name, asked) = if self.last.is_some() { ("last", self.last) } else { ("first", self.first) };
        let size = page_size(name, asked, limits, problems);
        let cursor = self.after.as_ref().or(self.before.as_ref());
        let cursor = cursor.and_then(|text| read.cursor(text).map_err(|problem| problems.cursor(problem)).ok());
        let (position, stage) = cursor.map(|cursor| (cursor.position, cursor.stage)).unzip();
        let place = match position {
            Some(position) if self.after.is_some() => Place::After(position),
            Some(position) => Place::Before(position),
            None if self.last.is_some() => Place::End,
            None => Place::Offset(self.page.map_or(0, |page| page_offset(page, size, limits, problems))),
        };
        (Window { place, size }, stage)
    }

    fn check_pairs(&self, problems: &mut Problems) {
        let (first, after) = (self.first.is_some(), self.after.is_some());
        let (last, before, page) = (self.last.is_some(), self.before.is_some(), self.page.is_some());
        let pairs = [
            (first && last, "last", "first"),
            (first && before, "before", "first"),
            (after && last, "last", "after"),
            (after && before, "before", "after"),
            (page && after, "page", "after"),
            (page && before, "page", "before"),
            (page && last, "page", "last"),
        ];
        for (_, field, other) in pairs.into_iter().filter(|(both, _, _)| *both) {
            let message =
                format!("{field} cannot be used with {other}: first goes with after or page, last with before");
            problems.violation(field, Rule::Exclusive, message);
        }
    }
}

fn page_size(name: &str, asked: Option<i64>, limits: &SearchLimits, problems: &mut Problems) -> u32 {
    let Some(asked) = asked else { return limits.default_page_size };
    problems.size(name, asked, limits.page_size).unwrap_or(limits.default_page_size)
}

fn page_offset(page: i64, size: u32, limits: &SearchLimits, problems: &mut Problems) -> u32 {
    let Some(page) = problems.positive("page", page) else { return 0 };
    let end = page.saturating_mul(i64::from(size));
    match u32::try_from(end) {
        Ok(end) if end <= limits.page_window => end - size,
        _ => {
            let window = limits.page_window;
            let message =
                format!("page {page} × {size} products reaches beyond {window}: go on with first and after instead");
            problems.violation("page", Rule::Max, message);
            0
        }
    }
}

/// Reads cursors on behalf of one search.
#[derive(Debug, Clone, Copy)]
pub(super) struct CursorReader<'a> {
    pub(super) fingerprint: u64,
    pub(super) order: &'a [super::SortKey],
    pub(super) text: Option<&'a TextQuery>,
}

impl CursorReader<'_> {
    fn cursor(&self, text: &str) -> Result<Cursor, CursorProblem> {
        let cursor = Cursor::parse(text)?;
        if cursor.fingerprint != self.fingerprint {
            return Err(CursorProblem::OtherSearch);
        }
        if !cursor.position.fits(self.order) || !cursor.stage.fits(self.text) {
            return Err(CursorProblem::Malformed);
        }
        Ok(cursor)
    }
}
