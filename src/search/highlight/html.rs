//! Text as HTML.

use std::ops::Range;

/// Stands before a match.
const OPEN: &str = "<em>";
/// Stands behind a match.
const CLOSE: &str = "</em>";

/// The part of a text in `window`, escaped, what lies in `ranges` marked; ranges are in order and do not overlap.
pub(in crate::search) fn marked(text: &str, window: Range<usize>, ranges: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(window.len() + ranges.len() * (OPEN.len() + CLOSE.len()));
    let mut done = window.start;
    for range in ranges {
        let (start, end) = (range.start.max(done), range.end.min(window.end));
        if start >= end {
            continue;
        }
        escape(text.get(done..start).unwrap_or_default(), &mut html);
        html.push_str(OPEN);
        escape(text.get(start..end).unwrap_or_default(), &mut html);
        html.push_str(CLOSE);
        done = end;
    }
    escape(text.get(done..window.end).unwrap_or_default(), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}
