//! Bytes cut into lines.
//!
//! Invariant: never more than one line of the permitted length is held, however long the lines that arrive are.

use thiserror::Error;

/// The mark that some programs put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What may surround a line that has just the permitted length: a byte-order mark and a carriage return.
const SURROUNDINGS: usize = BYTE_ORDER_MARK.len() + 1;

/// A line that is not blank, without its line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counts all lines from 1, blank ones too.
    pub number: u64,
    /// Its bytes, or how much too long it is.
    pub content: Result<&'a [u8], LineTooLong>,
}

/// A line above the limit; it was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a line may have at most {limit} bytes, not {actual}")]
pub struct LineTooLong {
    /// The permitted length in bytes.
    pub limit: usize,
    /// The length of the line in bytes.
    pub actual: usize,
}

/// Cuts chunks of bytes, however they fall, into lines.
#[derive(Debug)]
pub struct LineSplitter {
    limit: usize,
    number: u64,
    /// The beginning of a line whose end has not arrived; of a line above the limit only a part.
    pending: Vec<u8>,
    /// How many bytes of that line have arrived.
    length: usize,
    /// The last byte that arrived of it.
    last: u8,
}

impl LineSplitter {
    /// Begins a text whose lines may have `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, number: 0, pending: Vec::new(), length: 0, last: 0 }
    }

    /// Takes the next bytes and hands out each line that ends in them.
    pub fn push(&mut self, chunk: &[u8], mut on_line: impl FnMut(Line<'_>)) {
        for piece in chunk.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) if self.length == 0 => {
                    self.hand_out(end, end.len(), &mut on_line);
                }
                Some(end) => {
                    self.keep(end);
                    self.flush(&mut on_line);
                }
                None => self.keep(piece),
            }
        }
    }

    /// Ends the text and hands out the last line, if no line break ended it.
    pub fn finish(mut self, mut on_line: impl FnMut(Line<'_>)) {
        if self.length > 0 {
            self.flush(&mut on_line);
        }
    }

    fn keep(&mut self, piece: &[u8]) {
        self.length = self.length.saturating_add(piece.len());
        self.last = piece.last().copied().unwrap_or(self.last);
        let room = self.limit.saturating_add(SURROUNDINGS).saturating_sub(self.pending.len());
        self.pending.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    fn flush(&mut self, on_line: &mut impl FnMut(Line<'_>)) {
        let mut pending = std::mem::take(&mut self.pending);
        if pending.len() < self.length {
            // Only the length of a cut line matters; its last byte says whether it ends in a carriage return.
            pending.pop();
            pending.push(self.last);
        }
        let length = std::mem::take(&mut self.length);
        self.hand_out(&pending, length, on_line);
        pending.clear();
        self.pending = pending;
    }

    /// Hands out a line of `length` bytes of which `start` has arrived here.
    fn hand_out(&mut self, start: &[u8], length: usize, on_line: &mut impl FnMut(Line<'_>)) {
        self.number = self.number.saturating_add(1);
        let bare = start.strip_suffix(b"\r").unwrap_or(start);
        let bare = if self.number == 1 { bare.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bare) } else { bare };
        let actual = length - (start.len() - bare.len());
        let content = if actual > self.limit { Err(LineTooLong { limit: self.limit, actual }) } else { Ok(bare) };
        if content.is_err() || !bare.trim_ascii().is_empty() {
            on_line(Line { number: self.number, content });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Found = (u64, Result<Vec<u8>, LineTooLong>);

    fn split(chunks: &[&[u8]], limit: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let mut splitter = LineSplitter::new(limit);
        for chunk in chunks {
            splitter.push(chunk, |line| found.push((line.number, line.content.map(<[u8]>::to_vec))));
        }
        splitter.finish(|line| found.push((line.number, line.content.map(<[u8]>::to_vec))));
        found
    }

    fn line(number: u64, content: &str) -> Found {
        (number, Ok(content.as_bytes().to_vec()))
    }

    fn too_long(number: u64, limit: usize, actual: usize) -> Found {
        (number, Err(LineTooLong { limit, actual }))
    }

    #[test]
    fn marks_carriage_returns_and_blank_lines_are_left_out() {
        let found = split(&[b"\xef\xbb\xbf{a}\r\n\r\n \t\n{b}\n\n{c}"], 10);
        assert_eq!(found, [line(1, "{a}"), line(4, "{b}"), line(6, "{c}")]);
    }

    #[test]
    fn a_mark_stands_only_at_the_start_of_the_text() {
        assert_eq!(split(&[b"a\n\xef\xbb\xbfb"], 10), [line(1, "a"), line(2, "\u{feff}b")]);
        assert_eq!(split(&[b"\xef", b"\xbb", b"\xbfb\r", b"\n"], 1), [line(1, "b")]);
        assert_eq!(split(&[b"\xef\xbb\xbf"], 1), []);
    }

    #[test]
    fn a_line_above_the_limit_is_told_once_with_its_length() {
        let expected = [line(1, "abcd"), too_long(2, 4, 5), line(3, "f")];
        assert_eq!(split(&[b"abcd\r\nabcde\r\nf"], 4), expected);
        assert_eq!(split(&[b"\xef\xbb\xbfabcd\nab", b"cde", b"\nf\n"], 4), expected);
        assert_eq!(split(&[b"abcdefghijkl", b"mnop\r", b"\n"], 4), [too_long(1, 4, 16)]);
        assert_eq!(split(&[b"          "], 4), [too_long(1, 4, 10)]);
    }

    #[test]
    fn ten_megabytes_on_one_line_are_not_held() {
        let mut splitter = LineSplitter::new(100);
        let chunk = [b'x'; 1000];
        for _ in 0..10_000 {
            splitter.push(&chunk, |_| panic!("no line has ended"));
            assert!(splitter.pending.capacity() < 1000);
        }
        let mut found = Vec::new();
        splitter.push(b"\nnext\n", |line| found.push((line.number, line.content.map(<[u8]>::to_vec))));
        assert_eq!(found, [too_long(1, 100, 10_000_000), line(2, "next")]);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_fall_into_chunks(
            text in prop::collection::vec(prop::sample::select(b"\xef\xbb\xbf\r\n\n a{".to_vec()), 0..60),
            size in 1_usize..9,
            limit in 0_usize..6,
        ) {
            let chunks: Vec<_> = text.chunks(size).collect();
            prop_assert_eq!(split(&chunks, limit), split(&[&text], limit));
        }
    }
}
