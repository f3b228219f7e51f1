//! The order of an answer.
//!
//! Invariant: an order ends with the id, ascending, so that no two products share a place.

use super::{Problems, SearchLimits};
use crate::product::Rule;

/// What products can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SortField {
    /// How well the words match.
    Relevance,
    /// The name, by its sort key.
    Name,
    /// The price.
    Price,
    /// The time of creation.
    CreatedAt,
    /// The time of the last change.
    UpdatedAt,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// What is compared.
    pub field: SortField,
    /// Which end comes first.
    pub direction: Direction,
}

/// A sort key as a caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortDraft {
    /// What is compared.
    pub field: SortField,
    /// Which end comes first; `None` is natural for the field.
    pub direction: Option<Direction>,
}

impl SortField {
    fn natural_direction(self) -> Direction {
        match self {
            Self::Name | Self::Price => Direction::Ascending,
            Self::Relevance | Self::CreatedAt | Self::UpdatedAt => Direction::Descending,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Relevance => "RELEVANCE",
            Self::Name => "NAME",
            Self::Price => "PRICE",
            Self::CreatedAt => "CREATED_AT",
            Self::UpdatedAt => "UPDATED_AT",
        }
    }
}

/// Whether an answer can be ordered by how well words match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ranked {
    /// There are words.
    ByText,
    /// There are none: relevance means newest first.
    ByAge,
}

/// The keys in force: the caller's, or the default for none.
pub(super) fn check(
    drafts: Option<Vec<SortDraft>>,
    ranked: Ranked,
    limits: &SearchLimits,
    problems: &mut Problems,
) -> Vec<SortKey> {
    let mut drafts = drafts.unwrap_or_default();
    if drafts.len() > limits.sort_keys {
        let message = format!("sort takes at most {} keys, not {}", limits.sort_keys, drafts.len());
        problems.violation("sort", Rule::MaxItems, message);
        return Vec::new();
    }
    if drafts.is_empty() {
        drafts.push(SortDraft { field: SortField::Relevance, direction: None });
    }
    let mut keys: Vec<SortKey> = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        let path = format!("sort[{index}]");
        if drafts.iter().take(index).any(|earlier| earlier.field == draft.field) {
            problems.violation(&path, Rule::Duplicate, format!("sort names {} twice", draft.field.name()));
        }
        if draft.field == SortField::Relevance && draft.direction == Some(Direction::Ascending) {
            let message = "RELEVANCE sorts descending only: the best match comes first".to_owned();
            problems.violation(&format!("{path}.direction"), Rule::Exclusive, message);
        }
        let field = match (draft.field, ranked) {
            (SortField::Relevance, Ranked::ByAge) => SortField::CreatedAt,
            (field, _) => field,
        };
        // Without words RELEVANCE stands for CREATED_AT, which the caller may have named as well.
        if !keys.iter().any(|key| key.field == field) {
            keys.push(SortKey { field, direction: draft.direction.unwrap_or_else(|| field.natural_direction()) });
        }
    }
    keys
}
