//! What becomes of words.

mod bounds;
mod preferences;
mod words;

use super::*;
use crate::search::{Correction, SearchDraft, SearchLimits, SynonymLimits, Synonyms, TextColumn};

fn query(text: &str) -> TextQuery {
    let limits = SearchLimits { query_length: 250, ..SearchLimits::default() };
    let draft = SearchDraft { query: Some(text.to_owned()), ..SearchDraft::default() };
    draft.check(&limits).unwrap().text.unwrap()
}

fn with_synonyms(text: &str) -> Tuning {
    let synonyms = Synonyms::parse(text.as_bytes(), SynonymLimits::default()).unwrap();
    Tuning { synonyms: synonyms.into(), ..Tuning::default() }
}

fn corrected(corrections: &[(usize, &str)]) -> Stage {
    let correction = |&(word, spelling): &(usize, &str)| Correction { word, spelling: spelling.to_owned() };
    Stage::Relaxed(corrections.iter().map(correction).collect())
}

fn exact(text: &str) -> Relevance {
    relevance(&query(text), &Stage::Exact, &Tuning::default())
}

/// What must match of a clause, without weights: `&` all, `|` one at least, `p"…"` a phrase; texts but everything by name.
fn written(clause: &Clause) -> String {
    let list = |parts: &[Clause], sign: &str| {
        let parts: Vec<String> = parts.iter().map(written).collect();
        format!("({})", parts.join(sign))
    };
    match clause {
        Clause::Word { column: TextColumn::Everything, token, .. } => token.clone(),
        Clause::Word { column, token, .. } => format!("{column:?}:{token}"),
        Clause::Phrase { tokens, .. } => format!("p\"{}\"", tokens.join(" ")),
        Clause::Key { column, values, .. } => format!("{column:?}={}", values.join(",")),
        Clause::Meets { filter, .. } => filter.to_string(),
        Clause::All(parts) => list(parts, " & "),
        Clause::Any(parts) | Clause::Best(parts) => list(parts, " | "),
        Clause::AtLeast { least, parts } => format!("{least}{}", list(parts, ", ")),
        Clause::Plus { required, .. } => written(required),
    }
}

/// What is looked for, keys of the whole query left out.
fn words(relevance: &Relevance) -> &Clause {
    if let Clause::Any(parts) = &relevance.clause { &parts[0] } else { &relevance.clause }
}

fn required(relevance: &Relevance) -> String {
    written(words(relevance))
}

fn extra(relevance: &Relevance) -> Vec<String> {
    if let Clause::Plus { extra, .. } = words(relevance) { extra.iter().map(written).collect() } else { Vec::new() }
}

fn factors(relevance: &Relevance) -> Vec<(String, f32)> {
    relevance.factors.iter().map(|factor| (written(&factor.when), factor.factor)).collect()
}
