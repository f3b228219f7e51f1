//! The values of a column, counted by number.
//!
//! Invariant: a document counts once for each of its values; four bytes are kept for each value that may be listed.

use std::{cmp::Reverse, collections::BTreeSet, collections::BinaryHeap, io, ops::Range, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    engine::embedded::{error::IndexError, index::Dictionary, query::check_given_up},
    search::facet::{Counted, FacetOrder, ValueCount, ValuePattern, listed_values},
};

/// How often each value was met.
pub(super) struct ValueTally {
    dictionary: Arc<Dictionary>,
    /// The number of the first value that is counted.
    first: u32,
    counts: Vec<u32>,
}

/// Which values are listed, and how.
pub(super) struct Listing<'a> {
    /// Most values, selected ones beyond not counted.
    pub(super) size: u32,
    /// Which come first.
    pub(super) order: FacetOrder,
    /// Only values that match; selected ones are listed all the same.
    pub(super) matching: Option<&'a ValuePattern>,
    /// Values that are listed whatever their count.
    pub(super) selected: &'a BTreeSet<String>,
    /// Only values inside, without the range's start, which each of them begins with.
    pub(super) within: Option<&'a Range<String>>,
}

/// A value by its number, and its count.
type Tallied = (u32, u32);

/// Values that are held against a pattern between two looks whether anybody still waits: about a millisecond of them.
const PATIENCE: usize = 4_096;

impl ValueTally {
    /// Counts the values inside a range of texts, or all.
    pub(super) fn new(dictionary: Arc<Dictionary>, within: Option<&Range<String>>) -> io::Result<Self> {
        let numbers = match within {
            Some(texts) => dictionary.numbers(texts)?,
            None => 0..dictionary.size(),
        };
        let counts = vec![0; numbers.len()];
        Ok(Self { dictionary, first: numbers.start, counts })
    }

    /// The values of a segment, with where they are counted.
    pub(super) fn parts(&mut self) -> (&Dictionary, u32, &mut [u32]) {
        (&self.dictionary, self.first, &mut self.counts)
    }

    /// How often a value was met.
    pub(super) fn count_of(&self, value: &str) -> io::Result<u64> {
        let number = self.dictionary.number(value)?;
        Ok(number.map_or(0, |number| u64::from(self.count(number))))
    }

    /// The values that are listed; [`IndexError::GivenUp`] when nobody waits for them any more.
    pub(super) fn list(
        &self,
        listing: &Listing<'_>,
        given_up: &CancellationToken,
    ) -> Result<Vec<ValueCount>, IndexError> {
        let start = listing.within.map_or("", |texts| &texts.start);
        let count = |value: &String| Ok((value.clone(), self.count_of(&format!("{start}{value}"))?));
        let leading = self.leading(listing, given_up)?;
        let selected = listing.selected.iter().map(count).collect::<io::Result<Vec<Counted>>>()?;
        Ok(listed_values(self.named(&leading, listing)?, listing.selected, selected, listing.order))
    }

    /// The values met most often, and then those first by bytes.
    pub(super) fn most_frequent(&self, size: u32) -> io::Result<Vec<Counted>> {
        let leading = most_frequent(self.met(), size as usize);
        let values = self.values(&leading)?;
        Ok(values.into_iter().zip(leading).map(|(value, (_, count))| (value, u64::from(count))).collect())
    }

    /// The first values of a list, in its order.
    fn leading(&self, listing: &Listing<'_>, given_up: &CancellationToken) -> Result<Vec<Tallied>, IndexError> {
        let numbers = match listing.within {
            Some(texts) => self.dictionary.numbers(texts)?,
            None => 0..u32::MAX,
        };
        let matching = listing.matching.map(|pattern| self.matching(pattern, given_up)).transpose()?;
        let is_listed = |number: &u32| matching.as_ref().is_none_or(|matching| matching.contains(number));
        let met = self.met_inside(&numbers).filter(|(number, _)| is_listed(number));
        let size = listing.size as usize;
        Ok(match listing.order {
            FacetOrder::Value => met.take(size).collect(),
            FacetOrder::Count => most_frequent(met, size),
        })
    }

    fn named(&self, tallied: &[Tallied], listing: &Listing<'_>) -> io::Result<Vec<Counted>> {
        let start = listing.within.map_or(0, |texts| texts.start.len());
        let values = self.values(tallied)?.into_iter().map(|value| value.get(start..).unwrap_or_default().to_owned());
        Ok(values.zip(tallied.iter().map(|(_, count)| u64::from(*count))).collect())
    }

    /// The texts of values, in their order.
    fn values(&self, tallied: &[Tallied]) -> io::Result<Vec<String>> {
        let mut places: Vec<(u32, usize)> =
            tallied.iter().enumerate().map(|(place, (number, _))| (*number, place)).collect();
        places.sort_unstable();
        let numbers: Vec<u32> = places.iter().map(|(number, _)| *number).collect();
        let mut values: Vec<(usize, String)> =
            places.into_iter().map(|(_, place)| place).zip(self.dictionary.values(&numbers)?).collect();
        values.sort_unstable_by_key(|(place, _)| *place);
        Ok(values.into_iter().map(|(_, value)| value).collect())
    }

    /// The numbers of the values met that match a pattern.
    fn matching(&self, pattern: &ValuePattern, given_up: &CancellationToken) -> Result<BTreeSet<u32>, IndexError> {
        let mut matching = BTreeSet::new();
        for segment in self.dictionary.segments() {
            let number = |ordinal: u64| segment.number(ordinal).filter(|number| self.count(*number) > 0);
            let ordinals: Vec<u64> = (0..segment.len()).filter(|ordinal| number(*ordinal).is_some()).collect();
            for ordinals in ordinals.chunks(PATIENCE) {
                check_given_up(given_up)?;
                let mut numbers = ordinals.iter().filter_map(|ordinal| number(*ordinal));
                segment.each(ordinals, |value| {
                    let number = numbers.next();
                    matching.extend(number.filter(|_| pattern.matches(value)));
                })?;
            }
        }
        Ok(matching)
    }

    fn count(&self, number: u32) -> u32 {
        self.counts.get(number.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }

    /// The values that were met, by number.
    fn met(&self) -> impl Iterator<Item = Tallied> {
        (self.first..).zip(self.counts.iter().copied()).filter(|(_, count)| *count > 0)
    }

    fn met_inside(&self, numbers: &Range<u32>) -> impl Iterator<Item = Tallied> {
        let place = |number: u32| (number.saturating_sub(self.first) as usize).min(self.counts.len());
        let (start, end) = (place(numbers.start), place(numbers.end));
        let counts = self.counts.get(start..end).unwrap_or_default();
        let first = self.first.max(numbers.start);
        (first..).zip(counts.iter().copied()).filter(|(_, count)| *count > 0)
    }
}

/// The first `size` by count, descending, then by number.
fn most_frequent(met: impl Iterator<Item = Tallied>, size: usize) -> Vec<Tallied> {
    // The last of them is on top.
    let mut first: BinaryHeap<(Reverse<u32>, u32)> = BinaryHeap::new();
    for (number, count) in met {
        if first.len() < size {
            first.push((Reverse(count), number));
        } else if let Some(mut last) = first.peek_mut()
            && (Reverse(count), number) < *last
        {
            *last = (Reverse(count), number);
        }
    }
    first.into_sorted_vec().into_iter().map(|(Reverse(count), number)| (number, count)).collect()
}

#[cfg(test)]
mod tests {
    use tantivy::{
        Index,
        schema::{FAST, Schema},
    };

    use super::*;
    use crate::engine::embedded::index::{Dictionaries, ValueColumn};

    /// Counts of two brands, one of which each of two products has.
    fn brands() -> ValueTally {
        let mut schema = Schema::builder();
        let brand = schema.add_text_field(ValueColumn::Brand.name(), FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for text in ["Acme", "Zed"] {
            writer.add_document(tantivy::doc!(brand => text)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let dictionary = Dictionaries::default().of(ValueColumn::Brand, &searcher, &CancellationToken::new()).unwrap();
        let mut tally = ValueTally::new(dictionary, None).unwrap();
        tally.counts.fill(1);
        tally
    }

    #[test]
    fn values_are_held_against_a_pattern_only_while_somebody_waits() {
        let (tally, pattern, selected) = (brands(), ValuePattern::new("c"), BTreeSet::new());
        let matching = Some(&pattern);
        let listing = Listing { size: 9, order: FacetOrder::Value, matching, selected: &selected, within: None };
        let given_up = CancellationToken::new();
        let listed = tally.list(&listing, &given_up).unwrap();
        assert_eq!(listed, [ValueCount { value: "Acme".to_owned(), count: 1, selected: false }]);
        given_up.cancel();
        assert!(matches!(tally.list(&listing, &given_up), Err(IndexError::GivenUp)));
    }

    #[test]
    fn the_most_frequent_come_first_and_equal_ones_by_number() {
        let met = [(0, 1), (1, 3), (2, 2), (3, 3), (4, 2)];
        assert_eq!(most_frequent(met.into_iter(), 3), [(1, 3), (3, 3), (2, 2)]);
        assert_eq!(most_frequent(met.into_iter(), 9), [(1, 3), (3, 3), (2, 2), (4, 2), (0, 1)]);
        assert_eq!(most_frequent(met.into_iter(), 0), []);
    }
}
