//! What an engine is asked for suggestions.

use std::collections::BTreeSet;

use super::{Corrections, SuggestionKind, SuggestionQuery, TypedWord};
use crate::search::{
    Clause, Direction, Facet, FacetPlan, Filter, HitsPlan, Place, Relevance, SearchPlan, SortField, SortKey,
    SpellingPlan, TextColumn, Window,
    facet::{FacetOrder, ValueField, ValuesFacet},
};

/// What is fetched for each place of the list: names and spellings that differ by case only are suggested once.
const ROOM: u32 = 2;
/// What a beginning counts that stands for the one that was typed, beside the one that is likelier.
const CORRECTED: f32 = 0.5;

impl SuggestionKind {
    /// The words of what is suggested.
    fn words(self) -> TextColumn {
        match self {
            Self::Product => TextColumn::Name,
            Self::Category => TextColumn::Category,
            Self::Brand => TextColumn::Brand,
        }
    }

    /// The first letters of the words of what is suggested.
    fn prefixes(self) -> TextColumn {
        match self {
            Self::Product => TextColumn::NamePrefixes,
            Self::Category => TextColumn::CategoryPrefixes,
            Self::Brand => TextColumn::BrandPrefixes,
        }
    }
}

impl SuggestionQuery {
    /// What is asked for words as they were typed; misspelt ones are looked up on the way.
    pub fn plan(&self, kind: SuggestionKind) -> SearchPlan {
        let clause = Clause::all(self.words.iter().map(|word| exact(kind, word)).collect());
        let words = self.correctable();
        let spelling = (!words.is_empty()).then(|| SpellingPlan { column: kind.prefixes(), words });
        SearchPlan { spelling, ..self.asking(kind, clause) }
    }

    /// What is asked when too few were found: every word is a beginning, or another one stands for it.
    pub fn corrected_plan(&self, kind: SuggestionKind, corrections: &Corrections) -> SearchPlan {
        let column = kind.prefixes();
        let words = self.words.iter().map(|typed| {
            let own = word(column, &typed.beginning, 1.0);
            let weights = std::iter::successors(Some(CORRECTED), |weight| Some(weight * CORRECTED));
            let others = corrections.of(&typed.beginning).iter().zip(weights);
            let others = others.map(|(other, weight)| word(column, other, weight));
            Clause::best([own].into_iter().chain(others).collect())
        });
        self.asking(kind, Clause::all(words.collect()))
    }

    /// The tokens of complete words.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|word| word.token.as_deref())
    }

    fn asking(&self, kind: SuggestionKind, clause: Clause) -> SearchPlan {
        let size = self.size.saturating_mul(ROOM);
        let relevance = Some(Relevance { clause, factors: Vec::new() });
        let counted = |field| SearchPlan { facets: vec![counts(field, size)], ..SearchPlan::everything() };
        let plan = match kind {
            SuggestionKind::Product => {
                let order = vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }];
                let window = Window { place: Place::Offset(0), size };
                let hits = HitsPlan { fields: self.fields, order, window, scores: false };
                SearchPlan { hits: Some(hits), ..SearchPlan::everything() }
            }
            SuggestionKind::Category => counted(ValueField::Category),
            SuggestionKind::Brand => counted(ValueField::Brand),
        };
        SearchPlan { relevance, ..plan }
    }
}

fn exact(kind: SuggestionKind, typed: &TypedWord) -> Clause {
    match &typed.token {
        Some(token) => word(kind.words(), token, 1.0),
        None => word(kind.prefixes(), &typed.beginning, 1.0),
    }
}

fn word(column: TextColumn, token: &str, weight: f32) -> Clause {
    Clause::Word { column, token: token.to_owned(), weight }
}

fn counts(field: ValueField, size: u32) -> FacetPlan {
    let facet = Facet::Values(ValuesFacet { field, size, order: FacetOrder::Count, matching: None });
    FacetPlan { facet, filter: Filter::All, selected: BTreeSet::new(), own: Vec::new() }
}
