//! Settings: read once at start from flags, the environment and a `.env` file, checked, and handed out by section.
//!
//! Invariant: nothing here looks at the process: arguments, variables and the working directory are passed in. A
//! [`Configuration`] has been checked as a whole; what is wrong with settings is reported all at once.

mod check;
mod connections;
mod document;
mod documents;
mod dot_env;
mod embedded;
mod http;
mod in_force;
mod limits;
mod load;
mod nodes;
mod parts;
mod problem;
mod relevance;
mod secret;
mod service;
mod setting;
mod unknown;

use clap::Parser;

pub use connections::ConnectionSettings;
pub use document::markdown;
pub use documents::{DocumentsSettings, PersistedQueries, TrustedDocumentsMode};
pub use embedded::EmbeddedStoreSettings;
pub use http::HttpAccessSettings;
pub use in_force::{InForce, Origin};
pub use limits::{CostMode, LimitSettings};
pub use load::{Surroundings, load};
pub use nodes::ElasticsearchSettings;
pub use problem::{SettingProblem, SettingProblems};
pub use relevance::RelevanceSettings;
pub use secret::Secrets;
pub use service::{Environment, LogFormat, LogSettings, ServiceSettings, TimeSettings};
pub use setting::{Flags, Setting, arguments, flags};

/// Every setting with a flag, by section; each field is one setting and its flag, the variable is `AISLE_` and the
/// field's name in capitals.
#[derive(Debug, Clone, Parser)]
#[command(name = "aisle", disable_help_flag = true, disable_version_flag = true)]
pub struct Settings {
    /// The service itself.
    #[command(flatten)]
    pub service: ServiceSettings,
    /// What is logged.
    #[command(flatten)]
    pub log: LogSettings,
    /// The embedded engine.
    #[command(flatten)]
    pub embedded: EmbeddedStoreSettings,
    /// Elasticsearch or OpenSearch.
    #[command(flatten)]
    pub elasticsearch: ElasticsearchSettings,
    /// What stands before the API.
    #[command(flatten)]
    pub http: HttpAccessSettings,
    /// How much one request may ask for.
    #[command(flatten)]
    pub limits: LimitSettings,
    /// Which documents run.
    #[command(flatten)]
    pub documents: DocumentsSettings,
    /// How searches find what shoppers mean.
    #[command(flatten)]
    pub relevance: RelevanceSettings,
    /// How long things may take.
    #[command(flatten)]
    pub times: TimeSettings,
    /// What one client may take from others.
    #[command(flatten)]
    pub connections: ConnectionSettings,
}

/// Settings that passed every check.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The settings that have a flag.
    pub settings: Settings,
    /// The settings that must not appear on a command line.
    pub secrets: Secrets,
    /// Every setting as `aisle config` shows it.
    pub in_force: Vec<InForce>,
}

#[cfg(test)]
mod tests;
