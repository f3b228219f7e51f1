//! Settings of the service itself: where it runs, what it logs, how long things may take.

use std::{net::SocketAddr, path::PathBuf};

use clap::{
    ArgAction, Args, ValueEnum,
    builder::{BoolValueParser, RangedU64ValueParser},
};

use crate::{graphql::ApiSettings, http::HttpSettings, product::NameRule, telemetry::check_levels};

/// Where the gateway runs and what it serves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Service")]
pub struct ServiceSettings {
    /// What the gateway is used for; production turns off introspection and sample data.
    #[arg(long, value_enum, default_value_t = Environment::Development)]
    pub environment: Environment,
    /// Address and port to serve on; loopback only, as long as callers do not sign in.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// Folder of the embedded store and of the socket that commands use beside a serving gateway.
    #[arg(long, value_name = "FOLDER", default_value = "./data")]
    pub data_dir: PathBuf,
    /// Currency of every price, ISO 4217, of two decimals.
    #[arg(long, value_name = "CODE", default_value_t = ApiSettings::default().currency, value_parser = currency)]
    pub currency: String,
    /// Whether two products may not have the same name; with `false`, variants may share one. Indices on nodes keep the rule that they were made with.
    #[arg(long, value_name = "true|false", default_value_t = true, action = ArgAction::Set, value_parser = BoolValueParser::new())]
    pub unique_names: bool,
    /// Seconds to wait for the engine at start, then exit with 1; unset: start, be not ready and keep trying.
    #[arg(long, value_name = "1..3600", value_parser = RangedU64ValueParser::<u64>::new().range(1..=3600))]
    pub require_engine: Option<u64>,
}

impl ServiceSettings {
    /// Whether products may share a name.
    pub fn names(&self) -> NameRule {
        if self.unique_names { NameRule::Unique } else { NameRule::Shared }
    }
}

/// What the gateway is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Trying and building.
    Development,
    /// Serving shoppers.
    Production,
}

/// What is logged, always to standard error.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// What is logged: a level, or levels by module (`info,aisle::engine=debug`).
    #[arg(long, value_name = "LEVELS", default_value = "info", value_parser = levels)]
    pub log: String,
    /// How it is logged; unset: pretty on a terminal, else json.
    #[arg(long, value_enum)]
    pub log_format: Option<LogFormat>,
}

/// The form of a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs: one JSON object a line.
    Json,
}

/// How long things may take.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Times")]
pub struct TimeSettings {
    /// An operation that takes longer than this is logged as slow.
    #[arg(long, value_name = "1..600000", default_value_t = ApiSettings::default().slow_operation_ms, value_parser = RangedU64ValueParser::<u64>::new().range(1..=600_000))]
    pub slow_operation_ms: u64,
    /// Longest time for one operation.
    #[arg(long, value_name = "10..600000", default_value_t = ApiSettings::default().operation_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(10..=600_000))]
    pub operation_timeout_ms: u64,
    /// Longest time for a client to send the head of a request; an idle connection ends after it.
    #[arg(long, value_name = "100..600000", default_value_t = HttpSettings::default().header_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(100..=600_000))]
    pub http_header_timeout_ms: u64,
    /// Longest time for a client to send the body of a request.
    #[arg(long, value_name = "100..600000", default_value_t = HttpSettings::default().body_timeout_ms, value_parser = RangedU64ValueParser::<u64>::new().range(100..=600_000))]
    pub http_body_timeout_ms: u64,
    /// Longest silence of a command on the socket before it is stopped.
    #[arg(long, value_name = "100..3600000", default_value_t = 300_000, value_parser = RangedU64ValueParser::<u64>::new().range(100..=3_600_000))]
    pub socket_idle_ms: u64,
    /// Longest time at shutdown for requests under way.
    #[arg(long, value_name = "0..600000", default_value_t = HttpSettings::default().shutdown_grace_ms, value_parser = RangedU64ValueParser::<u64>::new().range(0..=600_000))]
    pub shutdown_grace_ms: u64,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let form = |_| "must be an IP address and a port, like 127.0.0.1:8080 or [::1]:8080".to_owned();
    let address: SocketAddr = text.parse().map_err(form)?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    let rule = "must be a loopback address (127.0.0.1 or [::1])";
    Err(format!("{rule}: callers cannot sign in yet, so nobody else may reach it"))
}

/// Codes of ISO 4217 (list one, 2024) whose unit has no decimals, three or four of them, or is no money of a shop.
const WITHOUT_TWO_DECIMALS: [&str; 39] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF", "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "CLF", "UYW", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD",
    "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
];

fn currency(text: &str) -> Result<String, String> {
    if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err("must be three capital letters, as in ISO 4217".to_owned());
    }
    if WITHOUT_TWO_DECIMALS.contains(&text) {
        return Err("must be a currency of two decimals, as every price has".to_owned());
    }
    Ok(text.to_owned())
}

fn levels(text: &str) -> Result<String, String> {
    match check_levels(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(format!("must be levels like `info` or `info,aisle=debug`: {error}")),
    }
}
