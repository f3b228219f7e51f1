//! Every product, page by page.
//!
//! Invariant: pages are cut at ids, which are unique and never change, so each product that is there from start to
//! end of an export comes exactly once; one that is written or deleted meanwhile comes as it was or as it is, or not.

use std::collections::VecDeque;

use elasticsearch::http::Method;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{
    problem::Problem,
    wire::{Request, RequestKind, Wire, json as json_bytes},
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    exchange::from_json,
    product::{Product, ProductId},
};

/// Products in one request: the largest that the rules allow still fit into the largest answer that is read.
const PAGE: usize = 500;
const PATHS: &str = "error.type,error.reason,timed_out,_shards.failed,hits.hits._source";

#[derive(Deserialize)]
struct PageBody<'a> {
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: ShardsBody,
    #[serde(borrow, default)]
    hits: HitsBody<'a>,
}

#[derive(Deserialize)]
struct ShardsBody {
    failed: u32,
}

#[derive(Default, Deserialize)]
struct HitsBody<'a> {
    #[serde(borrow, default)]
    hits: Vec<HitBody<'a>>,
}

#[derive(Deserialize)]
struct HitBody<'a> {
    #[serde(rename = "_source", borrow)]
    source: &'a RawValue,
}

/// How far an export has come.
enum Progress {
    Start,
    Behind(ProductId),
    End,
}

/// Every product of the index by id ascending; a page is asked for when the one before it is used up.
pub(super) fn export(wire: Wire, index: String) -> BoxStream<'static, Result<Product, EngineError>> {
    let pages = stream::try_unfold(Progress::Start, move |progress| {
        let (wire, index) = (wire.clone(), index.clone());
        async move {
            let after = match progress {
                Progress::Start => {
                    refresh(&wire, &index).await?;
                    None
                }
                Progress::Behind(id) => Some(id),
                Progress::End => return Ok(None),
            };
            let page = page(&wire, &index, after).await?;
            let next = match page.back() {
                Some(last) if page.len() == PAGE => Progress::Behind(last.id.clone()),
                Some(_) | None => Progress::End,
            };
            Ok::<_, EngineError>(Some((stream::iter(page.into_iter().map(Ok)), next)))
        }
    });
    pages.try_flatten().boxed()
}

async fn page(wire: &Wire, index: &str, after: Option<ProductId>) -> Result<VecDeque<Product>, EngineError> {
    let mut body = json!({"size": PAGE, "sort": [{"id": "asc"}], "track_total_hits": false});
    if let (Some(id), Some(body)) = (after, body.as_object_mut()) {
        body.insert("search_after".to_owned(), Value::from(vec![id.as_str()]));
    }
    let request = Request {
        kind: RequestKind::Export,
        method: Method::Post,
        path: &format!("{index}/_search"),
        query: &[("filter_path", PATHS)],
        body: Some(json_bytes(&body)?),
    };
    let answer = wire.send(request).await?;
    let page: PageBody<'_> = answer.read()?;
    if page.timed_out || page.shards.failed > 0 {
        return Err(EngineErrorKind::Unavailable.into());
    }
    let product = |hit: HitBody<'_>| {
        from_json(hit.source.get().as_bytes())
            .map_err(|_| Problem::Content("a document that is no product").unexpected())
    };
    page.hits.hits.into_iter().map(product).collect()
}

/// Lets searches see every write to the index.
pub(super) async fn refresh(wire: &Wire, index: &str) -> Result<(), EngineError> {
    let request = Request {
        kind: RequestKind::Refresh,
        method: Method::Post,
        path: &format!("{index}/_refresh"),
        query: &[("filter_path", "error.type,error.reason,_shards.failed")],
        body: None,
    };
    wire.send(request).await?.read::<serde::de::IgnoredAny>().map(|_| ())
}
