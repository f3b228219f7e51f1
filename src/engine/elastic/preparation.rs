//! Makes the indices where they are missing and looks at those that are there.
//!
//! Invariant: an index that is not ours is never written to, and two gateways that make the same index at once are
//! both content with it.

use std::collections::BTreeMap;

use elasticsearch::http::Method;

use super::{
    comparison::{Differences, IndexBody, differences},
    layout::{IndexNames, Layout},
    settings::ElasticSettings,
    wire::{Request, RequestKind, Wire, json},
};
use crate::backend::EngineError;

/// How nodes name the failure that an index is there already.
const INDEX_EXISTS: &str = "resource_already_exists_exception";

/// How the indices were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// At least one of them does not exist.
    Missing(Missing),
    /// Both exist, as said by their differences.
    There {
        /// Their names.
        names: IndexNames,
        /// How they differ from what this version makes.
        differences: Differences,
    },
}

/// Which of the indices do not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing {
    products: bool,
    keys: bool,
}

/// What the indices should be.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    first: IndexNames,
    products: Layout,
    keys: Layout,
}

type Indices = BTreeMap<String, IndexBody>;

impl Plan {
    /// The indices of these settings.
    pub(super) fn new(settings: &ElasticSettings) -> Self {
        Self {
            first: IndexNames::new(&settings.index_prefix),
            products: Layout::products(settings),
            keys: Layout::keys(settings),
        }
    }

    /// What searches and look-ups ask.
    pub(super) fn alias(&self) -> &str {
        &self.first.alias
    }

    /// Makes what is missing, then tells how the indices are.
    pub(super) async fn prepare(&self, wire: &Wire) -> Result<Found, EngineError> {
        let found = self.inspect(wire).await?;
        let Found::Missing(missing) = found else { return Ok(found) };
        if missing.keys {
            create(wire, &self.first.keys, &self.keys, &self.first.keys_alias).await?;
        }
        if missing.products {
            create(wire, &self.first.products, &self.products, &self.first.alias).await?;
        }
        self.inspect(wire).await
    }

    /// Tells how the indices are, and changes nothing.
    pub(super) async fn inspect(&self, wire: &Wire) -> Result<Found, EngineError> {
        let IndexNames { alias, products, keys_alias, keys } = &self.first;
        let request = Request {
            kind: RequestKind::Inspect,
            method: Method::Get,
            path: &format!("{alias},{products},{keys_alias},{keys}"),
            query: &[
                ("ignore_unavailable", "true"),
                ("filter_path", "*.aliases,*.mappings,*.settings.index,error.type,error.reason"),
            ],
            body: None,
        };
        let answer = wire.send(request).await?;
        let indices = if answer.is_missing_index() { Indices::new() } else { answer.read()? };
        Ok(self.judge(&indices))
    }

    fn judge(&self, indices: &Indices) -> Found {
        let first = &self.first;
        let names = behind(indices, &first.alias, &first.products)
            .and_then(|products| Ok((products, behind(indices, &first.keys_alias, &first.keys)?)));
        let (products, keys) = match names {
            Ok(names) => names,
            Err(reason) => return Found::There { names: first.clone(), differences: Differences::fatal(reason) },
        };
        let missing = Missing { products: products.is_none(), keys: keys.is_none() };
        let names = IndexNames {
            products: products.unwrap_or(&first.products).clone(),
            keys: keys.unwrap_or(&first.keys).clone(),
            ..first.clone()
        };
        let compared = |name: &String, layout| indices.get(name).map(|index| differences(name, index, layout));
        let found = [compared(&names.products, &self.products), compared(&names.keys, &self.keys)];
        let mut differences = found.into_iter().flatten().fold(Differences::default(), Differences::join);
        // Keys are made before products, so they were there and are lost: new ones would let every name be taken twice.
        if missing.keys && !missing.products && differences.fatal.is_empty() {
            differences.fatal.push(format!("index {} is missing", names.keys));
        }
        // What is foreign is told before anything is made beside it.
        if (missing.products || missing.keys) && differences.fatal.is_empty() {
            return Found::Missing(missing);
        }
        Found::There { names, differences }
    }
}

/// The index behind an alias, `None` when it has to be made as `first`; fails with the reason why neither can be.
fn behind<'a>(indices: &'a Indices, alias: &str, first: &str) -> Result<Option<&'a String>, String> {
    if indices.contains_key(alias) {
        return Err(format!("{alias} is a foreign index, not an alias of ours"));
    }
    let aliased: Vec<&String> =
        indices.iter().filter(|(_, index)| index.aliases.contains_key(alias)).map(|(name, _)| name).collect();
    match aliased.as_slice() {
        [] if indices.contains_key(first) => Err(format!("index {first} exists without the alias {alias}")),
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(format!("alias {alias} names {} indices", several.len())),
    }
}

async fn create(wire: &Wire, name: &str, layout: &Layout, alias: &str) -> Result<(), EngineError> {
    let request = Request {
        kind: RequestKind::Create,
        method: Method::Put,
        path: name,
        query: &[("filter_path", "acknowledged,error.type,error.reason")],
        body: Some(json(&layout.creation(alias))?),
    };
    let answer = wire.send(request).await?;
    if answer.error().kind == INDEX_EXISTS {
        return Ok(());
    }
    answer.read::<serde::de::IgnoredAny>().map(|_| ())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn judged(indices: Value) -> Found {
        Plan::new(&ElasticSettings::default()).judge(&serde_json::from_value(indices).unwrap())
    }

    fn fatal(indices: Value) -> Vec<String> {
        match judged(indices) {
            Found::There { differences, .. } => differences.fatal,
            Found::Missing(missing) => panic!("{missing:?}"),
        }
    }

    #[test]
    fn nothing_there_means_both_are_made() {
        assert_eq!(judged(json!({})), Found::Missing(Missing { products: true, keys: true }));
    }

    #[test]
    fn a_foreign_index_under_our_names_is_told_and_nothing_is_made() {
        assert_eq!(fatal(json!({"aisle-products": {}})), ["aisle-products is a foreign index, not an alias of ours"]);
        let other = json!({"aliases": {"aisle-products": {}}, "mappings": {}});
        assert_eq!(fatal(json!({"webshop": other})), ["index webshop is foreign: it was not made by Aisle"]);
        assert_eq!(fatal(json!({"a": other, "b": other})), ["alias aisle-products names 2 indices"]);
        assert_eq!(
            fatal(json!({"aisle-products-v1": {}})),
            ["index aisle-products-v1 exists without the alias aisle-products"]
        );
    }

    fn index(layout: &Layout, alias: &str) -> Value {
        json!({"aliases": {alias: {}}, "mappings": layout.mappings, "settings": {"index": layout.settings}})
    }

    #[test]
    fn a_later_generation_behind_the_alias_is_used() {
        let settings = ElasticSettings::default();
        let found = judged(json!({
            "aisle-products-v7": index(&Layout::products(&settings), "aisle-products"),
            "aisle-keys-v2": index(&Layout::keys(&settings), "aisle-keys"),
        }));
        let Found::There { names, differences } = found else { panic!("not there") };
        assert_eq!((names.products.as_str(), names.keys.as_str()), ("aisle-products-v7", "aisle-keys-v2"));
        assert_eq!(differences, Differences::default());
    }

    #[test]
    fn keys_are_made_before_products_and_products_without_keys_are_damage() {
        let settings = ElasticSettings::default();
        let keys = json!({"aisle-keys-v1": index(&Layout::keys(&settings), "aisle-keys")});
        assert_eq!(judged(keys), Found::Missing(Missing { products: true, keys: false }));
        let products = json!({"aisle-products-v1": index(&Layout::products(&settings), "aisle-products")});
        assert_eq!(fatal(products), ["index aisle-keys-v1 is missing"]);
    }

    #[test]
    fn a_foreign_key_index_is_told_before_products_are_made_beside_it() {
        assert_eq!(fatal(json!({"aisle-keys": {}})), ["aisle-keys is a foreign index, not an alias of ours"]);
        let foreign = json!({"aliases": {"aisle-keys": {}}});
        assert_eq!(fatal(json!({"webshop": foreign})), ["index webshop is foreign: it was not made by Aisle"]);
    }
}
