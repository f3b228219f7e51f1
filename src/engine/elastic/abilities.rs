//! What depends on how many shards an index has and on how old its nodes are.
//!
//! Invariant: what is not known is taken for the least able.

/// Oldest Elasticsearch that takes a `composite` below a `filter`: 7.13.
const ELASTICSEARCH_NESTS: (u32, u32) = (7, 13);
/// Oldest OpenSearch that does: 2.12.
const OPENSEARCH_NESTS: (u32, u32) = (2, 12);

/// What searches may ask of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abilities {
    /// Primary shards of the product index.
    pub(super) shards: u32,
    /// Where buckets of prices can be counted.
    pub(super) composites: Composites,
}

/// Where a node takes a `composite` aggregation, the only one that makes no more buckets than asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Composites {
    /// At the top alone.
    #[default]
    AtTop,
    /// Below a `filter` too.
    Nested,
}

impl Composites {
    /// What the version of a node tells, such as `9.2.0`.
    pub(super) fn of_version(is_opensearch: bool, version: &str) -> Self {
        let mut parts = version.split('.').map_while(|part| part.parse().ok());
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        let since = if is_opensearch { OPENSEARCH_NESTS } else { ELASTICSEARCH_NESTS };
        if version >= since { Self::Nested } else { Self::AtTop }
    }
}

impl Abilities {
    /// Whether counts and scores are put together from parts.
    pub(super) fn has_several_shards(self) -> bool {
        self.shards > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_tell_where_buckets_can_be_counted() {
        let nests = |is_opensearch, version| Composites::of_version(is_opensearch, version) == Composites::Nested;
        assert!(nests(false, "7.13.0") && nests(false, "9.2.0") && nests(false, "10.0.0-SNAPSHOT"));
        assert!(nests(true, "2.12.0") && nests(true, "3.8.0"));
        assert!(!nests(false, "7.10.2") && !nests(true, "2.11.1") && !nests(true, "unknown") && !nests(false, ""));
    }
}
