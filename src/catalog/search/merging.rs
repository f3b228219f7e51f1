//! Searches that differ only in what they count are one search.
//!
//! Invariant: each search gets what it would have got alone, and nothing that it does not want.

use std::{borrow::Cow, collections::HashMap};

use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{Facet, FacetOutcome, OwnFilters, Search, SearchAnswer, SearchResults, Stage, TextQuery, Wants},
};

/// A search that answers several.
pub(super) struct Merged<'a> {
    /// What is asked.
    pub(super) search: Cow<'a, Search>,
    /// Which of the searches it answers.
    members: Vec<usize>,
}

/// What searches must share to be one.
type Scope<'a> = (Option<&'a TextQuery>, &'a OwnFilters, Option<&'a Stage>);

/// As few searches as answer all of these.
pub(super) fn merge(searches: &[Search]) -> Vec<Merged<'_>> {
    let mut merged: Vec<Merged<'_>> = Vec::new();
    let mut by_scope: HashMap<Scope<'_>, Vec<usize>> = HashMap::new();
    for (member, search) in searches.iter().enumerate() {
        let alike = by_scope.entry(scope(search)).or_default();
        let fitting =
            alike.iter().copied().find(|&at| merged.get(at).is_some_and(|merged| fit(&merged.search, search)));
        if let Some(merged) = fitting.and_then(|at| merged.get_mut(at)) {
            merged.members.push(member);
            take_in(merged.search.to_mut(), search);
        } else {
            alike.push(merged.len());
            merged.push(Merged { search: Cow::Borrowed(search), members: vec![member] });
        }
    }
    merged
}

/// The answer to each of the searches, from those to the merged ones.
pub(super) fn split(
    searches: &[Search],
    merged: &[Merged<'_>],
    answers: Vec<Result<SearchAnswer, EngineError>>,
) -> Vec<Result<SearchAnswer, EngineError>> {
    let mut shares: Vec<Result<SearchAnswer, EngineError>> =
        searches.iter().map(|_| Err(EngineErrorKind::Unexpected.into())).collect();
    for (merged, answer) in merged.iter().zip(answers) {
        let mut give = |member: usize, answer: Result<SearchAnswer, EngineError>| {
            if let (Some(search), Some(place)) = (searches.get(member), shares.get_mut(member)) {
                *place = answer.map(|answer| share(&merged.search.wants, answer, &search.wants));
            }
        };
        let Some((&last, others)) = merged.members.split_last() else { continue };
        for &member in others {
            give(member, answer.clone());
        }
        give(last, answer);
    }
    shares
}

fn scope(search: &Search) -> Scope<'_> {
    (search.text.as_ref(), &search.own, search.stage.as_ref())
}

fn fit(one: &Search, two: &Search) -> bool {
    let is_same_list = one.order == two.order && one.window == two.window;
    one.wants.hits.is_none() || two.wants.hits.is_none() || is_same_list
}

fn take_in(merged: &mut Search, search: &Search) {
    if merged.wants.hits.is_none() {
        merged.order.clone_from(&search.order);
        merged.window = search.window.clone();
        merged.fingerprint = search.fingerprint;
    }
    let wants = &mut merged.wants;
    wants.hits = match (wants.hits, search.wants.hits) {
        (Some(one), Some(two)) => Some(one.union(two)),
        (one, two) => one.or(two),
    };
    wants.scores |= search.wants.scores;
    wants.total |= search.wants.total;
    wants.did_you_mean |= search.wants.did_you_mean;
    wants.highlights |= search.wants.highlights;
    wants.facets.extend(search.wants.facets.iter().cloned());
}

/// What one search wants of an answer to more.
fn share(asked: &Wants, answer: SearchAnswer, wants: &Wants) -> SearchAnswer {
    let SearchAnswer { results, stage, did_you_mean, sought } = answer;
    let mut counted: HashMap<&Facet, FacetOutcome> = asked.facets.iter().zip(results.facets).collect();
    let facets = wants.facets.iter().filter_map(|facet| counted.remove(facet)).collect();
    let has_hits = wants.hits.is_some();
    let results = SearchResults {
        hits: if has_hits { results.hits } else { Vec::new() },
        has_more: has_hits && results.has_more,
        total: results.total.filter(|_| wants.total),
        facets,
        ..results
    };
    SearchAnswer { results, stage, did_you_mean: did_you_mean.filter(|_| wants.did_you_mean), sought }
}
