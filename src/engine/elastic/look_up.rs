//! Products by id, sku or name.
//!
//! Invariant: one multi-get for all products, and one before it when keys are among the look-ups; a key that a product
//! no longer has finds nothing.

use std::collections::{BTreeSet, HashMap};

use super::{
    answer::partial,
    document::product_id,
    keys::{KeyDocument, key_id},
    layout::IndexNames,
    multi_get::{documents, multi_get},
    problem::Problem,
    query::stored_names,
    wire::Wire,
};
use crate::{
    backend::EngineError,
    product::{FieldSet, KeyKind, LookUp, PartialProduct, ProductField, ProductId, UniqueKey},
};

/// The products asked for, in that order.
pub(super) async fn look_up(
    wire: &Wire,
    names: &IndexNames,
    look_ups: &[LookUp],
    fields: FieldSet,
) -> Result<Vec<Option<PartialProduct>>, EngineError> {
    let keys: BTreeSet<&UniqueKey> = look_ups.iter().filter_map(key).collect();
    let owners = owners(wire, names, &keys).await?;
    let id_of = |look_up: &LookUp| match look_up {
        LookUp::Id(id) => Some(id.clone()),
        LookUp::Key(key) => owners.get(key).cloned(),
    };
    let ids: BTreeSet<ProductId> = look_ups.iter().filter_map(id_of).collect();
    let fields = keys.iter().map(|key| field_of(key.kind())).fold(fields, FieldSet::with);
    let products = products(wire, &names.alias, &ids, fields).await?;
    let found = |look_up: &LookUp| {
        let product = products.get(&id_of(look_up)?)?;
        key(look_up).is_none_or(|key| has_key(product, key)).then(|| product.clone())
    };
    Ok(look_ups.iter().map(found).collect())
}

fn key(look_up: &LookUp) -> Option<&UniqueKey> {
    match look_up {
        LookUp::Id(_) => None,
        LookUp::Key(key) => Some(key),
    }
}

/// The field that a key of this kind is made from.
pub(super) fn field_of(kind: KeyKind) -> ProductField {
    match kind {
        KeyKind::Name => ProductField::Name,
        KeyKind::Sku => ProductField::Sku,
    }
}

/// Whether a product, read with the field of the key, has that key.
pub(super) fn has_key(product: &PartialProduct, key: &UniqueKey) -> bool {
    match key.kind() {
        KeyKind::Name => product.name.as_deref().is_some_and(|name| UniqueKey::name(name) == *key),
        KeyKind::Sku => product.sku.as_deref().is_some_and(|sku| UniqueKey::sku(sku) == *key),
    }
}

async fn owners<'a>(
    wire: &Wire,
    names: &IndexNames,
    keys: &BTreeSet<&'a UniqueKey>,
) -> Result<HashMap<&'a UniqueKey, ProductId>, EngineError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<String> = keys.iter().map(|key| key_id(key)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let answer = multi_get(wire, &names.keys_alias, &ids, &["value", "owner", "at"]).await?;
    let mut owners = HashMap::new();
    for (key, document) in keys.iter().zip(documents(&answer, &ids)?) {
        let Some(document) = document else { continue };
        let stored: Option<KeyDocument<'_>> = document.read()?;
        let stored = stored.ok_or_else(|| Problem::Content("a key without content").unexpected())?;
        owners.insert(*key, product_id(&stored.owner)?);
    }
    Ok(owners)
}

/// Those of the products that exist, by id.
pub(super) async fn products(
    wire: &Wire,
    index: &str,
    ids: &BTreeSet<ProductId>,
    fields: FieldSet,
) -> Result<HashMap<ProductId, PartialProduct>, EngineError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let texts: Vec<&str> = ids.iter().map(ProductId::as_str).collect();
    let answer = multi_get(wire, index, &texts, &stored_names(fields)).await?;
    let mut products = HashMap::new();
    for (id, document) in ids.iter().zip(documents(&answer, &texts)?) {
        let Some(document) = document else { continue };
        products.insert(id.clone(), partial(document.read()?, id.clone())?);
    }
    Ok(products)
}
