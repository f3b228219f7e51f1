//! Which word was meant by one that the catalogue does not have.
//!
//! Invariant: a word that some product has, in whatever form, is never corrected.

use std::{cmp::Reverse, collections::BTreeSet};

use strsim::osa_distance;

use super::{
    Correction, Spelling, TextQuery, Tuning, Word,
    analysis::{allowed_edits, searchable},
    compiler,
};

/// Letters at the start of a word that must be right: a misspelling rarely starts with its mistake, and a word of the
/// dictionary need not be compared when its first letter differs.
pub const FUZZY_PREFIX: usize = 1;

/// Most words of one query that are corrected: further ones are rather another language than mistakes.
pub(super) const MOST_CORRECTED: usize = 20;

/// Places of the words whose spelling may be doubted: letters only, long enough to tell a mistake from another word,
/// none that has a synonym, each once.
pub fn doubtful(text: &TextQuery, tuning: &Tuning) -> Vec<usize> {
    let mut places = compiler::telling_places(text, &tuning.ranking);
    let is_known = |word: &Word| !tuning.synonyms.of(std::slice::from_ref(&word.token)).is_empty();
    places.retain(|place| text.words.get(*place).is_some_and(|word| is_doubtful(&word.spelt) && !is_known(word)));
    places.truncate(MOST_CORRECTED);
    places
}

/// What is looked for in place of the words at `places`, given the words of the catalogue near each.
///
/// Never a stop word: it is in nearly every product, and so would nearly every product be found.
pub fn corrections(
    text: &TextQuery,
    places: &[usize],
    candidates: &[Vec<Spelling>],
    stop_words: &BTreeSet<String>,
) -> Vec<Correction> {
    let correction = |(&place, near): (&usize, &Vec<Spelling>)| {
        let spelling = meant(text.words.get(place)?, near, stop_words)?;
        Some(Correction { word: place, spelling: spelling.word.clone() })
    };
    places.iter().zip(candidates).filter_map(correction).collect()
}

/// Edits (insert, delete, replace, swap neighbours) between two words, no letter edited twice.
pub(super) fn edits(one: &str, two: &str) -> usize {
    osa_distance(one, two)
}

fn is_doubtful(word: &str) -> bool {
    allowed_edits(word) > 0 && word.chars().all(char::is_alphabetic)
}

/// The candidate with the fewest edits, of these the one that most products have, of these the first by its bytes.
fn meant<'a>(word: &Word, candidates: &'a [Spelling], stop_words: &BTreeSet<String>) -> Option<&'a Spelling> {
    if candidates.iter().any(|candidate| searchable(&candidate.word) == word.token) {
        // Another form of a right word.
        return None;
    }
    let allowed = usize::from(allowed_edits(&word.spelt));
    let start = |text: &str| text.chars().take(FUZZY_PREFIX).collect::<String>();
    let starts_right = |candidate: &&Spelling| start(&candidate.word) == start(&word.spelt);
    let near = |candidate: &'a Spelling| Some(edits(&word.spelt, &candidate.word)).filter(|edits| *edits <= allowed);
    candidates
        .iter()
        .filter(starts_right)
        .filter(|candidate| !stop_words.contains(&candidate.word))
        .filter_map(|candidate| Some((near(candidate)?, candidate)))
        .min_by_key(|(edits, candidate)| (*edits, Reverse(candidate.products), candidate.word.as_str()))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant_by(spelt: &str, candidates: &[(&str, u64)]) -> Option<String> {
        let word = Word { token: searchable(spelt), spelt: spelt.to_owned(), start: 0, end: 0 };
        let candidates: Vec<Spelling> =
            candidates.iter().map(|&(word, products)| Spelling { word: word.to_owned(), products }).collect();
        let stop_words = BTreeSet::from(["and".to_owned()]);
        meant(&word, &candidates, &stop_words).map(|spelling| spelling.word.clone())
    }

    #[test]
    fn the_nearest_word_is_meant_then_the_most_frequent_then_the_first() {
        assert_eq!(meant_by("kettel", &[("kettles", 90), ("kettle", 2)]).as_deref(), Some("kettle"));
        assert_eq!(meant_by("lapm", &[("lamp", 5), ("laps", 9)]).as_deref(), Some("laps"));
        assert_eq!(meant_by("bowk", &[("bowl", 5), ("book", 5)]).as_deref(), Some("book"));
    }

    #[test]
    fn no_stop_word_is_meant() {
        assert_eq!(meant_by("adn", &[("and", 900)]), None);
        assert_eq!(meant_by("adn", &[("and", 900), ("add", 2)]).as_deref(), Some("add"));
    }

    #[test]
    fn no_word_is_meant_that_is_too_far_or_starts_otherwise() {
        assert_eq!(meant_by("mug", &[("hug", 5), ("magic", 5)]), None);
        assert_eq!(meant_by("tv", &[("tb", 5)]), None);
        assert_eq!(meant_by("lamp", &[("lams", 5)]).as_deref(), Some("lams"));
        assert_eq!(meant_by("lamp", &[("lasm", 5)]), None);
    }

    #[test]
    fn a_word_that_is_there_in_another_form_is_right() {
        assert_eq!(meant_by("lamps", &[("lamp", 5), ("laps", 9)]), None);
    }

    #[test]
    fn numbers_short_words_and_stop_words_are_never_doubted() {
        let draft = super::super::SearchDraft {
            query: Some("usb3 tv the chiar 1200 chiar lamp".to_owned()),
            ..super::super::SearchDraft::default()
        };
        let text = draft.check(&super::super::SearchLimits::default()).unwrap().text.unwrap();
        assert_eq!(doubtful(&text, &Tuning::default()), [3, 6]);
    }
}
