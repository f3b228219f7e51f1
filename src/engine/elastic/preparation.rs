//! Makes the indices where they are missing and looks at those that are there.
//!
//! Invariant: an index that is not ours is never written to, and two gateways that make the same index at once are
//! both content with it.

use std::collections::BTreeMap;

use elasticsearch::http::Method;
use serde_json::Value;

use super::{
    comparison::{Differences, IndexBody, differences},
    layout::{IndexNames, Layout, write_alias},
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
            create(wire, &self.first.keys, &self.keys.creation(&[&self.first.keys_alias])).await?;
        }
        if missing.products {
            let aliases = [self.first.alias.as_str(), &self.first.products_write];
            create(wire, &self.first.products, &self.products.creation(&aliases)).await?;
        }
        self.inspect(wire).await
    }

    /// Tells how the indices are, and changes nothing.
    pub(super) async fn inspect(&self, wire: &Wire) -> Result<Found, EngineError> {
        let IndexNames { alias, products, products_write: _, keys_alias, keys } = &self.first;
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
        let found = products.unwrap_or(&first.products);
        let names = IndexNames {
            products_write: write_alias(found),
            products: found.clone(),
            keys: keys.unwrap_or(&first.keys).clone(),
            ..first.clone()
        };
        let compared = |name: &String, layout| indices.get(name).map(|index| differences(name, index, layout));
        let found = [compared(&names.products, &self.products), compared(&names.keys, &self.keys)];
        let mut differences = found.into_iter().flatten().fold(Differences::default(), Differences::join);
        let has_way_to_write = |index: &IndexBody| index.aliases.contains_key(&names.products_write);
        if differences.fatal.is_empty() && indices.get(&names.products).is_some_and(|index| !has_way_to_write(index)) {
            differences.fatal.push(format!("index {} lacks its alias {}", names.products, names.products_write));
        }
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

async fn create(wire: &Wire, name: &str, creation: &Value) -> Result<(), EngineError> {
    let request = Request {
        kind: RequestKind::Create,
        method: Method::Put,
        path: name,
        query: &[("filter_path", "acknowledged,error.type,error.reason")],
        body: Some(json(creation)?),
    };
    let answer = wire.send(request).await?;
    if answer.error().kind == INDEX_EXISTS {
        return Ok(());
    }
    answer.read::<serde::de::IgnoredAny>().map(|_| ())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::product::NameRule;

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

    fn index(layout: &Layout, aliases: &[&str]) -> Value {
        layout.creation(aliases)
    }

    #[test]
    fn a_later_generation_behind_the_alias_is_used() {
        let settings = ElasticSettings::default();
        let found = judged(json!({
            "aisle-products-v7": index(&Layout::products(&settings), &["aisle-products", "aisle-products-v7-write"]),
            "aisle-keys-v2": index(&Layout::keys(&settings), &["aisle-keys"]),
        }));
        let Found::There { names, differences } = found else { panic!("not there") };
        assert_eq!((names.products.as_str(), names.keys.as_str()), ("aisle-products-v7", "aisle-keys-v2"));
        assert_eq!(names.products_write, "aisle-products-v7-write");
        assert_eq!(differences, Differences::default());
    }

    #[test]
    fn keys_are_made_before_products_and_products_without_keys_are_damage() {
        let settings = ElasticSettings::default();
        let keys = json!({"aisle-keys-v1": index(&Layout::keys(&settings), &["aisle-keys"])});
        assert_eq!(judged(keys), Found::Missing(Missing { products: true, keys: false }));
        let products = json!({"aisle-products-v1": index(&Layout::products(&settings), &PRODUCT_ALIASES)});
        assert_eq!(fatal(products), ["index aisle-keys-v1 is missing"]);
    }

    const PRODUCT_ALIASES: [&str; 2] = ["aisle-products", "aisle-products-v1-write"];

    #[test]
    fn a_product_index_that_cannot_be_written_by_an_alias_of_its_own_is_told() {
        let settings = ElasticSettings::default();
        let keys = index(&Layout::keys(&settings), &["aisle-keys"]);
        let products = index(&Layout::products(&settings), &["aisle-products", "aisle-products-v7-write"]);
        assert_eq!(
            fatal(json!({"aisle-keys-v1": keys, "aisle-products-v1": products})),
            ["index aisle-products-v1 lacks its alias aisle-products-v1-write"]
        );
    }

    #[test]
    fn keys_of_another_rule_for_names_are_told_with_what_to_do() {
        let shared = ElasticSettings { names: NameRule::Shared, ..ElasticSettings::default() };
        let keys = index(&Layout::keys(&shared), &["aisle-keys"]);
        let products = index(&Layout::products(&shared), &PRODUCT_ALIASES);
        let told = fatal(json!({"aisle-keys-v1": keys, "aisle-products-v1": products}));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("index aisle-keys-v1: made with AISLE_UNIQUE_NAMES=false, not true"), "{told:?}");
        assert!(told[0].contains("AISLE_INDEX_PREFIX"));
    }

    #[test]
    fn a_foreign_key_index_is_told_before_products_are_made_beside_it() {
        assert_eq!(fatal(json!({"aisle-keys": {}})), ["aisle-keys is a foreign index, not an alias of ours"]);
        let foreign = json!({"aliases": {"aisle-keys": {}}});
        assert_eq!(fatal(json!({"webshop": foreign})), ["index webshop is foreign: it was not made by Aisle"]);
    }
}
