//! Anything that may arrive over HTTP, sent to the real router over the embedded engine with the sample catalogue.
//!
//! A finding is a panic, wherever it is caught; a status or a body that is not specified; more than a second of work on
//! one request; or memory that grows (`-rss_limit_mb`).
#![no_main]

mod answer;
mod gateway;
mod input;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(request) = input::request(bytes) {
        gateway::GATEWAY.with(|gateway| gateway.judge(request));
    }
});
