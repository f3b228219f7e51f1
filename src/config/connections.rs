//! How much of the service one client's connection may take.

use clap::{Args, builder::RangedU64ValueParser};

use crate::http::HttpSettings;

/// Connections; each setting protects the service and other clients from one client.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionSettings {
    /// Longest time for a client to take what it is sent, from when it has to be waited for.
    #[arg(long, value_name = "100..3600000", default_value_t = HttpSettings::default().write_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(100..=3_600_000))]
    pub http_write_timeout_ms: u64,
    /// Longest time for a client to end a connection after the last answer; what it sends is discarded.
    #[arg(long, value_name = "0..60000", default_value_t = HttpSettings::default().linger_ms, value_parser = RangedU64ValueParser::<u64>::new().range(0..=60_000))]
    pub http_linger_ms: u64,
    /// Most bytes that a client may send after the last answer.
    #[arg(long, value_name = "0..1073741824", default_value_t = HttpSettings::default().linger_bytes, value_parser = RangedU64ValueParser::<u64>::new().range(0..=1_073_741_824))]
    pub limit_linger_bytes: u64,
    /// Most bytes of request bodies at once, of all connections together; further ones get `SERVICE_UNAVAILABLE`.
    #[arg(long, value_name = "1024..1099511627776", default_value_t = HttpSettings::default().held_body_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(1_024..=1_099_511_627_776))]
    pub limit_held_body_bytes: usize,
    /// Most bytes of answers that wait for their clients at once, of all connections together; a further one gets `SERVICE_UNAVAILABLE`. Answers of up to 16 KiB are not counted.
    #[arg(long, value_name = "1048576..1099511627776", default_value_t = HttpSettings::default().held_answer_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(1_048_576..=1_099_511_627_776))]
    pub limit_held_answer_bytes: usize,
}
