//! What a node answers to searches, read without copying what is not kept.
//!
//! Invariant: an answer that is not what was asked for is a failure, never a shorter list.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    abilities::Abilities,
    document::product_id,
    facets::{self, Aggregated, AggregationsBody, Lacking},
    problem::Problem,
    spelling::{self, SuggestBody},
    wire::ErrorBody,
};
use crate::{
    backend::EngineError,
    exchange::StoredFields,
    product::{PartialProduct, ProductId},
    search::{Counting, Hit, HitsPlan, Position, SearchPlan, SearchResults, SortField, SortValue},
};

/// The parts of an `_msearch` answer that are read, as `filter_path` wants them.
pub(super) const MULTI_SEARCH_PATHS: &str = "error.type,error.reason,responses.took,responses.timed_out,\
    responses._shards.failed,responses.status,responses.error.type,responses.error.reason,\
    responses.hits.total.value,responses.hits.hits._id,responses.hits.hits._score,responses.hits.hits._source,\
    responses.hits.hits.sort,responses.aggregations,responses.suggest.*.text,responses.suggest.*.options.text,\
    responses.suggest.*.options.freq";

/// An answer to `_msearch`.
#[derive(Debug, Deserialize)]
pub(super) struct MultiSearchBody<'a> {
    #[serde(borrow)]
    pub(super) responses: Vec<SearchBody<'a>>,
}

/// An answer to one search.
#[derive(Debug, Deserialize)]
pub(super) struct SearchBody<'a> {
    #[serde(default)]
    took: u64,
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards", default)]
    shards: ShardsBody,
    #[serde(borrow, default)]
    hits: HitsBody<'a>,
    #[serde(borrow, default)]
    aggregations: AggregationsBody<'a>,
    #[serde(borrow, default)]
    suggest: SuggestBody<'a>,
    error: Option<ErrorBody>,
    status: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
struct ShardsBody {
    #[serde(default)]
    failed: u32,
}

#[derive(Debug, Default, Deserialize)]
struct HitsBody<'a> {
    total: Option<TotalBody>,
    #[serde(borrow, default)]
    hits: Vec<HitBody<'a>>,
}

#[derive(Debug, Deserialize)]
struct TotalBody {
    value: u64,
}

#[derive(Debug, Deserialize)]
struct HitBody<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    #[serde(rename = "_score")]
    score: Option<f32>,
    #[serde(rename = "_source", borrow)]
    source: Option<StoredFields<'a>>,
    #[serde(borrow, default)]
    sort: Vec<&'a RawValue>,
}

/// Whether the node tells the scores of hits.
#[derive(Debug, Clone, Copy)]
enum Told {
    Scored,
    Unscored,
}

impl Told {
    fn by(search: &SearchPlan) -> Self {
        if search.is_scored() { Self::Scored } else { Self::Unscored }
    }
}

/// The answer to one search.
#[derive(Debug)]
pub(super) struct Answered {
    /// The results, of which values of facets may be missing.
    pub(super) results: SearchResults,
    /// What has to be asked for once more.
    pub(super) lacking: Vec<Lacking>,
}

impl SearchBody<'_> {
    /// The answer to `search`.
    pub(super) fn into_answer(self, search: &SearchPlan, abilities: Abilities) -> Result<Answered, EngineError> {
        if let Some(error) = self.error {
            return Err(error.failure(self.status.unwrap_or_default()));
        }
        let mut aggregated = Aggregated::new(self.aggregations)?;
        let counted = facets::read(&search.facets, &mut aggregated, abilities)?;
        let spellings = match &search.spelling {
            Some(plan) => spelling::read(plan, self.suggest, &aggregated, abilities)?,
            None => Vec::new(),
        };
        let mut results = SearchResults {
            total: self.hits.counted(search.counting)?,
            facets: counted.outcomes,
            spellings,
            took_ms: self.took,
            complete: !self.timed_out && self.shards.failed == 0,
            exact_counts: aggregated.is_exact,
            searches: 1,
            ..SearchResults::default()
        };
        if let Some(plan) = &search.hits {
            (results.hits, results.has_more) = self.hits.into_window(plan, Told::by(search))?;
            for hit in &mut results.hits {
                hit.score = hit.score.map(|score| abilities.scores.plain(score));
            }
        }
        Ok(Answered { results, lacking: counted.lacking })
    }
}

impl HitsBody<'_> {
    fn counted(&self, counting: Counting) -> Result<Option<u64>, EngineError> {
        match (counting, &self.total) {
            (Counting::Off, _) => Ok(None),
            (Counting::UpTo(_) | Counting::Exact, Some(total)) => Ok(Some(total.value)),
            (Counting::UpTo(_) | Counting::Exact, None) => Err(Problem::Content("no total").unexpected()),
        }
    }

    /// The products of the window, and whether the list goes on.
    fn into_window(self, plan: &HitsPlan, told: Told) -> Result<(Vec<Hit>, bool), EngineError> {
        let size = usize::try_from(plan.window.size).unwrap_or(usize::MAX);
        let has_more = self.hits.len() > size;
        let hits = self.hits.into_iter().take(size).map(|hit| hit.into_hit(plan, told));
        let mut hits: Vec<Hit> = hits.collect::<Result<_, _>>()?;
        if plan.window.place.is_backward() {
            hits.reverse();
        }
        Ok((hits, has_more))
    }
}

impl HitBody<'_> {
    fn into_hit(self, plan: &HitsPlan, told: Told) -> Result<Hit, EngineError> {
        let id = product_id(self.id)?;
        // The last value is the id's.
        if self.sort.len() != plan.order.len() + 1 {
            return Err(Problem::Content("another number of sort values").unexpected());
        }
        let values = plan
            .order
            .iter()
            .zip(&self.sort)
            .map(|(key, value)| sort_value(key.field, value.get()))
            .collect::<Result<_, _>>()?;
        let score = match (told, self.score) {
            (Told::Unscored, _) => None,
            (Told::Scored, Some(score)) if score.is_finite() => Some(score),
            (Told::Scored, _) => return Err(Problem::Content("no score").unexpected()),
        };
        let product = partial(self.source, id.clone())?;
        Ok(Hit { product, position: Position { values, id }, score })
    }
}

/// The product of a document as far as it was sent.
pub(super) fn partial(source: Option<StoredFields<'_>>, id: ProductId) -> Result<PartialProduct, EngineError> {
    source
        .unwrap_or_default()
        .into_partial_of(id)
        .map_err(|_| Problem::Content("a document that is no product").unexpected())
}

fn sort_value(field: SortField, raw: &str) -> Result<SortValue, EngineError> {
    let value = match field {
        SortField::Relevance => raw.parse::<f32>().is_ok_and(f32::is_finite).then(|| SortValue::Score(raw.to_owned())),
        SortField::Name => serde_json::from_str(raw).ok().map(SortValue::Text),
        SortField::Price | SortField::CreatedAt | SortField::UpdatedAt => raw.parse().ok().map(SortValue::Number),
    };
    value.ok_or_else(|| Problem::Content("a sort value of another type").unexpected())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        backend::EngineErrorKind,
        engine::elastic::abilities::{Composites, Scores},
        product::{FieldSet, ProductField},
        search::{Place, Search, SearchDraft, SearchLimits, Stage, Tuning, Wants},
    };

    fn search(query: Option<&str>) -> Search {
        let hits = Some(FieldSet::empty().with(ProductField::Name));
        let mut search = SearchDraft {
            query: query.map(str::to_owned),
            wants: Wants { hits, total: true, ..Wants::default() },
            ..SearchDraft::default()
        }
        .check(&SearchLimits::default())
        .unwrap();
        search.window.size = 2;
        search
    }

    fn results(search: &Search, body: &serde_json::Value) -> Result<SearchResults, EngineError> {
        let text = body.to_string();
        let abilities = Abilities { shards: 1, composites: Composites::Nested, scores: Scores::Plain };
        let body: SearchBody<'_> = serde_json::from_str(&text).unwrap();
        let answer = body.into_answer(&search.plan(&Stage::Exact, &Tuning::default()), abilities);
        answer.map(|answer| answer.results)
    }

    fn hit(id: &str) -> serde_json::Value {
        json!({"_id": id, "_score": 0.022_499_999, "_source": {"name": id}, "sort": [0.022_499_999, id]})
    }

    #[test]
    fn the_product_beyond_the_page_only_tells_that_there_is_more() {
        let body = json!({"took": 7, "timed_out": false, "_shards": {"failed": 0},
            "hits": {"total": {"value": 3}, "hits": [hit("a"), hit("b"), hit("c")]}});
        let found = results(&search(Some("tv")), &body).unwrap();
        let ids: Vec<_> = found.hits.iter().map(|hit| hit.product.id.as_str()).collect();
        assert_eq!((ids, found.has_more, found.total), (vec!["a", "b"], true, Some(3)));
        assert_eq!((found.took_ms, found.complete), (7, true));
        assert_eq!(found.hits[0].position.values, [SortValue::Score("0.022499999".to_owned())]);
        assert_eq!((found.hits[0].score, found.hits[0].product.name.as_deref()), (Some(0.022_499_999), Some("a")));
    }

    #[test]
    fn a_list_read_from_its_end_is_turned_round_without_the_one_too_many() {
        let mut search = search(Some("tv"));
        search.window.place = Place::End;
        let body = json!({"hits": {"total": {"value": 3}, "hits": [hit("c"), hit("b"), hit("a")]}});
        let found = results(&search, &body).unwrap();
        let ids: Vec<_> = found.hits.iter().map(|hit| hit.product.id.as_str()).collect();
        assert_eq!((ids, found.has_more), (vec!["b", "c"], true));
    }

    #[test]
    fn a_failed_shard_and_a_timeout_make_an_answer_incomplete() {
        let hits = json!({"total": {"value": 0}});
        for body in [json!({"_shards": {"failed": 1}, "hits": hits}), json!({"timed_out": true, "hits": hits})] {
            assert!(!results(&search(None), &body).unwrap().complete);
        }
    }

    #[test]
    fn a_refused_search_fails_by_its_status() {
        let refused = |status: u16, kind: &str| {
            let body = json!({"status": status, "error": {"type": kind, "reason": "words of the node"}});
            results(&search(None), &body).unwrap_err()
        };
        assert_eq!(refused(429, "es_rejected_execution_exception").kind, EngineErrorKind::Unavailable);
        assert_eq!(refused(404, "index_not_found_exception").kind, EngineErrorKind::Unavailable);
        assert_eq!(refused(400, "parsing_exception").kind, EngineErrorKind::Unexpected);
        assert!(!refused(400, "parsing_exception").to_string().contains("words"));
    }

    #[test]
    fn other_shapes_are_failures() {
        for hit in [
            json!({"_id": "a", "_score": 1.0, "sort": ["a"]}),
            json!({"_id": "a", "_score": 1.0, "sort": ["x", "a"]}),
            json!({"_id": "not an id", "_score": 1.0, "sort": [1.0, "a"]}),
            json!({"_id": "a", "sort": [1.0, "a"]}),
        ] {
            let body = json!({"hits": {"total": {"value": 1}, "hits": [hit]}});
            assert_eq!(results(&search(Some("tv")), &body).unwrap_err().kind, EngineErrorKind::Unexpected, "{body}");
        }
        assert_eq!(results(&search(None), &json!({})).unwrap_err().kind, EngineErrorKind::Unexpected);
    }
}
