//! The words that a ranking treats apart, unless a file says otherwise: general English, no shop's own.

use std::collections::BTreeSet;

/// Articles, prepositions, conjunctions and pronouns: they say how words belong together, not what is wanted.
const STOP_WORDS: [&str; 42] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it", "its", "me",
    "my", "of", "on", "or", "our", "such", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "was", "we", "were", "will", "with", "you", "your",
];

/// Words that say what is not wanted. Not "not", which rather denies a sentence that is printed on a shirt, nor "no" and
/// "non", by which shoppers name what they want (no show socks, non slip mat).
const EXCLUSION_WORDS: [&str; 1] = ["without"];

pub(super) fn stop_words() -> BTreeSet<String> {
    STOP_WORDS.into_iter().map(str::to_owned).collect()
}

pub(super) fn exclusion_words() -> BTreeSet<String> {
    EXCLUSION_WORDS.into_iter().map(str::to_owned).collect()
}
