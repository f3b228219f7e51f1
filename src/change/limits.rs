//! How much one write may ask for; every number is a setting.

/// Bounds of writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLimits {
    /// Most products in one list to create or to upsert.
    pub rows: usize,
}

impl Default for ChangeLimits {
    /// The values of the contract ("Limits").
    fn default() -> Self {
        Self { rows: 1_000 }
    }
}
