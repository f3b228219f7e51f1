//! What depends on how many shards an index has, and on what its nodes are and how old.
//!
//! Invariant: what is not known is taken for the least able.

/// Oldest Elasticsearch that takes a `composite` below a `filter`: 7.13.
const ELASTICSEARCH_NESTS: (u32, u32) = (7, 13);
/// Oldest OpenSearch that does: 2.12.
const OPENSEARCH_NESTS: (u32, u32) = (2, 12);

/// First OpenSearch that scores as Lucene does: 3.0.
const OPENSEARCH_SCORES: (u32, u32) = (3, 0);
/// By how much the others multiply what Lucene makes of BM25: k1 + 1, k1 being 1.2.
const BM25_SURPLUS: f32 = 2.2;

/// What searches may ask of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abilities {
    /// Primary shards of the product index.
    pub(super) shards: u32,
    /// Where buckets of prices can be counted.
    pub(super) composites: Composites,
    /// What scores of words are like.
    pub(super) scores: Scores,
}

/// What a node's scores of words are like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scores {
    /// Multiplied by k1 + 1, as Lucene did until its version 8.
    #[default]
    Multiplied,
    /// As Lucene has them.
    Plain,
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
        let since = if is_opensearch { OPENSEARCH_NESTS } else { ELASTICSEARCH_NESTS };
        if parsed(version) >= since { Self::Nested } else { Self::AtTop }
    }
}

impl Scores {
    /// What the version of a node tells.
    pub(super) fn of_version(is_opensearch: bool, version: &str) -> Self {
        if is_opensearch && parsed(version) >= OPENSEARCH_SCORES { Self::Plain } else { Self::Multiplied }
    }

    /// A score of the node as Lucene has it, so that it is the same on every node.
    pub(super) fn plain(self, score: f32) -> f32 {
        match self {
            Self::Multiplied => score / BM25_SURPLUS,
            Self::Plain => score,
        }
    }

    /// A score that no word makes, as large beside those of words as `weight` is beside Lucene's.
    pub(super) fn constant(self, weight: f32) -> f32 {
        match self {
            Self::Multiplied => weight * BM25_SURPLUS,
            Self::Plain => weight,
        }
    }
}

/// Both numbers of a version that matter, 0 for what is no number.
fn parsed(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map_while(|part| part.parse().ok());
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
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
    fn constants_are_as_large_as_the_scores_of_the_node_make_them() {
        let scores = Scores::of_version;
        assert_eq!([scores(true, "3.8.0"), scores(true, "4.0.0")], [Scores::Plain; 2]);
        assert_eq!([scores(true, "2.19.1"), scores(false, "7.10.2"), scores(false, "9.2.0")], [Scores::Multiplied; 3]);
        assert!(Scores::Multiplied.constant(10.0) > 2.1 * Scores::Plain.constant(10.0));
    }

    #[test]
    fn versions_tell_where_buckets_can_be_counted() {
        let nests = |is_opensearch, version| Composites::of_version(is_opensearch, version) == Composites::Nested;
        assert!(nests(false, "7.13.0") && nests(false, "9.2.0") && nests(false, "10.0.0-SNAPSHOT"));
        assert!(nests(true, "2.12.0") && nests(true, "3.8.0"));
        assert!(!nests(false, "7.10.2") && !nests(true, "2.11.1") && !nests(true, "unknown") && !nests(false, ""));
    }
}
