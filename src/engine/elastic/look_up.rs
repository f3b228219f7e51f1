//! Products by id, sku or name.
//!
//! Invariant: one multi-get for all products, and before it one for keys when they are among the look-ups, and one
//! multi-search for names when products may share them; a key that a product no longer has finds nothing.
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
    responses.hits.hits._id";

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
    #[serde(borrow, default)]
    hits: HitsBody<'a>,
    error: Option<ErrorBody>,
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
            if let Some(error) = answer.error {
                return Err(error.failure(answer.status));
            }
            let ids = answer.hits.hits.iter().map(|hit| product_id(hit.id));
            owners.insert(*key, ids.collect::<Result<_, _>>()?);
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
