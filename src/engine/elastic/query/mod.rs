//! Searches in the language of a node.
//!
//! Invariant: a search becomes one header and one body of an `_msearch`, asks for nothing that is not wanted, and means
//! the same on every flavour.

mod filter;
mod order;
#[cfg(test)]
mod tests;
mod text;

pub(super) use order::stored_names;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::wire::json as json_bytes;
use crate::{
    backend::EngineError,
    search::{Filter, Place, Search},
};

/// The whole `_msearch`: for each search a line that says where, and one that says what.
pub(super) fn multi_search(alias: &str, searches: &[Search]) -> Result<Bytes, EngineError> {
    let mut lines = Vec::new();
    for search in searches {
        lines.extend(json_bytes(&header(alias, search))?);
        lines.push(b'\n');
        lines.extend(json_bytes(&body(search))?);
        lines.push(b'\n');
    }
    Ok(lines.into())
}

/// All pages of one list are asked of the same copies, so that scores stay comparable with those in cursors.
fn header(alias: &str, search: &Search) -> Value {
    json!({"index": alias, "preference": format!("{:016x}", search.fingerprint)})
}

fn body(search: &Search) -> Value {
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("query", query(search));
    set("track_total_hits", search.wants.total.into());
    let Some(fields) = search.wants.hits else {
        set("size", 0.into());
        return Value::Object(body);
    };
    let names: Vec<&str> = stored_names(fields);
    set("_source", if names.is_empty() { false.into() } else { names.into() });
    // One more than fits tells whether the list goes on.
    set("size", search.window.size.saturating_add(1).into());
    set("sort", order::sort(search));
    if search.is_ranked() && !order::has_relevance(search) {
        set("track_scores", true.into());
    }
    match &search.window.place {
        Place::Offset(0) | Place::End => {}
        Place::Offset(offset) => _ = set("from", (*offset).into()),
        Place::After(position) | Place::Before(position) => _ = set("search_after", order::place(position)),
    }
    Value::Object(body)
}

fn query(search: &Search) -> Value {
    let filter = (search.filter != Filter::All).then(|| filter::filter(&search.filter));
    match (&search.text, filter) {
        (None, None) => json!({"match_all": {}}),
        (None, Some(filter)) => json!({"bool": {"filter": filter}}),
        (Some(text), None) => json!({"bool": {"should": text::words(text), "minimum_should_match": 1}}),
        (Some(text), Some(filter)) => {
            json!({"bool": {"should": text::words(text), "minimum_should_match": 1, "filter": filter}})
        }
    }
}
