//! How the product index stands.
//!
//! Invariant: looking changes nothing, also on an index that is not ours.

use elasticsearch::http::Method;
use serde::Deserialize;

use super::{
    preparation::{Found, Plan},
    problem::Problem,
    wire::{Answer, Request, RequestKind, Wire},
};
use crate::backend::{EngineError, IndexStatus};

#[derive(Deserialize)]
struct StatsBody {
    #[serde(rename = "_all")]
    all: AllBody,
}

#[derive(Deserialize)]
struct AllBody {
    primaries: PrimariesBody,
    total: TotalBody,
}

#[derive(Deserialize)]
struct PrimariesBody {
    docs: DocsBody,
}

#[derive(Deserialize)]
struct DocsBody {
    count: u64,
}

#[derive(Deserialize)]
struct TotalBody {
    store: StoreBody,
}

#[derive(Deserialize)]
struct StoreBody {
    size_in_bytes: u64,
}

#[derive(Deserialize)]
struct CountBody {
    count: u64,
}

/// Counts, size and differences of the index, whether it is fit or not.
pub(super) async fn status(wire: &Wire, plan: &Plan) -> Result<IndexStatus, EngineError> {
    let (index, differences) = match plan.inspect(wire).await? {
        Found::Missing(_) => return Err(Problem::NotVerified.unavailable()),
        Found::There { names, differences } => (names.products, differences.all()),
    };
    let stats_path = format!("{}/_stats/docs,store", plan.alias());
    let paths = "error.type,error.reason,_all.primaries.docs.count,_all.total.store.size_in_bytes";
    let stats: StatsBody = ask(wire, &stats_path, paths).await?.read()?;
    let counted: CountBody =
        ask(wire, &format!("{}/_count", plan.alias()), "error.type,error.reason,count").await?.read()?;
    Ok(IndexStatus {
        index,
        products: stats.all.primaries.docs.count,
        searchable: counted.count,
        bytes: stats.all.total.store.size_in_bytes,
        differences,
    })
}

async fn ask(wire: &Wire, path: &str, paths: &str) -> Result<Answer, EngineError> {
    let query = [("filter_path", paths)];
    wire.send(Request { kind: RequestKind::Inspect, method: Method::Get, path, query: &query, body: None }).await
}
