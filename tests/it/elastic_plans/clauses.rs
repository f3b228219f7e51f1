//! Clauses and factors: what they find, and how it scores.

use std::collections::BTreeSet;

use aisle::{
    product::ProductId,
    search::{
        Clause, Condition, Counting, Direction, Factor, Filter, HitsPlan, KeyColumn, Relevance, SearchPlan,
        SearchResults, SortField, SortKey, TextColumn,
    },
};

use super::{Shelf, ids, in_stock, page, shelves};
use crate::support::node;

fn word(column: TextColumn, token: &str, weight: f32) -> Clause {
    Clause::Word { column, token: token.to_owned(), weight }
}

fn ranked(clause: Clause, factors: Vec<Factor>) -> SearchPlan {
    let order = vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }];
    SearchPlan { relevance: Some(Relevance { clause, factors }), hits: Some(page(order)), ..SearchPlan::everything(0) }
}

fn scores(results: &SearchResults) -> Vec<(String, f32)> {
    results.hits.iter().map(|hit| (hit.product.id.as_str().to_owned(), hit.score.unwrap())).collect()
}

/// These products, whose scores are told beforehand, unlike those of words.
fn these(ids: &[&str], weight: f32) -> Clause {
    let ids = ids.iter().map(|id| ProductId::parse(id).unwrap()).collect();
    Clause::Meets { filter: Filter::Is(Condition::Id(ids)), weight }
}

#[tokio::test]
async fn words_are_found_in_their_columns_and_phrases_in_their_order() {
    for shelf in shelves().await {
        let phrase = |tokens: [&str; 2]| {
            let tokens = tokens.map(str::to_owned).to_vec();
            Clause::Phrase { column: TextColumn::Name, tokens, weight: 1.0 }
        };
        for (clause, expected) in [
            (word(TextColumn::Everything, "shoe", 1.0), &["s1", "s2", "s3", "s4"][..]),
            (word(TextColumn::Name, "red", 1.0), &["s1", "s3"]),
            (phrase(["red", "run"]), &["s1"]),
            (phrase(["run", "red"]), &[]),
            (word(TextColumn::JoinedName, "runningsho", 1.0), &["s1", "s2"]),
            (word(TextColumn::CategoryPrefixes, "ho", 1.0), &["s5", "s6", "s7", "s8"]),
        ] {
            let asked = format!("{}: {clause:?}", shelf.place);
            let results = shelf.ask(ranked(clause, Vec::new())).await;
            let found: BTreeSet<&str> = ids(&results).into_iter().collect();
            assert_eq!(found, expected.iter().copied().collect(), "{asked}");
        }
    }
}

#[tokio::test]
async fn clauses_find_and_score_as_they_say() {
    for shelf in shelves().await {
        let (shoe, red) = (|| these(&["s1", "s2", "s3", "s4"], 1.0), || these(&["s1", "s3"], 2.0));
        let key = |column, value: &str, weight| Clause::Key { column, values: vec![value.to_owned()], weight };
        let best = Clause::Best(vec![shoe(), red()]);
        let sum = Clause::Any(vec![shoe(), red()]);
        let plus = Clause::Plus {
            required: Box::new(Clause::All(vec![shoe(), red()])),
            extra: vec![these(&["s1"], 4.0), key(KeyColumn::BrandWords, "brass co", 0.5)],
        };
        let two = Clause::AtLeast { least: 2, parts: vec![shoe(), red(), these(&["s1", "s5"], 4.0)] };
        let meets = Clause::Meets { filter: Filter::Is(Condition::InStock(false)), weight: 3.0 };
        for (clause, expected) in [
            (best, &[("s1", 2.0), ("s3", 2.0), ("s2", 1.0), ("s4", 1.0)][..]),
            (sum, &[("s1", 3.0), ("s3", 3.0), ("s2", 1.0), ("s4", 1.0)]),
            (plus, &[("s1", 7.0), ("s3", 3.5)]),
            (two, &[("s1", 7.0), ("s3", 3.0)]),
            (meets, &[("s2", 3.0), ("s6", 3.0)]),
            (key(KeyColumn::Sku, "s7", 9.0), &[("s7", 9.0)]),
            (key(KeyColumn::Name, "desk lamp", 9.0), &[("s7", 9.0)]),
            (key(KeyColumn::CategoryWords, "shoe", 1.0), &[("s1", 1.0), ("s2", 1.0), ("s3", 1.0), ("s4", 1.0)]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect();
            let asked = format!("{}: {clause:?}", shelf.place);
            let counted = SearchPlan { hits: None, counting: Counting::Exact, ..ranked(clause.clone(), Vec::new()) };
            assert_eq!(scores(&shelf.ask(ranked(clause, Vec::new())).await), expected, "{asked}");
            assert_eq!(shelf.ask(counted).await.total, Some(expected.len() as u64), "{asked}");
        }
    }
}

#[tokio::test]
async fn factors_multiply_scores_of_products_that_match_and_are_not_excluded() {
    for shelf in shelves().await {
        let shoe = these(&["s1", "s2", "s3", "s4"], 2.0);
        let unless = vec![word(TextColumn::Name, "blue", 1.0), word(TextColumn::Name, "green", 1.0)];
        let running = Factor { when: word(TextColumn::Name, "run", 1.0), unless, factor: 3.0 };
        let stocked =
            Factor { when: Clause::Meets { filter: in_stock(), weight: 1.0 }, unless: Vec::new(), factor: 1.5 };
        let results = shelf.ask(ranked(shoe, vec![running, stocked])).await;
        let expected = [("s1", 9.0), ("s3", 3.0), ("s4", 3.0), ("s2", 2.0)];
        assert_eq!(scores(&results), expected.map(|(id, score)| (id.to_owned(), score)), "{}", shelf.place);
    }
}

#[tokio::test]
async fn scores_do_not_depend_on_the_number_of_shards() {
    for node in node::all() {
        let clause =
            || Clause::Any(vec![word(TextColumn::Name, "shoe", 1.0), word(TextColumn::Everything, "red", 1.0)]);
        let mut found = Vec::new();
        for shards in [1, 3] {
            found.push(scores(&Shelf::on(node, shards).await.ask(ranked(clause(), Vec::new())).await));
        }
        let near = |one: &(String, f32), two: &(String, f32)| one.0 == two.0 && (one.1 - two.1).abs() < 1e-5;
        assert!(found[0].iter().zip(&found[1]).all(|(one, two)| near(one, two)), "{}: {found:?}", node.flavour);
        assert_eq!((found[0].len(), found[1].len()), (6, 6));
    }
}

#[tokio::test]
async fn scores_that_nobody_reads_and_no_order_goes_by_are_not_asked_for() {
    let by_price = vec![SortKey { field: SortField::Price, direction: Direction::Ascending }];
    let factor = Factor { when: word(TextColumn::Name, "run", 1.0), unless: Vec::new(), factor: 3.0 };
    let shoes = ranked(word(TextColumn::Everything, "shoe", 2.0), vec![factor]);
    let wanting = |scores| SearchPlan { hits: Some(HitsPlan { scores, ..page(by_price.clone()) }), ..shoes.clone() };
    for shelf in shelves().await {
        let sent = async |plan: SearchPlan| {
            let results = shelf.ask(plan).await;
            let requests = shelf.proxy.take_requests();
            assert_eq!(requests.len(), 1, "{}", shelf.place);
            (requests[0].body.clone(), results)
        };
        let (unscored, without) = sent(wanting(false)).await;
        let (scored, with) = sent(wanting(true)).await;
        let (best, by_relevance) = sent(shoes.clone()).await;
        for costly in ["function_score", "boost", "track_scores"] {
            assert!(!unscored.contains(costly) && scored.contains(costly), "{}: {unscored} {scored}", shelf.place);
        }
        assert!(!unscored.contains("dfs_query"), "{}: {unscored}", shelf.place);
        assert_eq!(scored.contains("dfs_query"), best.contains("dfs_query"), "{}: {scored}", shelf.place);
        assert_eq!((ids(&without), ids(&with)), (vec!["s1", "s2", "s3", "s4"], vec!["s1", "s2", "s3", "s4"]));
        assert!(without.hits.iter().all(|hit| hit.score.is_none()), "{}", shelf.place);
        let (mut one, mut other) = (scores(&with), scores(&by_relevance));
        one.sort_by(|one, other| one.0.cmp(&other.0));
        other.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(one, other, "{}: a score does not depend on the order", shelf.place);
    }
}
