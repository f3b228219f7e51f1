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
use crate::search::EngineError;

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
            create(wire, &self.first.keys, &self.keys, None).await?;
        }
        if missing.products {
            create(wire, &self.first.products, &self.products, Some(&self.first.alias)).await?;
        }
        self.inspect(wire).await
    }

    /// Tells how the indices are, and changes nothing.
    pub(super) async fn inspect(&self, wire: &Wire) -> Result<Found, EngineError> {
        let IndexNames { alias, products, keys } = &self.first;
        let request = Request {
            kind: RequestKind::Inspect,
            method: Method::Get,
            path: &format!("{alias},{products},{keys}"),
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
        let aliased: Vec<&String> = indices
            .iter()
            .filter(|(_, index)| index.aliases.contains_key(&self.first.alias))
            .map(|(name, _)| name)
            .collect();
        let there = |names: IndexNames, differences| Found::There { names, differences };
        if indices.contains_key(&self.first.alias) {
            let reason = format!("{} is a foreign index, not an alias of ours", self.first.alias);
            return there(self.first.clone(), Differences::fatal(reason));
        }
        let names = match aliased.as_slice() {
            [] if indices.contains_key(&self.first.products) => {
                let reason = format!("index {} exists without the alias {}", self.first.products, self.first.alias);
                return there(self.first.clone(), Differences::fatal(reason));
            }
            [] => return Found::Missing(Missing { products: true, keys: !indices.contains_key(&self.first.keys) }),
            [only] => IndexNames { products: (*only).clone(), ..self.first.clone() },
            several => {
                let reason = format!("alias {} names {} indices", self.first.alias, several.len());
                return there(self.first.clone(), Differences::fatal(reason));
            }
        };
        let compared = |name: &str, layout| indices.get(name).map(|index| differences(name, index, layout));
        match (compared(&names.products, &self.products), compared(&names.keys, &self.keys)) {
            (Some(products), Some(keys)) => there(names, products.join(keys)),
            // A foreign product index is told before anything is made beside it.
            (Some(products), None) if !products.fatal.is_empty() => there(names, products),
            (Some(_), None) => Found::Missing(Missing { products: false, keys: true }),
            (None, _) => Found::Missing(Missing { products: true, keys: false }),
        }
    }
}

async fn create(wire: &Wire, name: &str, layout: &Layout, alias: Option<&str>) -> Result<(), EngineError> {
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

    #[test]
    fn a_later_generation_behind_the_alias_is_used() {
        let settings = ElasticSettings::default();
        let index = |layout: &Layout, aliases: Value| json!({"aliases": aliases, "mappings": layout.mappings, "settings": {"index": layout.settings}});
        let found = judged(json!({
            "aisle-products-v7": index(&Layout::products(&settings), json!({"aisle-products": {}})),
            "aisle-keys": index(&Layout::keys(&settings), json!({})),
        }));
        let Found::There { names, differences } = found else { panic!("not there") };
        assert_eq!((names.products.as_str(), differences), ("aisle-products-v7", Differences::default()));
    }
}
