//! What engines are asked for a search at each of its stages.

use aisle::search::{Search, SearchPlan, Stage, Tuning};

/// The plan of the second stage, where any word suffices: for tests that want long lists.
pub fn relaxed_plan(search: &Search) -> SearchPlan {
    search.plan(&Stage::Relaxed(Vec::new()), &Tuning::default())
}

/// The plan of the first stage.
pub fn plan(search: &Search) -> SearchPlan {
    search.plan(&Stage::Exact, &Tuning::default())
}
