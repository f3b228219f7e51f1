//! Searches as one request to a node.
//!
//! Invariant: a search becomes one header and one body of an `_msearch`, asks for nothing that is not wanted, and means
//! the same on every flavour.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    abilities::{Abilities, Scores},
    facets, query, spelling,
    wire::json as json_bytes,
};
use crate::{
    backend::EngineError,
    search::{Counting, Filter, HitsPlan, Place, SearchPlan},
};

/// The whole `_msearch`: for each search a line that says where, and one that says what.
pub(super) fn body(alias: &str, searches: &[&SearchPlan], abilities: Abilities) -> Result<Bytes, EngineError> {
    let mut lines = Vec::new();
    for search in searches {
        lines.extend(json_bytes(&header(alias, search, abilities))?);
        lines.push(b'\n');
        lines.extend(json_bytes(&search_body(search, abilities))?);
        lines.push(b'\n');
    }
    Ok(lines.into())
}

/// All pages of one list are asked of the same copies, so that scores stay comparable with those in cursors; scores of
/// several shards are comparable when all know how frequent words are in the whole index.
fn header(alias: &str, search: &SearchPlan, abilities: Abilities) -> Value {
    let preference = format!("{:016x}", search.preference);
    if abilities.has_several_shards() && search.is_scored() {
        return json!({"index": alias, "preference": preference, "search_type": "dfs_query_then_fetch"});
    }
    json!({"index": alias, "preference": preference})
}

fn search_body(search: &SearchPlan, abilities: Abilities) -> Value {
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    let Filters { query: filter, after } = Filters::of(search);
    set("query", sought(search, filter, abilities.scores));
    if let Some(after) = after {
        set("post_filter", after);
    }
    set("track_total_hits", tracked(search.counting));
    let mut aggregations = facets::aggregations(&search.facets, abilities);
    if let Some(spelling) = &search.spelling
        && let Some(suggest) = spelling::suggest(spelling, abilities)
    {
        set("suggest", suggest);
        aggregations.extend(spelling::counts(spelling, abilities));
    }
    if !aggregations.is_empty() {
        set("aggs", aggregations.into());
    }
    match &search.hits {
        Some(hits) => {
            set_hits(hits, &mut set);
            if search.is_scored() && !hits.is_by_relevance() {
                set("track_scores", true.into());
            }
        }
        None => _ = set("size", 0.into()),
    }
    Value::Object(body)
}

fn set_hits(hits: &HitsPlan, set: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let names: Vec<&str> = query::stored_names(hits.fields);
    set("_source", if names.is_empty() { false.into() } else { names.into() });
    // One more than fits tells whether the list goes on.
    set("size", hits.window.size.saturating_add(1).into());
    set("sort", query::sort(hits));
    match &hits.window.place {
        Place::Offset(0) | Place::End => {}
        Place::Offset(offset) => _ = set("from", (*offset).into()),
        Place::After(position) | Place::Before(position) => _ = set("search_after", query::place(position)),
    }
}

fn tracked(counting: Counting) -> Value {
    match counting {
        Counting::Off => false.into(),
        Counting::UpTo(number) => number.into(),
        Counting::Exact => true.into(),
    }
}

/// Where the conditions of a search stand.
struct Filters {
    query: Option<Value>,
    /// What facets do not see, which costs more than a part of the query does.
    after: Option<Value>,
}

impl Filters {
    fn of(search: &SearchPlan) -> Self {
        let clause = |wanted: &Filter| (*wanted != Filter::All).then(|| query::filter(wanted));
        if search.facets.is_empty() {
            let both = Filter::And(vec![search.filter.clone(), search.narrowing.clone()]).simplified();
            return Self { query: clause(&both), after: None };
        }
        let is_listed = search.hits.is_some() || search.counting != Counting::Off;
        let after = clause(&search.narrowing).filter(|_| is_listed);
        Self { query: clause(&search.filter), after }
    }
}

fn sought(search: &SearchPlan, filter: Option<Value>, scores: Scores) -> Value {
    let Some(relevance) = &search.relevance else {
        return filter.map_or_else(|| json!({"match_all": {}}), |filter| json!({"bool": {"filter": filter}}));
    };
    match (search.is_scored(), filter) {
        (true, None) => query::ranked(relevance, scores),
        (true, Some(filter)) => json!({"bool": {"must": query::ranked(relevance, scores), "filter": filter}}),
        (false, filter) => {
            let clauses: Vec<Value> = [query::matching(&relevance.clause)].into_iter().chain(filter).collect();
            json!({"bool": {"filter": clauses}})
        }
    }
}
