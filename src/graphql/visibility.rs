//! When searches see a write, as callers write it.

use async_graphql::Enum;

use crate::change;

/// Whether the next search sees the write. Look-ups by id and sku, and by name where names are unique, see
/// every acknowledged write at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "change::Visibility")]
pub(super) enum WriteVisibility {
    /// Does not wait: searches see it some time later.
    None,
    /// Waits for the next refresh, up to the refresh interval (200 ms by default).
    Wait,
    /// Forces a refresh; dear when frequent.
    Now,
}
