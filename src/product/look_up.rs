//! How one product is named by whoever asks for it.

use super::{ProductId, UniqueKey};

/// How one product is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LookUp {
    /// By id.
    Id(ProductId),
    /// By name or sku; of several products that share a name the oldest (creation time, then id) is meant.
    Key(UniqueKey),
}
