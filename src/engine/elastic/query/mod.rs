//! What is looked for, filtered by and ordered by, in the language of a node.
//!
//! Invariant: every part of a plan has one translation, which means the same on every flavour.

mod filter;
mod order;
mod text;

pub(super) use filter::filter;
pub(super) use order::{place, sort, stored_names};
pub(super) use text::{matching, path, ranked, term_name};
