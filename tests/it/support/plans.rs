//! What engines are asked for a search whose exact words are looked for.

use aisle::search::{Search, SearchPlan, Stage, Tuning};

/// The plan of the first stage.
pub fn plan(search: &Search) -> SearchPlan {
    search.plan(&Stage::Exact, &Tuning::default())
}
