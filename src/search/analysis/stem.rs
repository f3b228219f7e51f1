//! English words to their stems, remembered per thread.
//!
//! A catalogue repeats its words: a cache more than doubles the speed of the whole chain. It is
//! bounded by [`CACHED_WORDS`] and by the length of a token, and cleared when full.

use std::cell::RefCell;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// About 2 MB a thread when all are in use.
const CACHED_WORDS: usize = 16_384;

thread_local! {
    static STEMS: RefCell<Stems> = RefCell::new(Stems {
        stemmer: Stemmer::create(Algorithm::English),
        known: HashMap::new(),
    });
}

/// The stem of a word of lower-case ASCII letters.
pub(super) fn stem(word: &str) -> String {
    STEMS.with_borrow_mut(|stems| stems.stem(word))
}

struct Stems {
    stemmer: Stemmer,
    known: HashMap<Box<str>, Box<str>>,
}

impl Stems {
    fn stem(&mut self, word: &str) -> String {
        if let Some(stem) = self.known.get(word) {
            return String::from(&**stem);
        }
        if self.known.len() >= CACHED_WORDS {
            self.known.clear();
        }
        let stem = self.stemmer.stem(word).into_owned();
        self.known.insert(Box::from(word), Box::from(stem.as_str()));
        stem
    }
}
