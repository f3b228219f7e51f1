//! The parameters in a query string, as forms write them.
//!
//! Invariant: text that is not UTF-8 is refused, for what is repaired in silence was never sent; so is a parameter that
//! is given twice, when it is one that we read.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::refused;
use crate::failure::Failure;

/// Names and values in their order.
pub(super) struct QueryString(Vec<(String, String)>);

impl QueryString {
    /// Reads all of them.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    /// The value of a parameter; an empty field of a form is an absent one.
    pub(super) fn get(&self, wanted: &str) -> Result<Option<&str>, Failure> {
        let mut values = self.0.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(refused(&format!("{wanted} is given twice")));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }
}

fn decoded(text: &str) -> Result<String, Failure> {
    let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    let decoded = percent_decode(spaced.as_bytes()).decode_utf8().map(Cow::into_owned);
    decoded.map_err(|_| refused("the query string is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::form_urlencoded;

    use super::*;

    #[test]
    fn text_that_is_not_utf8_is_refused_wherever_it_is() {
        for text in ["query=%ff", "a=%c3%28", "%80=a", "query=%ed%a0%80", "query=a&b=%f0%9f"] {
            assert!(QueryString::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn everything_else_is_read_as_forms_write_it(text in "[a-z&=+%0-9A-F\u{e4}]{0,40}") {
            let lossy: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            let is_utf8 = !lossy.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}'));
            let read = QueryString::parse(&text).ok().map(|query| query.0);
            prop_assert_eq!(read, is_utf8.then_some(lossy));
        }
    }
}
