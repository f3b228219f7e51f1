//! What tests stand on: real nodes, catalogues, an oracle.

pub mod engines;
pub mod generator;
pub mod oracle;
pub mod random_search;
