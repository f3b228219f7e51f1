//! `aisle evaluate`, on its own, through a serving gateway and on nodes: the same figures, and bad files by their line.

use std::{fs, path::Path, process::Output};

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

fn row(id: &str, sku: Option<&str>, name: &str) -> serde_json::Value {
    json!({"id": id, "sku": sku, "name": name, "description": "A thing to be sold in tests", "price": 9.5,
        "category": "things", "brand": "Us"})
}

fn rows() -> String {
    let row = |&(id, sku, name): &(&str, Option<&str>, &str)| row(id, sku, name).to_string();
    [("a", Some("MUG 1"), "Red Mug"), ("b", None, "Blue Mug"), ("c", Some("RUG 1"), "Green Rug")]
        .each_ref()
        .map(row)
        .join("\n")
}

/// Found first, found whatever the order, not found, and without a relevant product.
const JUDGMENTS: &str = r#"
{"query": "rug", "ratings": {"rug1": 3, "MUG 1": 0}}
{"query": "mug", "ratings": {"mug1": 2, "b": 2}}

{"query": "big \n trampoline", "ratings": {"MUG1": 1, "b": 2}}
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
0.0000   0.0000  0.0000      big trampoline
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
}

/// For each word a product that can be bought and one that cannot, alike otherwise.
fn stocked_rows() -> String {
    let names = ["Lamp", "Jug", "Bowl"];
    let rows = names.iter().flat_map(|name| {
        let mut sold_out = row(&format!("{name}-1"), None, &format!("{name}, blue"));
        sold_out["inStock"] = json!(false);
        [sold_out, row(&format!("{name}-2"), None, &format!("Blue {name}"))].map(|row| row.to_string())
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// The first is better when what is sold out comes first, the second worse, the third a little better.
const STOCKED_JUDGMENTS: &str = r#"
{"query": "lamp", "ratings": {"Lamp-1": 3, "Lamp-2": 0}}
{"query": "jug", "ratings": {"Jug-1": 0, "Jug-2": 3}}
{"query": "bowl", "ratings": {"Bowl-1": 3, "Bowl-2": 2}}
"#;

fn two_rankings_are_told_apart(program: Program<'_>, folder: &Path) {
    let judgments = text(folder, "stocked-judgments.ndjson", STOCKED_JUDGMENTS);
    let ranking = text(folder, "ranking.toml", "# what is sold out comes first\nout_of_stock_factor = 10\n");
    let compared = program(&["evaluate", "--judgments", &judgments, "--ranking", &ranking, "--worst", "1"]);
    let told = succeeded(&compared);
    for part in [
        "
            in force  other   difference
NDCG@10     0.8216    0.8770  +0.0553
MRR         0.8333    0.8333  +0.0000
recall@100  1.0000    1.0000  +0.0000
",
        "
better for 2, worse for 1, equal for 0
",
        "
difference  in force  other   query
-0.3691     1.0000    0.6309  jug
+0.1660     0.8340    1.0000  bowl
+0.3691     0.6309    1.0000  lamp
",
        "
0.6309   0.5000  1.0000      lamp
",
    ] {
        assert!(told.contains(part), "{part}{told}");
    }
}

fn import(program: Program<'_>, folder: &Path) {
    let imported = program(&["import", &text(folder, "rows.ndjson", &(rows() + "\n" + &stocked_rows()))]);
    assert_eq!(imported.code, 0, "{}", imported.err);
}

#[test]
fn judged_queries_are_scored_alone_and_through_a_gateway() {
    let folder = tempdir().unwrap();
    let program = |arguments: &[&str]| run(folder.path(), arguments);
    import(&program, folder.path());
    the_figures_are_those_of_the_catalogue(&program, folder.path());
    two_rankings_are_told_apart(&program, folder.path());
    let _gateway = Gateway::serve(folder.path(), &[]);
    the_figures_are_those_of_the_catalogue(&program, folder.path());
    two_rankings_are_told_apart(&program, folder.path());
}

#[test]
fn judged_queries_are_scored_on_nodes() {
    for node in node::all() {
        let folder = tempdir().unwrap();
        let indices = node.indices("evaluation");
        let program = |arguments: &[&str]| run_on(&indices, folder.path(), arguments);
        import(&program, folder.path());
        the_figures_are_those_of_the_catalogue(&program, folder.path());
        two_rankings_are_told_apart(&program, folder.path());
    }
}

#[test]
fn bad_files_are_told_with_line_and_reason() {
    let folder = tempdir().unwrap();
    let good = r#"{"query": "mug", "ratings": {"a": 1}}"#;
    let judge = |lines: &str| run_with_input(folder.path(), &["evaluate", "--judgments", "-"], lines.as_bytes());
    let other_spaces = r#"{"query": " MUG\n", "ratings": {"b": 1}}"#;
    for (lines, reason) in [
        (format!("{good}\n{{\"query\": 1}}"), "evaluation stopped: line 2: `query` must be text"),
        (
            format!("{good}\n{{\"query\": 1"),
            "evaluation stopped: line 2: a judged query must be JSON: EOF while parsing an object (at byte 11 of the line)",
        ),
        (
            format!("{good}\n\n{other_spaces}"),
            "evaluation stopped: line 3: the query searches for the same as that of line 1",
        ),
        (
            r#"{"query": "mug", "ratings": {"a": 7}}"#.to_owned(),
            "evaluation stopped: line 1: the rating of 'a' must be a whole number from 0 to 3",
        ),
        (String::new(), "there is no judged query"),
    ] {
        let ran = judge(&lines);
        assert_eq!((ran.code, ran.out.as_str(), ran.err), (1, "", format!("aisle: {reason}\n")), "{lines}");
    }
    let judgments = text(folder.path(), "judgments.ndjson", good);
    for (ranking, reason) in [
        ("name_weight = 1\nmagic = 2\n", "line 2: \"magic\" is no key of a ranking"),
        ("name_weight = \"much\"\n", "line 1: name_weight must be a number, not text"),
        ("\n\"name_weight\" = -1\n", "line 2: name_weight must be from 0 to 10, not -1"),
    ] {
        let ranking = text(folder.path(), "ranking.toml", ranking);
        let ran = run(folder.path(), &["evaluate", "--judgments", &judgments, "--ranking", &ranking]);
        let told = format!("aisle: evaluation stopped: ranking: {reason}\n");
        assert_eq!((ran.code, ran.out.as_str(), ran.err), (1, "", told));
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
fn only_what_searches_needs_the_files_that_tune_searches() {
    let folder = tempdir().unwrap();
    let rows = text(folder.path(), "rows.ndjson", &rows());
    let commands: [&[&str]; 5] = [&["import", &rows], &["export", "-"], &["seed"], &["index", "status"], &["config"]];
    for arguments in commands {
        for setting in ["AISLE_SYNONYMS_FILE", "AISLE_RANKING_FILE"] {
            let arguments = if setting == "AISLE_RANKING_FILE" && arguments[0] == "import" {
                &["import", rows.as_str(), "--on-duplicate", "skip"]
            } else {
                arguments
            };
            let ended = command(folder.path(), arguments).env(setting, folder.path().join("missing")).output().unwrap();
            let told = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(0), "{arguments:?} {setting}: {told}");
        }
    }
    let ended = evaluate_with(folder.path(), ("AISLE_SYNONYMS_FILE", folder.path().join("missing").to_str().unwrap()));
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), ended.stdout.as_slice()), (Some(1), &[][..]), "{told}");
    assert!(told.contains("cannot use AISLE_SYNONYMS_FILE") && told.contains("missing"), "{told}");
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
