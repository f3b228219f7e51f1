//! The engines that keep and search products, each behind the traits of [`search`](crate::search).
//!
//! Invariant: nothing outside this module names an engine's library.

pub mod elastic;
