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
    /// Most values of a facet.
    pub facet_values: u32,
    /// Most attributes in a facet, named or not.
    pub attribute_facets: u32,
    /// Most values of an attribute in a facet.
    pub attribute_values: u32,
    /// Most bands of prices in a facet.
    pub price_bands: usize,
    /// Most buckets that an interval of prices may make.
    pub price_buckets: u32,
    /// Most suggestions in one list.
    pub suggestions: u32,
    /// Most products that are similar to one.
    pub similar: u32,
    /// Fewer products than this by the exact words, without the filter, and the words are relaxed; 0 never does.
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
            facet_values: 250,
            attribute_facets: 50,
            attribute_values: 250,
            price_bands: 50,
            price_buckets: 200,
            suggestions: 20,
            similar: 20,
            relax_below: 10,
        }
    }
}
