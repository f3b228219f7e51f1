//! The same changes to the oracle and to every engine: not one outcome and not one product may differ.

use std::io::{Write as _, stderr};

use aisle::{
    backend::Engine,
    change::Change,
    product::{FieldSet, LookUp, NameRule, PartialProduct, Product},
};
use futures_util::TryStreamExt as _;

use crate::{
    conformance::{Question, ask_about_lists, ask_about_words, compare_answers, comparisons},
    support::{
        change_oracle::{Asked, ChangeOracle, Expected, visibility},
        engines::{self, TestEngine},
        oracle::Oracle,
        random_changes::RandomChanges,
        random_search::RandomSearches,
    },
};

/// Changes between two looks at whole catalogues.
const CHANGES_BETWEEN_LOOKS: usize = 100;
/// Questions that each look asks about lists, and as many about words.
const QUESTIONS: usize = 10;
/// Most changes of one batch.
const BATCH: usize = 60;

/// Looks of one test, which makes half as many changes as there are comparisons of searches.
fn looks() -> usize {
    comparisons().div_ceil(2 * CHANGES_BETWEEN_LOOKS)
}

/// A change, and what engines should say of it.
type Judged = (Asked, Expected);

fn next(changes: &mut RandomChanges, oracle: &mut ChangeOracle) -> Judged {
    let asked = changes.next(oracle);
    let expected = oracle.apply(&asked);
    (asked, expected)
}

/// How many changes were done, and how many were refused.
#[derive(Default)]
struct Tally {
    done: usize,
    refused: usize,
}

/// Makes changes in batches of `sizes`, a look's worth of them, on every engine.
async fn change(
    engines: &[TestEngine],
    changes: &mut RandomChanges,
    oracle: &mut ChangeOracle,
    most: usize,
    tally: &mut Tally,
) {
    let mut made = 0;
    while made < CHANGES_BETWEEN_LOOKS {
        let size = changes.random.usize(1..=most);
        let batch: Vec<Judged> = (0..size).map(|_| next(changes, oracle)).collect();
        let visibility = visibility(&mut changes.random);
        for engine in engines {
            let asked: Vec<Change> = batch.iter().map(|(asked, _)| asked.change()).collect();
            let outcomes = engine.write(asked, visibility).await.unwrap();
            assert_eq!(outcomes.len(), batch.len(), "{}", engine.name());
            for (place, ((asked, expected), outcome)) in batch.iter().zip(&outcomes).enumerate() {
                assert!(
                    expected.allows(outcome),
                    "{} says {outcome:#?}\nto change {place} of {size} (after {made}): {asked:#?}\nnot {expected:#?}",
                    engine.name()
                );
            }
        }
        tally.done += batch.iter().filter(|(_, expected)| matches!(expected, Expected::Done(_))).count();
        tally.refused += batch.iter().filter(|(_, expected)| matches!(expected, Expected::Refused(_))).count();
        made += size;
    }
}

/// Every engine has the products of the oracle, finds each of them by whatever names it, and finds no other.
async fn look(engines: &[TestEngine], oracle: &ChangeOracle, names: NameRule) {
    let products = oracle.products();
    let all = RandomChanges::look_ups(&products);
    // Where names are shared, look-ups by them are as late as searches.
    let is_by_name =
        |look_up: &&LookUp| matches!(look_up, LookUp::Key(key) if key.kind() == aisle::product::KeyKind::Name);
    let at_once: Vec<LookUp> =
        all.iter().filter(|look_up| names == NameRule::Unique || !is_by_name(look_up)).cloned().collect();
    for engine in engines {
        compare_look_ups(engine.as_ref(), oracle, &at_once).await;
        engine.publish().await.unwrap();
        compare_look_ups(engine.as_ref(), oracle, &all).await;
        let exported: Vec<Product> = engine.export().try_collect().await.unwrap();
        assert_eq!(exported, products, "{} keeps other products", engine.name());
        let status = engine.status().await.unwrap();
        let count = products.len() as u64;
        assert_eq!((status.products, status.searchable), (count, count), "{}", engine.name());
    }
}

async fn compare_look_ups(engine: &dyn Engine, oracle: &ChangeOracle, look_ups: &[LookUp]) {
    // As many as one request may ask for.
    for some in look_ups.chunks(100) {
        let found = engine.look_up(some, FieldSet::all()).await.unwrap();
        for (look_up, found) in some.iter().zip(found) {
            let expected = oracle.look_up(look_up).map(PartialProduct::from);
            assert_eq!(found, expected, "{} looks up {look_up:?}", engine.name());
        }
    }
}

async fn search(engines: &[TestEngine], products: &[Product], seed: u64) -> usize {
    if products.is_empty() {
        return 0;
    }
    let mut searches = RandomSearches::new(seed, products);
    let mut questions: Vec<Question> = (0..QUESTIONS).map(|_| ask_about_lists(&mut searches)).collect();
    questions.extend((0..QUESTIONS).map(|_| ask_about_words(&mut searches)));
    compare_answers(engines, &Oracle::new(products), &questions).await.0
}

async fn compare(name: &str, names: NameRule, most: usize, seed: u64) {
    let engines = engines::all_with(name, names).await;
    let (mut changes, mut oracle) = (RandomChanges::new(seed), ChangeOracle::new(names));
    let (mut tally, mut searched) = (Tally::default(), 0);
    for number in 0..looks() {
        change(&engines, &mut changes, &mut oracle, most, &mut tally).await;
        look(&engines, &oracle, names).await;
        searched += search(&engines, &oracle.products(), number as u64).await;
    }
    let Tally { done, refused } = tally;
    assert!(done > refused / 4 && refused > done / 4, "{done} done and {refused} refused: the changes are one-sided");
    let engines: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    // Not `println!`, which the test harness keeps to itself when tests pass.
    let _ = writeln!(
        stderr(),
        "{engines:?}, {name}: {done} changes, {refused} refusals, {searched} searches, 0 differences"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_makes_of_one_change_after_the_other_what_the_oracle_makes_of_them() {
    compare("changes", NameRule::Unique, 1, 11).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_makes_of_batches_of_changes_what_the_oracle_makes_of_them() {
    compare("changes-batches", NameRule::Unique, BATCH, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_lets_products_share_a_name_when_it_is_told_to() {
    compare("changes-shared", NameRule::Shared, 1, 13).await;
    compare("changes-shared-batches", NameRule::Shared, BATCH, 14).await;
}

/// The oracle itself, where a rule is easiest to get wrong.
mod oracle {
    use aisle::{
        change::{Brought, OnDuplicate, Refusal, TakenBy},
        product::{FieldPatch, PatchDraft, ProductId, Timestamp},
    };

    use super::*;
    use crate::support::{change_oracle::Target, generator};

    fn target(id: &ProductId, if_version: Option<String>) -> Target {
        Target { id: id.clone(), if_version, at: Timestamp::from_millis(0) }
    }

    fn named(product: &Product, name: &str) -> Asked {
        let draft = PatchDraft { name: FieldPatch::Set(name.to_owned()), ..PatchDraft::default() };
        Asked::Patch { target: target(&product.id, None), draft }
    }

    fn is_done(expected: &Expected) -> bool {
        matches!(expected, Expected::Done(_))
    }

    fn filled() -> (ChangeOracle, Product, Product) {
        let mut products = generator::products(3, 2).into_iter();
        let (one, two) = (products.next().unwrap(), products.next().unwrap());
        let mut oracle = ChangeOracle::new(NameRule::Unique);
        for product in [&one, &two] {
            assert!(is_done(&oracle.apply(&Asked::Create(product.clone()))));
        }
        (oracle, one, two)
    }

    #[test]
    fn a_name_is_free_for_its_product_and_taken_for_others() {
        let (mut oracle, one, two) = filled();
        let own = oracle.apply(&named(&one, &one.content.name.to_uppercase()));
        assert!(is_done(&own), "{own:?}");
        assert_eq!(oracle.look_up(&LookUp::Id(one.id.clone())).unwrap().version, one.version + 1);
        let others = oracle.apply(&named(&one, &two.content.name));
        let Expected::Refused(reasons) = others else { panic!("{others:?}") };
        assert_eq!(reasons, [Refusal::Duplicate { by: TakenBy::Name, owner: Some(two.id) }]);
    }

    #[test]
    fn only_the_current_token_is_a_version_and_no_time_goes_back() {
        let (mut oracle, one, two) = filled();
        for wrong in ["garbage".to_owned(), two.version_token().as_str().to_owned()] {
            let refused = oracle.apply(&Asked::Delete(target(&one.id, Some(wrong))));
            assert!(
                matches!(refused, Expected::Refused(reasons) if matches!(reasons[..], [Refusal::VersionConflict { .. }]))
            );
        }
        oracle.apply(&named(&one, "Another"));
        assert_eq!(oracle.look_up(&LookUp::Id(one.id.clone())).unwrap().updated_at, one.updated_at);
        let old = oracle.apply(&Asked::Delete(target(&one.id, Some(one.version_token().as_str().to_owned()))));
        assert!(matches!(old, Expected::Refused(_)));
        assert!(is_done(&oracle.apply(&Asked::Delete(target(&one.id, None)))));
        assert!(is_done(&oracle.apply(&Asked::Create(one))), "all of it is free");
    }

    #[test]
    fn a_row_that_meets_two_products_is_refused_unless_names_are_shared() {
        let (mut oracle, one, two) = filled();
        let mut product = two.clone();
        product.id = one.id.clone();
        let at = Timestamp::from_millis(0);
        let row = Asked::Import { product, brings: Brought::default(), at, on_duplicate: OnDuplicate::Replace };
        assert!(matches!(oracle.apply(&row), Expected::Refused(reasons) if reasons.len() == 1));
    }
}
