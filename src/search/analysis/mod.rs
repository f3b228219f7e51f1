//! Text to tokens: the one analysis for documents and queries, on every engine.
//!
//! The same text gives the same tokens everywhere and always; a token is never empty, never holds
//! white space and has at most [`LONGEST_TOKEN`] characters, so tokens joined by spaces and split
//! again (a node's `whitespace` analyser) are the same tokens.

mod fold;
mod stem;
#[cfg(test)]
mod tests;
mod words;

use fold::{FRACTION_SLASH, fold};
use stem::stem;
use words::words;

/// The version of this chain: an index of another version must be rebuilt.
pub const VERSION: u32 = 2;

/// The most characters (code points) a token has; what is longer is cut.
pub const LONGEST_TOKEN: usize = 64;

/// One searchable form of a word; its position is its index in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The searchable form: folded, lower-cased, stemmed.
    pub text: String,
    /// Where the word starts, in bytes of the original text.
    pub start: usize,
    /// Where the word ends (exclusive), in bytes of the original text.
    pub end: usize,
}

/// The tokens of a text in the order of its words.
///
/// Starts and ends never decrease. Words do not overlap, but the two tokens of a fraction written as
/// one character (½) share its bytes.
pub fn analyze(text: &str) -> Vec<Token> {
    tokens(text, searchable)
}

/// The words of a text as they are spelt, in the same order and places: what [`analyze`] makes of them before stemming.
pub fn spelt(text: &str) -> Vec<Token> {
    tokens(text, cut)
}

fn tokens(text: &str, form: fn(&str) -> String) -> Vec<Token> {
    let words = words(text);
    let mut tokens = Vec::with_capacity(words.len());
    let mut folded = String::new();
    for (start, word) in words {
        folded.clear();
        fold(word, &mut folded);
        let end = start + word.len();
        if folded.is_ascii() {
            push_token(&folded, (start, end), form, &mut tokens);
        } else {
            for part in folded.split(FRACTION_SLASH) {
                push_token(part, (start, end), form, &mut tokens);
            }
        }
    }
    tokens
}

/// The tokens separated by one space each: the form in which a node indexes or searches them.
pub fn join(tokens: &[Token]) -> String {
    let length = tokens.iter().map(|token| token.text.len() + 1).sum();
    let mut joined = String::with_capacity(length);
    for token in tokens {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&token.text);
    }
    joined
}

/// How many edits a fuzzy match of this token may differ by, as Lucene's `AUTO` has it.
///
/// Up to 2 characters none, 3 to 5 one, more two.
pub fn allowed_edits(token: &str) -> u8 {
    match token.chars().take(6).count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// Edits (insert, delete, replace, swap neighbours) between two words, no letter edited twice.
pub fn edits(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other)
}

fn push_token(folded: &str, (start, end): (usize, usize), form: fn(&str) -> String, tokens: &mut Vec<Token>) {
    if !folded.is_empty() {
        tokens.push(Token { text: form(folded), start, end });
    }
}

/// A folded word cut to a token's length.
fn cut(folded: &str) -> String {
    folded.chars().take(LONGEST_TOKEN).collect()
}

/// The token of a word as [`spelt`] gives it: stemmed, when it is all letters of the English alphabet, and cut to a
/// token's length.
pub fn searchable(folded: &str) -> String {
    if folded.len() >= LONGEST_TOKEN {
        // No English word is that long: cutting without stemming bounds the stemmer's work.
        cut(folded)
    } else if folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        stem(folded)
    } else {
        folded.to_owned()
    }
}
