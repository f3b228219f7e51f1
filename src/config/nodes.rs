//! Settings of the Elasticsearch/OpenSearch engine.

use std::path::PathBuf;

use clap::{Args, builder::RangedU64ValueParser};
use url::Url;

use crate::engine::elastic::ElasticSettings;

/// The nodes, the way to them, and the index that Aisle keeps there.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Elasticsearch")]
pub struct ElasticsearchSettings {
    /// Addresses of Elasticsearch or OpenSearch nodes, comma-separated; unset: the embedded engine.
    #[arg(long, value_name = "URL[,URL...]", value_delimiter = ',', value_parser = node)]
    pub elasticsearch_url: Vec<Url>,
    /// User at the nodes.
    #[arg(long, value_name = "NAME")]
    pub elasticsearch_username: Option<String>,
    /// Certificates (PEM) of the authority that signed those of the nodes.
    #[arg(long, value_name = "FILE")]
    pub elasticsearch_ca_file: Option<PathBuf>,
    /// Longest time for one attempt at a node.
    #[arg(long, value_name = "10..600000", default_value_t = ElasticSettings::default().attempt_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(10..=600_000))]
    pub elasticsearch_attempt_timeout_ms: u64,
    /// Time between two probes of each node.
    #[arg(long, value_name = "50..60000", default_value_t = ElasticSettings::default().probe_interval_ms, value_parser = RangedU64ValueParser::<u64>::new().range(50..=60_000))]
    pub elasticsearch_probe_interval_ms: u64,
    /// Largest answer of a node that is read, where it announces its size; the reading of others only a timeout ends.
    #[arg(long, value_name = "65536..1073741824", default_value_t = ElasticSettings::default().answer_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(65_536..=1_073_741_824))]
    pub elasticsearch_answer_bytes: usize,
    /// Largest body of a bulk request to a node.
    #[arg(long, value_name = "65536..104857600", default_value_t = ElasticSettings::default().bulk_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(65_536..=104_857_600))]
    pub elasticsearch_bulk_bytes: usize,
    /// Longest wait for the answer to one bulk request; a write that searches do not see in that time is acknowledged all the same.
    #[arg(long, value_name = "10..20000", default_value_t = ElasticSettings::default().bulk_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(10..=20_000))]
    pub elasticsearch_bulk_timeout_ms: u64,
    /// Bulk requests of one kind under way at once; what is written meanwhile gathers and goes with the next one.
    #[arg(long, value_name = "1..64", default_value_t = ElasticSettings::default().concurrent_writes, value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    pub elasticsearch_concurrent_writes: usize,
    /// Changes of products under way or waiting; further ones wait until there is room.
    #[arg(long, value_name = "1..1000000", default_value_t = ElasticSettings::default().pending_changes, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub elasticsearch_pending_changes: usize,
    /// Longest time for a write, after which it is given up.
    #[arg(long, value_name = "100..600000", default_value_t = ElasticSettings::default().write_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(100..=600_000))]
    pub elasticsearch_write_timeout_ms: u64,
    /// What the names of Aisle's indices and aliases begin with.
    #[arg(long, value_name = "NAME", default_value_t = ElasticSettings::default().index_prefix, value_parser = prefix)]
    pub index_prefix: String,
    /// Primary shards of a new index.
    #[arg(long, value_name = "1..128", default_value_t = ElasticSettings::default().shards, value_parser = RangedU64ValueParser::<u32>::new().range(1..=128))]
    pub index_shards: u32,
    /// Copies of each shard.
    #[arg(long, value_name = "0..16", default_value_t = ElasticSettings::default().replicas, value_parser = RangedU64ValueParser::<u32>::new().range(0..=16))]
    pub index_replicas: u32,
    /// Time until searches see what was written.
    #[arg(long, value_name = "10..60000", default_value_t = ElasticSettings::default().refresh_ms, value_parser = RangedU64ValueParser::<u64>::new().range(10..=60_000))]
    pub index_refresh_ms: u64,
}

/// Longest prefix: an index name holds 255 bytes, and versions and purposes follow the prefix.
const LONGEST_PREFIX: usize = 100;

fn node(text: &str) -> Result<Url, String> {
    let rule = "must be http:// or https:// addresses without user, password, query or fragment";
    let url = Url::parse(text).map_err(|error| format!("{rule}: {error}"))?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_base = url.query().is_none() && url.fragment().is_none();
    if matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain && is_base {
        Ok(url)
    } else {
        Err(rule.to_owned())
    }
}

fn prefix(text: &str) -> Result<String, String> {
    let may_start = text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
    let may_follow = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if may_start && text.len() <= LONGEST_PREFIX && text.bytes().all(may_follow) {
        Ok(text.to_owned())
    } else {
        Err(format!("must be 1 to {LONGEST_PREFIX} of a-z 0-9 - _, beginning with a letter or digit"))
    }
}
