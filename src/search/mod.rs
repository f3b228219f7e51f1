//! Search: what products a question finds, and in which order.

pub mod analysis;
