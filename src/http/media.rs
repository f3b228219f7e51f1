//! Which media type an answer has, and which one a request must have.
//!
//! Invariant: what the client prefers is decided by the rules of RFC 9110 alone: the most specific range that fits a media
//! type gives its quality, and the better quality wins. Parameters other than `charset` do not keep a range from fitting.

use axum::http::{HeaderMap, HeaderName, header};

use super::media_range::{MediaRange, pieces};
use crate::failure::{ErrorCode, Failure, quoted};

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// Media types of GraphQL answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`: a document that is understood is answered with 200, whatever became of it.
    Json,
    /// `application/graphql-response+json`: the status says whether the operation ran.
    GraphqlResponse,
}

impl Media {
    /// The header's value.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::GraphqlResponse => GRAPHQL_RESPONSE,
        }
    }

    /// What the client prefers; JSON when it does not say.
    pub(super) fn accepted(headers: &HeaderMap) -> Result<Self, Failure> {
        let accept = text(headers, header::ACCEPT).unwrap_or_default();
        let entries: Vec<&str> = pieces(&accept, b',').filter(|entry| !entry.is_empty()).collect();
        if entries.is_empty() {
            return Ok(Self::Json);
        }
        let ranges: Vec<MediaRange> = entries.into_iter().filter_map(MediaRange::parse).collect();
        // JSON first: of two that are as good as each other, the earlier wins.
        let preferences = [Self::Json, Self::GraphqlResponse].into_iter().filter_map(|media| media.preference(&ranges));
        let best = preferences.reduce(|best, other| if other.is_better_than(&best) { other } else { best });
        best.map(|preference| preference.media).ok_or_else(|| {
            let message = format!("Accept {} excludes {JSON} and {GRAPHQL_RESPONSE}", quoted(&accept));
            Failure::new(ErrorCode::BadRequest, message).with_status(406)
        })
    }

    /// How the client wants this media type; `None` when it does not.
    fn preference(self, ranges: &[MediaRange]) -> Option<Preference> {
        let mut fitting: Option<(usize, &MediaRange)> = None;
        for (place, range) in ranges.iter().enumerate().filter(|(_, range)| range.fits(self.name())) {
            if fitting.is_none_or(|(_, other)| range.specificity() > other.specificity()) {
                fitting = Some((place, range));
            }
        }
        let (place, range) = fitting.filter(|(_, range)| range.quality > 0)?;
        Some(Preference { media: self, quality: range.quality, specificity: range.specificity(), place })
    }
}

/// How a client wants a media type.
struct Preference {
    media: Media,
    quality: u16,
    specificity: u8,
    place: usize,
}

impl Preference {
    /// Quality decides, then who is named, then who is named first.
    fn is_better_than(&self, other: &Self) -> bool {
        (self.quality, self.specificity, other.place) > (other.quality, other.specificity, self.place)
    }
}

/// Refuses a body that is not JSON in UTF-8 by its own account.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = text(headers, header::CONTENT_TYPE);
    if given.as_deref().is_some_and(is_json) {
        return Ok(());
    }
    let instead = given.map_or_else(|| "is missing".to_owned(), |given| format!("is {}", quoted(&given)));
    Err(Failure::new(ErrorCode::UnsupportedMediaType, format!("Content-Type {instead}: it must be {JSON}")))
}

fn is_json(content_type: &str) -> bool {
    MediaRange::parse(content_type).is_some_and(|range| range.is_named(JSON) && range.is_utf8)
}

/// Refuses a body that is packed: it would be read as what it is not, and a proxy may have read it as what it is.
pub(super) fn check_codings(headers: &HeaderMap) -> Result<(), Failure> {
    if let Some(given) = text(headers, header::CONTENT_ENCODING).filter(|given| !given.eq_ignore_ascii_case("identity"))
    {
        let message = format!("Content-Encoding is {}: bodies are taken as they are", quoted(&given));
        return Err(Failure::new(ErrorCode::UnsupportedMediaType, message));
    }
    match text(headers, header::TRANSFER_ENCODING).filter(|given| !given.eq_ignore_ascii_case("chunked")) {
        Some(given) => {
            let message = format!("Transfer-Encoding is {}: only chunked is understood", quoted(&given));
            Err(Failure::new(ErrorCode::BadRequest, message))
        }
        None => Ok(()),
    }
}

/// All values of a header as one list.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Media::accepted(&headers).ok()
    }

    #[test]
    fn only_bodies_as_they_are_are_read() {
        let refused = |name: HeaderName, value: &str| {
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            check_codings(&headers).err().map(|failure| failure.status)
        };
        assert_eq!(refused(header::CONTENT_ENCODING, "gzip"), Some(415));
        assert_eq!(refused(header::CONTENT_ENCODING, "identity, gzip"), Some(415));
        assert_eq!(refused(header::CONTENT_ENCODING, "Identity"), None);
        assert_eq!(refused(header::TRANSFER_ENCODING, "gzip, chunked"), Some(400));
        assert_eq!(refused(header::TRANSFER_ENCODING, "Chunked"), None);
        assert_eq!(check_codings(&HeaderMap::new()).err().map(|failure| failure.status), None);
    }

    #[test]
    fn the_preferred_media_type_is_answered() {
        for (accept, expected) in [
            ("application/graphql-response+json, application/json", Media::GraphqlResponse),
            ("application/json, application/graphql-response+json", Media::Json),
            ("application/json;q=0.9, application/graphql-response+json;q=1", Media::GraphqlResponse),
            ("application/graphql-response+json;q=0.899, application/json;q=0.9", Media::Json),
            ("text/html, */*;q=0.8", Media::Json),
            ("Application/JSON; charset=utf-8", Media::Json),
            ("*/*", Media::Json),
            ("application/*", Media::Json),
            ("", Media::Json),
            (" , ,", Media::Json),
            ("application/graphql-response+json, */*", Media::GraphqlResponse),
            ("*/*, application/graphql-response+json", Media::GraphqlResponse),
            ("application/graphql-response+json;q=0.5, */*", Media::Json),
            ("application/json;q=0, */*", Media::GraphqlResponse),
            ("*/*, application/json;q=0", Media::GraphqlResponse),
            ("application/json;q=0.2, application/*;q=0.7", Media::GraphqlResponse),
            ("application/json; Q=1.000 ; profile=x", Media::Json),
            ("text/plain;a=\"x, application/json;q=0\", application/json", Media::Json),
            ("application/json;q=2, application/graphql-response+json;q=0.1", Media::GraphqlResponse),
        ] {
            assert_eq!(accepted(accept), Some(expected), "{accept}");
        }
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "*/*;q=0",
            "application/json;q=0, application/*;q=0",
            "application/json; charset=latin1",
            "application/json;q=abc",
            "application/json;q=NaN",
            "application/json;q=-1",
            "application/json;q=0.1234",
            "application/json;q=1.001",
            "application/json;q=",
            "*/json",
            "*",
            "application",
            "application/",
            "application/json/x",
            "application json",
        ] {
            assert_eq!(accepted(accept), None, "{accept}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        for (content_type, expected) in [
            ("application/json", true),
            ("APPLICATION/json;Charset=\"UTF-8\"", true),
            ("application/json ; charset=utf-8; profile=x", true),
            ("application/json;", true),
            ("application/json; charset=latin1", false),
            ("application/json; charset=utf-8; charset=latin1", false),
            ("application/json; charset", false),
            ("application/json; charset = utf-8", false),
            ("application/json; charset=\"utf-8", false),
            ("application/json, application/json", false),
            ("application/json; a=b, text/plain", false),
            ("application/graphql-response+json", false),
            ("application/*", false),
            ("*/*", false),
            ("text/plain", false),
            ("", false),
        ] {
            assert_eq!(is_json(content_type), expected, "{content_type}");
        }
    }
}
