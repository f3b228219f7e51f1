//! The values of a column over all segments, numbered in the order of their bytes.
//!
//! A segment numbers its own values; what several segments count can be added up only by numbers that they share. Making
//! them means to read every value once. Invariant: numbers ascend as the bytes of their values do. A dictionary takes four
//! bytes for each value of each segment: what the index itself holds bounds it.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    io,
    ops::Range,
};

use tantivy::{
    Searcher,
    columnar::{Column, StrColumn, TermOrdHit},
};
use tokio_util::sync::CancellationToken;

use super::schema::{ATTRIBUTE, ATTRIBUTE_NAME, BRAND, CATEGORY, TAG};
use crate::engine::embedded::error::IndexError;

/// Values between two looks whether anybody still waits: less than a millisecond of them.
const PATIENCE: usize = 4_096;

/// A column whose values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::embedded) enum ValueColumn {
    /// Categories.
    Category,
    /// Brands.
    Brand,
    /// Tags.
    Tag,
    /// Attributes, as [`Attribute::pair`](crate::product::Attribute::pair) writes them.
    Attribute,
    /// Names of attributes.
    AttributeName,
}

impl ValueColumn {
    /// Its name in the schema.
    pub(in crate::engine::embedded) fn name(self) -> &'static str {
        match self {
            Self::Category => CATEGORY,
            Self::Brand => BRAND,
            Self::Tag => TAG,
            Self::Attribute => ATTRIBUTE,
            Self::AttributeName => ATTRIBUTE_NAME,
        }
    }
}

/// The values of one column.
pub(in crate::engine::embedded) struct Dictionary {
    /// In the order of the searcher's segments; `None` for one without any value.
    segments: Vec<Option<SegmentValues>>,
    size: u32,
}

/// The values of one column in one segment.
pub(in crate::engine::embedded) struct SegmentValues {
    values: StrColumn,
    /// The number of each value of the segment; `None` where it is the one that the segment itself gives.
    numbers: Option<Vec<u32>>,
}

impl Dictionary {
    /// The values of a column as the searcher sees it; [`IndexError::GivenUp`] when nobody waits for them any more.
    pub(super) fn new(
        column: ValueColumn,
        searcher: &Searcher,
        given_up: &CancellationToken,
    ) -> Result<Self, IndexError> {
        let segments = searcher.segment_readers().iter().map(|segment| {
            let values = segment.fast_fields().str(column.name())?;
            Ok(values.map(|values| SegmentValues { values, numbers: None }))
        });
        let mut segments = segments.collect::<Result<Vec<_>, IndexError>>()?;
        let mut filled: Vec<&mut SegmentValues> = segments.iter_mut().flatten().collect();
        let size = match filled.as_mut_slice() {
            [] => 0,
            [only] => u32::try_from(only.values.num_terms()).unwrap_or(u32::MAX),
            several => number(several, given_up)?,
        };
        Ok(Self { segments, size })
    }

    /// How many numbers there are; the first is 0.
    pub(in crate::engine::embedded) fn size(&self) -> u32 {
        self.size
    }

    /// The values of a segment of the searcher; `None` when it has none.
    pub(in crate::engine::embedded) fn segment(&self, segment: usize) -> Option<&SegmentValues> {
        self.segments.get(segment)?.as_ref()
    }

    /// The segments that have values.
    pub(in crate::engine::embedded) fn segments(&self) -> impl Iterator<Item = &SegmentValues> {
        self.segments.iter().flatten()
    }

    /// The number of a value; `None` for one that no segment has.
    pub(in crate::engine::embedded) fn number(&self, value: &str) -> io::Result<Option<u32>> {
        for segment in self.segments() {
            if let Some(ordinal) = segment.values.dictionary().term_ord(value)? {
                return Ok(segment.number(ordinal));
            }
        }
        Ok(None)
    }

    /// The numbers of the values inside a range of texts.
    pub(in crate::engine::embedded) fn numbers(&self, texts: &Range<String>) -> io::Result<Range<u32>> {
        Ok(self.first_from(&texts.start)?..self.first_from(&texts.end)?)
    }

    /// The values of these ascending numbers, in their order.
    pub(in crate::engine::embedded) fn values(&self, numbers: &[u32]) -> io::Result<Vec<String>> {
        let mut values = vec![String::new(); numbers.len()];
        let mut missing: Vec<(u32, &mut String)> = numbers.iter().copied().zip(&mut values).collect();
        for segment in self.segments() {
            let known = |(number, value)| match segment.ordinal(number) {
                Some(ordinal) => Ok((ordinal, value)),
                None => Err((number, value)),
            };
            let (mut found, mut rest) = (Vec::new(), Vec::new());
            for entry in missing {
                match known(entry) {
                    Ok(entry) => found.push(entry),
                    Err(entry) => rest.push(entry),
                }
            }
            segment.read(found)?;
            missing = rest;
        }
        Ok(values)
    }

    /// The number of the first value that is not before `text`.
    fn first_from(&self, text: &str) -> io::Result<u32> {
        let mut first = self.size;
        for segment in self.segments() {
            let (TermOrdHit::Exact(ordinal) | TermOrdHit::Next(ordinal)) =
                segment.values.dictionary().term_ord_or_next(text)?;
            first = segment.number(ordinal).map_or(first, |number| number.min(first));
        }
        Ok(first)
    }
}

impl SegmentValues {
    /// What the segment itself numbers the values of its documents by.
    pub(in crate::engine::embedded) fn ordinals(&self) -> &Column<u64> {
        self.values.ords()
    }

    /// How many values the segment has.
    pub(in crate::engine::embedded) fn len(&self) -> u64 {
        self.values.num_terms() as u64
    }

    /// The number of a value that the segment numbers so; `None` behind the last.
    pub(in crate::engine::embedded) fn number(&self, ordinal: u64) -> Option<u32> {
        match &self.numbers {
            Some(numbers) => numbers.get(usize::try_from(ordinal).ok()?).copied(),
            None => u32::try_from(ordinal).ok().filter(|_| ordinal < self.len()),
        }
    }

    /// Calls `read` with each of the values of ascending ordinals.
    pub(in crate::engine::embedded) fn each(&self, ordinals: &[u64], mut read: impl FnMut(&str)) -> io::Result<()> {
        let all = self.values.dictionary().sorted_ords_to_term_cb(ordinals, |value| {
            // What was written was text; whatever else is there is equal to nothing that is asked for.
            read(str::from_utf8(value).unwrap_or_default());
        })?;
        if all { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn ordinal(&self, number: u32) -> Option<u64> {
        match &self.numbers {
            Some(numbers) => numbers.binary_search(&number).ok().map(|ordinal| ordinal as u64),
            None => Some(u64::from(number)).filter(|ordinal| *ordinal < self.len()),
        }
    }

    fn read(&self, wanted: Vec<(u64, &mut String)>) -> io::Result<()> {
        let ordinals: Vec<u64> = wanted.iter().map(|(ordinal, _)| *ordinal).collect();
        let mut places = wanted.into_iter();
        self.each(&ordinals, |value| {
            if let Some((_, place)) = places.next() {
                value.clone_into(place);
            }
        })
    }
}

/// Numbers the values of several segments and says how many there are.
fn number(segments: &mut [&mut SegmentValues], given_up: &CancellationToken) -> Result<u32, IndexError> {
    let mut numbers: Vec<Vec<u32>> =
        segments.iter().map(|segment| Vec::with_capacity(segment.values.num_terms())).collect();
    let mut texts = segments.iter().map(|segment| texts(&segment.values)).collect::<io::Result<Vec<_>>>()?;
    let mut heads = BinaryHeap::new();
    for (segment, next) in texts.iter_mut().enumerate() {
        let mut first = Vec::new();
        if next(&mut first) {
            heads.push(Reverse((first, segment)));
        }
    }
    let (mut current, mut size) = (Vec::new(), 0_u32);
    let mut looks = (0..PATIENCE).cycle();
    while let Some(mut head) = heads.peek_mut() {
        if looks.next() == Some(0) && given_up.is_cancelled() {
            return Err(IndexError::GivenUp);
        }
        let Reverse((text, segment)) = &mut *head;
        if size == 0 || *text != current {
            current.clone_from(text);
            size = size.saturating_add(1);
        }
        if let Some(numbers) = numbers.get_mut(*segment) {
            numbers.push(size - 1);
        }
        let has_more = texts.get_mut(*segment).is_some_and(|next| next(text));
        if !has_more {
            PeekMut::pop(head);
        }
    }
    drop(texts);
    for (segment, numbers) in segments.iter_mut().zip(numbers) {
        segment.numbers = Some(numbers);
    }
    Ok(size)
}

/// Puts the next text of a column in the place of the last one and says whether there was one.
type Texts<'a> = Box<dyn FnMut(&mut Vec<u8>) -> bool + 'a>;

fn texts(values: &StrColumn) -> io::Result<Texts<'_>> {
    let mut stream = values.dictionary().stream()?;
    Ok(Box::new(move |text| {
        let has_more = stream.advance();
        if has_more {
            text.clear();
            text.extend_from_slice(stream.key());
        }
        has_more
    }))
}
