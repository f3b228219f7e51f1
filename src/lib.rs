//! Aisle: a GraphQL search gateway for product catalogues.

pub mod exchange;
pub mod product;
