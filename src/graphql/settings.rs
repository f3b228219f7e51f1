//! What an operator can set about the API.

use super::DocumentSettings;

/// Settings of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiSettings {
    /// Currency of every price, ISO 4217.
    pub currency: String,
    /// What one document may ask for.
    pub document: DocumentLimits,
    /// Which documents run, and how they may be named.
    pub documents: DocumentSettings,
    /// What becomes of an operation that costs more than allowed.
    pub cost_mode: CostMode,
    /// How long answers about products may be kept by whoever passes them on, in seconds; 0: no answer is kept at all.
    pub cache_max_age_seconds: u32,
    /// Most memory for prepared documents, in bytes.
    pub prepared_bytes: u64,
    /// Longest time for one operation, in milliseconds.
    pub operation_timeout_ms: u64,
    /// An operation that takes longer than this, in milliseconds, is logged as slow.
    pub slow_operation_ms: u64,
    /// Whether the schema can be asked for.
    pub introspection: Introspection,
}

/// What becomes of an operation that costs more than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostMode {
    /// It is refused.
    Enforce,
    /// It is run, and the log warns of it; the limits on the document itself hold all the same.
    Measure,
}

/// Whether the schema can be asked for (`__schema`, `__type`, `/schema.graphql`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Introspection {
    /// Anybody may ask.
    Allowed,
    /// Nobody may ask: production.
    Refused,
}

/// What one document may ask for; each number protects the service from one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Largest document text, in bytes.
    pub bytes: usize,
    /// Most tokens.
    pub tokens: usize,
    /// Deepest nesting of braces, brackets and parentheses in the text.
    pub recursion: usize,
    /// Deepest selection, in fields from the root; introspection is exempt, its cost is not.
    pub depth: usize,
    /// Most aliases, fragments unfolded.
    pub aliases: usize,
    /// Most root fields, fragments unfolded.
    pub root_fields: usize,
    /// Most directives, fragments unfolded, of all operations of a document together.
    ///
    /// Clients write one for each part that may be skipped; the default is that of aliases.
    pub directives: usize,
    /// Most fields and spreads of fragments, fragments unfolded, of all operations of a document together: what
    /// validation has to compare.
    ///
    /// The schema query of graphql-js has about 240. The default is eight times as much, and takes less than 5 ms to
    /// validate.
    pub fields: usize,
    /// Most mistakes of one document or its variables that are told; a long one could have thousands.
    pub errors: usize,
    /// Most values in the variables of a query, objects counted as ten: 100 conditions of 100 values each fit.
    pub values: usize,
    /// Most fields that the answer may hold by the page sizes and rows asked for; a search and a mutation count as 100
    /// each, and variables that are used more than once by their size.
    ///
    /// The default lets a list of 1,000 new products through with every field of its rows (about 58,000), three full
    /// pages of 100 products, both as nodes and as edges (about 25,000), and the schema query of every client (about
    /// 10,000); an answer of that size takes some 50 ms to write.
    pub cost: usize,
}

impl Default for ApiSettings {
    /// The values of the contract.
    fn default() -> Self {
        Self {
            currency: "USD".to_owned(),
            document: DocumentLimits::default(),
            documents: DocumentSettings::default(),
            cost_mode: CostMode::Enforce,
            cache_max_age_seconds: 0,
            prepared_bytes: 32 * 1024 * 1024,
            operation_timeout_ms: 10_000,
            slow_operation_ms: 1_000,
            introspection: Introspection::Allowed,
        }
    }
}

impl Default for DocumentLimits {
    /// The values of the contract ("Limits"); recursion, directives, fields and cost are ours.
    fn default() -> Self {
        Self {
            bytes: 256 * 1024,
            tokens: 5_000,
            recursion: 64,
            depth: 12,
            aliases: 100,
            root_fields: 100,
            directives: 100,
            fields: 2_000,
            errors: 5,
            values: 15_000,
            cost: 60_000,
        }
    }
}
