//! Which word was meant by one that the catalogue does not have.
//!
//! Invariant: a word that some product has, in whatever form, is never corrected: engines offer nothing for it.

use std::cmp::Reverse;

use super::{
    Correction, DoubtfulWord, Spelling, SpellingPlan, TextColumn, TextQuery, Tuning, Word,
    analysis::{allowed_edits, edits},
    compiler,
};

/// Letters at the start of a word that must be right: a misspelling rarely starts with its mistake, and a word of the
/// dictionary need not be compared when its first letter differs.
pub const FUZZY_PREFIX: usize = 1;

/// Most words of one query that are corrected: further ones are rather another language than mistakes.
pub(super) const MOST_CORRECTED: usize = 20;

/// What is asked of the dictionary: the words whose spelling may be doubted.
pub(super) fn plan(text: &TextQuery, tuning: &Tuning) -> Option<SpellingPlan> {
    let words = doubtful(text, tuning)
        .into_iter()
        .map(|(_, word)| DoubtfulWord { spelt: word.spelt.clone(), token: Some(word.token.clone()) });
    let words: Vec<DoubtfulWord> = words.collect();
    (!words.is_empty()).then_some(SpellingPlan { column: TextColumn::Spelling, words })
}

/// What is looked for in place of misspelt words, given the answer to [`plan`]: the words of the catalogue near each.
///
/// Never a stop word: it is in nearly every product, and so would nearly every product be found.
pub(super) fn corrections(text: &TextQuery, tuning: &Tuning, candidates: &[Vec<Spelling>]) -> Vec<Correction> {
    let correction = |((place, word), near): ((usize, &Word), &Vec<Spelling>)| {
        let spelling = meant(word, near.iter().filter(|near| !tuning.ranking.stop_words.contains(&near.word)))?;
        Some(Correction { word: place, spelling: spelling.word.clone() })
    };
    doubtful(text, tuning).into_iter().zip(candidates).filter_map(correction).collect()
}

/// The words whose spelling may be doubted, with their places: letters only, long enough to tell a mistake from another
/// word, none that has a synonym, each once.
fn doubtful<'a>(text: &'a TextQuery, tuning: &Tuning) -> Vec<(usize, &'a Word)> {
    let is_known = |word: &Word| !tuning.synonyms.of(std::slice::from_ref(&word.token)).is_empty();
    let places = compiler::telling_places(text, &tuning.ranking).into_iter();
    let words = places.filter_map(|place| Some((place, text.words.get(place)?)));
    words.filter(|(_, word)| is_doubtful(&word.spelt) && !is_known(word)).take(MOST_CORRECTED).collect()
}

fn is_doubtful(word: &str) -> bool {
    allowed_edits(word) > 0 && word.chars().all(char::is_alphabetic)
}

/// The candidate with the fewest edits, of these the one that most products have, of these the first by its bytes.
fn meant<'a>(word: &Word, candidates: impl Iterator<Item = &'a Spelling>) -> Option<&'a Spelling> {
    let allowed = usize::from(allowed_edits(&word.spelt));
    let start = |text: &str| text.chars().take(FUZZY_PREFIX).collect::<String>();
    let starts_right = |candidate: &&Spelling| start(&candidate.word) == start(&word.spelt);
    let near = |candidate: &'a Spelling| Some(edits(&word.spelt, &candidate.word)).filter(|edits| *edits <= allowed);
    candidates
        .filter(starts_right)
        .filter_map(|candidate| Some((near(candidate)?, candidate)))
        .min_by_key(|(edits, candidate)| (*edits, Reverse(candidate.products), candidate.word.as_str()))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> TextQuery {
        let draft = super::super::SearchDraft { query: Some(text.to_owned()), ..super::super::SearchDraft::default() };
        draft.check(&super::super::SearchLimits::default()).unwrap().text.unwrap()
    }

    fn meant_by(spelt: &str, candidates: &[(&str, u64)]) -> Option<String> {
        let tuning = Tuning::default();
        assert!(tuning.ranking.stop_words.contains("and"));
        let candidates = candidates.iter().map(|&(word, products)| Spelling { word: word.to_owned(), products });
        let corrections = corrections(&query(spelt), &tuning, &[candidates.collect()]);
        corrections.into_iter().next().map(|correction| correction.spelling)
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
    fn words_are_doubted_with_their_tokens_but_for_numbers_short_words_and_stop_words() {
        let query = query("usb3 tv the chiars 1200 chiars lamp");
        let words = plan(&query, &Tuning::default()).unwrap().words;
        let words: Vec<(&str, Option<&str>)> =
            words.iter().map(|word| (word.spelt.as_str(), word.token.as_deref())).collect();
        assert_eq!(words, [("chiars", Some("chiar")), ("lamp", Some("lamp"))]);
        let near = |word: &str| vec![Spelling { word: word.to_owned(), products: 1 }];
        let corrections = corrections(&query, &Tuning::default(), &[near("chairs"), near("lamps")]);
        assert_eq!(corrections.iter().map(|correction| correction.word).collect::<Vec<_>>(), [3, 6]);
    }
}
