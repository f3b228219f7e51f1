//! What an engine is asked: one search, ready to be run.
//!
//! Invariant: a plan asks for nothing that nobody wants; what can match nothing is not part of it.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::{FacetPlan, Filter, Relevance, SortField, SortKey, TextColumn, Window, analysis::allowed_edits};
use crate::product::FieldSet;

/// One search as engines understand it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPlan {
    /// What is looked for in texts; `None` finds everything, without scores.
    pub relevance: Option<Relevance>,
    /// What hits, total and every facet obey.
    pub filter: Filter,
    /// What only hits and total obey: conditions that facets of their own fields ignore.
    pub narrowing: Filter,
    /// The products of a window, where any are wanted.
    pub hits: Option<HitsPlan>,
    /// How many of the products that match are counted.
    pub counting: Counting,
    /// What else is counted; the answers come in this order.
    pub facets: Vec<FacetPlan>,
    /// Words for which spellings are looked up.
    pub spelling: Option<SpellingPlan>,
    /// Equal for all pages of one list: the same copies of an index answer them, so that scores stay comparable. Other
    /// lists have others, so that every copy has work.
    pub preference: u64,
}

/// A window of an ordered list of products.
#[derive(Debug, Clone, PartialEq)]
pub struct HitsPlan {
    /// The fields that are read; the id comes always.
    pub fields: FieldSet,
    /// The order; the id, ascending, always follows.
    pub order: Vec<SortKey>,
    /// Which part of the list.
    pub window: Window,
    /// Whether somebody reads the scores; an order by relevance needs them all the same.
    pub scores: bool,
}

impl HitsPlan {
    /// Whether the order goes by scores.
    pub fn is_by_relevance(&self) -> bool {
        self.order.iter().any(|key| key.field == SortField::Relevance)
    }
}

/// How far matching products are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Not at all.
    Off,
    /// At least until there are so many: the total is right below, and this or more from there on.
    UpTo(u32),
    /// To the last one.
    Exact,
}

/// Near words that are answered for one word at most: the choice among them is made from the nearest, and a shopper's
/// slip has few that are as near.
pub const MAX_CANDIDATES: usize = 10;

/// Words for which the dictionary of a column is asked for near ones.
///
/// Near are those of the dictionary that differ by no more edits (insert, delete, replace, swap neighbours) than
/// [`edits`](Self::edits) says and begin with the same letter; of these the nearest, then those of most products, then by
/// bytes, at most [`MAX_CANDIDATES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpellingPlan {
    /// [`TextColumn::Spelling`] or one of prefixes.
    pub column: TextColumn,
    /// The words, each once, never empty; words that products have get no candidates.
    pub words: Vec<DoubtfulWord>,
}

/// A word whose spelling is in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulWord {
    /// As it is spelt.
    pub spelt: String,
    /// What products that have it in any form have in [`TextColumn::Everything`]; `None` for the start of a word, which
    /// is there when the dictionary has it.
    pub token: Option<String>,
}

impl SpellingPlan {
    /// Where a word is looked for to know whether products have it, and as what.
    pub fn evidence<'w>(&self, word: &'w DoubtfulWord) -> (TextColumn, &'w str) {
        // What has a word as it is spelt has its token as well.
        word.token.as_deref().map_or((self.column, word.spelt.as_str()), |token| (TextColumn::Everything, token))
    }

    /// Edits by which a near word may differ: those of a whole word, and of the start of one, 1 from three letters on.
    pub fn edits(&self, word: &str) -> u8 {
        match self.column {
            TextColumn::NamePrefixes | TextColumn::BrandPrefixes | TextColumn::CategoryPrefixes => {
                u8::from(word.chars().nth(2).is_some())
            }
            TextColumn::Everything
            | TextColumn::Name
            | TextColumn::Brand
            | TextColumn::Category
            | TextColumn::Details
            | TextColumn::JoinedName
            | TextColumn::Spelling => allowed_edits(word),
        }
    }
}

impl SearchPlan {
    /// Whether products are found with scores: what nobody reads and no order goes by is not computed.
    pub fn is_scored(&self) -> bool {
        let is_needed = |hits: &HitsPlan| hits.scores || hits.is_by_relevance();
        self.relevance.is_some() && self.hits.as_ref().is_some_and(is_needed)
    }

    /// A plan that finds everything and wants nothing, for a list of this preference.
    pub fn everything(preference: u64) -> Self {
        Self {
            relevance: None,
            filter: Filter::All,
            narrowing: Filter::All,
            hits: None,
            counting: Counting::Off,
            facets: Vec::new(),
            spelling: None,
            preference,
        }
    }
}

/// The preference of the list that belongs to a value.
pub(super) fn preference_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
