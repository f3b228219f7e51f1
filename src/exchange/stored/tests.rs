use proptest::prelude::*;

use super::*;
use crate::exchange::ImportRow;
use crate::product::{Attribute, Price, ProductDraft, ProductId, Timestamp, limits};

fn mouse() -> Product {
    Product {
        id: ProductId::parse("0198c0de").unwrap(),
        content: ProductContent {
            sku: Some(String::from("WM-1")),
            name: String::from("Wireless \"Mouse\""),
            description: String::from("A mouse\nwithout a tail."),
            price: Price::from_minor(2499).unwrap(),
            category: String::from("accessories"),
            brand: String::from("TechGear"),
            in_stock: true,
            tags: vec![String::from("wireless")],
            attributes: vec![Attribute { name: String::from("colour"), value: String::from("red") }],
            image_url: Some(String::from("https://example.com/a.png")),
        },
        image: Some(String::from("9f86.png")),
        created_at: Timestamp::from_millis(1_700_000_000_123),
        updated_at: Timestamp::from_millis(1_700_000_000_124),
        version: 3,
    }
}

fn decoded(json: &str) -> Result<Product, StoredError> {
    from_json(json.as_bytes())
}

#[test]
fn the_stored_form_has_all_fields_in_their_order() {
    let expected = concat!(
        r#"{"id":"0198c0de","sku":"WM-1","name":"Wireless \"Mouse\"","description":"A mouse\nwithout a tail.","#,
        r#""price":24.99,"category":"accessories","brand":"TechGear","inStock":true,"tags":["wireless"],"#,
        r#""attributes":[{"name":"colour","value":"red"}],"imageUrl":"https://example.com/a.png","image":"9f86.png","#,
        r#""createdAt":"2023-11-14T22:13:20.123Z","updatedAt":"2023-11-14T22:13:20.124Z","version":3}"#,
    );
    assert_eq!(String::from_utf8(to_json(&mouse())).unwrap(), expected);
    let places: Vec<_> = ProductField::ALL
        .map(|field| expected.find(&format!("{:?}:", field.stored_name())))
        .into_iter()
        .collect::<Option<_>>()
        .unwrap();
    assert!(places.is_sorted());
}

#[test]
fn absent_fields_are_left_out_and_an_export_row_ends_in_a_line_feed() {
    let mut product = mouse();
    product.content.sku = None;
    product.content.image_url = None;
    product.image = None;
    let row = String::from_utf8(export_row(&product)).unwrap();
    assert!(!row.contains("sku") && !row.contains("image") && !row.contains("null"));
    assert_eq!(row.find('\n'), Some(row.len() - 1));
    assert_eq!(from_json(row.as_bytes()).unwrap(), product);
}

#[test]
fn a_partial_product_has_its_id_and_what_was_wanted() {
    let wanted: FieldSet = [ProductField::Name, ProductField::Tags].into_iter().collect();
    let partial = partial_from_json(&to_json(&mouse()), wanted).unwrap();
    let expected = PartialProduct { name: Some(mouse().content.name), tags: Some(mouse().content.tags), ..bare() };
    assert_eq!(partial, expected);
    assert_eq!(partial_from_json(&to_json(&mouse()), FieldSet::empty()).unwrap(), bare());
    assert_eq!(partial_from_json(&to_json(&mouse()), FieldSet::all()).unwrap(), PartialProduct::from(mouse()));
}

fn bare() -> PartialProduct {
    let fields = StoredFields::default();
    fields.into_partial_of(mouse().id).unwrap()
}

#[test]
fn a_field_that_is_not_wanted_is_not_looked_at() {
    let json = br#"{"id":"a","price":"dear","createdAt":7,"later":{"x":[1]},"name":"Mouse"}"#;
    let partial = partial_from_json(json, FieldSet::empty().with(ProductField::Name)).unwrap();
    assert_eq!(partial.name.as_deref(), Some("Mouse"));
    assert!(matches!(partial_from_json(json, FieldSet::all()), Err(StoredError::Json(_))));
}

#[test]
fn a_hit_embeds_the_fields_and_borrows_their_text() {
    #[derive(serde::Deserialize)]
    struct Hit<'a> {
        #[serde(borrow, rename = "_source")]
        source: StoredFields<'a>,
    }
    let json = r#"{"_source":{"name":"Mouse","brand":"a\u0062","tags":["x"],"sku":null}}"#;
    let hit: Hit<'_> = serde_json::from_str(json).unwrap();
    let name = hit.source.name.as_ref().unwrap().as_str().as_ptr();
    assert!(json.as_bytes().as_ptr_range().contains(&name), "the name was copied");
    let partial = hit.source.into_partial_of(ProductId::parse("a").unwrap()).unwrap();
    assert_eq!((partial.brand.as_deref(), partial.sku), (Some("ab"), None));
}

#[test]
fn what_is_not_the_stored_form_is_refused_for_its_reason() {
    assert!(matches!(decoded("{"), Err(StoredError::Json(_))));
    assert!(matches!(decoded("[]"), Err(StoredError::Json(_))));
    assert!(matches!(decoded("{}"), Err(StoredError::Missing(ProductField::Id))));
    assert!(matches!(decoded(r#"{"id":"a b"}"#), Err(StoredError::Malformed(ProductField::Id))));
    assert!(matches!(decoded(r#"{"id":"a"}"#), Err(StoredError::Missing(ProductField::Name))));
    assert!(matches!(decoded(r#"{"id":"a","price":1.999}"#), Err(StoredError::Malformed(ProductField::Price))));
    assert!(matches!(decoded(r#"{"id":"a","updatedAt":"now"}"#), Err(StoredError::Malformed(ProductField::UpdatedAt))));
    let json = [to_json(&mouse()), b"{}".to_vec()].concat();
    assert!(matches!(from_json(&json), Err(StoredError::Json(_))));
    assert!(matches!(partial_from_json(&json, FieldSet::all()), Err(StoredError::Json(_))));
}

fn any_draft() -> impl Strategy<Value = ProductDraft> {
    let texts = (any::<Option<String>>(), r"\PC{1,90}", r"[\PC\n\t\r]{10,400}", r"\PC{1,40}", r"\PC{1,40}");
    let lists = (prop::collection::vec(r"\PC{1,40}", 0..8), prop::collection::vec((r"\PC{1,40}", r"\PC{1,90}"), 0..8));
    (texts, lists, 1..=999_999_999_i32, any::<bool>(), prop::option::of(r"https://[a-z]{1,9}\.com/[\PC&&[^ ]]{0,9}"))
        .prop_map(|((sku, name, description, category, brand), (tags, attributes), minor, in_stock, image_url)| {
            let attributes = attributes.into_iter().map(|(name, value)| Attribute { name, value }).collect();
            let price = f64::from(minor) / 100.0;
            ProductDraft { sku, name, description, price, category, brand, in_stock, tags, attributes, image_url }
        })
}

fn any_product() -> impl Strategy<Value = Product> {
    let content = any_draft().prop_filter_map("a valid draft", |draft| draft.validate("").ok());
    let times = (Timestamp::MIN.millis()..=Timestamp::MAX.millis(), any::<i64>());
    let image = prop::option::of("[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,60}");
    (content, "[A-Za-z0-9._-]{1,64}", times, 1..=limits::MAX_VERSION, image).prop_map(
        |(content, id, (created, updated), version, image)| Product {
            id: ProductId::parse(&id).unwrap(),
            content,
            image,
            created_at: Timestamp::from_millis(created),
            updated_at: Timestamp::from_millis(updated),
            version,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn what_was_stored_and_exported_comes_back_equal(product in any_product()) {
        let json = to_json(&product);
        prop_assert_eq!(&from_json(&json).unwrap(), &product);
        let row = ImportRow::parse(&json).unwrap();
        let again = Product {
            id: row.id.unwrap(),
            content: row.content,
            image: row.image,
            created_at: row.created_at.unwrap(),
            updated_at: row.updated_at.unwrap(),
            version: row.version.unwrap(),
        };
        prop_assert_eq!(to_json(&again), json);
        prop_assert_eq!(again, product);
    }
}
