//! How an index differs from the one this version would make.
//!
//! Invariant: an index that lacks our mark is foreign, whatever it looks like, and an index is unfit when a needed
//! field is missing, of another type, or analysed or indexed otherwise.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::layout::Layout;

/// Parameters of a field that decide what it answers.
const TELLING: [&str; 5] = ["type", "analyzer", "index_options", "norms", "doc_values"];

/// What a node tells about one index.
#[derive(Debug, Default, Deserialize)]
pub(super) struct IndexBody {
    /// Its aliases.
    #[serde(default)]
    pub(super) aliases: Map<String, Value>,
    #[serde(default)]
    mappings: Value,
    #[serde(default)]
    settings: SettingsBody,
}

#[derive(Debug, Default, Deserialize)]
struct SettingsBody {
    #[serde(default)]
    index: Map<String, Value>,
}

/// What differs, by name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Differences {
    /// What makes the index unusable.
    pub(super) fatal: Vec<String>,
    /// What does not.
    pub(super) harmless: Vec<String>,
}

impl Differences {
    /// A reason why nothing here can be used.
    pub(super) fn fatal(reason: String) -> Self {
        Self { fatal: vec![reason], harmless: Vec::new() }
    }

    /// All of both.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.fatal.extend(other.fatal);
        self.harmless.extend(other.harmless);
        self
    }

    /// Every difference, what matters most first.
    pub(super) fn all(self) -> Vec<String> {
        self.fatal.into_iter().chain(self.harmless).collect()
    }
}

/// Compares the index `name` with what it should be.
pub(super) fn differences(name: &str, found: &IndexBody, wanted: &Layout) -> Differences {
    let (have, want) = (&found.mappings, &wanted.mappings);
    if have.pointer("/_meta/aisle/mapping").is_none() {
        return Differences::fatal(format!("index {name} is foreign: it was not made by Aisle"));
    }
    let mut differences = Differences::default();
    compare_versions(name, have, want, &mut differences);
    compare_fields(name, &flat(have), &flat(want), &mut differences);
    for part in ["dynamic", "_source"] {
        if have.get(part) != want.get(part) {
            differences.fatal.push(format!("index {name}: mapping has another {part}"));
        }
    }
    for (setting, value) in &wanted.settings {
        let has = found.settings.index.get(setting);
        if has != Some(value) {
            let has = has.map_or_else(|| "the node's default".to_owned(), text);
            differences.harmless.push(format!("index {name}: {setting} is {has}, not {}", text(value)));
        }
    }
    differences
}

fn compare_versions(name: &str, have: &Value, want: &Value, differences: &mut Differences) {
    let version = |mappings: &Value, part: &str| mappings.pointer(&format!("/_meta/aisle/{part}")).cloned();
    let (has_analysis, needs_analysis) = (version(have, "analysis"), version(want, "analysis"));
    if has_analysis != needs_analysis {
        let [has, needs] = [has_analysis, needs_analysis].map(Option::unwrap_or_default);
        differences.fatal.push(format!("index {name}: texts were analysed by version {has}, not {needs}"));
    }
    let (has_columns, needs_columns) = (version(have, "columns"), version(want, "columns"));
    if has_columns != needs_columns {
        let [has, needs] = [has_columns, needs_columns].map(Option::unwrap_or_default);
        differences.fatal.push(format!("index {name}: texts were put together by version {has}, not {needs}"));
    }
    let (has_names, needs_names) = (version(have, "names"), version(want, "names"));
    if has_names != needs_names {
        let is_unique = needs_names.is_some_and(|names| names == "unique");
        differences.fatal.push(format!(
            "index {name}: made with AISLE_UNIQUE_NAMES={}, not {is_unique}: export the products with that setting, and \
             import them under another AISLE_INDEX_PREFIX",
            !is_unique
        ));
    }
    let (has_mapping, needs_mapping) = (version(have, "mapping"), version(want, "mapping"));
    if has_mapping != needs_mapping {
        let [has, needs] = [has_mapping, needs_mapping].map(Option::unwrap_or_default);
        differences.harmless.push(format!("index {name}: mapping has version {has}, not {needs}"));
    }
}

type Fields<'a> = BTreeMap<String, &'a Map<String, Value>>;

fn compare_fields(name: &str, have: &Fields<'_>, want: &Fields<'_>, differences: &mut Differences) {
    for (field, wanted) in want {
        let Some(found) = have.get(field) else {
            differences.fatal.push(format!("index {name}: field {field} is missing"));
            continue;
        };
        for parameter in TELLING {
            let (has, needs) = (found.get(parameter), wanted.get(parameter));
            if has != needs {
                let [has, needs] = [has, needs].map(|value| value.map_or_else(|| "none".to_owned(), text));
                differences.fatal.push(format!("index {name}: field {field} has {parameter} {has}, not {needs}"));
            }
        }
        let others = |parameters: &Map<String, Value>| {
            let mut others = parameters.clone();
            others.retain(|parameter, _| !TELLING.contains(&parameter.as_str()));
            others
        };
        if others(found) != others(wanted) {
            differences.harmless.push(format!("index {name}: field {field} has other parameters"));
        }
    }
    for field in have.keys().filter(|field| !want.contains_key(*field)) {
        differences.harmless.push(format!("index {name}: field {field} is unknown"));
    }
}

/// Every leaf of a mapping by its path.
fn flat(mappings: &Value) -> Fields<'_> {
    let mut fields = BTreeMap::new();
    collect("", mappings, &mut fields);
    fields
}

fn collect<'a>(path: &str, parent: &'a Value, fields: &mut Fields<'a>) {
    for (name, field) in parent.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match field.as_object() {
            Some(parameters) if !parameters.contains_key("properties") => _ = fields.insert(path, parameters),
            Some(_) | None => collect(&path, field, fields),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{engine::elastic::settings::ElasticSettings, search::columns};

    fn layout() -> Layout {
        Layout::products(&ElasticSettings::default())
    }

    fn found(change: impl FnOnce(&mut Value)) -> Differences {
        let layout = layout();
        let mut body = json!({"mappings": layout.mappings, "settings": {"index": layout.settings}});
        change(&mut body);
        differences("shop", &serde_json::from_value(body).unwrap(), &layout)
    }

    #[test]
    fn an_index_of_ours_differs_in_nothing() {
        assert_eq!(found(|_| ()), Differences::default());
    }

    #[test]
    fn an_index_without_our_mark_is_foreign() {
        let differences = found(|body| body["mappings"]["_meta"] = json!({}));
        assert_eq!(differences.fatal, ["index shop is foreign: it was not made by Aisle"]);
    }

    #[test]
    fn a_missing_field_and_another_type_are_named_and_fatal() {
        let differences = found(|body| {
            let derived = body.pointer_mut("/mappings/properties/derived/properties").unwrap();
            derived.as_object_mut().unwrap().remove("nameSort");
            derived["price"] = json!({"type": "integer"});
            derived["terms"]["properties"]["name"]["analyzer"] = json!("english");
        });
        assert_eq!(
            differences.fatal,
            [
                "index shop: field derived.nameSort is missing",
                "index shop: field derived.price has type integer, not long",
                "index shop: field derived.terms.name has analyzer english, not whitespace",
            ]
        );
    }

    #[test]
    fn texts_of_another_analysis_are_fatal() {
        let differences = found(|body| body["mappings"]["_meta"]["aisle"]["analysis"] = json!(0));
        assert_eq!(differences.fatal.len(), 1);
    }

    #[test]
    fn texts_put_together_otherwise_are_fatal() {
        let differences = found(|body| body["mappings"]["_meta"]["aisle"]["columns"] = json!(0));
        assert_eq!(
            differences.fatal,
            [format!("index shop: texts were put together by version 0, not {}", columns::VERSION)]
        );
    }

    #[test]
    fn a_field_that_cannot_answer_what_is_asked_is_fatal() {
        let differences = found(|body| {
            let derived = body.pointer_mut("/mappings/properties/derived/properties").unwrap();
            derived["terms"]["properties"]["name"]["index_options"] = json!("docs");
            derived["attributes"]["doc_values"] = json!(false);
        });
        assert_eq!(
            differences.fatal,
            [
                "index shop: field derived.attributes has doc_values false, not none",
                "index shop: field derived.terms.name has index_options docs, not none",
            ]
        );
    }

    #[test]
    fn other_settings_and_further_fields_are_told() {
        let differences = found(|body| {
            body["mappings"]["properties"]["colour"] = json!({"type": "keyword"});
            body["settings"]["index"]["number_of_replicas"] = json!("0");
        });
        assert_eq!(differences.fatal, Vec::<String>::new());
        assert_eq!(
            differences.harmless,
            ["index shop: field colour is unknown", "index shop: number_of_replicas is 0, not 1"]
        );
    }
}
