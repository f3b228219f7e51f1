//! The verdicts of graphql-js and of Aisle on the requests of `tests/corpus`: both accept the same, and refuse the same
//! for the same reason.
//!
//! `npm run corpus` in `tests/clients` judges by graphql-js, and fails when a committed verdict is not its own.

use std::{fs, path::Path};

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use crate::support::gateway::{Answer, Gateway};

/// One request with what graphql-js thinks of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Judged {
    name: String,
    document: String,
    variables: Option<Box<RawValue>>,
    /// Variables as a text, where JavaScript would not write again what it has read, such as `1.0`.
    variables_text: Option<String>,
    operation_name: Option<String>,
    verdict: Verdict,
    /// The verdict of Aisle where it is another one, on purpose.
    aisle: Option<Verdict>,
    /// Why it is another one.
    because: Option<String>,
}

/// The first step that refuses.
#[derive(Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Valid,
    Syntax,
    Validation,
    Operation,
    Variables,
}

impl Verdict {
    /// The code of the answer; `None` where the operation runs, whatever becomes of its fields.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Valid => None,
            Self::Syntax => Some("GRAPHQL_PARSE_FAILED"),
            Self::Validation | Self::Operation | Self::Variables => Some("GRAPHQL_VALIDATION_FAILED"),
        }
    }
}

impl Judged {
    fn expected(&self) -> Verdict {
        self.aisle.unwrap_or(self.verdict)
    }

    /// The body, whose numbers are written as in the corpus.
    fn body(&self) -> String {
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let mut members = vec![format!("\"query\": {}", text(&self.document))];
        members.extend(self.operation_name.as_ref().map(|name| format!("\"operationName\": {}", text(name))));
        let variables = self.variables.as_ref().map(|variables| variables.get().to_owned());
        members.extend(variables.or(self.variables_text.clone()).map(|json| format!("\"variables\": {json}")));
        format!("{{{}}}", members.join(", "))
    }
}

/// The code of a refusal; `None` where something ran.
fn refusal(answer: &Answer) -> Option<String> {
    let answer = answer.json();
    match answer.get("data") {
        Some(_) => None,
        None => Some(answer["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()),
    }
}

fn corpus() -> Vec<(String, Vec<Judged>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let theme = |path: &Path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let judged = serde_json::from_str(&fs::read_to_string(path).unwrap());
        (name.clone(), judged.unwrap_or_else(|problem| panic!("{name}: {problem}")))
    };
    paths.iter().map(|path| theme(path)).collect()
}

#[tokio::test]
async fn every_request_gets_the_verdict_of_graphql_js() {
    let gateway = Gateway::start().await;
    let corpus = corpus();
    let count: usize = corpus.iter().map(|(_, requests)| requests.len()).sum();
    assert!(count >= 2_000, "only {count} requests");
    let mut differences = Vec::new();
    for (theme, judged) in corpus.iter().flat_map(|(theme, requests)| requests.iter().map(move |one| (theme, one))) {
        let answer = gateway.post(judged.body()).await;
        let code = refusal(&answer);
        if code.as_deref() != judged.expected().code() {
            let (name, verdict, body) = (&judged.name, judged.expected(), judged.body());
            differences.push(format!(
                "{theme}: {name}: expected {verdict:?}, Aisle says {code:?}\n  {body:.300}\n  {:.300}",
                String::from_utf8_lossy(&answer.body)
            ));
        }
    }
    assert!(differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
}

/// An operation that takes no variables, for documents that hold others.
const BYSTANDER: &str = "query Bystander { __typename }";

/// A document with a name for its operation, so that another one may stand beside it, and with that other one.
fn with_bystander(document: &str) -> String {
    let document = document.trim_start();
    let operations = ["query", "mutation", "subscription"];
    // One without a name beside others is the mistake of some documents: a name would mend it.
    if operations.iter().any(|keyword| document.contains(&format!("}} {keyword} "))) {
        return format!("{document}\n{BYSTANDER}");
    }
    let behind = operations.iter().find_map(|keyword| document.strip_prefix(keyword).map(|rest| (*keyword, rest)));
    let document = match behind {
        Some((keyword, rest)) if rest.trim_start().starts_with(['(', '{', '@']) => format!("{keyword} Judged {rest}"),
        None if document.starts_with('{') => format!("query Judged {document}"),
        _ => document.to_owned(),
    };
    format!("{document}\n{BYSTANDER}")
}

/// The three last verdicts have one code: only what refuses a document whatever is chosen of it is a rule of validation.
#[tokio::test]
async fn what_validation_refuses_is_refused_as_well_when_another_operation_is_chosen() {
    let gateway = Gateway::start().await;
    let (corpus, mut count, mut differences) = (corpus(), 0, Vec::new());
    let invalid = corpus.iter().flat_map(|(_, requests)| requests).filter(|one| one.expected() == Verdict::Validation);
    for judged in invalid {
        let document = with_bystander(&judged.document);
        let answer = gateway.post(json!({ "query": document, "operationName": "Bystander" }).to_string()).await;
        count += 1;
        if refusal(&answer).as_deref() != Verdict::Validation.code() {
            differences.push(format!(
                "{}: {document:.300}\n  {:.300}",
                judged.name,
                String::from_utf8_lossy(&answer.body)
            ));
        }
    }
    let valid = gateway
        .post(json!({ "query": with_bystander("{ nope: __typename }"), "operationName": "Bystander" }).to_string());
    assert_eq!(refusal(&valid.await), None, "the bystander alone is refused");
    assert!(count >= 700 && differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn a_verdict_that_differs_on_purpose_differs_and_says_why() {
    let corpus = corpus();
    let all = || corpus.iter().flat_map(|(_, requests)| requests);
    for judged in all().filter(|judged| judged.aisle.is_some() || judged.because.is_some()) {
        assert_ne!(judged.expected().code(), judged.verdict.code(), "{}", judged.name);
        assert!(judged.because.as_ref().is_some_and(|why| why.len() > 20), "{}", judged.name);
    }
    let counts = [Verdict::Valid, Verdict::Syntax, Verdict::Validation, Verdict::Operation, Verdict::Variables]
        .map(|verdict| all().filter(|judged| judged.verdict == verdict).count());
    assert!(counts.iter().all(|&count| count >= 10), "{counts:?}");
}
