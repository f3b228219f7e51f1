//! The manifest of trusted documents, as the tools that build clients write it.
//!
//! Read are the object of ids and texts of graphql-codegen and relay-compiler, and the list of operations of
//! `generate-persisted-query-manifest` (Apollo).
//! Invariant: each id is the SHA-256 of the text beside it, and is there once.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::DocumentId;
use crate::failure::quoted;

/// Key by which a manifest says that it is of another form.
const FORMAT: &str = "format";
/// The other form.
const APOLLO: &str = "apollo-persisted-query-manifest";

/// The documents of a manifest, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest(Vec<(DocumentId, Box<str>)>);

/// Why a file is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestProblem {
    /// The file is no JSON, or JSON of another form.
    #[error("line {line}, column {column}: not the JSON of a manifest")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// The form is one that nobody here knows.
    #[error("its format is {0}, known is '{APOLLO}' of version 1")]
    Format(String),
    /// A key is no id.
    #[error("{0} is no SHA-256; make ids with \"hashAlgorithm\": \"sha256\" or \"algorithm\": \"SHA256\"")]
    NotAnId(String),
    /// There is something else than a text beside an id.
    #[error("what is beside {0} is no string")]
    NotAText(String),
    /// An id is there more than once.
    #[error("{0} is there twice")]
    Twice(DocumentId),
    /// An id belongs to another text.
    #[error("{given} is not the SHA-256 of the text beside it, which is {actual}")]
    WrongId {
        /// The id in the manifest.
        given: DocumentId,
        /// The SHA-256 of the text.
        actual: DocumentId,
    },
}

impl Manifest {
    /// The manifest that `bytes` are.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestProblem> {
        let Entries(entries) = serde_json::from_slice(bytes).map_err(|problem| syntax(&problem))?;
        match entries.iter().find(|(key, _)| key == FORMAT) {
            None => Self::of_entries(entries),
            Some((_, format)) if format == APOLLO => Self::of_operations(bytes),
            Some((_, format)) => Err(ManifestProblem::Format(quoted(&format.to_string()))),
        }
    }

    /// Each id with its text.
    pub(super) fn documents(&self) -> impl Iterator<Item = (DocumentId, &str)> {
        self.0.iter().map(|(id, text)| (*id, &**text))
    }

    fn of_entries(entries: Vec<(String, Value)>) -> Result<Self, ManifestProblem> {
        let text = |(key, value): (String, Value)| match value {
            Value::String(text) => Ok((key, text)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(ManifestProblem::NotAText(quoted(&key)))
            }
        };
        Self::checked(entries.into_iter().map(text).collect::<Result<_, _>>()?)
    }

    fn of_operations(bytes: &[u8]) -> Result<Self, ManifestProblem> {
        let given: ApolloManifest = serde_json::from_slice(bytes).map_err(|problem| syntax(&problem))?;
        if given.version != 1 {
            return Err(ManifestProblem::Format(quoted(&format!("{APOLLO} of version {}", given.version))));
        }
        Self::checked(given.operations.into_iter().map(|operation| (operation.id, operation.body)).collect())
    }

    fn checked(entries: Vec<(String, String)>) -> Result<Self, ManifestProblem> {
        let mut ids = HashSet::new();
        let mut documents = Vec::with_capacity(entries.len());
        for (key, text) in entries {
            let given = DocumentId::parse(&key).ok_or_else(|| ManifestProblem::NotAnId(quoted(&key)))?;
            let actual = DocumentId::of(&text);
            if given != actual {
                return Err(ManifestProblem::WrongId { given, actual });
            }
            if !ids.insert(given) {
                return Err(ManifestProblem::Twice(given));
            }
            documents.push((given, text.into()));
        }
        Ok(Self(documents))
    }
}

fn syntax(problem: &serde_json::Error) -> ManifestProblem {
    ManifestProblem::Syntax { line: problem.line(), column: problem.column() }
}

#[derive(Deserialize)]
struct ApolloManifest {
    version: u64,
    operations: Vec<ApolloOperation>,
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

/// The entries of an object, those too that a map would lose because their key was there before.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "{ __typename }";

    fn problem(manifest: &str) -> ManifestProblem {
        Manifest::parse(manifest.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_manifests_of_all_tools_are_the_same() {
        let id = DocumentId::of(TEXT);
        let expected = Manifest(vec![(id, TEXT.into())]);
        let operations = json!([{ "id": id.to_string(), "name": "Kind", "type": "query", "body": TEXT }]);
        for manifest in [
            json!({ id.to_string(): TEXT }),
            json!({ format!("sha256:{id}"): TEXT }),
            json!({ "format": APOLLO, "version": 1, "operations": operations }),
        ] {
            assert_eq!(Manifest::parse(manifest.to_string().as_bytes()), Ok(expected.clone()), "{manifest}");
        }
        assert_eq!(Manifest::parse(b"{}"), Ok(Manifest(Vec::new())));
    }

    #[test]
    fn what_is_no_manifest_is_told_with_its_place_or_key() {
        let id = DocumentId::of(TEXT);
        for text in ["", "{", "[]", "null", "\"text\"", "{} {}", "\u{feff}{}", "{\"a\": \"\\ud800\"}"] {
            assert!(matches!(problem(text), ManifestProblem::Syntax { line: 1, .. }), "{text}");
        }
        assert_eq!(Manifest::parse(b"{\"\xff\": 1}"), Err(ManifestProblem::Syntax { line: 1, column: 3 }));
        assert_eq!(problem(&format!("{{\"{id}\": 1}}")), ManifestProblem::NotAText(format!("'{id}'")));
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(problem(&json!({ md5: TEXT }).to_string()), ManifestProblem::NotAnId(format!("'{md5}'")));
        let other = DocumentId::of("{ other }");
        assert_eq!(
            problem(&json!({ other.to_string(): TEXT }).to_string()),
            ManifestProblem::WrongId { given: other, actual: id }
        );
    }

    #[test]
    fn an_id_is_there_once_however_it_is_spelt() {
        let id = DocumentId::of(TEXT);
        for (first, second) in [(id.to_string(), id.to_string()), (id.to_string(), format!("sha256:{id}"))] {
            let manifest = format!("{{\"{first}\": \"{TEXT}\", \"{second}\": \"{TEXT}\"}}");
            assert_eq!(problem(&manifest), ManifestProblem::Twice(id));
        }
    }

    #[test]
    fn a_form_of_the_future_is_not_guessed_at() {
        for (manifest, format) in [
            (json!({ "format": "other" }), "'\"other\"'".to_owned()),
            (json!({ "format": APOLLO, "version": 2, "operations": [] }), format!("'{APOLLO} of version 2'")),
        ] {
            assert_eq!(problem(&manifest.to_string()), ManifestProblem::Format(format));
        }
        assert!(matches!(problem(&json!({ "format": APOLLO }).to_string()), ManifestProblem::Syntax { .. }));
    }
}
