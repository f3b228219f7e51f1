//! From a byte of a document to its line and column.
//!
//! Invariant: lines end where the specification says so and columns are characters, whoever found what stands there;
//! finding a place does not read the text again.

use crate::graphql::failure::Location;

/// Where the bytes of one document are.
pub(super) struct Places {
    /// The first byte of each line.
    lines: Vec<usize>,
    /// Bytes that go on with a character.
    continued: Vec<usize>,
}

impl Places {
    /// The places of `text`.
    pub(super) fn of(text: &str) -> Self {
        let (mut lines, mut continued) = (vec![0], Vec::new());
        let following = text.bytes().skip(1).map(Some).chain([None]);
        for ((index, byte), next) in text.bytes().enumerate().zip(following) {
            match byte {
                b'\n' => lines.push(index + 1),
                b'\r' if next != Some(b'\n') => lines.push(index + 1),
                0x80..=0xBF => continued.push(index),
                _ => {}
            }
        }
        Self { lines, continued }
    }

    /// The line and column of the character that begins with the byte at `offset`.
    pub(super) fn at(&self, offset: usize) -> Location {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let continued = self.continued_before(offset).saturating_sub(self.continued_before(start));
        Location { line, column: offset.saturating_sub(start).saturating_sub(continued) + 1 }
    }

    fn continued_before(&self, offset: usize) -> usize {
        self.continued.partition_point(|&byte| byte < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, sign: char) -> (usize, usize) {
        let Location { line, column } = Places::of(text).at(text.find(sign).unwrap());
        (line, column)
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        assert_eq!(place("x", 'x'), (1, 1));
        assert_eq!(place("{ products(query: \"ää\") { x } }", 'x'), (1, 27));
        assert_eq!(place("# ä\n\"€🦀\" x # ä", 'x'), (2, 6));
        assert_eq!(place("äx", 'ä'), (1, 1));
    }

    #[test]
    fn lines_end_where_the_specification_says_so() {
        assert_eq!(place("\n\r\n\rx", 'x'), (4, 1));
        assert_eq!(place("a\r", '\r'), (1, 2));
        // Other programs break lines at these too.
        assert_eq!(place("#\u{b}\u{c}\u{85}\u{2028}\u{2029}x", 'x'), (1, 7));
    }

    #[test]
    fn the_end_of_a_document_has_a_place() {
        let Location { line, column } = Places::of("ä\nöü").at("ä\nöü".len());
        assert_eq!((line, column), (2, 3));
        let Location { line, column } = Places::of("").at(0);
        assert_eq!((line, column), (1, 1));
    }
}
