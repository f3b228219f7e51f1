//! How much one search may ask for; every number is a setting.

/// Bounds that a [`SearchDraft`](super::SearchDraft) is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchLimits {
    /// Longest query text, in code points.
    pub query_length: usize,
    /// Products on a page when neither `first` nor `last` is given.
    pub default_page_size: u32,
    /// Most products on a page.
    pub page_size: u32,
    /// Deepest product that a page number may reach (page × size).
    pub page_window: u32,
    /// Most sort keys.
    pub sort_keys: usize,
    /// Deepest nesting of `and`, `or` and `not`.
    pub filter_nesting: usize,
    /// Most conditions in one filter, all levels together.
    pub filter_conditions: usize,
    /// Most values in one list of a filter.
    pub filter_values: usize,
    /// Most tags in one list of a filter.
    pub filter_tags: usize,
    /// Most ids in one list of look-ups.
    pub ids: usize,
    /// Fewer products than this by the exact words, and the words are relaxed; 0 never does.
    pub relax_below: u32,
}

impl Default for SearchLimits {
    /// The values of the contract ("Limits").
    fn default() -> Self {
        Self {
            query_length: 100,
            default_page_size: 10,
            page_size: 100,
            page_window: 10_000,
            sort_keys: 4,
            filter_nesting: 8,
            filter_conditions: 100,
            filter_values: 100,
            filter_tags: 10,
            ids: 100,
            relax_below: 10,
        }
    }
}
