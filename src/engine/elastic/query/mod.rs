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
pub(super) use text::term_name;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::wire::json as json_bytes;
use crate::{
    backend::EngineError,
    search::{Counting, Filter, HitsPlan, Place, SearchPlan},
};

/// The whole `_msearch`: for each search a line that says where, and one that says what.
pub(super) fn multi_search(alias: &str, searches: &[SearchPlan]) -> Result<Bytes, EngineError> {
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
fn header(alias: &str, search: &SearchPlan) -> Value {
    json!({"index": alias, "preference": format!("{:016x}", search.preference)})
}

fn body(search: &SearchPlan) -> Value {
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("query", query(search));
    set("track_total_hits", tracked(search.counting));
    let Some(hits) = &search.hits else {
        set("size", 0.into());
        return Value::Object(body);
    };
    set_hits(hits, search.relevance.is_some(), &mut set);
    Value::Object(body)
}

fn set_hits(hits: &HitsPlan, is_ranked: bool, set: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let names: Vec<&str> = stored_names(hits.fields);
    set("_source", if names.is_empty() { false.into() } else { names.into() });
    // One more than fits tells whether the list goes on.
    set("size", hits.window.size.saturating_add(1).into());
    set("sort", order::sort(hits));
    if is_ranked && !order::has_relevance(hits) {
        set("track_scores", true.into());
    }
    match &hits.window.place {
        Place::Offset(0) | Place::End => {}
        Place::Offset(offset) => _ = set("from", (*offset).into()),
        Place::After(position) | Place::Before(position) => _ = set("search_after", order::place(position)),
    }
}

fn tracked(counting: Counting) -> Value {
    match counting {
        Counting::Off => false.into(),
        Counting::UpTo(number) => number.into(),
        Counting::Exact => true.into(),
    }
}

fn query(search: &SearchPlan) -> Value {
    let filter = Filter::And(vec![search.filter.clone(), search.narrowing.clone()]).simplified();
    let filter = (filter != Filter::All).then(|| filter::filter(&filter));
    let text = search.relevance.as_ref().map(|relevance| text::clause(&relevance.clause));
    match (text, filter) {
        (None, None) => json!({"match_all": {}}),
        (None, Some(filter)) => json!({"bool": {"filter": filter}}),
        (Some(text), None) => text,
        (Some(text), Some(filter)) => json!({"bool": {"must": text, "filter": filter}}),
    }
}
