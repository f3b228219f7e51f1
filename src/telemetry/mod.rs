//! What the process tells its operator: one log on standard error, panics included.
//!
//! Invariant: nothing else writes to standard error while the gateway serves, so that every line is a log line.

use std::{
    backtrace::Backtrace,
    io::{self, IsTerminal},
    panic,
};

use tracing_subscriber::{EnvFilter, filter::ParseError, fmt, util::TryInitError};

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// A level, or levels by module.
    pub levels: String,
    /// The form of a line; unset: pretty on a terminal, else JSON.
    pub format: Option<LogFormat>,
}

/// The form of a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs: one JSON object a line.
    Json,
}

/// Whether `levels` can be understood, and why not.
pub fn check_levels(levels: &str) -> Result<(), ParseError> {
    EnvFilter::try_new(levels).map(|_| ())
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `AISLE_LOG` is no list of levels.
    #[error("cannot understand the levels of the log")]
    Levels(#[from] ParseError),
    /// Somebody else logs already.
    #[error("the log was started twice")]
    Twice(#[from] TryInitError),
}

/// Starts the log, for the whole process, once.
pub fn start(settings: &TelemetrySettings) -> Result<(), TelemetryError> {
    use tracing_subscriber::util::SubscriberInitExt;
    let levels = EnvFilter::try_new(&settings.levels)?;
    let builder = fmt().with_env_filter(levels).with_writer(io::stderr);
    // It would tell the same closed standard error, and panic.
    let builder = builder.log_internal_errors(false);
    match format(settings) {
        LogFormat::Pretty => builder.with_ansi(io::stderr().is_terminal()).finish().try_init()?,
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).finish().try_init()?,
    }
    log_panics();
    Ok(())
}

fn format(settings: &TelemetrySettings) -> LogFormat {
    let usual = if io::stderr().is_terminal() { LogFormat::Pretty } else { LogFormat::Json };
    settings.format.unwrap_or(usual)
}

/// Panics go to the log, with place and backtrace, instead of plain standard error.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = Backtrace::force_capture();
        tracing::error!(message_text = message, place, %backtrace, "panic");
    }));
}
