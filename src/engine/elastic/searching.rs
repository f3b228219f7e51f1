//! Searches and what they need beyond one request.
//!
//! Invariant: searches of one call are one request, and a second one follows only when values of a facet are missing from
//! the first answer.

use elasticsearch::http::Method;

use super::{
    ElasticEngine,
    abilities::Abilities,
    answer::{Answered, MULTI_SEARCH_PATHS, MultiSearchBody},
    facets::FollowUp,
    layout::IndexNames,
    multi_search,
    problem::Problem,
    wire::{Request, RequestKind},
};
use crate::{
    backend::EngineError,
    search::{SearchPlan, SearchResults},
};

type Answer = Result<Answered, EngineError>;

impl ElasticEngine {
    /// What the searches find, in their order.
    pub(super) async fn multi_search(
        &self,
        names: &IndexNames,
        searches: &[SearchPlan],
    ) -> Result<Vec<Result<SearchResults, EngineError>>, EngineError> {
        let abilities = self.abilities();
        let aside: Vec<FollowUp> =
            searches.iter().enumerate().flat_map(|search| FollowUp::beside(search, abilities)).collect();
        let plans: Vec<&SearchPlan> = searches.iter().chain(plans_of(&aside)).collect();
        let mut answers = self.ask(names, &plans, abilities).await?;
        let answers_aside = answers.split_off(searches.len().min(answers.len()));
        complete(&mut answers, &aside, answers_aside);
        let after = lacking(&mut answers, searches);
        if !after.is_empty() {
            let plans: Vec<&SearchPlan> = plans_of(&after).collect();
            let more = self.ask(names, &plans, abilities).await?;
            complete(&mut answers, &after, more);
        }
        Ok(answers.into_iter().map(|answer| self.notice(answer.map(|answer| answer.results))).collect())
    }

    fn abilities(&self) -> Abilities {
        Abilities { shards: self.settings.shards, composites: self.state.composites(), scores: self.state.scores() }
    }

    /// The answers to one request, as many as plans.
    async fn ask(
        &self,
        names: &IndexNames,
        plans: &[&SearchPlan],
        abilities: Abilities,
    ) -> Result<Vec<Answer>, EngineError> {
        let request = Request {
            kind: RequestKind::Search,
            method: Method::Post,
            path: "_msearch",
            query: &[("filter_path", MULTI_SEARCH_PATHS)],
            body: Some(multi_search::body(&names.alias, plans, abilities)?),
        };
        let answer = self.wire.send(request).await?;
        let body: MultiSearchBody<'_> = answer.read()?;
        if body.responses.len() != plans.len() {
            return Err(Problem::Content("another number of answers than searches").unexpected());
        }
        let answers = body.responses.into_iter().zip(plans);
        Ok(answers.map(|(answer, plan)| answer.into_answer(plan, abilities)).collect())
    }
}

fn plans_of(follow_ups: &[FollowUp]) -> impl Iterator<Item = &SearchPlan> {
    follow_ups.iter().map(|follow_up| &follow_up.plan)
}

/// The searches for what the answers lack.
fn lacking(answers: &mut [Answer], searches: &[SearchPlan]) -> Vec<FollowUp> {
    let answered = answers.iter_mut().zip(searches).enumerate();
    let lacking = answered.filter_map(|(number, (answer, search))| Some((number, answer.as_mut().ok()?, search)));
    let after = lacking.flat_map(|(number, answer, search)| {
        answer.lacking.drain(..).filter_map(move |lacking| FollowUp::after((number, search), lacking))
    });
    after.collect()
}

/// Puts further answers where they belong; a search fails with any that it needs.
fn complete(answers: &mut [Answer], follow_ups: &[FollowUp], more: Vec<Answer>) {
    for (follow_up, more) in follow_ups.iter().zip(more) {
        let Some(answer) = answers.get_mut(follow_up.search) else { continue };
        match (&mut *answer, more) {
            (Ok(answered), Ok(more)) => {
                answered.lacking.extend(follow_up.lacking(more.lacking));
                follow_up.complete(&mut answered.results, more.results);
            }
            (Ok(_), Err(error)) => *answer = Err(error),
            (Err(_), _) => {}
        }
    }
}
