//! Settings that must not appear on a command line: by variable, or by a file that a variable names.

use std::{fmt, fs, path::Path};

use super::{InForce, Origin, SettingProblem, load::Given};

/// Largest file of a secret, in bytes: keys and passwords are shorter, a wrong path often is not.
const LARGEST_FILE: u64 = 64 * 1024;

/// What stands for a secret wherever settings are shown.
const HIDDEN: &str = "(hidden)";

/// The setting whose values people write secrets into.
const ADDRESSES: &str = "AISLE_ELASTICSEARCH_URL";

/// Which secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ElasticsearchPassword,
    ElasticsearchApiKey,
}

impl Kind {
    /// The setting that it stands behind in lists.
    pub(super) fn follows(self) -> &'static str {
        match self {
            Self::ElasticsearchPassword => "AISLE_ELASTICSEARCH_USERNAME",
            Self::ElasticsearchApiKey => "AISLE_ELASTICSEARCH_PASSWORD",
        }
    }
}

/// Every secret: its variable and what it is.
pub(super) const TABLE: [(Kind, &str, &str); 2] = [
    (Kind::ElasticsearchPassword, "AISLE_ELASTICSEARCH_PASSWORD", "Password of the user at the nodes."),
    (Kind::ElasticsearchApiKey, "AISLE_ELASTICSEARCH_API_KEY", "API key for the nodes, instead of user and password."),
];

/// The secrets that are set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Password of the user at the nodes.
    pub elasticsearch_password: Option<String>,
    /// API key for the nodes.
    pub elasticsearch_api_key: Option<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets")
    }
}

/// The value of a setting as it may be printed: nothing of a secret, no user and password of an address.
pub(super) fn shown(setting: &str, value: &str) -> String {
    if TABLE.iter().any(|(_, variable, _)| *variable == setting) {
        return HIDDEN.to_owned();
    }
    // A refused address need not have the form of one: all that may be a user or password goes.
    let Some((before, host)) = value.rsplit_once('@').filter(|_| setting == ADDRESSES) else {
        return value.to_owned();
    };
    let scheme = before.split_once("://").map_or_else(String::new, |(scheme, _)| format!("{scheme}://"));
    format!("{scheme}{HIDDEN}@{host}")
}

/// All secrets, and how they are shown; `directory` is what relative file names start from.
pub(super) fn read(given: &Given, directory: &Path, problems: &mut Vec<SettingProblem>) -> (Secrets, Vec<InForce>) {
    let mut secrets = Secrets::default();
    let mut shown = Vec::new();
    for (kind, variable, _) in TABLE {
        let (value, origin) = match one(given, variable, directory) {
            Ok(Some((value, origin))) => (Some(value), origin),
            Ok(None) => (None, Origin::Default),
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        shown.push(InForce { variable: variable.to_owned(), value: value.as_ref().map(|_| HIDDEN.to_owned()), origin });
        match kind {
            Kind::ElasticsearchPassword => secrets.elasticsearch_password = value,
            Kind::ElasticsearchApiKey => secrets.elasticsearch_api_key = value,
        }
    }
    (secrets, shown)
}

fn one(given: &Given, variable: &str, directory: &Path) -> Result<Option<(String, Origin)>, SettingProblem> {
    let file_variable = format!("{variable}_FILE");
    match (given.get(variable), given.get(&file_variable)) {
        (None, None) => Ok(None),
        (Some((value, origin)), None) => Ok(Some((value.clone(), *origin))),
        (None, Some((file, origin))) => match content(&directory.join(file)) {
            Ok(value) => Ok(Some((value, Origin::File))),
            Err(rule) => {
                Err(SettingProblem::Invalid { setting: file_variable, value: file.clone(), origin: *origin, rule })
            }
        },
        (Some((_, origin)), Some(_)) => Err(SettingProblem::Invalid {
            setting: variable.to_owned(),
            value: HIDDEN.to_owned(),
            origin: *origin,
            rule: format!("must not be set together with {file_variable}"),
        }),
    }
}

fn content(file: &Path) -> Result<String, String> {
    let size = fs::metadata(file).map_err(|error| format!("cannot be read: {error}"))?.len();
    if size > LARGEST_FILE {
        return Err(format!("must be a file of at most {LARGEST_FILE} bytes"));
    }
    let text = fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
    let value = text.trim_end_matches(['\r', '\n']);
    if value.is_empty() { Err("must be a file that is not empty".to_owned()) } else { Ok(value.to_owned()) }
}
