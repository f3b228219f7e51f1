//! Figures of judged queries are made of whole answers, and of one rating for each product.

use std::{io::Cursor, sync::Arc};

use aisle::{
    app::data::{DataBounds, DataCommand, DataEvent, Input, perform},
    catalog::{Catalog, CatalogSettings},
    product::{RandomIds, SystemClock},
    search::SearchPlan,
};
use tokio::sync::mpsc::channel;

use crate::support::{
    engines::{self, TestEngine},
    shelf::{made, store},
    watched_engine::{Fault, WatchedEngine},
};

/// What is told of judgments on an engine that has mugs and a fault, with a ranking to compare with.
async fn evaluated(fault: Fault, judgments: &str) -> Vec<DataEvent> {
    let engine: TestEngine = engines::embedded();
    let mug = made("a", "Red Mug", |draft| draft.sku = Some("MUG 1".to_owned()));
    store(&**engine, &[mug, made("b", "Blue Mug", |_| {})]).await;
    let watched = WatchedEngine::new(Arc::clone(&engine));
    watched.break_with(fault);
    let settings = CatalogSettings::default();
    let catalog = Catalog::new(watched, settings, Arc::new(SystemClock), Arc::new(RandomIds::default()));
    let ranking = "out_of_stock_factor = 5";
    let command = DataCommand::Evaluate { ranking_bytes: Some(ranking.len()) };
    let input = Input::patient(Cursor::new(format!("{ranking}{judgments}").into_bytes()));
    let bounds = DataBounds { line_bytes: 10_000, judged_queries: 10 };
    let (sender, mut receiver) = channel(64);
    perform(&catalog, command, input, bounds, sender).await;
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    events
}

fn is_of_other_ranking(plan: &SearchPlan) -> bool {
    plan.relevance.iter().flat_map(|relevance| &relevance.factors).any(|factor| (factor.factor - 5.0).abs() < 0.1)
}

#[tokio::test]
async fn an_answer_that_may_lack_products_is_no_figure_on_either_side() {
    let judgments = r#"{"query": "mug", "ratings": {"a": 1}}"#;
    for is_hit in [is_of_other_ranking, |plan: &SearchPlan| !is_of_other_ranking(plan)] {
        let events = evaluated(Fault::LeavesOutOf(is_hit), judgments).await;
        let [DataEvent::Refused { line: 1, code, message }, DataEvent::Evaluated { .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(code, "SERVICE_UNAVAILABLE");
        assert_eq!(message, "part of the index did not answer in time, so that products may be missing");
    }
    let events = evaluated(Fault::LeavesOutOf(|_| false), judgments).await;
    assert!(matches!(events.as_slice(), [DataEvent::Judged(_), DataEvent::Evaluated { .. }]), "{events:?}");
}

#[tokio::test]
async fn a_line_that_rates_a_product_twice_is_told_when_the_product_is_found() {
    let judgments = r#"{"query": "mug", "ratings": {"a": 3, "mug1": 3, "b": 1}}"#;
    let events = evaluated(Fault::LeavesOutOf(|_| false), judgments).await;
    let [DataEvent::Refused { line: 1, code, message }, DataEvent::Evaluated { .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((code.as_str(), message.as_str()), ("VALIDATION_FAILED", "'a' and 'mug1' rate the same product"));
}
