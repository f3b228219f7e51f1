//! Settings of how searches find, and of the files that tune them.

use std::path::PathBuf;

use clap::{Args, builder::RangedU64ValueParser};

use crate::search::{SYNONYM_WORDS_OF_QUERY, SearchLimits, SynonymLimits};

/// How searches find what shoppers mean.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Relevance")]
pub struct RelevanceSettings {
    /// Ranking: TOML with weights and factors (docs/relevance.md), read again when it changes; unset: the default ranking.
    #[arg(long, value_name = "FILE")]
    pub ranking_file: Option<PathBuf>,
    /// Largest ranking file.
    #[arg(long, value_name = "1024..1048576", default_value_t = 65_536, value_parser = RangedU64ValueParser::<usize>::new().range(1_024..=1_048_576))]
    pub ranking_bytes: usize,
    /// Synonyms: lines like `tv, television` or `laptop => computer`, read again when they change; unset: no synonyms.
    #[arg(long, value_name = "FILE")]
    pub synonyms_file: Option<PathBuf>,
    /// Largest file of synonyms.
    #[arg(long, value_name = "1024..67108864", default_value_t = 1_048_576, value_parser = RangedU64ValueParser::<usize>::new().range(1_024..=67_108_864))]
    pub synonyms_bytes: usize,
    /// Most rules in a file of synonyms.
    #[arg(long, value_name = "1..1000000", default_value_t = SynonymLimits::default().rules, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub synonyms_rules: usize,
    /// Most terms in a rule of synonyms.
    #[arg(long, value_name = "2..100", default_value_t = SynonymLimits::default().terms, value_parser = RangedU64ValueParser::<usize>::new().range(2..=100))]
    pub synonyms_terms: usize,
    /// Most words in a term of synonyms.
    #[arg(long, value_name = "1..10", default_value_t = SynonymLimits::default().words, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10))]
    pub synonyms_words: usize,
    /// Most words that the synonyms of one term have, all rules together, times the words of the term; a query takes 50 for all its terms, and no more.
    #[arg(long, value_name = "1..50", default_value_t = SynonymLimits::default().synonym_words, value_parser = RangedU64ValueParser::<usize>::new().range(1..=SYNONYM_WORDS_OF_QUERY as u64))]
    pub synonyms_of_term: usize,
    /// Time between two looks at the ranking and at the synonyms.
    #[arg(long, value_name = "10..3600000", default_value_t = 2_000, value_parser = RangedU64ValueParser::<u64>::new().range(10..=3_600_000))]
    pub tuning_reload_ms: u64,
    /// Fewer products than this by the exact words, without the filter, and a search asks again: any word, and misspelt ones corrected when nothing was found; 0 never asks again.
    #[arg(long, value_name = "0..1000", default_value_t = SearchLimits::default().relax_below, value_parser = RangedU64ValueParser::<u32>::new().range(0..=1_000))]
    pub search_relax_below: u32,
}

impl RelevanceSettings {
    /// How much a file of synonyms may hold.
    pub fn synonyms(&self) -> SynonymLimits {
        SynonymLimits {
            rules: self.synonyms_rules,
            terms: self.synonyms_terms,
            words: self.synonyms_words,
            synonym_words: self.synonyms_of_term,
        }
    }
}
