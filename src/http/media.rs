//! Which media type an answer has, and which one a request must have.

use axum::http::{HeaderMap, HeaderName, header};

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

    /// What the client prefers; JSON when it does not say.
    pub(super) fn accepted(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(accept) = text(headers, header::ACCEPT) else { return Ok(Self::Json) };
        let mut best: Option<(f32, Self)> = None;
        for (media, quality) in accept.split(',').filter_map(preference) {
            if quality > best.map_or(0.0, |(highest, _)| highest) {
                best = Some((quality, media));
            }
        }
        best.map(|(_, media)| media).ok_or_else(|| {
            let message = format!("Accept {} excludes {JSON} and {GRAPHQL_RESPONSE}", quoted(&accept));
            Failure::new(ErrorCode::BadRequest, message).with_status(406)
        })
    }
}

fn preference(entry: &str) -> Option<(Media, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let media = match parts.next()?.to_ascii_lowercase().as_str() {
        GRAPHQL_RESPONSE => Media::GraphqlResponse,
        JSON | "application/*" | "*/*" => Media::Json,
        _ => return None,
    };
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((media, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0))))
}

/// Refuses a body that is not JSON in UTF-8 by its own account.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let mut parts = given.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().is_some_and(|media| media == JSON);
    let mut charsets =
        parts.filter_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
    if is_json && charsets.all(|charset| charset == "utf-8") {
        return Ok(());
    }
    let instead = if given.is_empty() { "is missing".to_owned() } else { format!("is {}", quoted(&given)) };
    Err(Failure::new(ErrorCode::UnsupportedMediaType, format!("Content-Type {instead}: it must be {JSON}")))
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
    fn the_preferred_media_type_is_answered() {
        assert_eq!(accepted("application/graphql-response+json, application/json"), Some(Media::GraphqlResponse));
        assert_eq!(accepted("application/json, application/graphql-response+json"), Some(Media::Json));
        assert_eq!(
            accepted("application/json;q=0.9, application/graphql-response+json;q=1"),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(accepted("text/html, */*;q=0.8"), Some(Media::Json));
        assert_eq!(accepted("Application/JSON; charset=utf-8"), Some(Media::Json));
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
    }
}
