//! Moments in UTC milliseconds.
//!
//! Invariant: a timestamp lies in the years 0000 to 9999, so its text always has 24 characters and sorts by time.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike};

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// A moment read from text, and what its text said beyond milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedTime {
    /// The moment, cut to the millisecond it lies in.
    pub time: Timestamp,
    /// Whether something finer than a millisecond was cut off; a bound then rounds towards the inside of its range.
    pub finer: bool,
}

impl Timestamp {
    /// 0000-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Takes milliseconds since 1970 in UTC; beyond [`Timestamp::MIN`] and [`Timestamp::MAX`] they saturate.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970 in UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 date and time in any offset; `None` for other text and for moments outside the years 0000–9999.
    pub fn parse(text: &str) -> Option<ParsedTime> {
        let millis = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
        if !(Self::MIN.0..=Self::MAX.0).contains(&millis) {
            return None;
        }
        // The library keeps nine digits of the fraction; the text may have more.
        let fraction = text.split_once('.').map_or("", |(_, rest)| rest);
        let finer = fraction.bytes().take_while(u8::is_ascii_digit).skip(3).any(|digit| digit != b'0');
        Some(ParsedTime { time: Self(millis), finer })
    }
}

impl fmt::Display for Timestamp {
    /// Writes `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::from_timestamp_millis(self.0).ok_or(fmt::Error)?;
        let (year, month, day) = (moment.year(), moment.month(), moment.day());
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        let millisecond = moment.timestamp_subsec_millis();
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<(String, bool)> {
        Timestamp::parse(text).map(|parsed| (parsed.time.to_string(), parsed.finer))
    }

    #[test]
    fn any_offset_is_turned_into_utc() {
        assert_eq!(parsed("2024-02-29T23:30:00-02:30"), Some((String::from("2024-03-01T02:00:00.000Z"), false)));
        assert_eq!(parsed("1996-12-19t16:39:57.5+00:00"), Some((String::from("1996-12-19T16:39:57.500Z"), false)));
    }

    #[test]
    fn what_is_finer_than_a_millisecond_is_cut_and_said() {
        assert_eq!(parsed("2024-01-01T00:00:00.1239Z"), Some((String::from("2024-01-01T00:00:00.123Z"), true)));
        assert_eq!(parsed("2024-01-01T00:00:00.123000Z"), Some((String::from("2024-01-01T00:00:00.123Z"), false)));
        assert_eq!(
            parsed("2024-01-01T00:00:00.1230000000001Z"),
            Some((String::from("2024-01-01T00:00:00.123Z"), true))
        );
        assert_eq!(parsed("1969-12-31T23:59:59.9995Z"), Some((String::from("1969-12-31T23:59:59.999Z"), true)));
    }

    #[test]
    fn other_text_is_no_time() {
        for text in ["", "now", "2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        for text in [
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-00:01",
            "10000-01-01T00:00:00Z",
            "+02024-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_have_four_digit_years() {
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }

    proptest! {
        #[test]
        fn text_and_milliseconds_are_the_same(millis in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(ParsedTime { time, finer: false }));
        }
    }
}
