//! Near words, and that a request asks for nothing but what is wanted.

use std::collections::BTreeSet;

use aisle::search::{Counting, Facet, FacetPlan, Filter, SearchPlan, SpellingPlan, TextColumn};

use super::{page, shelves};
use crate::support::shelf::doubted;

#[tokio::test]
async fn near_words_are_those_of_the_dictionary_that_the_catalogue_lacks() {
    for shelf in shelves().await {
        let words = ["keybord", "shoe", "lmap", "sh", "xylophone", "lampp", "runing", "keyboards"];
        let words = doubted(TextColumn::Spelling, &words);
        let spelling = SpellingPlan { column: TextColumn::Spelling, words };
        let results = shelf.ask(SearchPlan { spelling: Some(spelling), ..SearchPlan::everything(0) }).await;
        let told: Vec<Vec<String>> = results
            .spellings
            .iter()
            .map(|near| near.iter().map(|spelling| format!("{} {}", spelling.word, spelling.products)).collect())
            .collect();
        let expected: [&[&str]; 8] = [&["keyboard 2"], &[], &["lamp 2"], &[], &[], &["lamp 2"], &["running 2"], &[]];
        assert_eq!(told, expected, "{}", shelf.place);
        assert_eq!(results.searches, 1);
    }
}

#[tokio::test]
async fn what_is_not_wanted_is_not_asked_for() {
    for shelf in shelves().await {
        let sent = async |plan: SearchPlan| {
            shelf.ask(plan).await;
            let requests = shelf.proxy.take_requests();
            assert_eq!(requests.len(), 1, "{}", shelf.place);
            requests[0].body.lines().nth(1).unwrap().to_owned()
        };
        let nothing = sent(SearchPlan::everything(0)).await;
        assert_eq!(nothing, r#"{"query":{"match_all":{}},"size":0,"track_total_hits":false}"#, "{}", shelf.place);
        let listed = sent(SearchPlan { hits: Some(page(Vec::new())), ..SearchPlan::everything(0) }).await;
        let counted = sent(SearchPlan { counting: Counting::Exact, ..SearchPlan::everything(0) }).await;
        let facets =
            vec![FacetPlan { facet: Facet::Stock, filter: Filter::All, selected: BTreeSet::new(), own: Vec::new() }];
        let faceted = sent(SearchPlan { facets, ..SearchPlan::everything(0) }).await;
        let spelling =
            SpellingPlan { column: TextColumn::Spelling, words: doubted(TextColumn::Spelling, &["keybord"]) };
        let spelt = sent(SearchPlan { spelling: Some(spelling), ..SearchPlan::everything(0) }).await;
        for (part, wanted) in [("_source", &listed), ("suggest", &spelt), ("0-stock", &faceted)] {
            for body in [&listed, &counted, &faceted, &spelt] {
                assert_eq!(body.contains(&format!("{part}\"")), std::ptr::eq(body, wanted), "{part} in {body}");
            }
        }
        assert!(!counted.contains("sort") && !faceted.contains("sort"), "{counted} {faceted}");
        assert!(counted.contains(r#""track_total_hits":true"#) && !faceted.contains(r#""track_total_hits":true"#));
    }
}
