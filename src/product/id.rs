//! Identity: what an id may be, and who makes one.
//!
//! Invariant: an id is safe in a path, a file name and a key as it is: it needs no escaping anywhere.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::{ContextV7, Uuid};

use super::Timestamp;

/// A product's id: 1–64 of `A–Z a–z 0–9 . _ -`, ordered by bytes, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductId(Arc<str>);

impl ProductId {
    /// The length an id may have at most, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// Takes a well-formed id; a malformed one is `None`, for a search an unknown id.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
        well_formed.then(|| Self(Arc::from(text)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Makes ids for new products.
pub trait IdGenerator: Send + Sync {
    /// An id that was never given before, for a product made at `at`.
    fn next_id(&self, at: Timestamp) -> ProductId;
}

/// UUIDs of version 7 in lower case, ascending within the process even when the clock stands still or goes back.
#[derive(Debug, Default)]
pub struct RandomIds {
    sequence: Mutex<ContextV7>,
}

impl IdGenerator for RandomIds {
    fn next_id(&self, at: Timestamp) -> ProductId {
        let millis = u64::try_from(at.millis()).unwrap_or_default();
        let nanoseconds = u32::try_from(millis % 1000 * 1_000_000).unwrap_or_default();
        // The sequence is a few plain cells: a panic elsewhere cannot leave it half written.
        let sequence = self.sequence.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = uuid::Timestamp::from_unix(&*sequence, millis / 1000, nanoseconds);
        let uuid = Uuid::new_v7(stamp);
        ProductId(Arc::from(&*uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_allowed_characters_and_length_are_taken() {
        for text in ["a", "B00-x_1.2", &"z".repeat(64), "0198c0de-0000-7000-8000-000000000000"] {
            assert_eq!(ProductId::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn other_ids_are_malformed() {
        for text in ["", &"z".repeat(65), "a b", "a/b", "é", "a\n", "a:b", "%61"] {
            assert_eq!(ProductId::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn made_ids_ascend_although_the_clock_stands_or_goes_back() {
        let ids = RandomIds::default();
        let times = [1_700_000_000_000, 1_700_000_000_000, 1_600_000_000_000, 1_700_000_000_001, 1_650_000_000_000];
        let made: Vec<_> =
            times.iter().cycle().take(5000).map(|&millis| ids.next_id(Timestamp::from_millis(millis))).collect();
        assert!(made.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn made_ids_are_well_formed_and_carry_their_time() {
        for millis in [i64::MIN, 0, 1_700_000_000_123, i64::MAX] {
            let time = Timestamp::from_millis(millis);
            let id = RandomIds::default().next_id(time);
            assert_eq!(ProductId::parse(id.as_str()), Some(id.clone()));
            let uuid = Uuid::parse_str(id.as_str()).unwrap();
            assert_eq!((uuid.get_version_num(), id.as_str()), (7, &*uuid.to_string()));
            let (seconds, nanoseconds) = uuid.get_timestamp().unwrap().to_unix();
            assert_eq!(seconds * 1000 + u64::from(nanoseconds) / 1_000_000, time.millis().max(0).unsigned_abs());
        }
    }
}
