//! Where the parser takes more than the grammar: an argument or an input field without a value, of which it makes
//! nothing at all.
//!
//! Invariant: looks at documents that the parser has taken, so that brackets are even and not too deep.

use apollo_parser::{Lexer, Token, TokenKind};

use super::{diagnosis, places::Places};
use crate::graphql::failure::LocatedFailure;

/// Refuses a document in which the name of an argument or of an input field has no value.
pub(super) fn check(text: &str, places: &Places) -> Result<(), Vec<LocatedFailure>> {
    let mut open = vec![Place::Selections];
    for token in Lexer::new(text).filter_map(Result::ok) {
        if matches!(token.kind(), TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma | TokenKind::Eof) {
            continue;
        }
        let Some(place) = open.pop() else { break };
        let next = place.after(&token).map_err(|found| vec![diagnosis::unexpected(found, places)])?;
        open.extend(next.into_iter().flatten());
    }
    Ok(())
}

/// What may come next between two brackets.
#[derive(Clone, Copy)]
enum Place {
    /// Fields, or definitions.
    Selections,
    /// Definitions of variables.
    Variables,
    /// The name of an argument or of an input field.
    Name,
    /// The colon behind that name.
    Colon,
    /// The value behind that colon.
    Value,
    /// Values of a list, or the type of one.
    Items,
}

/// The place as it is behind a token, and the one that the token opened.
type Next = [Option<Place>; 2];

impl Place {
    fn after<'a, 't>(self, token: &'t Token<'a>) -> Result<Next, &'t Token<'a>> {
        let kind = token.kind();
        if matches!(kind, TokenKind::RParen | TokenKind::RBracket | TokenKind::RCurly) && self.may_end() {
            return Ok([None, None]);
        }
        match self {
            Self::Colon if kind == TokenKind::Colon => Ok([Some(Self::Value), None]),
            Self::Colon => Err(token),
            // Only definitions of variables begin so.
            Self::Name if matches!(kind, TokenKind::Dollar | TokenKind::StringValue) => {
                Ok([Some(Self::Variables), None])
            }
            Self::Name => Ok([Some(Self::Colon), None]),
            Self::Value if kind == TokenKind::Dollar => Ok([Some(Self::Value), None]),
            Self::Value => Ok([Some(Self::Name), self.opened(kind)]),
            Self::Selections | Self::Variables | Self::Items => Ok([Some(self), self.opened(kind)]),
        }
    }

    /// Whether a bracket may be closed here; a name without a value is refused instead.
    fn may_end(self) -> bool {
        !matches!(self, Self::Colon)
    }

    fn opened(self, kind: TokenKind) -> Option<Self> {
        match (kind, self) {
            (TokenKind::LCurly, Self::Selections) => Some(Self::Selections),
            (TokenKind::LCurly | TokenKind::LParen, _) => Some(Self::Name),
            (TokenKind::LBracket, _) => Some(Self::Items),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(text: &str) -> bool {
        check(text, &Places::of(text)).is_ok()
    }

    #[test]
    fn names_with_values_pass() {
        for document in [
            "{ a }",
            "query ($v: [Int!]! = [1] @b(c: {d: 1}), $w: A = {e: {f: [], g: $h}}) @i(j: K) { l(m: $v n: O, p: \"q\") { r } }",
            "fragment F on T @a(b: [{c: 1} {d: 2}]) { g(h: {}) ... on I { j @skip(if: $k) { l(m: null) } } ...F @n(o: 1) }",
        ] {
            assert!(is_taken(document), "{document}");
        }
    }

    #[test]
    fn a_name_without_a_value_is_refused_wherever_it_stands() {
        for document in [
            "{ a(b) }",
            "{ a(b c: 1) }",
            "{ a(c: 1 b) }",
            "{ a(b: {c}) }",
            "{ a(b: {c: 1 d}) }",
            "{ a(b: [{c: 1} {d}]) }",
            "{ a(b: {c: {d e: 1}}) }",
            "{ a @b(c) }",
            "query @a(b) { c }",
            "query ($v: T = {a}) { b }",
            "query ($v: T @a(b)) { c }",
        ] {
            assert!(!is_taken(document), "{document}");
        }
    }
}
