//! The order of a list, as numbers that compare fast.
//!
//! Within a segment the values of a product become whole numbers that compare as the list is read: texts by their rank
//! in the segment, descending keys and backward reading by the complement. Across segments the values themselves are
//! compared. Invariant: both give the same order, and the id comes last, so that no two places are equal.

use std::{cmp::Ordering, sync::Arc};

use tantivy::{
    DocId, SegmentReader,
    columnar::{ColumnValues, StrColumn, TermOrdHit},
};

use super::match_score::MatchScore;
use crate::{
    engine::embedded::{
        error::IndexError,
        index::{CREATED_AT, ID, NAME_ORDER, PRICE, UPDATED_AT},
    },
    product::ProductId,
    search::{Direction, HitsPlan, Position, SortField, SortKey, SortValue},
};

/// Most keys of an order: every field that can be sorted by, and the id.
const MOST_KEYS: usize = 6;

/// A place within one segment; unused keys are 0.
pub(super) type Key = [u64; MOST_KEYS];

/// The value of one key.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Score(f32),
    Number(i64),
    Text(String),
}

/// The values of every key at one place, and the id.
pub(super) type Values = (Vec<Value>, ProductId);

impl Value {
    fn of(value: &SortValue) -> Result<Self, IndexError> {
        Ok(match value {
            SortValue::Score(text) => Self::Score(text.parse().map_err(|_| IndexError::Position)?),
            SortValue::Text(text) => Self::Text(text.clone()),
            SortValue::Number(number) => Self::Number(*number),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Score(one), Self::Score(two)) => one.total_cmp(two),
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            // Values of one key are of one kind.
            (Self::Score(_) | Self::Number(_) | Self::Text(_), _) => Ordering::Equal,
        }
    }
}

impl From<Value> for SortValue {
    fn from(value: Value) -> Self {
        match value {
            // The shortest text that reads back as the same number.
            Value::Score(score) => Self::Score(score.to_string()),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
        }
    }
}

/// The order in which a search's list is read.
#[derive(Debug)]
pub(super) struct Order {
    keys: Vec<SortKey>,
    backward: bool,
}

impl Order {
    /// The order of a search, and whether it is read from its end.
    pub(super) fn new(search: &HitsPlan) -> Self {
        Self { keys: search.order.clone(), backward: search.window.place.is_backward() }
    }

    /// Whether the list is read from its end.
    pub(super) fn is_backward(&self) -> bool {
        self.backward
    }

    /// Compares places in the direction of reading.
    pub(super) fn compare(&self, one: &Values, two: &Values) -> Ordering {
        let keys = self.keys.iter().zip(one.0.iter().zip(&two.0));
        let by_values = keys.map(|(key, (one, two))| self.directed(one.compare(two), key.direction));
        let by_id = self.directed(one.1.cmp(&two.1), Direction::Ascending);
        by_values.fold(Ordering::Equal, Ordering::then).then(by_id)
    }

    /// The columns of a segment that this order reads.
    pub(super) fn columns(&self, segment: &SegmentReader) -> Result<Columns, IndexError> {
        let column = |key: &SortKey| {
            let source = Source::new(key.field, segment)?;
            Ok(Column { source, flipped: self.flips(key.direction) })
        };
        let mut columns = self.keys.iter().map(column).collect::<Result<Vec<_>, IndexError>>()?;
        columns.push(Column { source: Source::text(ID, segment)?, flipped: self.backward });
        Ok(Columns { columns })
    }

    fn directed(&self, ordering: Ordering, direction: Direction) -> Ordering {
        if self.flips(direction) { ordering.reverse() } else { ordering }
    }

    fn flips(&self, direction: Direction) -> bool {
        (direction == Direction::Descending) != self.backward
    }
}

/// What one order reads of one segment.
pub(super) struct Columns {
    columns: Vec<Column>,
}

struct Column {
    source: Source,
    flipped: bool,
}

enum Source {
    Score,
    Number(Arc<dyn ColumnValues<i64>>),
    Text { ranks: Arc<dyn ColumnValues<u64>>, texts: StrColumn },
}

impl Columns {
    /// The place of a product.
    pub(super) fn key(&self, document: DocId, score: &mut MatchScore<'_>) -> Key {
        let mut key = Key::default();
        for (number, column) in key.iter_mut().zip(&self.columns) {
            *number = column.directed(column.source.number(document, score));
        }
        key
    }

    /// The first number of the place of a product: enough to see that most are too far away.
    pub(super) fn first(&self, document: DocId, score: &mut MatchScore<'_>) -> u64 {
        self.columns.first().map_or(0, |column| column.directed(column.source.number(document, score)))
    }

    /// Where a position lies in this segment, which need not have it.
    pub(super) fn key_of(&self, position: &Position) -> Result<Key, IndexError> {
        let id = Value::Text(position.id.as_str().to_owned());
        let values = position.values.iter().map(Value::of).chain([Ok(id)]);
        let mut key = Key::default();
        for ((number, column), value) in key.iter_mut().zip(&self.columns).zip(values) {
            *number = column.directed(column.source.number_of(&value?)?);
        }
        Ok(key)
    }

    /// The values at a place of this segment.
    pub(super) fn values(&self, key: &Key) -> Result<Values, IndexError> {
        let mut values = Vec::with_capacity(self.columns.len());
        for (number, column) in key.iter().zip(&self.columns) {
            values.push(column.source.value(column.directed(*number))?);
        }
        match values.pop() {
            Some(Value::Text(id)) => Ok((values, ProductId::parse(&id).ok_or(IndexError::Column(ID))?)),
            Some(Value::Score(_) | Value::Number(_)) | None => Err(IndexError::Column(ID)),
        }
    }
}

impl Column {
    /// The number in the direction of reading, and back.
    fn directed(&self, number: u64) -> u64 {
        if self.flipped { !number } else { number }
    }
}

impl Source {
    fn new(field: SortField, segment: &SegmentReader) -> Result<Self, IndexError> {
        match field {
            SortField::Relevance => Ok(Self::Score),
            SortField::Name => Self::text(NAME_ORDER, segment),
            SortField::Price => Self::whole_numbers(PRICE, segment),
            SortField::CreatedAt => Self::whole_numbers(CREATED_AT, segment),
            SortField::UpdatedAt => Self::whole_numbers(UPDATED_AT, segment),
        }
    }

    fn whole_numbers(name: &'static str, segment: &SegmentReader) -> Result<Self, IndexError> {
        Ok(Self::Number(segment.fast_fields().column_first_or_default(name)?))
    }

    fn text(name: &'static str, segment: &SegmentReader) -> Result<Self, IndexError> {
        let texts = segment.fast_fields().str(name)?.ok_or(IndexError::Column(name))?;
        Ok(Self::Text { ranks: texts.ords().clone().first_or_default_col(0), texts })
    }

    fn number(&self, document: DocId, score: &mut MatchScore<'_>) -> u64 {
        match self {
            Self::Score => of_score(score.get()),
            Self::Number(values) => of_number(values.get_val(document)),
            Self::Text { ranks, .. } => of_rank(ranks.get_val(document)),
        }
    }

    fn number_of(&self, value: &Value) -> Result<u64, IndexError> {
        match (self, value) {
            (Self::Score, Value::Score(score)) => Ok(of_score(*score)),
            (Self::Number(_), Value::Number(number)) => Ok(of_number(*number)),
            (Self::Text { texts, .. }, Value::Text(text)) => Ok(match texts.dictionary().term_ord_or_next(text)? {
                TermOrdHit::Exact(rank) => of_rank(rank),
                TermOrdHit::Next(rank) => before_rank(rank),
            }),
            (Self::Score | Self::Number(_) | Self::Text { .. }, _) => Err(IndexError::Position),
        }
    }

    fn value(&self, number: u64) -> Result<Value, IndexError> {
        match self {
            Self::Score => Ok(Value::Score(to_score(number))),
            Self::Number(_) => Ok(Value::Number(to_number(number))),
            Self::Text { texts, .. } => {
                let mut text = String::new();
                let known = texts.ord_to_str(to_rank(number), &mut text)?;
                if known { Ok(Value::Text(text)) } else { Err(IndexError::Column("texts")) }
            }
        }
    }
}

const SIGN: u64 = 1 << 63;
const SCORE_SIGN: u32 = 1 << 31;

/// Shifts the range, so that the smallest number becomes 0.
fn of_number(number: i64) -> u64 {
    number.cast_unsigned() ^ SIGN
}

fn to_number(number: u64) -> i64 {
    (number ^ SIGN).cast_signed()
}

/// The bits of a floating-point number sort as it does once those of negative ones are turned around.
fn of_score(score: f32) -> u64 {
    let bits = score.to_bits();
    u64::from(if bits & SCORE_SIGN == 0 { bits | SCORE_SIGN } else { !bits })
}

fn to_score(number: u64) -> f32 {
    // Only the lower half is ever set.
    let bits = u32::try_from(number).unwrap_or(SCORE_SIGN);
    f32::from_bits(if bits & SCORE_SIGN == 0 { !bits } else { bits & !SCORE_SIGN })
}

/// Ranks are odd, so that a text which the segment lacks has a number between its neighbours.
fn of_rank(rank: u64) -> u64 {
    before_rank(rank).saturating_add(1)
}

fn before_rank(rank: u64) -> u64 {
    rank.saturating_mul(2)
}

fn to_rank(number: u64) -> u64 {
    number / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_scores_keep_their_order_and_come_back() {
        let numbers = [i64::MIN, -2, -1, 0, 1, 999_999_999, i64::MAX];
        assert!(numbers.is_sorted_by_key(|number| of_number(*number)));
        assert!(numbers.iter().all(|number| to_number(of_number(*number)) == *number));
        let scores = [f32::MIN, -1.5, 0.0, f32::MIN_POSITIVE, 0.01, 1.0, 1.000_000_1, 20_000.0, f32::MAX];
        assert!(scores.is_sorted_by_key(|score| of_score(*score)));
        assert!(scores.iter().all(|score| to_score(of_score(*score)).to_bits() == score.to_bits()));
    }

    #[test]
    fn a_missing_text_lies_between_its_neighbours() {
        assert!(of_rank(3) < before_rank(4) && before_rank(4) < of_rank(4));
        assert!(before_rank(u64::MAX) > of_rank(1 << 40), "behind the last text");
        assert_eq!(to_rank(of_rank(7)), 7);
    }
}
