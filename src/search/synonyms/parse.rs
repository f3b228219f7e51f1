//! Rules as people write them: a line for each, in the form that Solr, Elasticsearch and OpenSearch know.
//!
//! `tv, television` finds either by the other; `laptop, notebook => computer` finds computers for laptops, and never the
//! other way round. A comma behind a backslash belongs to the term. A line that starts with `#` is for people.

use super::{Group, SYNONYM_WORDS_OF_QUERY, Synonyms, Term};
use crate::search::analysis::analyze;

/// How much a file of synonyms may hold; every number is a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SynonymLimits {
    /// Most rules.
    pub rules: usize,
    /// Most terms in a rule.
    pub terms: usize,
    /// Most words in a term.
    pub words: usize,
    /// Most words that the synonyms of one term have, all rules together, times the words of the term; not above
    /// [`SYNONYM_WORDS_OF_QUERY`], or a query could not use them.
    pub synonym_words: usize,
}

impl Default for SynonymLimits {
    fn default() -> Self {
        Self { rules: 10_000, terms: 20, words: 5, synonym_words: SYNONYM_WORDS_OF_QUERY }
    }
}

/// Why a line is no rule; lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynonymProblem {
    /// A line has no second term.
    #[error("line {line}: a rule needs two terms, separated by a comma or by =>")]
    Alone {
        /// Which line.
        line: usize,
    },
    /// A term has no word.
    #[error("line {line}: a term has no word: {term:?}")]
    Wordless {
        /// Which line.
        line: usize,
        /// The term.
        term: String,
    },
    /// There is more than one arrow.
    #[error("line {line}: => is there twice")]
    TwoArrows {
        /// Which line.
        line: usize,
    },
    /// A term has too many words.
    #[error("line {line}: a term has at most {most} words, not {actual}")]
    TooManyWords {
        /// Which line.
        line: usize,
        /// The setting in force.
        most: usize,
        /// What it has.
        actual: usize,
    },
    /// A rule has too many terms.
    #[error("line {line}: a rule has at most {most} terms, not {actual}")]
    TooManyTerms {
        /// Which line.
        line: usize,
        /// The setting in force.
        most: usize,
        /// What it has.
        actual: usize,
    },
    /// The synonyms of a term have too many words, all rules so far together.
    #[error(
        "line {line}: the synonyms of a term have at most {most} words, all rules together and times the words of the \
         term, not {actual}: {term:?}"
    )]
    TooManySynonyms {
        /// The line with which there are too many.
        line: usize,
        /// The setting in force.
        most: usize,
        /// What they have.
        actual: usize,
        /// The term, as it is looked for.
        term: String,
    },
    /// There are too many rules.
    #[error("line {line}: there are at most {most} rules")]
    TooManyRules {
        /// The first line beyond.
        line: usize,
        /// The setting in force.
        most: usize,
    },
    /// The file is no UTF-8.
    #[error("line {line}: not UTF-8")]
    NotText {
        /// Which line.
        line: usize,
    },
}

impl Synonyms {
    /// The rules of a file, or the first thing that is wrong with it.
    pub fn parse(bytes: &[u8], limits: SynonymLimits) -> Result<Self, SynonymProblem> {
        let mut synonyms = Self::default();
        for (number, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let text = std::str::from_utf8(bytes).map_err(|_| SynonymProblem::NotText { line: number })?;
            let rule = text.trim();
            if rule.is_empty() || rule.starts_with('#') {
                continue;
            }
            if synonyms.rules == limits.rules {
                return Err(SynonymProblem::TooManyRules { line: number, most: limits.rules });
            }
            synonyms.rules += 1;
            synonyms.take(rule, &Line { number, limits })?;
        }
        Ok(synonyms)
    }

    fn take(&mut self, rule: &str, line: &Line) -> Result<(), SynonymProblem> {
        let (written, meant) = match rule.split("=>").collect::<Vec<_>>().as_slice() {
            [terms] => {
                let terms = line.terms(terms)?;
                if terms.len() < 2 {
                    return Err(SynonymProblem::Alone { line: line.number });
                }
                (Group::clone(&terms), terms)
            }
            [left, right] => (line.terms(left)?, line.terms(right)?),
            _ => return Err(SynonymProblem::TwoArrows { line: line.number }),
        };
        let most = line.limits.synonym_words;
        for term in written.iter() {
            let actual = self.add(term, &meant);
            if actual > most {
                let (line, term) = (line.number, term.join(" "));
                return Err(SynonymProblem::TooManySynonyms { line, most, actual, term });
            }
        }
        Ok(())
    }
}

/// Where a rule stands and what it may hold.
struct Line {
    number: usize,
    limits: SynonymLimits,
}

impl Line {
    fn terms(&self, text: &str) -> Result<Group, SynonymProblem> {
        let terms: Group = split(text).map(|term| self.term(&unescaped(term))).collect::<Result<_, _>>()?;
        if terms.len() > self.limits.terms {
            let (most, actual) = (self.limits.terms, terms.len());
            return Err(SynonymProblem::TooManyTerms { line: self.number, most, actual });
        }
        Ok(terms)
    }

    fn term(&self, text: &str) -> Result<Term, SynonymProblem> {
        let term: Term = analyze(text).into_iter().map(|token| token.text).collect();
        if term.is_empty() {
            return Err(SynonymProblem::Wordless { line: self.number, term: text.trim().to_owned() });
        }
        if term.len() > self.limits.words {
            let (most, actual) = (self.limits.words, term.len());
            return Err(SynonymProblem::TooManyWords { line: self.number, most, actual });
        }
        Ok(term)
    }
}

/// The parts between commas that no backslash stands before.
fn split(terms: &str) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    terms.split(move |character| {
        let separates = character == ',' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        separates
    })
}

/// A term without the backslashes that stand before other characters.
fn unescaped(term: &str) -> String {
    let mut is_escaped = false;
    let means_itself = |&character: &char| {
        is_escaped = character == '\\' && !is_escaped;
        !is_escaped
    };
    term.chars().filter(means_itself).collect()
}
