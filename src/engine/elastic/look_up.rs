//! Products by id, sku or name.
//!
//! Invariant: one multi-get for all products, and before it one for keys when they are among the look-ups, and one
//! multi-search for names when products may share them; a key that a product no longer has finds nothing. A product that
//! part of an index could not be asked about is never taken for one that does not exist.
//!
//! Ids, skus and unique names are found as they are now. Shared names are found as searches see them: a product shows
//! up by such a name after the next refresh.

use std::collections::{BTreeSet, HashMap};

use elasticsearch::http::Method;
use futures_util::future::try_join;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::partial,
    document::product_id,
    keys::{HeldKey, key_id},
    layout::IndexNames,
    multi_get::{EVERY_FIELD, documents, multi_get},
    problem::Problem,
    query::stored_names,
    wire::{ErrorBody, Request, RequestKind, Wire, json as json_bytes},
};
use crate::{
    backend::EngineError,
    product::{FieldSet, KeyKind, LookUp, NameRule, PartialProduct, ProductField, ProductId, UniqueKey},
};

const PATHS: &str = "error.type,error.reason,responses.status,responses.error.type,responses.error.reason,\
    responses.timed_out,responses._shards.failed,responses.hits.hits._id";

/// What look-ups need to know.
pub(super) struct LookUps<'a> {
    pub(super) wire: &'a Wire,
    pub(super) names: &'a IndexNames,
    pub(super) rule: NameRule,
}

/// Products that searches know by a shared name and that are looked at: the oldest may be gone, or be renamed, since the
/// last refresh.
const CANDIDATES: usize = 10;

/// For each key the products that may have it, the first that does counts.
type Candidates<'a> = HashMap<&'a UniqueKey, Vec<ProductId>>;

#[derive(Deserialize)]
struct NamesBody<'a> {
    #[serde(borrow)]
    responses: Vec<NameBody<'a>>,
}

#[derive(Deserialize)]
struct NameBody<'a> {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards", default)]
    shards: ShardsBody,
    #[serde(borrow, default)]
    hits: HitsBody<'a>,
    error: Option<ErrorBody>,
}

#[derive(Default, Deserialize)]
struct ShardsBody {
    #[serde(default)]
    failed: u32,
}

#[derive(Default, Deserialize)]
struct HitsBody<'a> {
    #[serde(borrow, default)]
    hits: Vec<HitBody<'a>>,
}

#[derive(Deserialize)]
struct HitBody<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
}

impl NameBody<'_> {
    /// The products that have the name.
    fn products(self) -> Result<Vec<ProductId>, EngineError> {
        if let Some(error) = self.error {
            return Err(error.failure(self.status));
        }
        if self.timed_out || self.shards.failed > 0 {
            return Err(Problem::Content("the products of a name from a part of the index only").unavailable());
        }
        self.hits.hits.iter().map(|hit| product_id(hit.id)).collect()
    }
}

impl LookUps<'_> {
    /// The products asked for, in that order.
    pub(super) async fn find(
        &self,
        look_ups: &[LookUp],
        fields: FieldSet,
    ) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        let keys: BTreeSet<&UniqueKey> = look_ups.iter().filter_map(key).collect();
        let is_shared = |key: &&UniqueKey| self.rule == NameRule::Shared && key.kind() == KeyKind::Name;
        let (shared, unique): (Vec<_>, Vec<_>) = keys.iter().copied().partition(is_shared);
        let (mut candidates, oldest) = try_join(self.owners(&unique), self.oldest(&shared)).await?;
        candidates.extend(oldest);
        let ids: BTreeSet<ProductId> =
            look_ups.iter().flat_map(|look_up| ids_of(look_up, &candidates)).cloned().collect();
        let fields = keys.iter().map(|key| field_of(key.kind())).fold(fields, FieldSet::with);
        let products = self.products(&ids, fields).await?;
        let found = |look_up: &LookUp| {
            let mut products = ids_of(look_up, &candidates).iter().filter_map(|id| products.get(id));
            products
                .find(|product| {
                    key(look_up).is_none_or(|key| key.is_of(product.name.as_deref(), product.sku.as_deref()))
                })
                .cloned()
        };
        Ok(look_ups.iter().map(found).collect())
    }

    /// The products that unique keys belong to.
    async fn owners<'k>(&self, keys: &[&'k UniqueKey]) -> Result<Candidates<'k>, EngineError> {
        if keys.is_empty() {
            return Ok(Candidates::new());
        }
        let ids: Vec<String> = keys.iter().map(|key| key_id(key)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let answer = multi_get(self.wire, &self.names.keys_alias, &ids, EVERY_FIELD).await?;
        let mut owners = Candidates::new();
        for (key, document) in keys.iter().zip(documents(&answer, &ids)?) {
            if let Some(document) = document {
                owners.insert(*key, vec![HeldKey::read(&document)?.owner]);
            }
        }
        Ok(owners)
    }

    /// The oldest products of each name, as searches see them.
    async fn oldest<'k>(&self, keys: &[&'k UniqueKey]) -> Result<Candidates<'k>, EngineError> {
        if keys.is_empty() {
            return Ok(Candidates::new());
        }
        let mut lines = Vec::new();
        for key in keys {
            for line in [json!({"index": self.names.alias}), oldest_of(key)] {
                lines.extend(json_bytes(&line)?);
                lines.push(b'\n');
            }
        }
        let request = Request {
            kind: RequestKind::Search,
            method: Method::Post,
            path: "_msearch",
            query: &[("filter_path", PATHS)],
            body: Some(lines.into()),
        };
        let answer = self.wire.send(request).await?;
        let body: NamesBody<'_> = answer.read()?;
        if body.responses.len() != keys.len() {
            return Err(Problem::Content("another number of answers than names").unexpected());
        }
        let mut owners = Candidates::new();
        for (key, answer) in keys.iter().zip(body.responses) {
            owners.insert(*key, answer.products()?);
        }
        Ok(owners)
    }

    /// Those of the products that exist, by id.
    async fn products(
        &self,
        ids: &BTreeSet<ProductId>,
        fields: FieldSet,
    ) -> Result<HashMap<ProductId, PartialProduct>, EngineError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let texts: Vec<&str> = ids.iter().map(ProductId::as_str).collect();
        let answer = multi_get(self.wire, &self.names.alias, &texts, &stored_names(fields)).await?;
        let mut products = HashMap::new();
        for (id, document) in ids.iter().zip(documents(&answer, &texts)?) {
            let Some(document) = document else { continue };
            products.insert(id.clone(), partial(document.read()?, id.clone())?);
        }
        Ok(products)
    }
}

fn oldest_of(name: &UniqueKey) -> Value {
    json!({
        "size": CANDIDATES,
        "_source": false,
        "track_total_hits": false,
        "query": {"bool": {"filter": {"term": {"derived.nameKey": name.value()}}}},
        "sort": [{"derived.createdAt": "asc"}, {"id": "asc"}],
    })
}

fn ids_of<'a>(look_up: &'a LookUp, candidates: &'a Candidates<'_>) -> &'a [ProductId] {
    match look_up {
        LookUp::Id(id) => std::slice::from_ref(id),
        LookUp::Key(key) => candidates.get(key).map(Vec::as_slice).unwrap_or_default(),
    }
}

fn key(look_up: &LookUp) -> Option<&UniqueKey> {
    match look_up {
        LookUp::Id(_) => None,
        LookUp::Key(key) => Some(key),
    }
}

/// The field that a key of this kind is made from.
fn field_of(kind: KeyKind) -> ProductField {
    match kind {
        KeyKind::Name => ProductField::Name,
        KeyKind::Sku => ProductField::Sku,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::EngineErrorKind;

    fn products(answer: &Value) -> Result<Vec<ProductId>, EngineErrorKind> {
        let text = answer.to_string();
        let body: NameBody<'_> = serde_json::from_str(&text).unwrap();
        body.products().map_err(|error| error.kind)
    }

    #[test]
    fn a_name_that_only_a_part_of_the_index_was_asked_about_is_an_error_that_may_pass() {
        let hits = json!({"hits": [{"_id": "p-1"}, {"_id": "p-2"}]});
        let whole = json!({"status": 200, "timed_out": false, "_shards": {"failed": 0}, "hits": hits});
        let ids = products(&whole).unwrap();
        assert_eq!(ids.iter().map(ProductId::as_str).collect::<Vec<_>>(), ["p-1", "p-2"]);
        for lacking in [
            json!({"status": 200, "timed_out": false, "_shards": {"failed": 1}, "hits": hits}),
            json!({"status": 200, "timed_out": true, "_shards": {"failed": 0}, "hits": hits}),
            json!({"status": 200, "_shards": {"failed": 2}}),
        ] {
            assert!(matches!(products(&lacking), Err(EngineErrorKind::Unavailable)), "{lacking}");
        }
    }

    #[test]
    fn what_tells_that_an_answer_lacks_something_is_asked_for() {
        for path in ["responses.timed_out", "responses._shards.failed"] {
            assert!(PATHS.split(',').any(|asked| asked == path), "{path} in {PATHS}");
        }
    }
}
