//! What a patch judges, and what it makes of a product.

use proptest::prelude::*;

use super::*;

fn product() -> Product {
    Product {
        id: ProductId::parse("a").unwrap(),
        content: ProductContent {
            sku: Some("SKU".to_owned()),
            name: "Name".to_owned(),
            description: "Long enough.".to_owned(),
            price: Price::MAX,
            category: "category".to_owned(),
            brand: "Brand".to_owned(),
            in_stock: false,
            tags: vec!["tag".to_owned()],
            attributes: vec![attribute("colour", "red")],
            image_url: Some("https://example.com/a.jpg".to_owned()),
        },
        image: Some("0123abcd.jpg".to_owned()),
        created_at: Timestamp::from_millis(1),
        updated_at: Timestamp::from_millis(2),
        version: 3,
    }
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute { name: name.to_owned(), value: value.to_owned() }
}

fn set<T>(value: T) -> FieldPatch<T> {
    FieldPatch::Set(value)
}

fn all_set() -> PatchDraft {
    PatchDraft {
        sku: set(" NEW  1 ".to_owned()),
        name: set("New\tName".to_owned()),
        description: set("New\r\nand long enough.".to_owned()),
        price: set(0.01),
        category: set("NEW".to_owned()),
        brand: set("New Brand".to_owned()),
        in_stock: set(true),
        tags: set(vec!["new".to_owned()]),
        attributes: set(vec![attribute("size", " L ")]),
        image_url: set("https://example.com/new.jpg".to_owned()),
    }
}

fn all_cleared() -> PatchDraft {
    PatchDraft {
        sku: FieldPatch::Clear,
        name: FieldPatch::Clear,
        description: FieldPatch::Clear,
        price: FieldPatch::Clear,
        category: FieldPatch::Clear,
        brand: FieldPatch::Clear,
        in_stock: FieldPatch::Clear,
        tags: FieldPatch::Clear,
        attributes: FieldPatch::Clear,
        image_url: FieldPatch::Clear,
    }
}

fn patched(draft: PatchDraft) -> Product {
    let mut product = product();
    draft.validate("input").unwrap().apply(&mut product);
    product
}

fn problems(draft: PatchDraft) -> Vec<(String, Rule)> {
    let violations = draft.validate("input").unwrap_err();
    violations.into_iter().map(|violation| (violation.field, violation.rule)).collect()
}

#[test]
fn values_are_set_in_their_stored_form() {
    let expected = ProductContent {
        sku: Some("NEW 1".to_owned()),
        name: "New Name".to_owned(),
        description: "New\nand long enough.".to_owned(),
        price: Price::MIN,
        category: "new".to_owned(),
        brand: "New Brand".to_owned(),
        in_stock: true,
        tags: vec!["new".to_owned()],
        attributes: vec![attribute("size", "L")],
        image_url: Some("https://example.com/new.jpg".to_owned()),
    };
    assert_eq!(patched(all_set()), Product { content: expected, image: None, ..product() });
    let patch = all_set().validate("input").unwrap();
    assert_eq!((patch.sku(), patch.name()), (Some("NEW 1"), Some("New Name")));
}

#[test]
fn what_may_be_missing_can_be_cleared() {
    let draft = PatchDraft {
        sku: FieldPatch::Clear,
        tags: FieldPatch::Clear,
        attributes: FieldPatch::Clear,
        image_url: FieldPatch::Clear,
        ..PatchDraft::default()
    };
    let patch = draft.clone().validate("input").unwrap();
    assert_eq!((patch.sku(), patch.name()), (None, None));
    let mut content = product().content;
    (content.sku, content.image_url) = (None, None);
    (content.tags, content.attributes) = (Vec::new(), Vec::new());
    assert_eq!(patched(draft), Product { content, image: None, ..product() });
}

#[test]
fn what_a_product_must_have_cannot_be_cleared_and_all_of_it_is_told() {
    let required = ["name", "description", "price", "category", "brand", "inStock"];
    let expected: Vec<_> = required.iter().map(|field| (format!("input.{field}"), Rule::Required)).collect();
    assert_eq!(problems(all_cleared()), expected);
}

#[test]
fn a_patch_of_nothing_is_refused_as_a_whole() {
    assert_eq!(problems(PatchDraft::default()), [("input".to_owned(), Rule::Required)]);
}

#[test]
fn values_are_judged_as_those_of_a_new_product_are() {
    let draft = PatchDraft {
        name: set(String::new()),
        price: set(1.999),
        tags: set(vec!["a".to_owned(), "a".to_owned()]),
        image_url: set("http://example.com".to_owned()),
        brand: FieldPatch::Clear,
        ..PatchDraft::default()
    };
    let expected = [
        ("input.name", Rule::MinLength),
        ("input.price", Rule::Decimals),
        ("input.brand", Rule::Required),
        ("input.tags[1]", Rule::Duplicate),
        ("input.imageUrl", Rule::Pattern),
    ];
    assert_eq!(problems(draft), expected.map(|(field, rule)| (field.to_owned(), rule)));
}

#[test]
fn an_uploaded_image_goes_only_with_a_word_about_the_image() {
    let other = PatchDraft { price: set(1.0), ..PatchDraft::default() };
    assert_eq!(patched(other).image, product().image);
    for image_url in [FieldPatch::Clear, set("https://example.com/b.jpg".to_owned())] {
        assert_eq!(patched(PatchDraft { image_url, ..PatchDraft::default() }).image, None);
    }
}

/// The draft with only the fields of `kept`, and the product that it must make of one it is applied to.
fn some_of(draft: &PatchDraft, kept: [bool; 10]) -> (PatchDraft, ProductContent) {
    let (old, new) = (product().content, patched(all_set()).content);
    let [sku, name, description, price, category, brand, in_stock, tags, attributes, image_url] = kept;
    let expected = ProductContent {
        sku: chosen(sku, &new.sku, &old.sku),
        name: chosen(name, &new.name, &old.name),
        description: chosen(description, &new.description, &old.description),
        price: chosen(price, &new.price, &old.price),
        category: chosen(category, &new.category, &old.category),
        brand: chosen(brand, &new.brand, &old.brand),
        in_stock: chosen(in_stock, &new.in_stock, &old.in_stock),
        tags: chosen(tags, &new.tags, &old.tags),
        attributes: chosen(attributes, &new.attributes, &old.attributes),
        image_url: chosen(image_url, &new.image_url, &old.image_url),
    };
    let draft = PatchDraft {
        sku: chosen(sku, &draft.sku, &FieldPatch::Keep),
        name: chosen(name, &draft.name, &FieldPatch::Keep),
        description: chosen(description, &draft.description, &FieldPatch::Keep),
        price: chosen(price, &draft.price, &FieldPatch::Keep),
        category: chosen(category, &draft.category, &FieldPatch::Keep),
        brand: chosen(brand, &draft.brand, &FieldPatch::Keep),
        in_stock: chosen(in_stock, &draft.in_stock, &FieldPatch::Keep),
        tags: chosen(tags, &draft.tags, &FieldPatch::Keep),
        attributes: chosen(attributes, &draft.attributes, &FieldPatch::Keep),
        image_url: chosen(image_url, &draft.image_url, &FieldPatch::Keep),
    };
    (draft, expected)
}

fn chosen<T: Clone>(first: bool, one: &T, other: &T) -> T {
    if first { one.clone() } else { other.clone() }
}

proptest! {
    #[test]
    fn any_fields_are_set_and_the_others_stay(kept in any::<[bool; 10]>()) {
        prop_assume!(kept.contains(&true));
        let (draft, expected) = some_of(&all_set(), kept);
        let after = patched(draft);
        prop_assert_eq!(&after.content, &expected);
        let before = product();
        prop_assert_eq!((&after.id, after.created_at, after.version), (&before.id, before.created_at, before.version));
    }
}
