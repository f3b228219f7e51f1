//! The changes of one call, which come out as if one had followed the other.
//!
//! Invariant: changes that have anything to do with each other are in one line, in their order. A change has to do with
//! the id that it names, the keys that it wants, the product that it met before any of the call was made, and the keys
//! of that product. What it meets when its turn comes is another product only if one before it in its line made it so,
//! and that one had to do with both: so lines never have to grow, and lines may be worked off at the same time.

use std::collections::{BTreeMap, HashMap};

use crate::{
    change::{Change, Insert, Modification, Modify},
    product::{NameRule, Product, ProductId, UniqueKey},
};

/// What two changes must not have in common if their order is not to matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Concern {
    Id(ProductId),
    Key(UniqueKey),
}

/// What a change that met `met` has to do with.
pub(super) fn concerns(change: &Change, met: Option<&Product>, names: NameRule) -> Vec<Concern> {
    let (id, keys) = match change {
        Change::Insert(Insert { product, .. }) => (&product.id, product.unique_keys(names)),
        Change::Modify(Modify { id, modification, .. }) => (id, wanted(modification, names)),
    };
    let held = met.map(|met| met.unique_keys(names)).unwrap_or_default();
    let ids = [Some(id), met.map(|met| &met.id)].into_iter().flatten().cloned();
    ids.map(Concern::Id).chain(keys.into_iter().chain(held).map(Concern::Key)).collect()
}

/// The changes of a call, given what each of them has to do with, in lines.
pub(super) fn lines<T>(changes: impl IntoIterator<Item = (Vec<Concern>, T)>) -> Vec<Vec<T>> {
    let mut heads = Heads(Vec::new());
    let mut first: HashMap<Concern, usize> = HashMap::new();
    let mut all = Vec::new();
    for (number, (concerns, change)) in changes.into_iter().enumerate() {
        heads.0.push(number);
        for concern in concerns {
            heads.join(*first.entry(concern).or_insert(number), number);
        }
        all.push(change);
    }
    let mut lines: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    for (number, change) in all.into_iter().enumerate() {
        lines.entry(heads.of(number)).or_default().push(change);
    }
    lines.into_values().collect()
}

/// For each number one that is in the same line and not greater; the head of a line has itself.
struct Heads(Vec<usize>);

impl Heads {
    fn of(&mut self, mut number: usize) -> usize {
        while let Some(before) = self.0.get(number).copied().filter(|before| *before != number) {
            // Whoever asks next has half the way.
            let further = self.0.get(before).copied().unwrap_or(before);
            self.set(number, further);
            number = further;
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.set(one.max(other), one.min(other));
    }

    fn set(&mut self, number: usize, before: usize) {
        if let Some(head) = self.0.get_mut(number) {
            *head = before;
        }
    }
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
    use super::*;
    use crate::{
        change::{Brought, OnDuplicate, Sameness},
        product::{Price, ProductContent, Timestamp},
    };

    fn content(name: &str) -> ProductContent {
        ProductContent {
            sku: None,
            name: name.to_owned(),
            description: "Ten letters.".to_owned(),
            price: Price::from_minor(100).unwrap(),
            category: "lamps".to_owned(),
            brand: "Lumen".to_owned(),
            in_stock: true,
            tags: Vec::new(),
            attributes: Vec::new(),
            image_url: None,
        }
    }

    fn product(id: &str, name: &str) -> Product {
        let (id, at) = (ProductId::parse(id).unwrap(), Timestamp::from_millis(0));
        Product { id, content: content(name), image: None, created_at: at, updated_at: at, version: 1 }
    }

    /// Replaces the product by one of that name.
    fn replacement(id: &str, name: &str) -> Change {
        let at = Timestamp::from_millis(0);
        let modification = Modification::Replace { content: Box::new(content(name)), at };
        Change::Modify(Modify { id: ProductId::parse(id).unwrap(), if_version: None, modification })
    }

    /// Imports a product.
    fn insertion(id: &str, name: &str) -> Change {
        let (product, at) = (product(id, name), Timestamp::from_millis(0));
        let (sameness, on_duplicate) = (Sameness::IdSkuOrName, OnDuplicate::Skip);
        Change::Insert(Insert { product, sameness, at, brings: Brought::default(), on_duplicate })
    }

    /// The numbers of changes in lines, given what each of them met.
    fn lined_up(changes: &[(Change, Option<Product>)], names: NameRule) -> Vec<Vec<usize>> {
        let numbered = changes.iter().enumerate();
        lines(numbered.map(|(number, (change, met))| (concerns(change, met.as_ref(), names), number)))
    }

    #[test]
    fn changes_that_name_the_same_id_or_want_the_same_key_are_in_one_line() {
        let changes = [("a", "One"), ("b", "ONE"), ("c", "C"), ("b", "Two")];
        let changes = changes.map(|(id, name)| (replacement(id, name), None));
        assert_eq!(lined_up(&changes, NameRule::Unique), [vec![0, 1, 3], vec![2]]);
        assert_eq!(lined_up(&changes, NameRule::Shared), [vec![0], vec![1, 3], vec![2]], "names are free");
    }

    #[test]
    fn changes_that_met_the_same_product_are_in_one_line() {
        let changes = [("a", "x"), ("b", "y"), ("c", "x"), ("x", "x")];
        let changes = changes.map(|(id, met)| (insertion(id, id), Some(product(met, met))));
        assert_eq!(lined_up(&changes, NameRule::Unique), [vec![0, 2, 3], vec![1]]);
    }

    #[test]
    fn a_change_is_in_one_line_with_those_that_may_give_up_what_it_wants() {
        let changes = [
            (replacement("a", "New"), Some(product("a", "Wanted"))),
            (replacement("b", "Other"), Some(product("b", "Another"))),
            (insertion("c", "WANTED"), None),
        ];
        assert_eq!(lined_up(&changes, NameRule::Unique), [vec![0, 2], vec![1]]);
    }

    #[test]
    fn a_line_holds_what_hangs_together_by_others_in_the_order_of_the_call() {
        let changes = [("a", "One"), ("b", "Two"), ("c", "Three"), ("b", "Three"), ("a", "Two"), ("d", "Four")];
        let changes = changes.map(|(id, name)| (replacement(id, name), None));
        assert_eq!(lined_up(&changes, NameRule::Unique), [vec![0, 1, 2, 3, 4], vec![5]]);
    }
}
