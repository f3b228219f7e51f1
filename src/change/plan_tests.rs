//! What a change makes of the product that it meets.

use proptest::prelude::*;

use super::*;
use crate::product::{FieldPatch, LookUp, NameRule, PatchDraft, Price};

fn content(name: &str) -> ProductContent {
    ProductContent {
        sku: Some(format!("SKU {name}")),
        name: name.to_owned(),
        description: "Long enough.".to_owned(),
        price: Price::MIN,
        category: "category".to_owned(),
        brand: "Brand".to_owned(),
        in_stock: true,
        tags: vec!["tag".to_owned()],
        attributes: Vec::new(),
        image_url: None,
    }
}

fn product_id(id: &str) -> ProductId {
    ProductId::parse(id).unwrap()
}

fn product(id: &str, version: u64) -> Product {
    Product {
        id: product_id(id),
        content: content(id),
        image: Some("0123abcd.jpg".to_owned()),
        created_at: at(1_000),
        updated_at: at(2_000),
        version,
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn modify(if_version: Option<&str>, modification: Modification) -> Change {
    let id = product_id("a");
    Change::Modify(Modify { id, if_version: if_version.map(str::to_owned), modification })
}

fn replacement(content: ProductContent, millis: i64) -> Modification {
    Modification::Replace { content: Box::new(content), at: at(millis) }
}

fn rename(name: &str, millis: i64) -> Modification {
    let draft = PatchDraft { name: FieldPatch::Set(name.to_owned()), ..PatchDraft::default() };
    Modification::Patch { patch: Box::new(draft.validate("input").unwrap()), at: at(millis) }
}

fn insert(on_duplicate: OnDuplicate, brings: Brought) -> Insert {
    let product = Product { image: None, created_at: at(5_000), updated_at: at(6_000), ..product("b", 1) };
    Insert { product, sameness: Sameness::IdSkuOrName, at: at(7_000), brings, on_duplicate }
}

fn put(plan: Result<Plan, Refusal>) -> Product {
    match plan {
        Ok(Plan::Put(product)) => product,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_product_that_is_not_there_cannot_be_changed() {
    for modification in [replacement(content("a"), 1), rename("b", 1), Modification::Delete] {
        assert_eq!(modify(None, modification).plan(None), Err(Refusal::NotFound));
    }
}

#[test]
fn only_the_token_of_the_version_that_is_there_is_taken() {
    let met = product("a", 7);
    let current = met.version_token();
    for modification in [replacement(content("a"), 1), rename("b", 1), Modification::Delete] {
        let old = VersionToken::of(&met.id, met.created_at, 6);
        let of_another = product("b", 7).version_token();
        let of_one_before_it = VersionToken::of(&met.id, at(999), 7);
        for wrong in [old.as_str(), of_another.as_str(), of_one_before_it.as_str(), "", "7", "\0"] {
            let refusal = Err(Refusal::VersionConflict { current: current.clone() });
            assert_eq!(modify(Some(wrong), modification.clone()).plan(Some(&met)), refusal, "{wrong:?}");
        }
        assert!(modify(Some(current.as_str()), modification).plan(Some(&met)).is_ok());
    }
}

#[test]
fn a_replacement_sets_everything_but_the_record() {
    let met = product("a", 7);
    let new = ProductContent { sku: None, tags: Vec::new(), ..content("new") };
    let replaced = put(modify(None, replacement(new.clone(), 3_000)).plan(Some(&met)));
    assert_eq!(replaced, Product { content: new, updated_at: at(3_000), version: 8, ..met });
}

#[test]
fn an_uploaded_image_stays_until_another_is_given() {
    let met = product("a", 7);
    let address = Some("https://example.com/a.jpg".to_owned());
    let given = ProductContent { image_url: address.clone(), ..content("a") };
    assert_eq!(put(modify(None, replacement(given.clone(), 1)).plan(Some(&met))).image, None);
    assert_eq!(put(modify(None, rename("b", 1)).plan(Some(&met))).image, met.image);
    let replacing = insert(OnDuplicate::Replace, Brought::default());
    assert_eq!(put(Change::Insert(replacing.clone()).plan(Some(&met))).image, met.image);
    let product = Product { content: given, ..replacing.product.clone() };
    assert_eq!(put(Change::Insert(Insert { product, ..replacing.clone() }).plan(Some(&met))).image, None);
    let uploaded = Some("fedc9876.png".to_owned());
    let product = Product { image: uploaded.clone(), ..replacing.product.clone() };
    assert_eq!(put(Change::Insert(Insert { product, ..replacing }).plan(Some(&met))).image, uploaded);
}

#[test]
fn what_meets_nothing_is_created_as_it_is() {
    for on_duplicate in [OnDuplicate::Refuse, OnDuplicate::Skip, OnDuplicate::Replace] {
        let insert = insert(on_duplicate, Brought::default());
        let product = insert.product.clone();
        assert_eq!(Change::Insert(insert).plan(None), Ok(Plan::Create(product)));
    }
}

#[test]
fn what_is_met_is_refused_skipped_or_replaced_as_asked() {
    let met = product("a", 7);
    let refused = insert(OnDuplicate::Refuse, Brought::default());
    assert_eq!(Change::Insert(refused.clone()).plan(Some(&met)), Ok(Plan::Create(refused.product)));
    let skipped = insert(OnDuplicate::Skip, Brought::default());
    let plan = Change::Insert(skipped.clone()).plan(Some(&met)).unwrap();
    assert_eq!((plan.owner(Some(&met)), plan.clone().effect()), (Some(&met.id), Effect::Skipped));
    let replaced = put(Change::Insert(insert(OnDuplicate::Replace, Brought::default())).plan(Some(&met)));
    assert_eq!((&replaced.id, &replaced.content), (&met.id, &content("b")));
    assert_eq!((replaced.created_at, replaced.updated_at, replaced.version), (met.created_at, at(7_000), 8));
    let brings = Brought { created_at: true, updated_at: true };
    let replaced = put(Change::Insert(insert(OnDuplicate::Replace, brings)).plan(Some(&met)));
    assert_eq!((replaced.created_at, replaced.updated_at), (at(5_000), at(6_000)));
}

#[test]
fn only_what_can_meet_a_product_looks_for_one() {
    let replacing = insert(OnDuplicate::Replace, Brought::default());
    let (id, product) = (LookUp::Id(replacing.product.id.clone()), replacing.product.clone());
    let sku = LookUp::Key(product.sku_key().unwrap());
    let name = LookUp::Key(product.name_key());
    let look_ups = |insert: Insert, names| Change::Insert(insert).look_ups(names);
    assert_eq!(look_ups(replacing.clone(), NameRule::Unique), [id.clone(), sku.clone(), name]);
    assert_eq!(look_ups(replacing.clone(), NameRule::Shared), [id, sku.clone()]);
    assert_eq!(look_ups(Insert { sameness: Sameness::Sku, ..replacing }, NameRule::Unique), [sku]);
    assert_eq!(look_ups(insert(OnDuplicate::Refuse, Brought::default()), NameRule::Unique), []);
    let met = product_id("a");
    assert_eq!(modify(None, Modification::Delete).look_ups(NameRule::Unique), [LookUp::Id(met)]);
}

#[test]
fn a_removal_claims_nothing_and_all_else_its_sku_and_its_name_where_names_are_unique() {
    assert_eq!(Plan::Remove.claims(NameRule::Unique), []);
    for plan in [Plan::Create(product("a", 1)), Plan::Put(product("a", 1)), Plan::Skip(product("a", 1))] {
        assert_eq!(plan.claims(NameRule::Unique).len(), 2);
        assert_eq!(plan.claims(NameRule::Shared), Vec::from_iter(product("a", 1).sku_key()));
    }
}

/// Any change that leaves a product, at any time, with whatever version it brings.
fn any_change() -> impl Strategy<Value = Change> {
    let replacing = (any::<u64>(), any::<i64>(), any::<[bool; 2]>()).prop_map(|(version, millis, [made, written])| {
        let mut insert = insert(OnDuplicate::Replace, Brought { created_at: made, updated_at: written });
        insert.product.version = version;
        insert.at = at(millis);
        Change::Insert(insert)
    });
    let replaced = any::<i64>().prop_map(|millis| modify(None, replacement(content("c"), millis)));
    let renamed = any::<i64>().prop_map(|millis| modify(None, rename("d", millis)));
    prop_oneof![replacing, replaced, renamed]
}

proptest! {
    #[test]
    fn a_version_never_falls_nor_repeats(version in 1..u64::MAX, changes in prop::collection::vec(any_change(), 1..8)) {
        let mut met = product("a", version);
        for change in changes {
            let next = put(change.plan(Some(&met)));
            prop_assert!(next.version > met.version || met.version == u64::MAX);
            prop_assert!(next.version_token() != met.version_token() || met.version == u64::MAX);
            prop_assert_eq!(&next.id, &met.id);
            met = next;
        }
    }

    #[test]
    fn the_time_of_a_change_never_goes_back_however_clocks_differ(millis in any::<i64>()) {
        let met = product("a", 1);
        for modification in [replacement(content("a"), millis), rename("b", millis)] {
            let next = put(modify(None, modification).plan(Some(&met)));
            prop_assert_eq!(next.updated_at, at(millis.max(2_000)));
        }
    }
}
