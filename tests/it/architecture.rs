//! Holds the module table of ARCHITECTURE.md: who may use whom, and who may name which library.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Module, and the modules of ours that it may use.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("product", &[]),
    ("search", &["product"]),
    ("change", &["product"]),
    ("exchange", &["product"]),
    ("evaluation", &["exchange", "product"]),
    ("backend", &["change", "product", "search"]),
    ("catalog", &["backend", "change", "exchange", "product", "search"]),
    ("engine", &["backend", "change", "exchange", "product", "search"]),
    ("failure", &["backend", "catalog", "exchange", "product", "search"]),
    ("graphql", &["catalog", "change", "failure", "product", "search"]),
    ("http", &["failure", "graphql"]),
    ("telemetry", &[]),
    ("tuning", &["search"]),
    ("config", &["change", "engine", "graphql", "http", "product", "search", "telemetry"]),
    ("app", EVERYTHING),
    ("cli", EVERYTHING),
];
const EVERYTHING: &[&str] = &[
    "app",
    "backend",
    "catalog",
    "change",
    "config",
    "engine",
    "evaluation",
    "exchange",
    "failure",
    "graphql",
    "http",
    "product",
    "search",
    "telemetry",
    "tuning",
];

/// Library, and the only modules that may name it (`main` is the program itself).
const NAMED_ONLY_IN: [(&str, &[&str]); 15] = [
    ("async_graphql", &["graphql"]),
    ("apollo_compiler", &["graphql"]),
    ("apollo_parser", &["graphql"]),
    ("axum", &["http"]),
    ("tower", &["http"]),
    ("tower_http", &["http"]),
    ("governor", &["http"]),
    ("ipnet", &["http"]),
    ("tantivy", &["engine"]),
    ("redb", &["engine"]),
    ("elasticsearch", &["engine"]),
    ("clap", &["config", "cli", "app"]),
    ("anyhow", &["app", "cli", "main"]),
    ("indicatif", &["cli"]),
    ("toml", &["tuning"]),
];

/// Modules whose types have no wire form of their own.
const WITHOUT_SERDE: [&str; 6] = ["product", "search", "change", "backend", "catalog", "failure"];

#[test]
fn modules_use_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut wrong = Vec::new();
    for (module, file, text) in sources() {
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(allowed) = table.get(module.as_str()) else {
            wrong.push(format!("{} belongs to no module of the table", file.display()));
            continue;
        };
        for used in after_prefix(&text, "crate::") {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}, which {module} may not", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for (module, file, text) in sources() {
        for (library, modules) in NAMED_ONLY_IN {
            if names(&text, library) && !modules.contains(&module.as_str()) {
                wrong.push(format!("{} names {library}, which only {modules:?} may", file.display()));
            }
        }
        if WITHOUT_SERDE.contains(&module.as_str()) && (names(&text, "serde") || names(&text, "serde_json")) {
            wrong.push(format!("{} names serde, which {module} may not", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_architecture_md_is_this_table() {
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, module, _, uses, ..] = cells.as_slice() {
            told.insert(in_backticks(module).into_iter().collect(), in_backticks(uses).into_iter().collect());
        }
    }
    for (module, uses) in MAY_USE {
        let expected: BTreeSet<String> =
            if uses == EVERYTHING { BTreeSet::new() } else { uses.iter().map(|&used| used.to_owned()).collect() };
        assert_eq!(told.get(module), Some(&expected), "row of {module} in ARCHITECTURE.md");
    }
}

fn in_backticks(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Module, file and code (without comments) of every source file.
fn sources() -> Vec<(String, PathBuf, String)> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    assert!(files.len() > 20, "sources were not found");
    files
        .into_iter()
        .map(|file| {
            let inside = file.strip_prefix(root().join("src")).unwrap().to_path_buf();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let code = fs::read_to_string(&file).unwrap();
            (first.trim_end_matches(".rs").to_owned(), file, without_comments(&code))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn without_comments(code: &str) -> String {
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The names right behind `prefix`, also those of a `{…}` group.
fn after_prefix(text: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (start, _) in text.match_indices(prefix) {
        let is_part_of_a_name =
            text[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$');
        if is_part_of_a_name {
            continue;
        }
        let rest = &text[start + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(top_level_names(group)),
            None => found.extend(identifier(rest)),
        }
    }
    found
}

fn top_level_names(group: &str) -> BTreeSet<String> {
    let (mut depth, mut at_start, mut found) = (0, true, BTreeSet::new());
    for (index, letter) in group.char_indices() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            _ if letter.is_whitespace() => {}
            _ if depth == 0 && at_start => {
                found.extend(identifier(&group[index..]));
                at_start = false;
            }
            _ => {}
        }
    }
    found
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Whether the code names a library: `library::…` or `use library…`, but not `crate::library`.
fn names(text: &str, library: &str) -> bool {
    text.match_indices(library).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = &text[start + library.len()..];
        let whole = before.is_none_or(|letter| {
            !letter.is_alphanumeric() && letter != '_' && letter != ':' && letter != '"' && letter != '.'
        });
        whole && (after.starts_with("::") || text[..start].trim_end().ends_with("use") && after.starts_with(';'))
    })
}

#[test]
fn the_reading_of_use_lines_sees_groups_and_single_names() {
    let code = "use crate::{product::{Product, Price}, search::Search};\nlet x = crate::engine::open();";
    let found: Vec<String> = after_prefix(code, "crate::").into_iter().collect();
    assert_eq!(found, ["engine", "product", "search"]);
}
