//! One media type or range of them, with its parameters, as RFC 9110 writes it.
//!
//! Invariant: what breaks the grammar, a quality too, is no range; nothing is repaired.

/// One entry of `Accept`, or the value of `Content-Type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaRange {
    /// Both parts, in small letters.
    essence: String,
    /// How much the client wants it, in thousandths.
    pub(super) quality: u16,
    /// Whether no parameter asks for another encoding.
    pub(super) is_utf8: bool,
}

impl MediaRange {
    /// Reads `type/subtype` with parameters.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = pieces(text, b';');
        let (kind, subtype) = parts.next()?.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) || kind == "*" && subtype != "*" {
            return None;
        }
        let essence = format!("{kind}/{subtype}").to_ascii_lowercase();
        let mut range = Self { essence, quality: 1_000, is_utf8: true };
        // RFC 9110 lets a parameter be empty.
        for parameter in parts.filter(|part| !part.is_empty()) {
            let (name, value) = parameter.split_once('=')?;
            if !is_token(name) || !is_value(value) {
                return None;
            }
            match name.to_ascii_lowercase().as_str() {
                "q" => range.quality = quality(value)?,
                "charset" => range.is_utf8 &= value.trim_matches('"').eq_ignore_ascii_case("utf-8"),
                _ => {}
            }
        }
        Some(range)
    }

    /// Whether it is this media type, not a range.
    pub(super) fn is_named(&self, media: &str) -> bool {
        self.essence == media
    }

    /// Whether this media type, in UTF-8, is in the range.
    pub(super) fn fits(&self, media: &str) -> bool {
        self.is_utf8 && (self.essence == "*/*" || self.essence == "application/*" || self.essence == media)
    }

    /// More of it wins, whatever the quality.
    pub(super) fn specificity(&self) -> u8 {
        match self.essence.as_str() {
            "*/*" => 0,
            essence if essence.ends_with("/*") => 1,
            _ => 2,
        }
    }
}

/// The pieces between delimiters that are in no quotes, without the spaces around them.
pub(super) fn pieces(text: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |letter: char| {
        let is_delimiter = !is_quoted && letter == char::from(delimiter);
        is_quoted ^= letter == '"' && !is_escaped;
        is_escaped = is_quoted && letter == '\\' && !is_escaped;
        is_delimiter
    })
    .map(|piece| piece.trim_matches([' ', '\t']))
}

/// `0` to `1` with at most three decimals, in thousandths.
fn quality(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{decimals:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_value(text: &str) -> bool {
    is_token(text) || text.len() > 1 && text.starts_with('"') && text.ends_with('"')
}
