//! The page on relevance tells the rankings that there are.

use std::fs;

use aisle::{search::Ranking, tuning::parse_ranking};

#[test]
fn the_page_on_relevance_has_every_key_of_a_ranking_with_its_default() {
    let page = relevance_page();
    let file = page.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    assert_eq!(parse_ranking(file), Ok(Ranking::default()));
    for key in Ranking::keys() {
        assert!(file.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key} is not on the page");
    }
}

#[test]
fn each_ranking_that_leaves_an_ingredient_out_is_one_and_another_than_the_default() {
    let page = relevance_page();
    let section = page.split_once("### What each ingredient brings").unwrap().1;
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix("` |")?.split_once("| `"));
    let files: Vec<&str> = rows.map(|(_, file)| file).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in &files {
        let ranking = parse_ranking(file).unwrap_or_else(|problem| panic!("{file}: {problem}"));
        assert_ne!(ranking, Ranking::default(), "{file}");
    }
    assert!(parse_ranking(&files.join("\n")).is_ok(), "all of them together");
}

fn relevance_page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/relevance.md")).unwrap()
}
