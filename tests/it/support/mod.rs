//! What tests stand on: real nodes, catalogues, an oracle.

pub mod bombs;
pub mod change_oracle;
pub(crate) mod documents;
pub mod engines;
pub mod examples;
pub mod facet_oracle;
pub mod gateway;
pub mod generator;
pub mod node;
pub mod oracle;
pub mod plans;
pub mod products;
pub(crate) mod program;
pub mod random_changes;
pub mod random_facets;
pub mod random_search;
pub mod recording_proxy;
pub mod shelf;
pub mod shop;
pub(crate) mod socket;
pub mod watched_engine;
pub mod writes;
