//! The ranking and the synonyms as files: good ones that change, and broken ones that change nothing.

use std::{fs, path::Path, thread, time::Duration};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::program::{Gateway, command};

/// Waits for what has to come sooner or later.
fn wait_until(what: &str, mut has_come: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if has_come() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come");
}

/// The lines of the log that tell an error.
fn errors(log: &Path) -> Vec<String> {
    let log = fs::read_to_string(log).unwrap();
    log.lines().filter(|line| line.contains("\"level\":\"ERROR\"")).map(str::to_owned).collect()
}

fn replace(path: &Path, content: impl AsRef<[u8]>) {
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, path).unwrap();
}

/// How many products a query finds, and the best score.
fn found(gateway: &Gateway, query: &str) -> (u64, f64) {
    let document = "query ($query: String!) { products(query: $query) { totalCount edges { score } } }";
    let body = json!({ "query": document, "variables": { "query": query } }).to_string();
    let (_, answer) = gateway.http("POST", "/graphql", &body);
    let products = &serde_json::from_str::<Value>(&answer).unwrap()["data"]["products"];
    (products["totalCount"].as_u64().unwrap(), products["edges"][0]["score"].as_f64().unwrap_or_default())
}

#[test]
fn changed_files_are_followed_and_broken_ones_change_nothing() {
    let folder = tempdir().unwrap();
    let [ranking, synonyms, log] = ["ranking.toml", "synonyms.txt", "log"].map(|name| folder.path().join(name));
    fs::write(&ranking, "name_weight = 0.5\n").unwrap();
    fs::write(&synonyms, "# none yet\n").unwrap();
    let settings = [
        ("AISLE_RANKING_FILE", ranking.to_str().unwrap()),
        ("AISLE_SYNONYMS_FILE", synonyms.to_str().unwrap()),
        ("AISLE_TUNING_RELOAD_MS", "10"),
        ("AISLE_LOG", "info"),
        ("AISLE_LOG_FORMAT", "json"),
    ];
    let gateway = Gateway::serve_with_log(folder.path(), &settings, &log);
    let (before, score) = found(&gateway, "mouse");
    assert!(before > 0, "the sample catalogue has a mouse");
    assert_eq!(found(&gateway, "rodent").0, 0);

    replace(&synonyms, "rodent => mouse\n");
    wait_until("the synonym", || found(&gateway, "rodent").0 == before);
    replace(&ranking, "name_weight = 5\n");
    wait_until("the weight", || found(&gateway, "mouse").1 > score);
    assert_eq!(found(&gateway, "rodent").0, before, "one file leaves what the other says");

    let (_, heavy) = found(&gateway, "mouse");
    replace(&synonyms, "mouse, rodent\nlonely\n");
    wait_until("the word of broken synonyms", || errors(&log).len() == 1);
    replace(&ranking, "name_weight = 5\nname_wieght = 6\n");
    wait_until("the word of a broken ranking", || errors(&log).len() == 2);
    replace(&ranking, "# too much\nbrand_factor = 1000");
    wait_until("the word of a number out of range", || errors(&log).len() == 3);
    assert_eq!((found(&gateway, "rodent").0, found(&gateway, "mouse")), (before, (before, heavy)));
    for (error, (message, cause)) in errors(&log).iter().zip([
        ("synonyms stay as they were", "line 2: a rule needs two terms"),
        ("ranking stays as it was", r#"line 2: \"name_wieght\" is no key of a ranking"#),
        ("ranking stays as it was", "line 2: brand_factor must be from 0.1 to 10, not 1000"),
    ]) {
        assert!(error.contains(message) && error.contains(cause), "{error}");
    }
}

#[test]
fn files_that_are_gone_no_text_or_too_long_change_nothing() {
    let folder = tempdir().unwrap();
    let [ranking, synonyms, log] = ["ranking.toml", "synonyms.txt", "log"].map(|name| folder.path().join(name));
    fs::write(&ranking, "name_weight = 5\n").unwrap();
    fs::write(&synonyms, "rodent => mouse\n").unwrap();
    let settings = [
        ("AISLE_RANKING_FILE", ranking.to_str().unwrap()),
        ("AISLE_RANKING_BYTES", "1024"),
        ("AISLE_SYNONYMS_FILE", synonyms.to_str().unwrap()),
        ("AISLE_SYNONYMS_BYTES", "1024"),
        ("AISLE_TUNING_RELOAD_MS", "10"),
        ("AISLE_LOG_FORMAT", "json"),
    ];
    let gateway = Gateway::serve_with_log(folder.path(), &settings, &log);
    let tuned = [found(&gateway, "rodent"), found(&gateway, "mouse")];
    assert!(tuned[0].0 > 0, "the sample catalogue has a mouse");
    let too_long = "# a long remark\n".repeat(100);
    let mut told = 0;
    for (path, message) in [(&synonyms, "synonyms stay as they were"), (&ranking, "ranking stays as it was")] {
        for (content, cause) in [
            (None, "No such file"),
            (Some(b"# fine\n# \xff".as_slice()), "line 2: not UTF-8"),
            (Some(too_long.as_bytes()), "longer than 1024 bytes"),
        ] {
            match content {
                Some(content) => replace(path, content),
                None => fs::remove_file(path).unwrap(),
            }
            told += 1;
            wait_until(cause, || errors(&log).len() == told);
            let error = errors(&log).pop().unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!([message, cause, name].iter().all(|part| error.contains(part)), "{error}");
            assert_eq!([found(&gateway, "rodent"), found(&gateway, "mouse")], tuned, "{cause}");
        }
    }
    replace(&synonyms, "# none any more\n");
    wait_until("a good file after bad ones", || found(&gateway, "rodent").0 == 0);
}

#[test]
fn a_gateway_does_not_start_with_a_broken_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    for (setting, content, cause) in [
        ("AISLE_RANKING_FILE", "\nname_weight = -1", "line 2: name_weight must be from 0 to 10, not -1"),
        ("AISLE_RANKING_FILE", "name_weight", "line 1: "),
        ("AISLE_SYNONYMS_FILE", "tv, television\n,", "line 2: a term has no word"),
        ("AISLE_SYNONYMS_FILE", &"tv, television\n".repeat(100_000), "longer than 1048576 bytes"),
    ] {
        fs::write(&path, content).unwrap();
        let mut serve = command(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        let ended = serve.env(setting, &path).output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("cannot use {setting}")) && told.contains(cause), "{told}");
    }
}
