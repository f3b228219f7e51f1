//! What an engine is asked for suggestions.

use std::collections::BTreeSet;

use super::{Corrections, Reading, SuggestionKind, SuggestionQuery, TypedWord};
use crate::search::{
    Clause, Direction, Facet, FacetPlan, Filter, HitsPlan, Place, Relevance, SearchPlan, SortField, SortKey,
    SpellingPlan, TextColumn, Window,
    facet::{FacetOrder, ValueField, ValuesFacet},
    plan::preference_of,
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
    /// What is asked for a reading, for each of its kinds.
    pub fn plans(&self, reading: &Reading) -> Vec<SearchPlan> {
        match reading {
            Reading::AsTyped => SuggestionKind::ALL.map(|kind| self.typed(kind)).into(),
            Reading::Beginnings => SuggestionKind::ALL.map(|kind| self.loose(kind, &Corrections::default())).into(),
            Reading::Corrected(corrections) => {
                corrections.iter().map(|(kind, corrections)| self.loose(*kind, corrections)).collect()
            }
        }
    }

    /// The words as they were typed; misspelt ones are looked up on the way.
    fn typed(&self, kind: SuggestionKind) -> SearchPlan {
        let clause = Clause::all(self.words.iter().map(|word| exact(kind, word)).collect());
        let words = self.correctable();
        let spelling = (!words.is_empty()).then(|| SpellingPlan { column: kind.prefixes(), words });
        SearchPlan { spelling, ..self.asking(kind, clause) }
    }

    /// Every word as it was typed, as a beginning, or by what stands for it.
    fn loose(&self, kind: SuggestionKind, corrections: &Corrections) -> SearchPlan {
        let words = self.words.iter().map(|typed| {
            let beginning = |text: &String, weight| word(kind.prefixes(), text, weight);
            let complete = typed.token.as_ref().map(|_| exact(kind, typed));
            let own = complete.into_iter().chain([beginning(&typed.beginning, 1.0)]);
            let weights = std::iter::successors(Some(CORRECTED), |weight| Some(weight * CORRECTED));
            let others = corrections.of(&typed.beginning).iter().zip(weights);
            Clause::best(own.chain(others.map(|(other, weight)| beginning(other, weight))).collect())
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
        let everything = SearchPlan::everything(preference_of(&self.words));
        let plan = match kind {
            SuggestionKind::Product => {
                let order = vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }];
                let window = Window { place: Place::Offset(0), size };
                let hits = HitsPlan { fields: self.fields, order, window, scores: false };
                SearchPlan { hits: Some(hits), ..everything }
            }
            SuggestionKind::Category => SearchPlan { facets: vec![counts(ValueField::Category, size)], ..everything },
            SuggestionKind::Brand => SearchPlan { facets: vec![counts(ValueField::Brand, size)], ..everything },
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        product::FieldSet,
        search::{SearchLimits, suggestion::SuggestionDraft},
    };

    fn preferences(prefix: &str) -> HashSet<u64> {
        let draft = SuggestionDraft { prefix: prefix.to_owned(), first: 8, fields: FieldSet::empty() };
        let query = draft.check(&SearchLimits::default()).unwrap();
        query.plans(&Reading::AsTyped).into_iter().map(|plan| plan.preference).collect()
    }

    #[test]
    fn what_is_typed_spreads_over_the_copies_of_an_index() {
        assert_eq!(preferences("mou"), preferences("Mou"));
        assert_eq!(preferences("mou").len(), 1);
        assert!(preferences("mou").is_disjoint(&preferences("mous")));
    }
}
