//! Words of the dictionary that are near a word which products lack.
//!
//! Invariant: a word that any product has, in whatever form, gets none, and no word is told that no product has. Segments
//! hold the words of deleted products until they are merged, so their postings are held against what is alive.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::{
    DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term, postings::TermInfo, schema::IndexRecordOption,
};
use tantivy_fst::Automaton;

use super::View;
use crate::{
    engine::embedded::error::IndexError,
    search::{DoubtfulWord, FUZZY_PREFIX, MAX_CANDIDATES, Spelling, SpellingPlan},
};

/// The tables from which automata are built, for distances 1 and 2: they take milliseconds to make.
static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));

impl View<'_> {
    /// The near words of each word of a plan, the nearest first.
    pub(super) fn spellings(&self, plan: &SpellingPlan) -> Result<Vec<Vec<Spelling>>, IndexError> {
        plan.words.iter().map(|word| self.near_words(word, plan)).collect()
    }

    fn near_words(&self, word: &DoubtfulWord, plan: &SpellingPlan) -> Result<Vec<Spelling>, IndexError> {
        self.check_given_up()?;
        let Some(pattern) = Pattern::new(&word.spelt, plan.edits(&word.spelt)) else { return Ok(Vec::new()) };
        let (column, evidence) = plan.evidence(word);
        if self.has_word(&Term::from_field_text(self.fields.words(column), evidence))? {
            return Ok(Vec::new());
        }
        let field = self.fields.words(plan.column);
        let mut near: BTreeMap<String, Near> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let dictionary = segment.inverted_index(field)?;
            let mut terms = dictionary.terms().search(&pattern).into_stream()?;
            while terms.advance() {
                if let Some((found, edits)) = pattern.near(terms.key()) {
                    let products = alive(segment, &dictionary, terms.value())?;
                    near.entry(found.to_owned()).or_insert(Near { edits, products: 0 }).products += products;
                }
            }
        }
        near.retain(|_, near| near.products > 0);
        Ok(nearest(near))
    }

    /// Whether any product has a word.
    fn has_word(&self, term: &Term) -> Result<bool, IndexError> {
        for segment in self.searcher.segment_readers() {
            let dictionary = segment.inverted_index(term.field())?;
            let Some(mut postings) = dictionary.read_postings(term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(true);
                }
                postings.advance();
            }
        }
        Ok(false)
    }
}

/// How many products of a segment have a word.
fn alive(segment: &SegmentReader, dictionary: &InvertedIndexReader, word: &TermInfo) -> Result<u64, IndexError> {
    let Some(alive) = segment.alive_bitset() else { return Ok(word.doc_freq.into()) };
    let mut postings = dictionary.read_postings_from_terminfo(word, IndexRecordOption::Basic)?;
    Ok(postings.count(alive).into())
}

/// A near word of the dictionary.
#[derive(Debug, Clone, Copy)]
struct Near {
    edits: u8,
    /// Of all segments.
    products: u64,
}

/// The first by edits, then by products, then by bytes.
fn nearest(near: BTreeMap<String, Near>) -> Vec<Spelling> {
    let mut nearest = BTreeSet::new();
    for (word, Near { edits, products }) in near {
        nearest.insert((edits, Reverse(products), word));
        if nearest.len() > MAX_CANDIDATES {
            nearest.pop_last();
        }
    }
    nearest.into_iter().map(|(_, Reverse(products), word)| Spelling { word, products }).collect()
}

/// What words near one word look like.
struct Pattern<'a> {
    prefix: &'a str,
    rest: DFA,
}

impl<'a> Pattern<'a> {
    /// `None` for a word that has nothing behind its prefix, or may not differ: only the word itself is near it.
    fn new(word: &'a str, edits: u8) -> Option<Self> {
        let (start, _) = word.char_indices().nth(FUZZY_PREFIX)?;
        let (prefix, rest) = word.split_at_checked(start)?;
        let builder = BUILDERS.get(usize::from(edits).checked_sub(1)?)?;
        Some(Self { prefix, rest: builder.build_dfa(rest) })
    }

    /// The word of a term, and its edits, when it is near.
    fn near<'t>(&self, term: &'t [u8]) -> Option<(&'t str, u8)> {
        let Distance::Exact(edits) = self.rest.eval(term.get(self.prefix.len()..)?) else { return None };
        Some((str::from_utf8(term).ok()?, edits))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(word: &str, edits: u8, term: &str) -> Option<u8> {
        Pattern::new(word, edits)?.near(term.as_bytes()).map(|(_, edits)| edits)
    }

    #[test]
    fn a_near_word_differs_by_inserted_deleted_replaced_or_swapped_letters() {
        for near in ["ketle", "kettles", "kettla", "ketlte", "keetle"] {
            assert_eq!(edits("kettle", 2, near), Some(1), "{near}");
        }
        assert_eq!(edits("kettle", 2, "kernel"), None);
        assert_eq!(edits("kettle", 1, "kttl"), None);
        assert_eq!(edits("kettle", 2, "kttl"), Some(2));
        assert_eq!(edits("łódka", 1, "łodka"), Some(1));
    }

    #[test]
    fn a_word_whose_first_letter_differs_is_not_near() {
        let pattern = Pattern::new("kettle", 2).unwrap();
        let state = pattern.accept(&pattern.start(), b'c');
        assert!(!pattern.can_match(&state));
        assert!(Pattern::new("k", 1).is_none() && Pattern::new("kettle", 0).is_none());
    }

    #[test]
    fn the_nearest_come_first_then_those_of_most_products_then_by_bytes() {
        let near = |word: &str, edits, products| (word.to_owned(), Near { edits, products });
        let words = [near("a", 2, 90), near("b", 1, 5), near("c", 1, 7), near("d", 1, 7)];
        let words = words.into_iter().chain((0..20).map(|number| near(&format!("z{number}"), 2, 1)));
        let nearest: Vec<String> = nearest(words.collect()).into_iter().map(|spelling| spelling.word).collect();
        assert_eq!(nearest[..4], ["c", "d", "b", "a"]);
        assert_eq!(nearest.len(), MAX_CANDIDATES);
    }
}
