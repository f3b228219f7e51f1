//! `aisle evaluate`, on its own, through a serving gateway and on nodes: the same figures, and bad files by their line.

use std::{fs, path::Path, process::Output};

use aisle::{search::Ranking, tuning::parse_ranking};
use serde_json::json;
use tempfile::tempdir;

use crate::{
    program_on_nodes::run_on,
    support::{
        node,
        program::{Gateway, Ran, command, run, run_with_input},
    },
};

/// A way to run `aisle` on one catalogue.
type Program<'a> = &'a dyn Fn(&[&str]) -> Ran;

fn rows() -> String {
    let row = |(id, sku, name): &(&str, Option<&str>, &str)| {
        json!({"id": id, "sku": sku, "name": name, "description": "A thing to be sold in tests", "price": 9.5,
            "category": "things", "brand": "Us"})
        .to_string()
    };
    [("a", Some("MUG 1"), "Red Mug"), ("b", None, "Blue Mug"), ("c", Some("RUG 1"), "Green Rug")]
        .each_ref()
        .map(row)
        .join("\n")
}

/// Found first, found whatever the order, not found, and without a relevant product.
const JUDGMENTS: &str = r#"
{"query": "rug", "ratings": {"rug1": 3, "MUG 1": 0}}
{"query": "mug", "ratings": {"mug1": 2, "b": 2}}

{"query": "trampoline", "ratings": {"MUG1": 1, "b": 2}}
{"query": "teapot", "ratings": {"a": 0}}
"#;

const FIGURES: &str = "\
queries     3
left out    teapot (no judged product is relevant)
NDCG@10     0.6667
MRR         0.6667
recall@100  0.6667

worst queries of the ranking in force
NDCG@10  MRR     recall@100  query
0.0000   0.0000  0.0000      trampoline
";

fn text(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn succeeded(ran: &Ran) -> &str {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    &ran.out
}

fn the_figures_are_those_of_the_catalogue(program: Program<'_>, folder: &Path) {
    let judgments = text(folder, "judgments.ndjson", JUDGMENTS);
    let alone = program(&["evaluate", "--judgments", &judgments, "--worst", "1"]);
    let (engine, figures) = succeeded(&alone).split_once('\n').unwrap();
    assert!(engine.starts_with("engine      "), "{engine}");
    assert_eq!(figures, FIGURES);
    let ranking = text(folder, "ranking.toml", "# names matter more\nname_weight = 1.5\n");
    let compared = program(&["evaluate", "--judgments", &judgments, "--ranking", &ranking]);
    let told = succeeded(&compared);
    assert!(told.contains("NDCG@10     0.6667    0.6667  +0.0000\n"), "{told}");
    assert!(told.contains("better for 0, worse for 0, equal for 3\n"), "{told}");
}

#[test]
fn judged_queries_are_scored_alone_and_through_a_gateway() {
    let folder = tempdir().unwrap();
    let program = |arguments: &[&str]| run(folder.path(), arguments);
    let imported = program(&["import", &text(folder.path(), "rows.ndjson", &rows())]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    the_figures_are_those_of_the_catalogue(&program, folder.path());
    let _gateway = Gateway::serve(folder.path(), &[]);
    the_figures_are_those_of_the_catalogue(&program, folder.path());
}

#[test]
fn judged_queries_are_scored_on_nodes() {
    for node in node::all() {
        let folder = tempdir().unwrap();
        let indices = node.indices("evaluation");
        let program = |arguments: &[&str]| run_on(&indices, folder.path(), arguments);
        let imported = program(&["import", &text(folder.path(), "rows.ndjson", &rows())]);
        assert_eq!(imported.code, 0, "{}", imported.err);
        the_figures_are_those_of_the_catalogue(&program, folder.path());
    }
}

#[test]
fn bad_files_are_told_with_line_and_reason() {
    let folder = tempdir().unwrap();
    let good = r#"{"query": "mug", "ratings": {"a": 1}}"#;
    let judge = |lines: &str| run_with_input(folder.path(), &["evaluate", "--judgments", "-"], lines.as_bytes());
    for (lines, reason) in [
        (format!("{good}\n{{\"query\": 1}}"), "line 2: invalid type: integer `1`, expected a string"),
        (format!("{good}\n\n{good}"), "line 3: the query is that of line 1"),
        (r#"{"query": "mug", "ratings": {"a": 7}}"#.to_owned(), "line 1: the rating of \"a\" must be a whole number"),
        (String::new(), "there is no judged query"),
    ] {
        let ran = judge(&lines);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{lines}");
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
    let judgments = text(folder.path(), "judgments.ndjson", good);
    for (ranking, reason) in
        [("name_weight = 1\nmagic = 2\n", "ranking: line 2: "), ("name_weight = -1\n", "ranking: line 1: ")]
    {
        let ranking = text(folder.path(), "ranking.toml", ranking);
        let ran = run(folder.path(), &["evaluate", "--judgments", &judgments, "--ranking", &ranking]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
    let missing = run(folder.path(), &["evaluate", "--judgments", &judgments, "--ranking", "none.toml"]);
    assert!(missing.code == 1 && missing.err.contains("cannot read none.toml"), "{}", missing.err);
}

#[test]
fn a_query_that_cannot_be_asked_fails_the_command_but_not_the_others() {
    let folder = tempdir().unwrap();
    let lines = json!({"query": "m".repeat(101), "ratings": {"a": 1}}).to_string() + "\n" + JUDGMENTS.trim_start();
    let ran = run_with_input(folder.path(), &["evaluate", "--judgments", "-"], lines.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.starts_with("line 1: VALIDATION_FAILED: query must be at most 100 characters"), "{}", ran.err);
    assert!(ran.out.contains("queries     3\n"), "{}", ran.out);
}

#[test]
fn every_query_that_cannot_be_asked_is_told_in_the_order_of_the_lines() {
    let folder = tempdir().unwrap();
    let too_long = |number: usize| json!({"query": format!("{number:0101}"), "ratings": {"a": 1}}).to_string();
    let lines: Vec<String> = (1..=400).map(too_long).collect();
    let ran = run_with_input(folder.path(), &["evaluate", "--judgments", "-"], lines.join("\n").as_bytes());
    let told: Vec<&str> =
        ran.err.lines().filter_map(|line| line.split_once(": VALIDATION_FAILED").map(|(at, _)| at)).collect();
    let expected: Vec<String> = (1..=400).map(|number| format!("line {number}")).collect();
    assert_eq!((ran.code, told), (1, expected.iter().map(String::as_str).collect()), "{}", ran.err);
}

/// `aisle evaluate` on a catalogue of these rows, with a setting.
fn evaluate_with(folder: &Path, setting: (&str, &str)) -> Output {
    let judgments = text(folder, "judgments.ndjson", r#"{"query": "beaker", "ratings": {"a": 1, "b": 1}}"#);
    command(folder, &["evaluate", "--judgments", &judgments]).env(setting.0, setting.1).output().unwrap()
}

#[test]
fn without_a_gateway_the_ranking_and_the_synonyms_of_the_settings_are_in_force() {
    let folder = tempdir().unwrap();
    let imported = run(folder.path(), &["import", &text(folder.path(), "rows.ndjson", &rows())]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let found = |setting: &str, content: &str| {
        let ended = evaluate_with(folder.path(), (setting, &text(folder.path(), "tuning", content)));
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).unwrap().contains("recall@100  1.0000\n")
    };
    assert!(!found("AISLE_SYNONYMS_FILE", "# none\n"));
    assert!(found("AISLE_SYNONYMS_FILE", "beaker => mug\n"));
}

#[test]
fn without_a_gateway_a_broken_ranking_or_broken_synonyms_are_refused() {
    let folder = tempdir().unwrap();
    let broken = text(folder.path(), "broken", "name_weight = -1");
    let missing = folder.path().join("missing");
    for (setting, path, cause) in [
        ("AISLE_RANKING_FILE", missing.to_str().unwrap(), "No such file"),
        ("AISLE_RANKING_FILE", &broken, "line 1: name_weight must be"),
        ("AISLE_SYNONYMS_FILE", &broken, "line 1: a rule needs two terms"),
    ] {
        let ended = evaluate_with(folder.path(), (setting, path));
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), ended.stdout.as_slice()), (Some(1), &[][..]), "{told}");
        assert!(told.contains(&format!("cannot use {setting}")) && told.contains(cause), "{told}");
    }
}

#[test]
fn judgments_without_a_relevant_product_measure_nothing() {
    let folder = tempdir().unwrap();
    let line = json!({"query": "mug", "ratings": {"a": 0}}).to_string();
    let ran = run_with_input(folder.path(), &["evaluate", "--judgments", "-"], line.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("no query has a relevant product"), "{}", ran.err);
}

#[test]
fn there_are_only_so_many_queries() {
    let folder = tempdir().unwrap();
    let arguments = ["evaluate", "--judgments", "-", "--limit-judged-queries", "3"];
    let ran = run_with_input(folder.path(), &arguments, JUDGMENTS.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("line 6: more than 3 queries"), "{}", ran.err);
}

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
