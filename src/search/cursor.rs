//! Opaque places in an ordered list: `version ‖ fingerprint ‖ stage ‖ (tag ‖ length ‖ value)* ‖ id`, base64url; the stage is
//! nothing for exact words, else a mark and the corrections, in the same form as values.
//!
//! Invariant: parsing what was written gives an equal cursor; anything else is refused.

use std::{fmt, str};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Correction, CursorProblem, SortField, SortKey, Stage};
use crate::product::ProductId;

/// First byte of every cursor; a change of the layout raises it.
const VERSION: u8 = 2;
/// Longest cursor that is looked at, in bytes: four keys, of which a name's sort key may take some kilobytes.
const MAX_LENGTH: usize = 65_536;

/// The value of one sort key at a place of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SortValue {
    /// A score as the engine wrote it, never rounded again.
    Score(String),
    /// A text, compared by its UTF-8 bytes.
    Text(String),
    /// Minor units or milliseconds.
    Number(i64),
}

/// A place in an ordered list: the sort values of a product and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    /// One value for each key of the order.
    pub values: Vec<SortValue>,
    /// The last key of every order.
    pub id: ProductId,
}

impl Position {
    /// Whether this can be a place in a list of that order.
    pub(super) fn fits(&self, order: &[SortKey]) -> bool {
        self.values.len() == order.len()
            && self.values.iter().zip(order).all(|(value, key)| match (value, key.field) {
                (SortValue::Score(text), SortField::Relevance) => text.parse::<f32>().is_ok_and(f32::is_finite),
                (SortValue::Text(_), field) => field == SortField::Name,
                (SortValue::Number(_), field) => !matches!(field, SortField::Relevance | SortField::Name),
                (SortValue::Score(_), _) => false,
            })
    }
}

/// A place in the list of one search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The search that it belongs to ([`Search::fingerprint`](super::Search)).
    pub fingerprint: u64,
    /// What was looked for, so that every page of a list is of the same list.
    pub stage: Stage,
    /// The place.
    pub position: Position,
}

/// Writes the opaque text.
impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(self.fingerprint.to_be_bytes());
        if let Stage::Relaxed(corrections) = &self.stage {
            push(&mut bytes, b'r', &[]);
            for correction in corrections {
                push_correction(&mut bytes, correction);
            }
        }
        for value in &self.position.values {
            match value {
                SortValue::Score(text) => push(&mut bytes, b's', text.as_bytes()),
                SortValue::Text(text) => push(&mut bytes, b't', text.as_bytes()),
                SortValue::Number(number) => push(&mut bytes, b'n', &number.to_be_bytes()),
            }
        }
        push(&mut bytes, b'i', self.position.id.as_str().as_bytes());
        formatter.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

fn push(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(value);
}

fn push_correction(bytes: &mut Vec<u8>, Correction { word, spelling }: &Correction) {
    let mut value = u32::try_from(*word).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    value.extend(spelling.as_bytes());
    push(bytes, b'c', &value);
}

impl Cursor {
    /// Reads an opaque text that [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Result<Self, CursorProblem> {
        if text.len() > MAX_LENGTH {
            return Err(CursorProblem::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorProblem::Malformed)?;
        read(&bytes).ok_or(CursorProblem::Malformed)
    }
}

fn read(bytes: &[u8]) -> Option<Cursor> {
    let (version, rest) = bytes.split_first()?;
    let (fingerprint, mut rest) = rest.split_first_chunk()?;
    let mut stage = Stage::Exact;
    let mut values = Vec::new();
    let id = loop {
        let (tag, value, behind) = read_value(rest)?;
        rest = behind;
        match tag {
            b'r' | b'c' if values.is_empty() => read_stage(tag, value, &mut stage)?,
            b's' => values.push(SortValue::Score(str::from_utf8(value).ok()?.to_owned())),
            b't' => values.push(SortValue::Text(str::from_utf8(value).ok()?.to_owned())),
            b'n' => values.push(SortValue::Number(i64::from_be_bytes(value.try_into().ok()?))),
            b'i' => break ProductId::parse(str::from_utf8(value).ok()?)?,
            _ => return None,
        }
    };
    let fingerprint = u64::from_be_bytes(*fingerprint);
    let position = Position { values, id };
    (*version == VERSION && rest.is_empty()).then_some(Cursor { fingerprint, stage, position })
}

/// The first value with its tag, and what is behind it.
fn read_value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, after_tag) = bytes.split_first()?;
    let (length, after_length) = after_tag.split_first_chunk()?;
    let (value, behind) = after_length.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((tag, value, behind))
}

fn read_stage(tag: u8, value: &[u8], stage: &mut Stage) -> Option<()> {
    match (tag, stage) {
        (b'r', stage @ Stage::Exact) if value.is_empty() => *stage = Stage::Relaxed(Vec::new()),
        (b'c', Stage::Relaxed(corrections)) => {
            let (word, spelling) = value.split_first_chunk()?;
            let word = usize::try_from(u32::from_be_bytes(*word)).ok()?;
            corrections.push(Correction { word, spelling: str::from_utf8(spelling).ok()?.to_owned() });
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sort_value() -> impl Strategy<Value = SortValue> {
        prop_oneof![
            any::<f32>().prop_map(|score| SortValue::Score(score.to_string())),
            any::<String>().prop_map(SortValue::Text),
            any::<i64>().prop_map(SortValue::Number),
        ]
    }

    fn stage() -> impl Strategy<Value = Stage> {
        let correction =
            (any::<u32>(), any::<String>()).prop_map(|(word, spelling)| Correction { word: word as usize, spelling });
        prop_oneof![Just(Stage::Exact), prop::collection::vec(correction, 0..4).prop_map(Stage::Relaxed)]
    }

    fn cursor() -> impl Strategy<Value = Cursor> {
        (any::<u64>(), stage(), prop::collection::vec(sort_value(), 0..5), "[A-Za-z0-9._-]{1,64}").prop_map(
            |(fingerprint, stage, values, id)| Cursor {
                fingerprint,
                stage,
                position: Position { values, id: ProductId::parse(&id).unwrap() },
            },
        )
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_equal(cursor in cursor()) {
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
        }

        #[test]
        fn a_cut_cursor_is_refused(cursor in cursor(), kept in any::<prop::sample::Index>()) {
            let text = cursor.to_string();
            let cut: String = text.chars().take(kept.index(text.len())).collect();
            prop_assert_eq!(Cursor::parse(&cut), Err(CursorProblem::Malformed));
        }

        #[test]
        fn a_foreign_text_is_refused_without_a_panic(text in any::<String>()) {
            prop_assert_eq!(Cursor::parse(&text), Err(CursorProblem::Malformed));
        }
    }
}
