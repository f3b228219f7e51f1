//! Misspelt words: the nearest words of the dictionary stand in for them.
//!
//! Invariant: which words stand in is what Lucene's fuzzy query with `top_terms_boost_N` takes, N being
//! [`TextQuery::max_expansions`](crate::search::TextQuery::max_expansions): those within the distance (insert, delete,
//! replace, swap neighbours) whose first letters are right, over all segments, by similarity descending, then by bytes.
//! Of a segment, each product that they find is kept once (8 bytes), however many of them it holds.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
    io,
    sync::LazyLock,
};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::{
    DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError, Term,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
};
use tantivy_fst::Automaton;
use tokio_util::sync::CancellationToken;

use super::{View, list::MATCHES_PER_LOOK};
use crate::{
    engine::embedded::error::IndexError,
    search::{FUZZY_PREFIX, FUZZY_WEIGHT, TextField, Word},
};

/// The tables from which automata are built, for distances 1 and 2: they take milliseconds to make.
static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));

/// Products with a word near the one asked for; of the near words in its texts, those of one text count together, and
/// the best text counts.
#[derive(Debug, Clone)]
pub(super) struct NearWords {
    terms: Vec<(Term, Score)>,
    /// Set when nobody waits for the answer any more.
    given_up: CancellationToken,
}

impl NearWords {
    /// Looks the dictionaries of every text through for at most so many near words each.
    pub(super) fn new(view: &View<'_>, word: &Word, expansions: usize) -> Result<Self, IndexError> {
        let mut terms = Vec::new();
        let given_up = view.given_up.clone();
        let Some(pattern) = Pattern::new(word) else { return Ok(Self { terms, given_up }) };
        for text in TextField::ALL {
            view.check_given_up()?;
            let field = view.fields.words(text);
            for (Reverse(similarity), term) in pattern.nearest(&view.searcher, field, expansions)? {
                let score = FUZZY_WEIGHT * text.weight() * f32::from_bits(similarity);
                terms.push((Term::from_field_text(field, &term), score));
            }
        }
        Ok(Self { terms, given_up })
    }
}

/// A near word by the bits of its similarity (a number of 0 to 1, whose bits sort as it does) and its text.
type Near = (Reverse<u32>, String);

/// What words near one word look like.
struct Pattern<'a> {
    prefix: &'a str,
    rest: DFA,
    length: usize,
}

impl<'a> Pattern<'a> {
    /// `None` for a word that has nothing behind its prefix, or may not differ: only the word itself is near it.
    fn new(word: &'a Word) -> Option<Self> {
        let (start, _) = word.token.char_indices().nth(FUZZY_PREFIX)?;
        let (prefix, rest) = word.token.split_at_checked(start)?;
        let builder = BUILDERS.get(usize::from(word.distance).checked_sub(1)?)?;
        Some(Self { prefix, rest: builder.build_dfa(rest), length: word.token.chars().count() })
    }

    fn nearest(&self, searcher: &Searcher, field: Field, limit: usize) -> Result<BTreeSet<Near>, IndexError> {
        let mut nearest = BTreeSet::new();
        for segment in searcher.segment_readers() {
            let dictionary = segment.inverted_index(field)?;
            let mut terms = dictionary.terms().search(self).into_stream()?;
            while terms.advance() {
                if let Some(near) = self.near(terms.key()) {
                    nearest.insert(near);
                    if nearest.len() > limit {
                        nearest.pop_last();
                    }
                }
            }
        }
        Ok(nearest)
    }

    fn near(&self, term: &[u8]) -> Option<Near> {
        let Distance::Exact(distance) = self.rest.eval(term.get(self.prefix.len()..)?) else { return None };
        let term = std::str::from_utf8(term).ok()?;
        Some((Reverse(similarity(distance, term.chars().count().min(self.length)).to_bits()), term.to_owned()))
    }
}

/// 1 for the word itself, less with every edit, never below 0.
fn similarity(distance: u8, length: usize) -> f32 {
    // No word has more characters than a u16 holds: the analysis cuts them long before.
    let length = f32::from(u16::try_from(length).unwrap_or(u16::MAX));
    if distance == 0 { 1.0 } else { (1.0 - f32::from(distance) / length).max(0.0) }
}

#[derive(Clone, Copy)]
enum State {
    /// So many bytes of the prefix were right.
    Prefix(usize),
    Rest(u32),
    Astray,
}

impl Pattern<'_> {
    fn behind_prefix(&self, bytes: usize) -> State {
        if bytes == self.prefix.len() { State::Rest(self.rest.initial_state()) } else { State::Prefix(bytes) }
    }
}

impl Automaton for Pattern<'_> {
    type State = State;

    fn start(&self) -> State {
        self.behind_prefix(0)
    }

    fn is_match(&self, state: &State) -> bool {
        match state {
            State::Rest(state) => matches!(self.rest.distance(*state), Distance::Exact(_)),
            State::Prefix(_) | State::Astray => false,
        }
    }

    fn can_match(&self, state: &State) -> bool {
        match state {
            State::Prefix(_) => true,
            State::Rest(state) => *state != SINK_STATE,
            State::Astray => false,
        }
    }

    fn accept(&self, state: &State, byte: u8) -> State {
        match state {
            State::Prefix(right) if self.prefix.as_bytes().get(*right) == Some(&byte) => self.behind_prefix(right + 1),
            State::Rest(state) => State::Rest(self.rest.transition(*state, byte)),
            State::Prefix(_) | State::Astray => State::Astray,
        }
    }
}

impl Query for NearWords {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.terms.iter().for_each(|(term, _)| visitor(term, false));
    }
}

impl NearWords {
    /// The products of a segment in its order, each once, with its score.
    fn matches(&self, segment: &SegmentReader, boost: Score) -> Result<Vec<(DocId, Score)>, TantivyError> {
        let mut terms = Vec::new();
        let mut heads = BinaryHeap::new();
        for (term, score) in &self.terms {
            self.check_given_up()?;
            let index = segment.inverted_index(term.field())?;
            let Some(postings) = index.read_postings(term, IndexRecordOption::Basic)? else { continue };
            heads.push(Reverse((postings.doc(), terms.len())));
            terms.push((postings, term.field(), score * boost));
        }
        let mut matches = TextSums::default();
        let mut occurrences = 0_u64;
        // Of one document the terms come in their order, and so give the same sum in every segment.
        while let Some(Reverse((document, number))) = heads.pop() {
            let Some((postings, field, score)) = terms.get_mut(number).filter(|_| document != TERMINATED) else {
                break;
            };
            matches.add(document, *field, *score);
            heads.push(Reverse((postings.advance(), number)));
            occurrences += 1;
            if occurrences.is_multiple_of(MATCHES_PER_LOOK) {
                self.check_given_up()?;
            }
        }
        Ok(matches.best)
    }

    fn check_given_up(&self) -> io::Result<()> {
        if self.given_up.is_cancelled() { Err(io::Error::other(IndexError::GivenUp)) } else { Ok(()) }
    }
}

/// The scores of documents, put together while occurrences come by document, then by text.
#[derive(Default)]
struct TextSums {
    /// Each document with the sum of its best text so far.
    best: Vec<(DocId, Score)>,
    /// The text that is being added up.
    text: Option<(DocId, Field)>,
    sum: Score,
}

impl TextSums {
    /// `score` is not negative: a sum that grows is the best one as soon as it is the best at all.
    fn add(&mut self, document: DocId, field: Field, score: Score) {
        let text = Some((document, field));
        self.sum = if self.text == text { self.sum + score } else { score };
        self.text = text;
        match self.best.last_mut().filter(|(last, _)| *last == document) {
            Some((_, best)) => *best = best.max(self.sum),
            None => self.best.push((document, self.sum)),
        }
    }
}

impl Weight for NearWords {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(Matches { matches: self.matches(segment, boost)?, next: 0 }))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let matches = self.matches(segment, 1.0)?;
        let found = matches.iter().find(|(found, _)| *found == document);
        let (_, score) = found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Explanation::new("near word", *score))
    }
}

struct Matches {
    matches: Vec<(DocId, Score)>,
    next: usize,
}

impl DocSet for Matches {
    fn advance(&mut self) -> DocId {
        self.next += 1;
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let behind = self.matches.get(self.next..).unwrap_or_default();
        self.next += behind.partition_point(|(document, _)| *document < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.matches.get(self.next).map_or(TERMINATED, |(document, _)| *document)
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.matches.len()).unwrap_or(u32::MAX)
    }
}

impl Scorer for Matches {
    fn score(&mut self) -> Score {
        self.matches.get(self.next).map_or(0.0, |(_, score)| *score)
    }
}

#[cfg(test)]
mod tests;
