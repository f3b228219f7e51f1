//! All integration tests, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop where it is"
)]

mod batching;
mod document_guard;
mod errors;
mod graphql;
mod http;
mod observation;
mod schema;
mod support;
