//! What is looked for in texts and how what is found scores: the language that every engine speaks.
//!
//! A [`Relevance`] is made from words and a ranking in one place, and translated by each engine node by node. Invariant:
//! weights and factors are finite and above 0, and lists are never empty.

use super::{Filter, Sought};

/// A text of products in which words are looked for; each holds tokens of our own analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextColumn {
    /// Name (three times), brand (twice), category, tags, values of attributes, description.
    Everything,
    /// The name.
    Name,
    /// The brand.
    Brand,
    /// The category.
    Category,
    /// Tags and values of attributes.
    Details,
    /// Neighbouring words of the name written as one.
    JoinedName,
    /// The words of [`Everything`](Self::Everything) as they are spelt, not stemmed: the dictionary of corrections. A
    /// word that is missing here is in no product.
    Spelling,
    /// The first letters of each word of the name.
    NamePrefixes,
    /// The first letters of each word of the brand.
    BrandPrefixes,
    /// The first letters of each word of the category.
    CategoryPrefixes,
}

impl TextColumn {
    /// Every text.
    pub const ALL: [Self; 10] = [
        Self::Everything,
        Self::Name,
        Self::Brand,
        Self::Category,
        Self::Details,
        Self::JoinedName,
        Self::Spelling,
        Self::NamePrefixes,
        Self::BrandPrefixes,
        Self::CategoryPrefixes,
    ];

    /// Whether the places of its words are known: phrases are looked for in these alone.
    pub fn has_places(self) -> bool {
        matches!(self, Self::Everything | Self::Name)
    }
}

/// A value of products that is compared as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyColumn {
    /// The key of the sku.
    Sku,
    /// The key of the name.
    Name,
    /// The tokens of the brand, a space between them.
    BrandWords,
    /// The tokens of the category, a space between them.
    CategoryWords,
}

/// Which products match, and their score.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// Products that hold a token; BM25 (k1 1.2, b 0.75, Lucene's form) times `weight`.
    Word {
        /// Where.
        column: TextColumn,
        /// What.
        token: String,
        /// Factor of its score.
        weight: f32,
    },
    /// Products that hold these tokens one right after the other; BM25 of the phrase times `weight`.
    Phrase {
        /// Where; a column that [has places](TextColumn::has_places).
        column: TextColumn,
        /// Two tokens or more.
        tokens: Vec<String>,
        /// Factor of its score.
        weight: f32,
    },
    /// Products whose key is one of these; each scores `weight`.
    Key {
        /// Which key.
        column: KeyColumn,
        /// The keys.
        values: Vec<String>,
        /// The score.
        weight: f32,
    },
    /// Products that meet a filter; each scores `weight`.
    Meets {
        /// The filter.
        filter: Filter,
        /// The score.
        weight: f32,
    },
    /// Products that match every part; scores add up.
    All(Vec<Clause>),
    /// Products that match one part at least; scores add up.
    Any(Vec<Clause>),
    /// Products that match so many parts at least; scores add up.
    AtLeast {
        /// How many: more than one, fewer than all.
        least: usize,
        /// Of which.
        parts: Vec<Clause>,
    },
    /// Products that match one part at least; the best score counts.
    Best(Vec<Clause>),
    /// Products that match `required`; what else matches adds to the score.
    Plus {
        /// What must match.
        required: Box<Clause>,
        /// What adds to the score.
        extra: Vec<Clause>,
    },
}

/// Multiplies the score of products.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Products that match this,
    pub when: Clause,
    /// and none of these,
    pub unless: Vec<Clause>,
    /// have their score multiplied by this.
    pub factor: f32,
}

/// What is looked for and how it scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Relevance {
    /// Which products match, and their score.
    pub clause: Clause,
    /// What the score is multiplied by, one after the other.
    pub factors: Vec<Factor>,
}

impl Relevance {
    /// Every token that texts are searched for.
    pub fn sought(&self) -> Sought {
        let mut sought = Sought::default();
        self.clause.collect_tokens(&mut sought);
        sought
    }
}

impl Clause {
    /// Products that match every part; the part itself where there is one.
    pub fn all(parts: Vec<Self>) -> Self {
        Self::only_or(parts, Self::All)
    }

    /// Products that match one part at least; the part itself where there is one.
    pub fn any(parts: Vec<Self>) -> Self {
        Self::only_or(parts, Self::Any)
    }

    /// Products that match one part at least, by their best; the part itself where there is one.
    pub fn best(parts: Vec<Self>) -> Self {
        Self::only_or(parts, Self::Best)
    }

    fn only_or(mut parts: Vec<Self>, several: fn(Vec<Self>) -> Self) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                several(parts)
            }
        }
    }

    fn collect_tokens(&self, sought: &mut Sought) {
        match self {
            Self::Word { column, token, .. } => sought.insert(*column, token),
            Self::Phrase { column, tokens, .. } => tokens.iter().for_each(|token| sought.insert(*column, token)),
            Self::Key { .. } | Self::Meets { .. } => {}
            Self::All(parts) | Self::Any(parts) | Self::Best(parts) | Self::AtLeast { parts, .. } => {
                for part in parts {
                    part.collect_tokens(sought);
                }
            }
            Self::Plus { required, extra } => {
                required.collect_tokens(sought);
                for part in extra {
                    part.collect_tokens(sought);
                }
            }
        }
    }
}
