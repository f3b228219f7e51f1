//! Aisle: a GraphQL search gateway for product catalogues.

pub mod search;
