//! What an import does with products that are there already, whoever does the work, and what is left when it fails.

use std::{fs, io::Cursor, path::Path, sync::Arc};

use aisle::{
    app::data::{DataBounds, DataCommand, DataEvent, Input, perform},
    catalog::{Catalog, CatalogSettings},
    change::OnDuplicate,
    product::{RandomIds, SystemClock},
};
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::sync::mpsc::channel;

use crate::{
    program_on_nodes::{run_on, settings, wait_for_readiness},
    support::{
        engines, node,
        program::{Gateway, Ran, run},
        watched_engine::{Fault, WatchedEngine},
    },
};

/// A way to run `aisle` on one catalogue.
type Program<'a> = &'a dyn Fn(&[&str]) -> Ran;

fn row(fields: &Value) -> Value {
    let mut row =
        json!({"description": "A thing to be sold in tests", "price": 9.5, "category": "things", "brand": "Us"});
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    row
}

/// Imports rows; what the program printed up to the time it took, and the lines it complained about.
fn import(program: Program<'_>, folder: &Path, rule: &str, rows: &[Value]) -> (String, Vec<String>) {
    let file = folder.join("rows.ndjson");
    let lines: Vec<String> = rows.iter().map(|fields| row(fields).to_string()).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let ran = program(&["import", file.to_str().unwrap(), "--on-duplicate", rule]);
    let complaints: Vec<String> = ran.err.lines().map(str::to_owned).collect();
    assert_eq!(ran.code, i32::from(!complaints.is_empty()), "{} {}", ran.out, ran.err);
    (ran.out.split_once(" in ").unwrap_or_else(|| panic!("{} {}", ran.out, ran.err)).0.to_owned(), complaints)
}

/// Every product by id.
fn exported(program: Program<'_>) -> Vec<Value> {
    let ran = program(&["export", "-"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn only<'a>(products: &'a [Value], name: &str) -> &'a Value {
    let named: Vec<&Value> = products.iter().filter(|product| product["name"] == name).collect();
    assert_eq!(named.len(), 1, "{name} in {products:#?}");
    named[0]
}

/// The first catalogue: known by id, sku and name; known by sku; known by name.
fn first_rows() -> [Value; 3] {
    [
        json!({"id": "lamp", "sku": "LA 1", "name": "Lamp", "version": 7, "createdAt": "2024-01-01T00:00:00.000Z",
            "image": "lamp.webp"}),
        json!({"sku": "CH 1", "name": "Chair"}),
        json!({"name": "Table"}),
    ]
}

fn a_row_is_refused_skipped_or_replaced_as_asked(program: Program<'_>, folder: &Path) {
    let import = |rule: &str, rows: &[Value]| import(program, folder, rule, rows);
    assert_eq!(import("refuse", &first_rows()), ("imported 3, refused 0".to_owned(), Vec::new()));
    let first = exported(program);

    let (said, complaints) = import("refuse", &first_rows());
    assert_eq!(said, "imported 0, refused 3");
    assert!(complaints.iter().all(|complaint| complaint.contains(": DUPLICATE_PRODUCT: ")), "{complaints:?}");
    let by_one_each = [
        json!({"id": "lamp", "name": "Light", "price": 1}),
        json!({"sku": "ch1", "name": "Stool", "price": 1}),
        json!({"name": "TABLE", "price": 1}),
    ];
    assert_eq!(import("skip", &by_one_each).0, "imported 0, replaced 0, skipped 3, refused 0");
    assert_eq!(exported(program), first, "what is skipped stays as it is");

    let (said, complaints) = import("replace", &by_one_each);
    assert_eq!((said.as_str(), complaints.len()), ("imported 0, replaced 3, skipped 0, refused 0", 0));
    let second = exported(program);
    let identity = |products: &[Value]| -> Vec<Value> {
        products.iter().map(|product| json!([product["id"], product["createdAt"]])).collect()
    };
    assert_eq!(identity(&second), identity(&first), "ids and creation times stay");
    let light = only(&second, "Light");
    assert_eq!((&light["version"], &light["sku"], &light["image"]), (&json!(8), &Value::Null, &json!("lamp.webp")));
    assert_eq!(only(&second, "Stool")["version"], 2);
    assert_eq!(only(&second, "TABLE")["price"], 1.0);
}

fn rows_of_one_file_meet_each_other(program: Program<'_>, folder: &Path) {
    let import = |rule: &str, rows: &[Value]| import(program, folder, rule, rows);
    let twins = [json!({"sku": "T 1", "name": "First Twin"}), json!({"sku": "t1", "name": "Second Twin"})];
    assert_eq!(import("skip", &twins).0, "imported 1, replaced 0, skipped 1, refused 0");
    only(&exported(program), "First Twin");
    assert_eq!(import("replace", &twins).0, "imported 0, replaced 2, skipped 0, refused 0");
    let twin = only(&exported(program), "Second Twin").clone();
    assert_eq!(twin["version"], 3, "the later row wins");
    let (said, complaints) = import("refuse", &[json!({"name": "Triplet"}), json!({"name": "triplet"})]);
    assert_eq!(said, "imported 1, refused 1");
    assert!(complaints[0].starts_with("line 2: DUPLICATE_PRODUCT: "), "{complaints:?}");
}

fn a_row_that_meets_two_products_is_refused(program: Program<'_>, folder: &Path) {
    let import = |rule: &str, rows: &[Value]| import(program, folder, rule, rows);
    import(
        "refuse",
        &[json!({"id": "one", "sku": "1", "name": "One"}), json!({"id": "two", "sku": "2", "name": "Two"})],
    );
    let before = exported(program);
    for rule in ["skip", "replace"] {
        for row in [
            json!({"id": "one", "sku": "2", "name": "Three"}),
            json!({"id": "one", "sku": "1", "name": "two"}),
            json!({"sku": "1", "name": "TWO"}),
        ] {
            let (said, complaints) = import(rule, std::slice::from_ref(&row));
            assert_eq!(said, "imported 0, refused 1", "{rule} {row}");
            assert!(complaints[0].starts_with("line 1: DUPLICATE_PRODUCT: "), "{complaints:?}");
        }
    }
    assert_eq!(exported(program), before);
}

fn a_version_never_falls_and_given_times_are_kept(program: Program<'_>, folder: &Path) {
    let import = |rows: &[Value]| import(program, folder, "replace", rows);
    let known = |version: u64, created: &str, updated: &str| json!({"id": "clock", "name": "Clock", "version": version, "createdAt": created, "updatedAt": updated});
    let clock = || only(&exported(program), "Clock").clone();
    import(&[known(5, "2024-01-01T00:00:00.000Z", "2024-02-01T00:00:00.000Z")]);
    import(&[known(2, "2023-01-01T00:00:00.000Z", "2023-02-01T00:00:00.000Z")]);
    assert_eq!(clock()["version"], 6, "one more than it was");
    assert_eq!(clock()["createdAt"], "2023-01-01T00:00:00.000Z");
    assert_eq!(clock()["updatedAt"], "2023-02-01T00:00:00.000Z");
    import(&[known(9_007_199_254_740_991, "2023-01-01T00:00:00.000Z", "2023-02-01T00:00:00.000Z")]);
    assert_eq!(clock()["version"], 9_007_199_254_740_991_u64, "the row's, where that is higher");
    let (said, complaints) = import(&[known(9_007_199_254_740_992, "2023-01-01T00:00:00Z", "2023-02-01T00:00:00Z")]);
    assert_eq!(said, "imported 0, refused 1");
    assert!(complaints[0].starts_with("line 1: VALIDATION_FAILED: version must be at most"), "{complaints:?}");
}

fn every_rule(program: Program<'_>, folder: &Path) {
    a_row_is_refused_skipped_or_replaced_as_asked(program, folder);
    rows_of_one_file_meet_each_other(program, folder);
    a_row_that_meets_two_products_is_refused(program, folder);
    a_version_never_falls_and_given_times_are_kept(program, folder);
}

#[test]
fn duplicates_are_dealt_with_as_asked_in_the_store_itself() {
    let folder = tempdir().unwrap();
    every_rule(&|arguments| run(folder.path(), arguments), folder.path());
}

#[test]
fn duplicates_are_dealt_with_as_asked_through_a_serving_gateway() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[("AISLE_ENVIRONMENT", "production")]);
    every_rule(&|arguments| run(folder.path(), arguments), folder.path());
    assert_eq!(gateway.stop(), 0);
}

#[test]
fn duplicates_are_dealt_with_as_asked_on_nodes() {
    for node in node::all() {
        let (indices, folder) = (node.indices("duplicates"), tempdir().unwrap());
        every_rule(&|arguments| run_on(&indices, folder.path(), arguments), folder.path());
    }
}

#[test]
fn duplicates_are_dealt_with_as_asked_through_a_gateway_before_a_node() {
    for node in node::all() {
        let (indices, folder) = (node.indices("duplicates-through"), tempdir().unwrap());
        let url = node.url.to_string();
        let mut settings = settings(&indices, &url).to_vec();
        settings.push(("AISLE_ENVIRONMENT", "production"));
        let gateway = Gateway::serve(folder.path(), &settings);
        wait_for_readiness(&gateway, 200);
        every_rule(&|arguments| run(folder.path(), arguments), folder.path());
        assert_eq!(gateway.stop(), 0);
    }
}

#[test]
fn seeding_again_changes_nothing() {
    let folder = tempdir().unwrap();
    assert!(run(folder.path(), &["seed"]).out.starts_with("imported 272, refused 0 in "));
    let before = exported(&|arguments| run(folder.path(), arguments));
    let again = run(folder.path(), &["seed"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.starts_with("imported 0, replaced 0, skipped 272, refused 0 in "), "{}", again.out);
    assert_eq!(exported(&|arguments| run(folder.path(), arguments)), before);
}

#[tokio::test]
async fn what_was_stored_before_a_panic_is_published() {
    let embedded = engines::embedded();
    let engine = WatchedEngine::new(Arc::clone(&embedded));
    engine.break_with(Fault::WritesPanicAfter(1));
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
    let catalog = Catalog::new(Arc::clone(&engine) as _, CatalogSettings::default(), clock, ids);
    let lines: Vec<String> =
        (0..1_200).map(|number| row(&json!({"name": format!("Thing {number}")})).to_string()).collect();
    let input = Input::patient(Cursor::new(lines.join("\n")));
    let (sender, mut events) = channel(64);
    let command = DataCommand::Import { on_duplicate: OnDuplicate::Refuse };
    let bounds = DataBounds { line_bytes: 1_000, judged_queries: 1 };
    let hear = async {
        let mut last = None;
        while let Some(event) = events.recv().await {
            last = Some(event);
        }
        last
    };
    let ((), last) = tokio::join!(perform(&catalog, command, input, bounds, sender), hear);
    let Some(DataEvent::Failed { message }) = last else { panic!("{last:?}") };
    assert_eq!(message, "INTERNAL_ERROR: panicked: the disk is on fire");
    assert_eq!(engine.publications(), 1);
    let status = catalog.status().await.unwrap();
    assert_eq!((status.products, status.searchable), (500, 500), "the first batch");
}
