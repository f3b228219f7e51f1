//! What results of a bulk request mean for its writes.

use super::*;

fn written(item: &str) -> Written {
    serde_json::from_str::<ItemBody>(item).unwrap().create.written()
}

fn lines(action: Action) -> String {
    let mut lines = Vec::new();
    let operation = Operation { id: "a".to_owned(), action };
    operation.append(&mut lines).unwrap();
    assert!(lines.len() <= operation.size());
    String::from_utf8(lines).unwrap()
}

#[test]
fn compare_and_set_names_the_revision() {
    let revision = Revision { sequence: u64::MAX, term: u64::MAX };
    let named = format!(r#"{{"_id":"a","if_seq_no":{0},"if_primary_term":{0}}}"#, u64::MAX);
    assert_eq!(lines(Action::Delete(revision)), format!("{{\"delete\":{named}}}\n"));
    assert_eq!(lines(Action::Replace(revision, Bytes::from_static(b"{}"))), format!("{{\"index\":{named}}}\n{{}}\n"));
    assert_eq!(lines(Action::Create(Bytes::from_static(b"{}"))), "{\"create\":{\"_id\":\"a\"}}\n{}\n");
}

#[test]
fn each_result_tells_what_became_of_its_write() {
    let stored = Written::Stored(Revision { sequence: 4, term: 1 });
    let unavailable = || EngineError::from(EngineErrorKind::Unavailable);
    assert_eq!(written(r#"{"create":{"status":201,"_seq_no":4,"_primary_term":1}}"#), stored);
    assert_eq!(written(r#"{"index":{"status":200,"_seq_no":4,"_primary_term":1}}"#), stored);
    assert_eq!(written(r#"{"create":{"status":409,"error":{"type":"version_conflict"}}}"#), Written::Conflict);
    assert_eq!(
        written(r#"{"create":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}"#),
        Written::Refused(unavailable())
    );
    assert_eq!(
        written(r#"{"delete":{"status":404,"error":{"type":"index_not_found_exception"}}}"#),
        Written::Failed(unavailable())
    );
    assert_eq!(
        written(r#"{"create":{"status":400,"error":{"type":"strict_dynamic_mapping_exception"}}}"#),
        Written::Failed(EngineErrorKind::Unexpected.into())
    );
}

#[test]
fn an_item_that_failed_within_a_node_may_have_been_made_unless_it_was_turned_away() {
    let item = |status: u16, kind: &str| {
        written(&format!(r#"{{"create":{{"status":{status},"error":{{"type":"{kind}"}}}}}}"#))
    };
    assert!(matches!(item(500, "no_longer_primary_shard_exception"), Written::Unknown(_)));
    assert!(matches!(item(503, "node_closed_exception"), Written::Unknown(_)));
    assert!(matches!(item(503, "unavailable_shards_exception"), Written::Refused(_)));
    assert!(matches!(item(429, "circuit_breaking_exception"), Written::Refused(_)));
}

#[test]
fn a_request_that_failed_leaves_open_what_became_of_its_writes_unless_it_was_turned_away() {
    let refused = |status| Problem::Refused { status, kind: String::new(), reason: String::new() }.unavailable();
    assert!(matches!(undecided(&refused(429)), Written::Refused(_)));
    assert!(matches!(undecided(&refused(413)), Written::Failed(_)));
    for status in [408, 502, 503, 504] {
        assert!(
            matches!(undecided(&refused(status)), Written::Unknown(_)),
            "a proxy may say {status} of a node at work"
        );
    }
    assert!(matches!(undecided(&EngineErrorKind::Timeout { timeout_ms: 1 }.into()), Written::Unknown(_)));
    assert!(matches!(undecided(&Problem::Content("nonsense").unexpected()), Written::Unknown(_)));
}
