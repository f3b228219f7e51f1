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
    engines::{self, TestEngine},
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
async fn a_misspelt_beginning_of_three_letters_is_corrected_in_a_second_request() {
    let gateway = Gateway::of(&rows()).await;
    for prefix in ["wirelss", "keybaord"] {
        let found = catalogue(&gateway, prefix, 8).await;
        assert!(found.iter().any(|(kind, ..)| kind == "PRODUCT"), "{prefix}: {found:?}");
        assert!(found[0].2.contains("<em>"), "{found:?}");
    }
    let asked = gateway.engine.searches().len();
    assert!(catalogue(&gateway, "xq", 8).await.is_empty());
    assert_eq!(gateway.engine.searches().len(), asked + 1, "too short to be misspelt");
    assert_eq!(catalogue(&gateway, "wir", 20).await.len(), 5);
    assert_eq!(gateway.engine.searches().len(), asked + 2, "something was found");
}

#[tokio::test]
async fn a_beginning_that_anything_has_is_right() {
    let gateway = Gateway::of(&rows()).await;
    for prefix in ["wire", "Wire mo"] {
        let found = catalogue(&gateway, prefix, 20).await;
        assert!(
            !found.is_empty() && found.iter().all(|(kind, ..)| kind != "BRAND"),
            "Wirtz begins otherwise: {found:?}"
        );
    }
    let misspelt = catalogue(&gateway, "wirz", 20).await;
    assert!(misspelt.iter().any(|(kind, ..)| kind == "BRAND"), "{misspelt:?}");
}

#[tokio::test]
async fn a_complete_word_counts_as_a_word_and_as_a_beginning_while_another_is_corrected() {
    let row = |name: &str| json!({ "name": name, "description": "Something to buy in a shop.", "price": 10, "category": "hall", "brand": "Delta" });
    let gateway = Gateway::of(&[row("Black Shoe Box"), row("Shoes Rack Blue"), row("Shoestring Cord")]).await;
    for (prefix, expected) in
        [("shoes bo", "Black Shoe Box"), ("shoes bxo", "Black Shoe Box"), ("shoest cro", "Shoestring Cord")]
    {
        let found = catalogue(&gateway, prefix, 8).await;
        assert_eq!(found.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>(), [expected], "{prefix}");
    }
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

/// A catalogue over each engine, and what the engine is called.
async fn catalogues() -> Vec<(Catalog, TestEngine)> {
    let mut catalogues = Vec::new();
    for engine in engines::all("suggestions").await {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
        let catalog = Catalog::new(Arc::clone(&engine), CatalogSettings::default(), clock, ids);
        let rows = rows().iter().map(|row| ImportRow::parse(row.to_string().as_bytes()).unwrap()).collect();
        catalog.import(rows, catalog.import_time(), OnDuplicate::Refuse).await.unwrap();
        catalog.publish().await.unwrap();
        catalogues.push((catalog, engine));
    }
    catalogues
}

/// What is suggested, ordered by its text.
async fn suggested(catalog: &Catalog, prefix: &str) -> Vec<(SuggestionKind, String)> {
    let draft = SuggestionDraft { prefix: prefix.to_owned(), first: 20, fields: FieldSet::empty() };
    let query = draft.check(catalog.limits()).unwrap();
    let found = catalog.suggest(&[query]).await.unwrap().remove(0).unwrap();
    assert!(found.complete);
    let mut list: Vec<_> = found.list.into_iter().map(|suggestion| (suggestion.kind, suggestion.text)).collect();
    list.sort();
    list
}

#[tokio::test]
async fn the_same_is_suggested_on_every_engine() {
    for (catalog, engine) in catalogues().await {
        let texts = async |prefix: &str, kind: SuggestionKind| -> Vec<String> {
            let all = suggested(&catalog, prefix).await.into_iter();
            all.filter(|(of, _)| *of == kind).map(|(_, text)| text).collect()
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
        assert_eq!(texts("wirelss mou", SuggestionKind::Product).await, ["Wireless Mouse"], "{name}: the first word");
        assert_eq!(texts("wirelss muo", SuggestionKind::Product).await, ["Wireless Mouse"], "{name}: both words");
        assert!(texts("wire", SuggestionKind::Brand).await.is_empty(), "{name}: a right beginning");
    }
}

#[tokio::test]
async fn whatever_is_typed_is_text_and_suggests_the_same_on_every_engine() {
    let (long, many) = ("a".repeat(100), ["w"; 50].join(" "));
    let nothing: &[&str] = &[];
    let wired = &["Wired Mouse <Pro> & \"Co\""];
    let table: [(&str, &[&str]); 16] = [
        ("\u{1f5b1}\u{fe0f} wired", wired),
        ("\u{1f469}\u{200d}\u{1f4bb}", nothing),
        ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", nothing),
        ("\u{643}\u{631}\u{633}\u{64a} \u{623}\u{62d}", nothing),
        ("\u{200d}wired\u{200b}", wired),
        ("wi\u{200d}red", wired),
        (".*[a-z]+|wired", nothing),
        ("/wired.?/", wired),
        ("wired*", wired),
        ("name:(wired OR mouse)~2^5", nothing),
        ("\"wired mouse\" +-&&||!", wired),
        ("{\"match_all\":{}} wired", nothing),
        ("wired\\", wired),
        ("wired'; --", wired),
        (&long, nothing),
        (&many, &["Wired Mouse <Pro> & \"Co\"", "Wireless Keyboard", "Wireless Mouse", "wire & cable", "Wirtz"]),
    ];
    for (catalog, engine) in catalogues().await {
        for (prefix, expected) in table {
            let texts: Vec<String> = suggested(&catalog, prefix).await.into_iter().map(|(_, text)| text).collect();
            assert_eq!(texts, expected, "{}: {prefix:?}", engine.name());
        }
    }
}
