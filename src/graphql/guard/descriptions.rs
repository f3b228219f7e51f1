//! Descriptions of operations, fragments and variables, which the parser does not know yet.
//!
//! Invariant: what is left has the same lines, and the same columns behind each description.

use std::borrow::Cow;

use apollo_parser::{Lexer, Token, TokenKind};

/// The document in `text` with spaces for its descriptions, as far as its first so many tokens go.
pub(super) fn blanked(text: &str, tokens: usize) -> Cow<'_, str> {
    if !text.contains('"') {
        return Cow::Borrowed(text);
    }
    let (mut blanked, mut copied) = (String::new(), 0);
    for described in Descriptions::of(text, tokens) {
        blanked.push_str(text.get(copied..described.index()).unwrap_or_default());
        blanked.extend(described.data().chars().map(|sign| if matches!(sign, '\n' | '\r') { sign } else { ' ' }));
        copied = described.index() + described.data().len();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    blanked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(blanked)
}

/// A walk over the tokens that finds the descriptions.
struct Descriptions<'a> {
    tokens: Lexer<'a>,
    /// The text before the next token, where it may be a description.
    text: Option<Token<'a>>,
    before: TokenKind,
    /// Brackets that are open.
    depth: usize,
}

impl<'a> Descriptions<'a> {
    fn of(text: &'a str, tokens: usize) -> Self {
        Self { tokens: Lexer::new(text).with_limit(tokens), text: None, before: TokenKind::RCurly, depth: 0 }
    }

    /// Whether a text may describe something: not behind a colon, an equals sign or within a list.
    fn may_describe(&self) -> bool {
        match self.depth {
            0 => self.before == TokenKind::RCurly,
            // Values lie deeper, or behind their sign.
            1 => !matches!(self.before, TokenKind::Colon | TokenKind::Eq),
            _ => false,
        }
    }

    fn is_described(&self, token: &Token<'_>) -> bool {
        match self.depth {
            0 => matches!(token.data(), "query" | "mutation" | "subscription" | "fragment"),
            _ => token.kind() == TokenKind::Dollar,
        }
    }

    fn step(&mut self, token: &Token<'a>) -> Option<Token<'a>> {
        let described = self.text.take().filter(|_| self.is_described(token));
        let kind = token.kind();
        if matches!(kind, TokenKind::LParen | TokenKind::LCurly | TokenKind::LBracket) {
            self.depth += 1;
        } else if matches!(kind, TokenKind::RParen | TokenKind::RCurly | TokenKind::RBracket) {
            self.depth = self.depth.saturating_sub(1);
        } else if kind == TokenKind::StringValue && self.may_describe() {
            self.text = Some(token.clone());
        }
        self.before = kind;
        described
    }
}

impl<'a> Iterator for Descriptions<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let token = self.tokens.next()?.ok()?;
            if matches!(token.kind(), TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma) {
                continue;
            }
            if let Some(described) = self.step(&token) {
                return Some(described);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::blanked;

    #[test]
    fn what_has_a_description_is_left_without_it() {
        for (document, left) in [
            ("\"é\" query A { b }", "    query A { b }"),
            ("\"\"\"\na\n\"\"\" mutation A { b }", "   \n \n    mutation A { b }"),
            ("{ a } \"b\" fragment F on T { c }", "{ a }     fragment F on T { c }"),
            ("query (\"a\" $b: C) { d }", "query (    $b: C) { d }"),
            (
                "query ($b: C, \"a\" $d: C = \"e\" \"f\" $g: C) { d }",
                "query ($b: C,     $d: C = \"e\"     $g: C) { d }",
            ),
        ] {
            assert_eq!(blanked(document, 100), left);
        }
    }

    #[test]
    fn texts_that_describe_nothing_stay() {
        for document in [
            "{ a(b: \"c\") }",
            "{ a(b: [\"c\"], d: $e) }",
            "\"a\" { b }",
            "\"a\" \"b\" query C { d }",
            "\"a\" extend type B { c: D }",
            "\"a\" type B { c: D }",
            "query ($a: B = \"c\", $d: B) { e }",
            "\"a",
        ] {
            assert_eq!(blanked(document, 100), document);
        }
    }
}
