//! How the nodes are reached and how the index is laid out.
//!
//! Invariant: settings that pass [`ElasticSettings::check`] cannot make the client panic.

use std::{fmt, io, path::PathBuf};

use elasticsearch::auth::Credentials;
use url::Url;

use crate::product::NameRule;

/// Longest index prefix, in bytes: Elasticsearch takes index names of 255.
const LONGEST_PREFIX: usize = 100;

/// The settings of an engine on Elasticsearch or OpenSearch.
#[derive(Clone)]
pub struct ElasticSettings {
    /// Addresses of the nodes, `http` or `https`, at least one.
    pub urls: Vec<Url>,
    /// User for basic authentication; needs a password.
    pub username: Option<String>,
    /// Password for basic authentication.
    pub password: Option<String>,
    /// API key in its encoded form; excludes a user.
    pub api_key: Option<String>,
    /// PEM file of certificates to trust beside the usual ones.
    pub ca_file: Option<PathBuf>,
    /// Start of every index name.
    pub index_prefix: String,
    /// Primary shards of the product index.
    pub shards: u32,
    /// Copies of each shard.
    pub replicas: u32,
    /// Milliseconds after which a write is seen by searches.
    pub refresh_ms: u64,
    /// Longest wait for one answer, in milliseconds.
    pub attempt_timeout_ms: u64,
    /// Time between two looks at every node, in milliseconds.
    pub probe_interval_ms: u64,
    /// Largest answer that is read, in bytes.
    pub answer_bytes: usize,
    /// Largest bulk request, in bytes; a single product may exceed it.
    pub bulk_bytes: usize,
    /// Longest wait for the answer to one bulk request, in milliseconds, at most 20,000: a key that was reserved before it
    /// must not count as abandoned while it is under way. A write that was made, but that searches do not see in this
    /// time, is acknowledged all the same.
    pub bulk_timeout_ms: u64,
    /// Bulk requests of one kind under way at once, at least one.
    pub concurrent_writes: usize,
    /// Changes under way or waiting; further ones wait until there is room.
    pub pending_changes: usize,
    /// Longest time for a write, in milliseconds, after which it is given up.
    pub write_timeout_ms: u64,
    /// Whether two products may have the same name.
    pub names: NameRule,
}

impl Default for ElasticSettings {
    /// The values of the contract, without an address.
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            username: None,
            password: None,
            api_key: None,
            ca_file: None,
            index_prefix: "aisle".to_owned(),
            shards: 1,
            replicas: 1,
            refresh_ms: 200,
            attempt_timeout_ms: 2_000,
            probe_interval_ms: 1_000,
            answer_bytes: 64 << 20,
            bulk_bytes: 8 << 20,
            bulk_timeout_ms: 5_000,
            concurrent_writes: 4,
            pending_changes: 10_000,
            write_timeout_ms: 30_000,
            names: NameRule::Unique,
        }
    }
}

/// Shows everything but the secrets.
impl fmt::Debug for ElasticSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ElasticSettings")
            .field("urls", &self.urls.iter().map(Url::as_str).collect::<Vec<_>>())
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("ca_file", &self.ca_file)
            .field("index_prefix", &self.index_prefix)
            .field("shards", &self.shards)
            .field("replicas", &self.replicas)
            .field("refresh_ms", &self.refresh_ms)
            .field("attempt_timeout_ms", &self.attempt_timeout_ms)
            .field("probe_interval_ms", &self.probe_interval_ms)
            .field("answer_bytes", &self.answer_bytes)
            .field("bulk_bytes", &self.bulk_bytes)
            .field("bulk_timeout_ms", &self.bulk_timeout_ms)
            .field("concurrent_writes", &self.concurrent_writes)
            .field("pending_changes", &self.pending_changes)
            .field("write_timeout_ms", &self.write_timeout_ms)
            .field("names", &self.names)
            .finish()
    }
}

/// Why an engine cannot be set up with its settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No address was given.
    #[error("no node address was given")]
    NoAddress,
    /// An address is not one of a node.
    #[error("node address {0} must start with http:// or https:// and name a host")]
    Address(String),
    /// An address carries a user or password, which would end up in logs.
    #[error("node addresses must not contain a user or password: there are settings for them")]
    CredentialsInAddress,
    /// A user without password or the other way round.
    #[error("a user name needs a password, and a password a user name")]
    HalfCredentials,
    /// Two ways to log in.
    #[error("an API key excludes a user name")]
    TwoCredentials,
    /// The API key cannot be sent in a header.
    #[error("the API key must consist of visible ASCII characters")]
    ApiKey,
    /// The index prefix is not one.
    #[error("index prefix '{0}' must be 1 to {LONGEST_PREFIX} of a–z 0–9 _ -, starting with a letter or digit")]
    Prefix(String),
    /// The file of trusted certificates could not be read.
    #[error("cannot read certificates from {path}")]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file holds no certificate.
    #[error("no usable certificate in {path}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: elasticsearch::Error,
    },
    /// The client could not be made.
    #[error("cannot make the client")]
    Client(#[source] elasticsearch::Error),
}

impl ElasticSettings {
    /// Fails on the first setting that cannot work.
    pub(super) fn check(&self) -> Result<(), SetupError> {
        if self.urls.is_empty() {
            return Err(SetupError::NoAddress);
        }
        for url in &self.urls {
            if !url.username().is_empty() || url.password().is_some() {
                return Err(SetupError::CredentialsInAddress);
            }
            if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
                return Err(SetupError::Address(url.to_string()));
            }
        }
        let prefix = self.index_prefix.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = prefix.first().is_some_and(plain)
            && prefix.len() <= LONGEST_PREFIX
            && prefix.iter().all(|byte| plain(byte) || matches!(byte, b'-' | b'_'));
        if fits { Ok(()) } else { Err(SetupError::Prefix(self.index_prefix.clone())) }
    }

    /// How to log in, where that is needed.
    pub(super) fn credentials(&self) -> Result<Option<Credentials>, SetupError> {
        match (&self.username, &self.password, &self.api_key) {
            (None, None, None) => Ok(None),
            (Some(user), Some(password), None) => Ok(Some(Credentials::Basic(user.clone(), password.clone()))),
            (None, None, Some(key)) if key.bytes().all(|byte| byte.is_ascii_graphic()) && !key.is_empty() => {
                Ok(Some(Credentials::EncodedApiKey(key.clone())))
            }
            (None, None, Some(_)) => Err(SetupError::ApiKey),
            (_, _, Some(_)) => Err(SetupError::TwoCredentials),
            (_, _, None) => Err(SetupError::HalfCredentials),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> ElasticSettings {
        ElasticSettings { urls: vec![Url::parse(url).unwrap()], ..ElasticSettings::default() }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        assert!(settings("http://localhost:9200").check().is_ok());
        assert!(matches!(ElasticSettings::default().check(), Err(SetupError::NoAddress)));
        assert!(matches!(settings("ftp://localhost").check(), Err(SetupError::Address(_))));
        assert!(matches!(settings("http://me:secret@localhost").check(), Err(SetupError::CredentialsInAddress)));
        for prefix in ["", "Shop", "_shop", "a*", "a,b", &"a".repeat(101)] {
            let settings = ElasticSettings { index_prefix: prefix.to_owned(), ..settings("http://localhost") };
            assert!(matches!(settings.check(), Err(SetupError::Prefix(_))), "{prefix}");
        }
    }

    #[test]
    fn there_is_one_way_to_log_in() {
        let with = |user: Option<&str>, password: Option<&str>, key: Option<&str>| {
            let [username, password, api_key] = [user, password, key].map(|text| text.map(str::to_owned));
            ElasticSettings { username, password, api_key, ..settings("http://localhost") }.credentials()
        };
        assert!(matches!(with(None, None, None), Ok(None)));
        assert!(matches!(with(Some("a"), Some("b"), None), Ok(Some(Credentials::Basic(_, _)))));
        assert!(matches!(with(None, None, Some("key=")), Ok(Some(Credentials::EncodedApiKey(_)))));
        assert!(matches!(with(None, None, Some("key\n")), Err(SetupError::ApiKey)));
        assert!(matches!(with(Some("a"), None, None), Err(SetupError::HalfCredentials)));
        assert!(matches!(with(Some("a"), Some("b"), Some("c")), Err(SetupError::TwoCredentials)));
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = ElasticSettings { password: Some("hidden".to_owned()), ..settings("http://localhost") };
        assert!(!format!("{settings:?}").contains("hidden"));
    }
}
