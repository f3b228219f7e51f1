//! All integration tests, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test that cannot go on should stop where it is"
)]

mod answers;
mod architecture;
mod bad_input;
mod batching;
mod bombs;
mod bulk;
mod changes;
mod cli;
mod clients;
mod conformance;
mod corpus;
mod document_guard;
mod elastic;
mod elastic_writes;
mod embedded;
mod embedded_program;
mod embedded_writes;
mod errors;
mod graphql;
mod hang_ups;
mod http;
mod imports;
mod merging;
mod mutations;
mod null_propagation;
mod observation;
mod patches;
mod peers;
mod playground;
mod program_on_nodes;
mod races;
mod readme;
mod schema;
mod support;
