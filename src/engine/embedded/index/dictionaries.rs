//! The last dictionary of each column, so that the searches between two changes of the index read its values once.
//!
//! Invariant: of each column at most one dictionary is kept and one is made at a time, by the first search that needs it;
//! the others wait for it no longer than somebody waits for them. None of an older state of the index is kept once
//! searches see the next one, for it would keep that state's files.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tantivy::Searcher;
use tokio_util::sync::CancellationToken;

use super::dictionary::{Dictionary, ValueColumn};
use crate::engine::embedded::error::IndexError;

/// Time between two looks whether anybody still waits for a search that waits for a dictionary.
const PATIENCE: Duration = Duration::from_millis(10);

/// The dictionaries of an index.
#[derive(Default)]
pub(in crate::engine::embedded) struct Dictionaries {
    category: Place,
    brand: Place,
    tag: Place,
    attribute: Place,
    attribute_name: Place,
}

/// Where the dictionary of one column is kept.
#[derive(Default)]
struct Place {
    content: Mutex<Content>,
    /// Told whenever a search has ended making a dictionary.
    ended: Condvar,
}

#[derive(Default)]
struct Content {
    /// The last dictionary with the state of the index that it belongs to.
    kept: Option<(u64, Arc<Dictionary>)>,
    /// The oldest state that a dictionary is kept of.
    oldest: u64,
    is_being_made: bool,
}

impl Dictionaries {
    /// The dictionary of a column as the searcher sees it; [`IndexError::GivenUp`] when nobody waits for it any more.
    pub(in crate::engine::embedded) fn of(
        &self,
        column: ValueColumn,
        searcher: &Searcher,
        given_up: &CancellationToken,
    ) -> Result<Arc<Dictionary>, IndexError> {
        let generation = searcher.generation().generation_id();
        let place = match column {
            ValueColumn::Category => &self.category,
            ValueColumn::Brand => &self.brand,
            ValueColumn::Tag => &self.tag,
            ValueColumn::Attribute => &self.attribute,
            ValueColumn::AttributeName => &self.attribute_name,
        };
        let making = match place.find(generation, given_up)? {
            Turn::Made(dictionary) => return Ok(dictionary),
            Turn::Ours(making) => making,
        };
        let dictionary = Arc::new(Dictionary::new(column, searcher, given_up)?);
        making.keep(generation, &dictionary);
        Ok(dictionary)
    }

    /// Drops what belongs to states of the index before that of `searcher`, also what is still being made of them.
    pub(super) fn forget_before(&self, searcher: &Searcher) {
        let generation = searcher.generation().generation_id();
        for place in [&self.category, &self.brand, &self.tag, &self.attribute, &self.attribute_name] {
            place.forget_before(generation);
        }
    }
}

/// What a search that needs a dictionary gets.
enum Turn<'a> {
    /// The dictionary.
    Made(Arc<Dictionary>),
    /// The task to make it.
    Ours(Making<'a>),
}

impl Place {
    fn find(&self, generation: u64, given_up: &CancellationToken) -> Result<Turn<'_>, IndexError> {
        let mut content = self.lock();
        loop {
            if let Some((of, dictionary)) = &content.kept
                && *of == generation
            {
                return Ok(Turn::Made(Arc::clone(dictionary)));
            }
            if given_up.is_cancelled() {
                return Err(IndexError::GivenUp);
            }
            if !content.is_being_made {
                content.is_being_made = true;
                return Ok(Turn::Ours(Making(self)));
            }
            let waited = self.ended.wait_timeout(content, PATIENCE);
            content = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn forget_before(&self, generation: u64) {
        let mut content = self.lock();
        content.oldest = content.oldest.max(generation);
        let stale = content.kept.take_if(|(of, _)| *of < generation);
        drop(content);
        // Outside the lock: it may be large.
        drop(stale);
    }

    /// No step under the lock leaves it half done.
    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task to make a dictionary; whatever becomes of it, the next search has its turn afterwards.
struct Making<'a>(&'a Place);

impl Making<'_> {
    fn keep(&self, generation: u64, dictionary: &Arc<Dictionary>) {
        let mut content = self.0.lock();
        if generation >= content.oldest {
            content.oldest = generation;
            content.kept = Some((generation, Arc::clone(dictionary)));
        }
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.lock().is_being_made = false;
        self.0.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use tantivy::{
        Index, IndexWriter,
        indexer::NoMergePolicy,
        schema::{FAST, Schema},
    };

    use super::{super::schema::BRAND, *};

    /// An index with a segment for each of these brands.
    fn index(brands: &[&str]) -> (Index, IndexWriter) {
        let mut schema = Schema::builder();
        let brand = schema.add_text_field(BRAND, FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for text in brands {
            writer.add_document(tantivy::doc!(brand => *text)).unwrap();
            writer.commit().unwrap();
        }
        (index, writer)
    }

    #[test]
    fn what_nobody_waits_for_is_not_made_and_is_made_for_the_next_who_asks() {
        let (index, _writer) = index(&["Zed", "Acme"]);
        let searcher = index.reader().unwrap().searcher();
        let dictionaries = Dictionaries::default();
        let of = |given_up: &CancellationToken| dictionaries.of(ValueColumn::Brand, &searcher, given_up);
        let given_up = CancellationToken::new();
        given_up.cancel();
        assert!(matches!(of(&given_up), Err(IndexError::GivenUp)));
        assert!(matches!(Dictionary::new(ValueColumn::Brand, &searcher, &given_up), Err(IndexError::GivenUp)));
        let made = of(&CancellationToken::new()).unwrap();
        assert_eq!(made.number("Zed").unwrap(), Some(1));
        assert!(Arc::ptr_eq(&made, &of(&CancellationToken::new()).unwrap()), "it is kept");
    }

    #[test]
    fn a_search_that_waits_for_a_dictionary_ends_when_nobody_waits_for_it() {
        let place = Place::default();
        let Ok(Turn::Ours(making)) = place.find(0, &CancellationToken::new()) else { panic!("nobody else makes it") };
        let given_up = CancellationToken::new();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| place.find(0, &given_up).is_err());
            given_up.cancel();
            assert!(waits.join().unwrap());
        });
        drop(making);
        assert!(matches!(place.find(0, &CancellationToken::new()), Ok(Turn::Ours(_))), "the next one has its turn");
    }

    #[test]
    fn an_older_state_of_the_index_is_not_kept() {
        let (index, mut writer) = index(&["Zed", "Acme"]);
        let reader = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into().unwrap();
        let dictionaries = Dictionaries::default();
        let old = reader.searcher();
        let made = dictionaries.of(ValueColumn::Brand, &old, &CancellationToken::new()).unwrap();
        writer.delete_all_documents().unwrap();
        writer.commit().unwrap();
        reader.reload().unwrap();
        dictionaries.forget_before(&reader.searcher());
        assert_eq!(Arc::strong_count(&made), 1);
        let again = dictionaries.of(ValueColumn::Brand, &old, &CancellationToken::new()).unwrap();
        assert_eq!((again.size(), Arc::strong_count(&again)), (2, 1), "who still looks at it gets it");
    }
}
