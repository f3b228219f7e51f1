//! Aisle: a GraphQL search gateway for product catalogues.

pub mod app;
pub mod backend;
pub mod catalog;
pub mod change;
pub mod cli;
pub mod config;
pub mod engine;
pub mod evaluation;
pub mod exchange;
pub mod failure;
pub mod graphql;
pub mod http;
pub mod product;
pub mod search;
pub mod telemetry;
pub mod tuning;
