//! The changes of one call, which are made at once but come out as if one had followed the other.
//!
//! Invariant: a change waits only for earlier ones, so that no two wait for each other. It waits for those that name
//! an id or a key that it names; for those that turn out to be about the product that it turns out to be about; and,
//! before it gives a key up, for those that want that key.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    change::{Change, Insert, Modification, Modify},
    product::{NameRule, ProductId, UniqueKey},
};

/// What a change names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Named {
    Id(ProductId),
    Key(UniqueKey),
}

/// The changes of one call.
#[derive(Debug)]
pub(super) struct Sequence {
    /// Which changes name each thing, ascending.
    naming: HashMap<Named, Vec<usize>>,
    named: Vec<Vec<Named>>,
    ended: Vec<CancellationToken>,
    book: Mutex<Book>,
    noted: Notify,
}

#[derive(Debug, Default)]
struct Book {
    /// Which changes turned out to be about each product.
    targets: HashMap<ProductId, Vec<usize>>,
    /// Of which changes it is known what they are about.
    known: Vec<bool>,
    /// All changes before this one are known.
    known_before: usize,
}

/// The place of one change; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    sequence: &'a Sequence,
    number: usize,
}

impl Sequence {
    /// The sequence of these changes.
    pub(super) fn new(changes: &[Change], rule: NameRule) -> Self {
        let named: Vec<Vec<Named>> = changes.iter().map(|change| named(change, rule)).collect();
        let mut naming: HashMap<Named, Vec<usize>> = HashMap::new();
        for (number, named) in named.iter().enumerate() {
            for one in named {
                naming.entry(one.clone()).or_default().push(number);
            }
        }
        let ended = changes.iter().map(|_| CancellationToken::new()).collect();
        let book = Book { known: vec![false; changes.len()], ..Book::default() };
        Self { naming, named, ended, book: Mutex::new(book), noted: Notify::new() }
    }

    /// The place of the change with that number.
    pub(super) fn place(&self, number: usize) -> Place<'_> {
        Place { sequence: self, number }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of those changes.
    async fn ended(&self, numbers: impl IntoIterator<Item = usize>) {
        for number in numbers {
            if let Some(ended) = self.ended.get(number) {
                ended.cancelled().await;
            }
        }
    }
}

impl Place<'_> {
    /// Whether the call holds this change alone.
    pub(super) fn is_alone(&self) -> bool {
        self.sequence.ended.len() == 1
    }

    /// Waits for earlier changes that name something that this one names.
    pub(super) async fn begin(&self) {
        for named in self.sequence.named.get(self.number).into_iter().flatten() {
            self.wait_for_earlier(named).await;
        }
    }

    /// Waits for earlier changes that want one of these keys, which this one is about to give up.
    pub(super) async fn before_giving_up(&self, keys: &[UniqueKey]) {
        for key in keys {
            self.wait_for_earlier(&Named::Key(key.clone())).await;
        }
    }

    async fn wait_for_earlier(&self, named: &Named) {
        let naming = self.sequence.naming.get(named).into_iter().flatten().copied();
        self.sequence.ended(naming.take_while(|number| *number < self.number)).await;
    }

    /// Notes that this change is about `product`, or about none that is there; false when an earlier change was about
    /// it too and has ended only now, so that the product has to be read again.
    pub(super) async fn is_first_at(&self, product: Option<&ProductId>) -> bool {
        self.note(product);
        let Some(product) = product else { return true };
        self.all_before_are_known().await;
        let numbers = self.sequence.book().targets.get(product).cloned().unwrap_or_default();
        let is_open = |number: &usize| {
            *number < self.number && self.sequence.ended.get(*number).is_some_and(|ended| !ended.is_cancelled())
        };
        let open: Vec<usize> = numbers.into_iter().filter(is_open).collect();
        let is_first = open.is_empty();
        self.sequence.ended(open).await;
        is_first
    }

    fn note(&self, product: Option<&ProductId>) {
        let mut book = self.sequence.book();
        if let Some(product) = product {
            let numbers = book.targets.entry(product.clone()).or_default();
            if !numbers.contains(&self.number) {
                numbers.push(self.number);
            }
        }
        if let Some(known) = book.known.get_mut(self.number) {
            *known = true;
        }
        while book.known.get(book.known_before) == Some(&true) {
            book.known_before += 1;
        }
        drop(book);
        self.sequence.noted.notify_waiters();
    }

    async fn all_before_are_known(&self) {
        loop {
            let noted = self.sequence.noted.notified();
            tokio::pin!(noted);
            // From here on no note is missed.
            noted.as_mut().enable();
            if self.sequence.book().known_before >= self.number {
                return;
            }
            noted.await;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.note(None);
        if let Some(ended) = self.sequence.ended.get(self.number) {
            ended.cancel();
        }
    }
}

fn named(change: &Change, names: NameRule) -> Vec<Named> {
    let (id, keys) = match change {
        Change::Insert(Insert { product, .. }) => (&product.id, product.unique_keys(names)),
        Change::Modify(Modify { id, modification, .. }) => (id, wanted(modification, names)),
    };
    [Named::Id(id.clone())].into_iter().chain(keys.into_iter().map(Named::Key)).collect()
}

/// The keys that a modification asks for.
fn wanted(modification: &Modification, names: NameRule) -> Vec<UniqueKey> {
    let (sku, name) = match modification {
        Modification::Delete => (None, None),
        Modification::Patch { patch, .. } => (patch.sku(), patch.name()),
        Modification::Replace { content, .. } => (content.sku.as_deref(), Some(content.name.as_str())),
    };
    let name = name.filter(|_| names == NameRule::Unique).map(UniqueKey::name);
    sku.map(UniqueKey::sku).into_iter().chain(name).collect()
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::product::{ProductContent, Timestamp};

    fn id(text: &str) -> ProductId {
        ProductId::parse(text).unwrap()
    }

    /// Replaces the product by one of that name.
    fn replacement(product: &str, name: &str) -> Change {
        let content = ProductContent {
            sku: None,
            name: name.to_owned(),
            description: "Ten letters.".to_owned(),
            price: crate::product::Price::from_minor(100).unwrap(),
            category: "lamps".to_owned(),
            brand: "Lumen".to_owned(),
            in_stock: true,
            tags: Vec::new(),
            attributes: Vec::new(),
            image_url: None,
        };
        let modification = Modification::Replace { content: Box::new(content), at: Timestamp::from_millis(0) };
        Change::Modify(Modify { id: id(product), if_version: None, modification })
    }

    #[test]
    fn a_change_waits_for_earlier_ones_that_name_what_it_names() {
        let changes =
            [replacement("a", "One"), replacement("b", "ONE"), replacement("b", "Two"), replacement("c", "C")];
        let sequence = Sequence::new(&changes, NameRule::Unique);
        let [first, second, third, fourth] = [0, 1, 2, 3].map(|number| sequence.place(number));
        assert!(first.begin().now_or_never().is_some() && fourth.begin().now_or_never().is_some());
        assert!(second.begin().now_or_never().is_none(), "the name");
        drop(first);
        assert!(second.begin().now_or_never().is_some());
        assert!(third.begin().now_or_never().is_none(), "the id");
        let shared = Sequence::new(&changes, NameRule::Shared);
        assert!(shared.place(1).begin().now_or_never().is_some(), "names are free");
    }

    #[test]
    fn a_change_waits_for_earlier_ones_that_turn_out_to_be_about_its_product() {
        let changes = [replacement("a", "One"), replacement("b", "Two"), replacement("c", "Three")];
        let sequence = Sequence::new(&changes, NameRule::Unique);
        let [first, second, third] = [0, 1, 2].map(|number| sequence.place(number));
        assert_eq!(third.is_first_at(None).now_or_never(), Some(true), "it is about none");
        assert_eq!(second.is_first_at(Some(&id("x"))).now_or_never(), None, "the first one is not known yet");
        assert_eq!(first.is_first_at(Some(&id("x"))).now_or_never(), Some(true));
        assert_eq!(second.is_first_at(Some(&id("y"))).now_or_never(), Some(true));
        assert_eq!(second.is_first_at(Some(&id("x"))).now_or_never(), None, "the first one is about it too");
        drop(first);
        assert_eq!(second.is_first_at(Some(&id("x"))).now_or_never(), Some(true));
    }

    #[test]
    fn a_change_gives_a_key_up_only_after_earlier_ones_that_want_it() {
        let changes = [replacement("a", "Wanted"), replacement("b", "New"), replacement("c", "Wanted")];
        let sequence = Sequence::new(&changes, NameRule::Unique);
        let [first, second, _third] = [0, 1, 2].map(|number| sequence.place(number));
        let keys = [UniqueKey::name("wanted")];
        assert!(second.before_giving_up(&keys).now_or_never().is_none());
        drop(first);
        assert!(second.before_giving_up(&keys).now_or_never().is_some(), "later ones are not waited for");
    }
}
