//! The commands, through the real binary.

use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::tempdir;

use crate::support::program::{Gateway, command, run, run_with_input};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/playground/products.ndjson");

fn row(name: &str) -> String {
    format!(
        r#"{{"name": "{name}", "description": "A thing to be sold in tests", "price": 9.5, "category": "things", "brand": "Us", "inStock": true}}"#
    )
}

#[test]
fn what_was_exported_comes_back_equal() {
    let (first, second) = (tempdir().unwrap(), tempdir().unwrap());
    let imported = run(first.path(), &["import", SAMPLE]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.out.starts_with("imported 272, refused 0 in "), "{}", imported.out);
    assert_eq!(run(first.path(), &["export", "all.ndjson"]).out, "exported 272\n");
    let file = first.path().join("all.ndjson");
    assert_eq!(run(second.path(), &["import", file.to_str().unwrap()]).code, 0);
    let (exported, again) = (fs::read_to_string(file).unwrap(), run(second.path(), &["export", "-"]).out);
    assert_eq!(exported.lines().count(), 272);
    assert!(exported == again, "the second export differs from the first");
    let ids: Vec<String> = exported
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.is_sorted());
    let left = fs::read_dir(first.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("partial"));
    assert_eq!(left.count(), 0);
}

/// What is wrong, the file, line and code of each refused row, and how many rows are stored.
type BadFile = (&'static str, Vec<u8>, &'static [(u64, &'static str)], u64);

#[test]
fn refused_rows_are_told_by_line_and_code() {
    let long = format!("{}\n", "x".repeat(10_000_000));
    let good = row("Good");
    let table: Vec<BadFile> = vec![
        ("broken JSON", format!("{good}\n{{\"name\": \n{}\n", row("Other")).into(), &[(2, "BAD_REQUEST")], 2),
        ("a wrong type", good.replace("9.5", "\"dear\"").into(), &[(1, "VALIDATION_FAILED")], 0),
        ("no object", b"[]\nnull\n7\n".to_vec(), &[(1, "BAD_REQUEST"), (2, "BAD_REQUEST"), (3, "BAD_REQUEST")], 0),
        ("a broken rule", good.replace("9.5", "-1").into(), &[(1, "VALIDATION_FAILED")], 0),
        ("a duplicate", format!("{good}\n{}\n", row("GOOD")).into(), &[(2, "DUPLICATE_PRODUCT")], 1),
        ("a byte-order mark", [b"\xef\xbb\xbf", good.as_bytes(), b"\n"].concat(), &[], 1),
        ("CRLF", format!("{good}\r\n\r\n{}\r\n", row("Other")).into(), &[], 2),
        ("no newline at the end", good.clone().into(), &[], 1),
        ("10 MB on a line", format!("{long}{good}\n").into(), &[(1, "PAYLOAD_TOO_LARGE")], 1),
        (
            "invalid UTF-8",
            [good.replace("Good", "").as_bytes(), b"\n{\"name\": \"\xff\"}\n"].concat(),
            &[(1, "VALIDATION_FAILED"), (2, "BAD_REQUEST")],
            0,
        ),
        ("nothing", Vec::new(), &[], 0),
    ];
    for (what, input, refused, imported) in table {
        let folder = tempdir().unwrap();
        let ran = run_with_input(folder.path(), &["import", "-"], &input);
        assert_eq!(ran.code, i32::from(!refused.is_empty()), "{what}: {}", ran.err);
        assert!(
            ran.out.starts_with(&format!("imported {imported}, refused {} in ", refused.len())),
            "{what}: {} {}",
            ran.out,
            ran.err
        );
        let lines: Vec<&str> = ran.err.lines().collect();
        assert_eq!(lines.len(), refused.len(), "{what}: {}", ran.err);
        for (line, (number, code)) in lines.iter().zip(refused) {
            assert!(line.starts_with(&format!("line {number}: {code}: ")), "{what}: {line}");
        }
    }
}

#[test]
fn an_import_beside_a_serving_gateway_is_searchable_at_once() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[]);
    let socket = folder.path().join("aisle.sock");
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let ran = run_with_input(folder.path(), &["import", "-"], row("Zyzzyva").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = gateway.ask("{ products(query: \"zyzzyva\") { totalCount nodes { name } } }");
    assert_eq!(answer["data"]["products"]["nodes"][0]["name"], "Zyzzyva", "{answer}");
    let refused = run_with_input(folder.path(), &["import", "-"], row("zyzzyva").as_bytes());
    assert_eq!(refused.code, 1);
    assert!(refused.err.starts_with("line 1: DUPLICATE_PRODUCT: "), "{}", refused.err);
    let status = run(folder.path(), &["index", "status"]);
    assert!(status.out.contains("products    273\nsearchable  273\n"), "{} {}", status.out, status.err);
    let through = run(folder.path(), &["export", "-"]).out;
    assert_eq!(gateway.stop(), 0);
    assert!(!socket.exists());
    assert!(through == run(folder.path(), &["export", "-"]).out, "the gateway exports something else than the store");
}

#[test]
fn an_import_that_falls_silent_is_stopped_and_what_it_stored_is_searchable() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[("AISLE_SOCKET_IDLE_MS", "500")]);
    let mut import = command(folder.path(), &["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let rows: String = (0..1_200).map(|number| row(&format!("Zyzzyva {number}")) + "\n").collect();
    let mut stdin = import.stdin.take().unwrap();
    stdin.write_all(rows.as_bytes()).unwrap();
    let mut said = String::new();
    import.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "aisle: import stopped: input: no input for 500 ms\n");
    assert_eq!(import.wait().unwrap().code(), Some(1));
    drop(stdin);
    let answer = gateway.ask("{ products(query: \"zyzzyva\") { totalCount } }");
    assert_eq!(answer["data"]["products"]["totalCount"], 1_000, "two batches were complete: {answer}");
}

#[test]
fn a_socket_that_nobody_serves_is_replaced() {
    let folder = tempdir().unwrap();
    drop(UnixListener::bind(folder.path().join("aisle.sock")).unwrap());
    assert_eq!(run(folder.path(), &["seed"]).code, 0);
    let gateway = Gateway::serve(folder.path(), &[]);
    let status = run(folder.path(), &["index", "status"]);
    assert_eq!(status.code, 0, "{}", status.err);
    drop(gateway);
}

#[test]
fn a_start_that_cannot_succeed_says_why() {
    let folder = tempdir().unwrap();
    let long = folder.path().join("x".repeat(100));
    let long = long.to_str().unwrap();
    for (arguments, code, reason) in [
        (&["--listen", "0.0.0.0:8080"][..], 2, "AISLE_LISTEN = '0.0.0.0:8080' (flag): must be a loopback address"),
        (&["--currency", "euro", "--index-shards", "0"], 2, "AISLE_INDEX_SHARDS = '0' (flag): 0 is not in 1..=128"),
        (&["--no-such-flag"], 2, "unexpected argument '--no-such-flag'"),
        (&["--data-dir", long, "--listen", "127.0.0.1:0"], 1, "is too long for a socket"),
        (&["import", "products.xml"], 1, "cannot tell the form of products.xml"),
        (&["import", "nowhere.ndjson"], 1, "cannot read nowhere.ndjson"),
        (&["export", "no/such/folder.ndjson"], 1, "cannot write no/such/folder.ndjson"),
        (
            &["--elasticsearch-url", "http://127.0.0.1:9", "--require-engine", "1", "--listen", "127.0.0.1:0"],
            1,
            "engine not reached within 1 s",
        ),
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(reason), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[test]
fn an_unknown_variable_stops_the_start() {
    let folder = tempdir().unwrap();
    let output = command(folder.path(), &["config"]).env("AISLE_CURENCY", "EUR").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "aisle: bad settings:\n  AISLE_CURENCY is not a setting; did you mean AISLE_CURRENCY?\n");
}

#[test]
fn a_second_gateway_on_the_same_folder_is_refused() {
    let folder = tempdir().unwrap();
    let first = Gateway::serve(folder.path(), &[]);
    let second = run(folder.path(), &["--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("in use by another process"), "{}", second.err);
    assert_eq!(run(folder.path(), &["index", "status"]).code, 0, "the first still has its socket");
    drop(first);
}

#[test]
fn settings_are_shown_with_their_origin_and_without_secrets() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join(".env"), "AISLE_CURRENCY=EUR\nAISLE_ELASTICSEARCH_API_KEY=hush\n").unwrap();
    let shown = run(folder.path(), &["config", "--log", "debug"]).out;
    let origin = |variable: &str| {
        let line = shown.lines().find(|line| line.split_whitespace().next() == Some(variable)).unwrap();
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(origin("AISLE_CURRENCY"), ".env EUR");
    assert_eq!(origin("AISLE_LOG"), "flag debug");
    assert_eq!(origin("AISLE_ELASTICSEARCH_API_KEY"), ".env (hidden)");
    assert_eq!(origin("AISLE_INDEX_SHARDS"), "default 1");
    assert!(origin("AISLE_DATA_DIR").starts_with("environment /"));
}

#[test]
fn production_brings_no_sample_data_and_no_schema() {
    let folder = tempdir().unwrap();
    let gateway = Gateway::serve(folder.path(), &[("AISLE_ENVIRONMENT", "production")]);
    let answer = gateway.ask("{ products { totalCount } }");
    assert_eq!(answer["data"]["products"]["totalCount"], 0, "{answer}");
    assert!(!gateway.greeting.contains("schema"));
    assert_ne!(gateway.http("GET", "/schema.graphql", "").0, 200);
}

#[test]
fn an_export_whose_reader_goes_away_ends_quietly() {
    let folder = tempdir().unwrap();
    assert_eq!(run(folder.path(), &["seed"]).code, 0);
    let mut child =
        command(folder.path(), &["export", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(said, "");
}

#[test]
fn an_import_whose_reader_goes_away_still_imports_and_tells_by_its_code() {
    let refused = row("Good").replace("9.5", "-1");
    let rows = format!("{refused}\n{}\n", row("Good"));
    for closes in [closes_errors as fn(&mut Child), closes_output] {
        let folder = tempdir().unwrap();
        let mut import = command(folder.path(), &["import", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        closes(&mut import);
        import.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
        assert_eq!(import.wait().unwrap().code(), Some(1), "a row was refused");
        assert_eq!(run(folder.path(), &["export", "-"]).out.lines().count(), 1);
    }
}

fn closes_errors(child: &mut Child) {
    drop(child.stderr.take());
}

fn closes_output(child: &mut Child) {
    drop(child.stdout.take());
}

#[test]
fn a_gateway_that_waits_for_its_engine_stops_when_asked() {
    let folder = tempdir().unwrap();
    let arguments = ["--elasticsearch-url", "http://127.0.0.1:9", "--require-engine", "60", "--listen", "127.0.0.1:0"];
    let mut gateway = command(folder.path(), &arguments).stderr(Stdio::piped()).spawn().unwrap();
    // It logs its first line, of the node out of reach, when it hears signals already.
    let mut first = [0; 1];
    gateway.stderr.as_mut().unwrap().read_exact(&mut first).unwrap();
    let start = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &gateway.id().to_string()]).status().unwrap().success());
    assert_eq!(gateway.wait().unwrap().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(30), "it waited for its engine");
}

#[test]
fn the_page_of_settings_is_what_the_program_says() {
    let folder = tempdir().unwrap();
    let said = run(folder.path(), &["config", "--form", "document"]).out;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
    if std::env::var_os("AISLE_TEST_UPDATE").is_some() {
        fs::write(page, &said).unwrap();
    }
    let written = fs::read_to_string(page).unwrap_or_default();
    assert!(written == said, "docs/settings.md is stale: run this test with AISLE_TEST_UPDATE=1");
}
