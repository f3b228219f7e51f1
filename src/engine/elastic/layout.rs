//! The indices as this version makes them.
//!
//! Invariant: mappings are strict, and say only what differs from a node's own defaults, so that what a node tells
//! about an index of ours equals what is written here.

use serde_json::{Map, Value, json};

use super::{query::term_name, settings::ElasticSettings};
use crate::{
    product::{NameRule, ProductField},
    search::{TextColumn, analysis, columns},
};

/// Version of the mappings below.
const MAPPING_VERSION: u32 = 4;
/// Deepest place that a page may reach, and one more to see whether the list goes on.
const RESULT_WINDOW: u32 = 10_001;

/// The names of our indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexNames {
    /// What searches and look-ups ask: an alias of the product index.
    pub(super) alias: String,
    /// The product index itself, which is read before a compare-and-set.
    pub(super) products: String,
    /// What writes name: an alias that belongs to this product index alone for ever, so that a revision is never
    /// compared with that of another index, and no write makes an index.
    pub(super) products_write: String,
    /// What look-ups and writes of keys ask: an alias of the key index.
    pub(super) keys_alias: String,
    /// The index of the unique keys itself.
    pub(super) keys: String,
}

impl IndexNames {
    /// The names of a first start.
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            alias: format!("{prefix}-products"),
            products: format!("{prefix}-products-v1"),
            products_write: write_alias(&format!("{prefix}-products-v1")),
            keys_alias: format!("{prefix}-keys"),
            keys: format!("{prefix}-keys-v1"),
        }
    }
}

/// The alias by which products are written to the index of that name.
pub(super) fn write_alias(products: &str) -> String {
    format!("{products}-write")
}

/// What an index looks like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// Settings below `index`, as a node tells them.
    pub(super) settings: Map<String, Value>,
    /// The mapping.
    pub(super) mappings: Value,
}

impl Layout {
    /// The index of the products.
    pub(super) fn products(settings: &ElasticSettings) -> Self {
        let mappings = json!({
            "dynamic": "strict",
            "_meta": {"aisle": {"mapping": MAPPING_VERSION, "analysis": analysis::VERSION, "columns": columns::VERSION}},
            "_source": {"excludes": ["derived"]},
            "properties": stored_fields(),
        });
        Self { settings: index_settings(settings, settings.shards, Some(RESULT_WINDOW)), mappings }
    }

    /// The index of the keys.
    pub(super) fn keys(settings: &ElasticSettings) -> Self {
        let kept = json!({"type": "keyword", "index": false, "doc_values": false});
        let mappings = json!({
            "dynamic": "strict",
            "_meta": {"aisle": {"mapping": MAPPING_VERSION, "names": word(settings.names)}},
            "properties": {
                "value": kept,
                "owner": kept,
                "write": kept,
                "at": {"type": "long", "index": false, "doc_values": false},
            },
        });
        Self { settings: index_settings(settings, 1, None), mappings }
    }

    /// The request that makes the index under `aliases`.
    pub(super) fn creation(&self, aliases: &[&str]) -> Value {
        let aliases: Map<String, Value> = aliases.iter().map(|alias| ((*alias).to_owned(), json!({}))).collect();
        json!({"settings": {"index": self.settings}, "mappings": self.mappings, "aliases": aliases})
    }
}

/// How an index of keys says which keys it holds.
fn word(names: NameRule) -> &'static str {
    match names {
        NameRule::Unique => "unique",
        NameRule::Shared => "shared",
    }
}

fn index_settings(settings: &ElasticSettings, shards: u32, window: Option<u32>) -> Map<String, Value> {
    let mut index = Map::new();
    let mut set = |name: &str, value: String| index.insert(name.to_owned(), Value::String(value));
    set("number_of_shards", shards.to_string());
    set("number_of_replicas", settings.replicas.to_string());
    set("refresh_interval", format!("{}ms", settings.refresh_ms));
    if let Some(window) = window {
        set("max_result_window", window.to_string());
    }
    index
}

/// The stored form, of which only what filters compare directly is indexed, and what is derived from it.
fn stored_fields() -> Value {
    let mut fields: Map<String, Value> =
        ProductField::ALL.into_iter().map(|field| (field.stored_name().to_owned(), stored_field(field))).collect();
    let terms: Map<String, Value> =
        TextColumn::ALL.into_iter().map(|column| (term_name(column).to_owned(), words(column))).collect();
    let key = json!({"type": "keyword", "doc_values": false});
    let derived = json!({"properties": {
        "skuKey": key,
        "nameKey": key,
        "nameSort": {"type": "keyword"},
        "price": {"type": "long"},
        "createdAt": {"type": "long"},
        "updatedAt": {"type": "long"},
        "attributes": {"type": "keyword"},
        "attributeNames": {"type": "keyword"},
        "brandWords": key,
        "categoryWords": key,
        "terms": {"properties": terms},
    }});
    fields.insert("derived".to_owned(), derived);
    fields.insert("write".to_owned(), json!({"type": "keyword", "index": false, "doc_values": false}));
    Value::Object(fields)
}

/// A text of our tokens: the places of words are kept where phrases are looked for, and the dictionary of corrections is
/// never scored. The gap that keeps phrases from reaching from one part into the next is a node's own default, 100.
fn words(column: TextColumn) -> Value {
    if column == TextColumn::Spelling {
        json!({"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": false})
    } else if column.has_places() {
        json!({"type": "text", "analyzer": "whitespace"})
    } else {
        json!({"type": "text", "analyzer": "whitespace", "index_options": "freqs"})
    }
}

fn stored_field(field: ProductField) -> Value {
    match field {
        ProductField::Id | ProductField::Category | ProductField::Brand | ProductField::Tags => {
            json!({"type": "keyword"})
        }
        ProductField::InStock => json!({"type": "boolean"}),
        ProductField::Sku
        | ProductField::Name
        | ProductField::Description
        | ProductField::Price
        | ProductField::Attributes
        | ProductField::ImageUrl
        | ProductField::Image
        | ProductField::CreatedAt
        | ProductField::UpdatedAt
        | ProductField::Version => json!({"type": "object", "enabled": false}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_index_is_made_like_this() {
        let layout = Layout::products(&ElasticSettings::default());
        insta::assert_json_snapshot!(layout.creation(&["aisle-products", "aisle-products-v1-write"]));
    }

    #[test]
    fn the_key_index_is_made_like_this() {
        insta::assert_json_snapshot!(Layout::keys(&ElasticSettings::default()).creation(&["aisle-keys"]));
    }
}
