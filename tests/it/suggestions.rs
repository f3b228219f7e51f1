//! Suggestions while somebody types.

use std::sync::Arc;

use aisle::{
    backend::EngineErrorKind,
    catalog::{Catalog, CatalogSettings},
    change::OnDuplicate,
    exchange::ImportRow,
    product::{FieldSet, RandomIds, SystemClock},
    search::suggestion::{SuggestionDraft, SuggestionKind},
};
use serde_json::{Value, json};

use crate::support::{
    engines,
    gateway::{Gateway, code},
    watched_engine::Fault,
};

fn rows() -> Vec<Value> {
    let row = |name: &str, category: &str, brand: &str| json!({ "name": name, "description": "Something to buy in a shop.", "price": 10, "category": category, "brand": brand });
    vec![
        row("Wireless Mouse", "mice", "Logi"),
        row("Wireless Keyboard", "keyboards", "Logi"),
        row("Wired Mouse <Pro> & \"Co\"", "mice", "Wirtz"),
        row("Desk Lamp", "lamps", "Lumen"),
        row("Desktop Stand", "stands", "Delta"),
        row("Crème Brûlée Torch", "kitchen", "Wirtz"),
        row("Mouse Pad", "wire & cable", "WIRTZ"),
    ]
}

async fn catalogue(gateway: &Gateway, prefix: &str, first: i64) -> Vec<(String, String, String)> {
    let document = "query ($prefix: String!, $first: Int!) { suggestions(prefix: $prefix, first: $first) { text highlighted kind product { name } } }";
    let answer = gateway.ask_with(document, json!({ "prefix": prefix, "first": first })).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = answer["data"]["suggestions"].as_array().unwrap();
    for suggestion in list {
        assert_eq!(suggestion["product"].is_null(), suggestion["kind"] != "PRODUCT", "{suggestion}");
    }
    list.iter().map(|one| (text(&one["kind"]), text(&one["text"]), text(&one["highlighted"]))).collect()
}

#[tokio::test]
async fn categories_and_brands_come_first_and_products_fill_up() {
    let gateway = Gateway::of(&rows()).await;
    let found = catalogue(&gateway, "wir", 8).await;
    let kinds: Vec<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["CATEGORY", "BRAND", "PRODUCT", "PRODUCT", "PRODUCT"]);
    assert_eq!(found[0].1, "wire & cable");
    assert_eq!(found[0].2, "<em>wir</em>e &amp; cable");
    assert_eq!(found[1].2.to_lowercase(), "<em>wir</em>tz", "one of both spellings");
    assert_eq!(catalogue(&gateway, "wir", 3).await.len(), 3);
    let escaped = found.iter().find(|(_, text, _)| text.starts_with("Wired")).unwrap();
    assert_eq!(escaped.2, "<em>Wir</em>ed Mouse &lt;Pro&gt; &amp; &quot;Co&quot;");
}

#[tokio::test]
async fn the_words_before_the_last_are_complete_and_a_space_completes_the_last() {
    let gateway = Gateway::of(&rows()).await;
    let texts = async |prefix: &str| {
        let found = catalogue(&gateway, prefix, 8).await;
        let mut texts: Vec<String> = found.into_iter().map(|(_, text, _)| text).collect();
        texts.sort();
        texts
    };
    assert_eq!(texts("desk").await, ["Desk Lamp", "Desktop Stand"]);
    assert_eq!(texts("desk ").await, ["Desk Lamp"]);
    assert_eq!(texts("wireless m").await, ["Wireless Mouse"]);
    assert_eq!(texts("shop ").await, Vec::<String>::new(), "what only descriptions say is no suggestion");
    assert_eq!(texts("wirele ").await, texts("wirele").await, "what is no word may still begin one");
    assert_eq!(texts("wireless mice").await, Vec::<String>::new());
    assert_eq!(texts("creme br").await, ["Crème Brûlée Torch"]);
}

#[tokio::test]
async fn a_misspelt_beginning_is_corrected_from_its_third_letter_on_in_a_second_request() {
    let gateway = Gateway::of(&rows()).await;
    for prefix in ["wirelss", "keybaord"] {
        let found = catalogue(&gateway, prefix, 8).await;
        assert!(found.iter().any(|(kind, ..)| kind == "PRODUCT"), "{prefix}: {found:?}");
        assert!(found[0].2.contains("<em>"), "{found:?}");
    }
    let asked = gateway.engine.searches().len();
    assert!(catalogue(&gateway, "xq", 8).await.is_empty());
    assert_eq!(gateway.engine.searches().len(), asked + 1, "too short to be misspelt");
    catalogue(&gateway, "wir", 5).await;
    assert_eq!(gateway.engine.searches().len(), asked + 2, "enough was found");
}

#[tokio::test]
async fn what_has_no_word_gets_no_suggestion_and_asks_nobody() {
    let gateway = Gateway::of(&rows()).await;
    for prefix in ["", "   ", "🎉", "-- !?", "*"] {
        assert!(catalogue(&gateway, prefix, 8).await.is_empty(), "{prefix:?}");
    }
    assert!(gateway.engine.searches().is_empty());
    for prefix in ["שלום", "👩\u{200d}💻 x", ".*[a-z]+", "name:wire OR *", "\u{200d}wire", "wire..."] {
        catalogue(&gateway, prefix, 8).await;
    }
}

#[tokio::test]
async fn bad_arguments_and_a_broken_engine_fail_alone() {
    let gateway = Gateway::of(&rows()).await;
    let long = "x".repeat(101);
    for (prefix, first, field, rule) in [
        ("wire", 0, "first", "min"),
        ("wire", -1, "first", "min"),
        ("wire", 21, "first", "max"),
        ("wi\u{7}re", 8, "prefix", "control_character"),
        ("wi\u{202e}re", 8, "prefix", "control_character"),
        (&long, 8, "prefix", "max_length"),
    ] {
        let document = "query ($prefix: String!, $first: Int!) { __typename suggestions(prefix: $prefix, first: $first) { text } }";
        let answer = gateway.ask_with(document, json!({ "prefix": prefix, "first": first })).await;
        assert_eq!(code(&answer), "VALIDATION_FAILED");
        let details = &answer["errors"][0]["extensions"]["details"][0];
        assert_eq!((&details["field"], &details["rule"]), (&json!(field), &json!(rule)));
        assert_eq!(answer["data"], json!({ "__typename": "Query", "suggestions": null }));
    }
    gateway.engine.break_with(Fault::Fails(EngineErrorKind::Unreachable));
    assert_eq!(code(&gateway.ask("{ suggestions(prefix: \"w\") { text } }").await), "ENGINE_UNREACHABLE");
}

#[tokio::test]
async fn several_prefixes_of_one_operation_are_one_request() {
    let gateway = Gateway::of(&rows()).await;
    gateway.data("{ a: suggestions(prefix: \"w\") { text } b: suggestions(prefix: \"m\") { text } c: suggestions(prefix: \"w\") { kind } }").await;
    let searches = gateway.engine.searches();
    assert_eq!((searches.len(), searches[0].len()), (1, 6), "three kinds of each of two prefixes");
}

#[tokio::test]
async fn the_same_is_suggested_on_every_engine() {
    for engine in engines::all("suggestions").await {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
        let catalog = Catalog::new(Arc::clone(&engine), CatalogSettings::default(), clock, ids);
        let rows = rows().iter().map(|row| ImportRow::parse(row.to_string().as_bytes()).unwrap()).collect();
        catalog.import(rows, catalog.import_time(), OnDuplicate::Refuse).await.unwrap();
        catalog.publish().await.unwrap();
        let texts = async |prefix: &str, kind: SuggestionKind| {
            let draft = SuggestionDraft { prefix: prefix.to_owned(), first: 8, fields: FieldSet::empty() };
            let query = draft.check(catalog.limits()).unwrap();
            let found = catalog.suggest(&[query]).await.unwrap().remove(0).unwrap();
            let of_kind = found.list.into_iter().filter(|suggestion| suggestion.kind == kind);
            let mut texts: Vec<String> = of_kind.map(|suggestion| suggestion.text).collect();
            texts.sort();
            texts
        };
        let name = engine.name();
        assert_eq!(
            texts("mou", SuggestionKind::Product).await,
            ["Mouse Pad", "Wired Mouse <Pro> & \"Co\"", "Wireless Mouse"],
            "{name}"
        );
        assert_eq!(texts("mic", SuggestionKind::Category).await, ["mice"], "{name}");
        assert_eq!(texts("lo", SuggestionKind::Brand).await, ["Logi"], "{name}");
        assert_eq!(texts("wirelss", SuggestionKind::Product).await, ["Wireless Keyboard", "Wireless Mouse"], "{name}");
    }
}
