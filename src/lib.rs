//! Aisle: a GraphQL search gateway for product catalogues.

pub mod catalog;
pub mod engine;
pub mod exchange;
pub mod failure;
pub mod product;
pub mod search;
