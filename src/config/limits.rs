//! How much one request may ask for.

use clap::{Args, ValueEnum, builder::RangedU64ValueParser};

use crate::{
    change::ChangeLimits,
    graphql::{ApiSettings, DocumentLimits},
    http::{HttpSettings, JsonLimits},
    search::SearchLimits,
};

/// Limits; each protects the service from one request.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitSettings {
    // A letter may be a word, nodes take 1,024 conditions a query, and the longest query of single letters with 20
    // corrections stays below 1,000 (search::compiler).
    /// Longest query text, in code points.
    #[arg(long, value_name = "1..250", default_value_t = SearchLimits::default().query_length, value_parser = size(1, 250))]
    pub limit_query_length: usize,
    /// Products on a page when neither `first` nor `last` is given.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().default_page_size, value_parser = count(1, 1_000))]
    pub default_page_size: u32,
    /// Most products on a page.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().page_size, value_parser = count(1, 1_000))]
    pub limit_page_size: u32,
    /// Deepest product that a page number may reach (page × size).
    #[arg(long, value_name = "1..10000", default_value_t = SearchLimits::default().page_window, value_parser = count(1, 10_000))]
    pub limit_page_window: u32,
    /// Most sort keys.
    #[arg(long, value_name = "1..5", default_value_t = SearchLimits::default().sort_keys, value_parser = size(1, 5))]
    pub limit_sort_keys: usize,
    // A level may be two nested queries, three more are around and inside, and nodes take from 20 (Elasticsearch 8.0)
    // to 30 (Elasticsearch 9).
    /// Deepest nesting of `and`, `or` and `not` in a filter.
    #[arg(long, value_name = "1..8", default_value_t = SearchLimits::default().filter_nesting, value_parser = size(1, 8))]
    pub limit_filter_nesting: usize,
    /// Most conditions in a filter, all levels together.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().filter_conditions, value_parser = size(1, 1_000))]
    pub limit_filter_conditions: usize,
    /// Most values in a list of a filter.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().filter_values, value_parser = size(1, 1_000))]
    pub limit_filter_values: usize,
    /// Most tags in a list of a filter.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().filter_tags, value_parser = size(1, 1_000))]
    pub limit_filter_tags: usize,
    /// Most ids in a list of look-ups.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().ids, value_parser = size(1, 1_000))]
    pub limit_ids: usize,
    /// Most values of a facet.
    #[arg(long, value_name = "10..1000", default_value_t = SearchLimits::default().facet_values, value_parser = count(10, 1_000))]
    pub limit_facet_values: u32,
    /// Most attributes in a facet.
    #[arg(long, value_name = "10..100", default_value_t = SearchLimits::default().attribute_facets, value_parser = count(10, 100))]
    pub limit_attribute_facets: u32,
    /// Most values of an attribute in a facet.
    #[arg(long, value_name = "10..1000", default_value_t = SearchLimits::default().attribute_values, value_parser = count(10, 1_000))]
    pub limit_attribute_values: u32,
    /// Most bands of prices in a facet.
    #[arg(long, value_name = "1..200", default_value_t = SearchLimits::default().price_bands, value_parser = size(1, 200))]
    pub limit_price_bands: usize,
    /// Most buckets that an interval of prices may make.
    #[arg(long, value_name = "1..1000", default_value_t = SearchLimits::default().price_buckets, value_parser = count(1, 1_000))]
    pub limit_price_buckets: u32,
    /// Most suggestions in one list.
    #[arg(long, value_name = "8..100", default_value_t = SearchLimits::default().suggestions, value_parser = count(8, 100))]
    pub limit_suggestions: u32,
    /// Most products that are similar to one.
    #[arg(long, value_name = "5..100", default_value_t = SearchLimits::default().similar, value_parser = count(5, 100))]
    pub limit_similar: u32,
    /// Most products in one list to create or to upsert.
    #[arg(long, value_name = "1..10000", default_value_t = ChangeLimits::default().rows, value_parser = size(1, 10_000))]
    pub limit_bulk_rows: usize,
    /// Largest body of a request.
    #[arg(long, value_name = "1024..67108864", default_value_t = HttpSettings::default().body_bytes, value_parser = size(1_024, 67_108_864))]
    pub limit_body_bytes: usize,
    /// Deepest nesting of objects and lists in the JSON of a request.
    #[arg(long, value_name = "8..120", default_value_t = JsonLimits::default().nesting, value_parser = size(8, 120))]
    pub limit_json_nesting: usize,
    // Not less than the most rows of a list of products that may be set, so that their own limit answers.
    /// Most items in a list, or entries in an object, in the JSON of a request.
    #[arg(long, value_name = "10000..1000000", default_value_t = JsonLimits::default().items, value_parser = size(10_000, 1_000_000))]
    pub limit_json_items: usize,
    /// Most values in the JSON of a request.
    #[arg(long, value_name = "10000..10000000", default_value_t = JsonLimits::default().values, value_parser = size(10_000, 10_000_000))]
    pub limit_json_values: usize,
    /// Most connections at once; further ones wait.
    #[arg(long, value_name = "1..100000", default_value_t = HttpSettings::default().connections, value_parser = size(1, 100_000))]
    pub limit_connections: usize,
    /// Largest GraphQL document.
    #[arg(long, value_name = "1024..1048576", default_value_t = DocumentLimits::default().bytes, value_parser = size(1_024, 1_048_576))]
    pub limit_document_bytes: usize,
    /// Most tokens in a GraphQL document, and most values in arguments that its operations reach together.
    #[arg(long, value_name = "10..100000", default_value_t = DocumentLimits::default().tokens, value_parser = size(10, 100_000))]
    pub limit_document_tokens: usize,
    /// Deepest nesting of braces, brackets and parentheses in a GraphQL document.
    #[arg(long, value_name = "8..200", default_value_t = DocumentLimits::default().recursion, value_parser = size(8, 200))]
    pub limit_document_recursion: usize,
    /// Deepest selection of an operation.
    #[arg(long, value_name = "1..30", default_value_t = DocumentLimits::default().depth, value_parser = size(1, 30))]
    pub limit_depth: usize,
    /// Most aliases in an operation.
    #[arg(long, value_name = "1..10000", default_value_t = DocumentLimits::default().aliases, value_parser = size(1, 10_000))]
    pub limit_aliases: usize,
    /// Most root fields in an operation.
    #[arg(long, value_name = "1..10000", default_value_t = DocumentLimits::default().root_fields, value_parser = size(1, 10_000))]
    pub limit_root_fields: usize,
    /// Most directives in a GraphQL document, fragments unfolded.
    #[arg(long, value_name = "1..10000", default_value_t = DocumentLimits::default().directives, value_parser = size(1, 10_000))]
    pub limit_directives: usize,
    /// Most fields in a GraphQL document, fragments unfolded, all operations together; each spread counts as one.
    #[arg(long, value_name = "10..100000", default_value_t = DocumentLimits::default().fields, value_parser = size(10, 100_000))]
    pub limit_fields: usize,
    /// Most mistakes of a GraphQL document or its variables that one answer tells.
    #[arg(long, value_name = "1..100", default_value_t = DocumentLimits::default().errors, value_parser = size(1, 100))]
    pub limit_document_errors: usize,
    /// Most values in the variables of a query, objects counted as ten; mutations are bound by the values of their JSON.
    #[arg(long, value_name = "100..10000000", default_value_t = DocumentLimits::default().values, value_parser = size(100, 10_000_000))]
    pub limit_query_values: usize,
    /// Most fields that an answer may hold by the page sizes and rows asked for; a search or a mutation counts as 100.
    #[arg(long, value_name = "100..10000000", default_value_t = DocumentLimits::default().cost, value_parser = size(100, 10_000_000))]
    pub limit_cost: usize,
    /// What becomes of an operation that costs more: it is refused, or run and logged with a warning.
    #[arg(long, value_enum, default_value_t = CostMode::Enforce)]
    pub cost_mode: CostMode,
    /// Most memory for documents that were parsed and validated, so that they need not be again.
    #[arg(long, value_name = "0..4294967296", default_value_t = ApiSettings::default().prepared_bytes, value_parser = RangedU64ValueParser::<u64>::new().range(0..=4_294_967_296))]
    pub limit_prepared_document_bytes: u64,
    /// How long others may keep answers about products, in seconds, and an hour those about the schema and the errors; 0: nobody keeps anything.
    #[arg(long, value_name = "0..86400", default_value_t = ApiSettings::default().cache_max_age_seconds, value_parser = count(0, 86_400))]
    pub cache_max_age_seconds: u32,
    /// Longest line of an import or of judgments, in bytes, and longest ranking to compare with.
    #[arg(long, value_name = "1024..67108864", default_value_t = 1024 * 1024, value_parser = size(1_024, 67_108_864))]
    pub limit_import_line_bytes: usize,
    /// Most queries of one evaluation.
    #[arg(long, value_name = "1..1000000", default_value_t = 10_000, value_parser = size(1, 1_000_000))]
    pub limit_judged_queries: usize,
    /// Most commands that use the socket of a serving gateway at once.
    #[arg(long, value_name = "1..64", default_value_t = 4, value_parser = size(1, 64))]
    pub limit_socket_commands: usize,
}

/// What becomes of an operation that costs more than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostMode {
    /// It is refused.
    Enforce,
    /// It is run, and the log warns of it.
    Measure,
}

impl LimitSettings {
    /// What a search may ask for.
    pub fn search(&self) -> SearchLimits {
        SearchLimits {
            query_length: self.limit_query_length,
            default_page_size: self.default_page_size,
            page_size: self.limit_page_size,
            page_window: self.limit_page_window,
            sort_keys: self.limit_sort_keys,
            filter_nesting: self.limit_filter_nesting,
            filter_conditions: self.limit_filter_conditions,
            filter_values: self.limit_filter_values,
            filter_tags: self.limit_filter_tags,
            ids: self.limit_ids,
            facet_values: self.limit_facet_values,
            attribute_facets: self.limit_attribute_facets,
            attribute_values: self.limit_attribute_values,
            price_bands: self.limit_price_bands,
            price_buckets: self.limit_price_buckets,
            suggestions: self.limit_suggestions,
            similar: self.limit_similar,
            ..SearchLimits::default()
        }
    }

    /// What a write may ask for.
    pub fn changes(&self) -> ChangeLimits {
        ChangeLimits { rows: self.limit_bulk_rows }
    }
}

fn size(least: u64, most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(least..=most)
}

fn count(least: u64, most: u64) -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(least..=most)
}
