//! Adapters of the engine traits, one module for each engine.
//!
//! Invariant: no other module names an engine's library.

pub mod elastic;
pub mod embedded;
