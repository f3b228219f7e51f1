//! A search as a caller wrote it, and its check into a [`Search`].

use super::{
    FilterDraft, Problems, Search, SearchLimits, SearchProblem, SortDraft, Wants, WindowDraft,
    fingerprint::fingerprint,
    sort::{self, Ranked},
    text_query,
    window::CursorReader,
};

/// The arguments of one product search before their check.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchDraft {
    /// Words to look for; blank or `*` means everything.
    pub query: Option<String>,
    /// Which products may be found.
    pub filter: Option<FilterDraft>,
    /// In which order; none means by relevance with words, newest first without.
    pub sort: Option<Vec<SortDraft>>,
    /// Which part of the list.
    pub window: WindowDraft,
    /// What is to be computed.
    pub wants: Wants,
}

impl SearchDraft {
    /// The checked search, or everything that is wrong with it.
    pub fn check(self, limits: &SearchLimits) -> Result<Search, SearchProblem> {
        let mut problems = Problems::default();
        let text = text_query::check(self.query, limits, &mut problems);
        let own = self.filter.map(|draft| draft.check("filter", limits, &mut problems)).unwrap_or_default();
        let filter = own.whole();
        let ranked = if text.is_some() { Ranked::ByText } else { Ranked::ByAge };
        let order = sort::check(self.sort, ranked, limits, &mut problems);
        let fingerprint = fingerprint(text.as_ref(), &filter, &order);
        let reader = CursorReader { fingerprint, order: &order, text: text.as_ref() };
        let (window, stage) = self.window.check(limits, reader, &mut problems);
        problems.into_result(Search { text, own, filter, order, window, stage, wants: self.wants, fingerprint })
    }
}
