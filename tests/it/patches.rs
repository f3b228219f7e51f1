//! What `updateProduct` makes of each field that is absent, null or set, however it is written.

use serde_json::{Value, json};

use crate::support::{
    gateway::{Gateway, code},
    products::{details, kettle, kettle_with, literal, made, with},
};

/// A field, its type, a value to set, and what null makes of it (`None`: it is refused).
fn fields() -> Vec<(&'static str, &'static str, Value, Option<Value>)> {
    vec![
        ("sku", "String", json!("KT-2"), Some(Value::Null)),
        ("name", "String", json!("Tin Kettle"), None),
        ("description", "String", json!("Two lines\nof a description."), None),
        ("price", "Float", json!(12.25), None),
        ("category", "String", json!("camping"), None),
        ("brand", "String", json!("Tin & Co"), None),
        ("inStock", "Boolean", json!(true), None),
        ("tags", "[String!]", json!(["tin"]), Some(json!([]))),
        ("attributes", "[AttributeInput!]", json!([{ "name": "metal", "value": "tin" }]), Some(json!([]))),
        ("imageUrl", "String", json!("https://images.example.com/tin.jpg"), Some(Value::Null)),
    ]
}

/// How a patch is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    Literal,
    Variable,
    VariableWithin,
}

const FORMS: [Form; 3] = [Form::Literal, Form::Variable, Form::VariableWithin];

/// What is said of a field.
#[derive(Debug, Clone)]
enum Said {
    Nothing,
    Null,
    Value(Value),
}

/// The answer to a patch of `field` that also sets `beside`, another field.
async fn patched(gateway: &Gateway, id: &Value, form: Form, (field, of_type): (&str, &str), said: &Said) -> Value {
    let (beside, other) = if field == "brand" { ("category", "beside") } else { ("brand", "Beside") };
    let given = match said {
        Said::Nothing => None,
        Said::Null => Some(Value::Null),
        Said::Value(value) => Some(value.clone()),
    };
    let mut input = json!({ beside: other });
    if let Some(given) = &given {
        input[field] = given.clone();
    }
    let answer = "{ id sku name description price category brand inStock tags attributes { name value } imageUrl
        createdAt updatedAt version }";
    match form {
        Form::Literal => {
            let document = format!(
                "mutation {{ updateProduct(id: {id}, input: {}, visibility: NONE) {answer} }}",
                literal(&input)
            );
            gateway.ask(&document).await
        }
        Form::Variable => gateway.update(id, input).await,
        Form::VariableWithin => {
            let document = format!(
                "mutation ($given: {of_type}) {{
                    updateProduct(id: {id}, input: {{ {beside}: \"{other}\", {field}: $given }}, visibility: NONE) {answer} }}"
            );
            let variables = given.map_or(json!({}), |given| json!({ "given": given }));
            gateway.ask_with(&document, variables).await
        }
    }
}

/// The product that a patch must make of `before`: `field` has `value`, another field was set beside it.
fn expected(before: &Value, field: &str, value: &Value) -> Value {
    let beside = if field == "brand" { json!({ "category": "beside" }) } else { json!({ "brand": "Beside" }) };
    let mut expected = with(before.clone(), beside);
    expected[field] = value.clone();
    expected
}

/// The product without what every write changes.
fn content(product: &Value) -> Value {
    with(product.clone(), json!({ "updatedAt": null, "version": null }))
}

#[tokio::test]
async fn absent_keeps_null_clears_and_a_value_sets_for_every_field_in_every_form() {
    let gateway = Gateway::start().await;
    let id = gateway.created(kettle()).await["id"].clone();
    for (field, of_type, new, cleared) in fields() {
        for form in FORMS {
            for said in [Said::Nothing, Said::Null, Said::Value(new.clone())] {
                let case = format!("{field} {form:?} {said:?}");
                let before = made("replaceProduct", gateway.replace(&id, kettle()).await);
                let answer = patched(&gateway, &id, form, (field, of_type), &said).await;
                let value = match &said {
                    Said::Nothing => Some(before[field].clone()),
                    Said::Null => cleared.clone(),
                    Said::Value(value) => Some(value.clone()),
                };
                let Some(value) = value else {
                    assert_eq!(code(&answer), "VALIDATION_FAILED", "{case}");
                    assert_eq!(details(&answer), [(format!("input.{field}"), "required".to_owned())], "{case}");
                    assert_eq!(gateway.product(&id).await, before, "{case}");
                    continue;
                };
                let after = made("updateProduct", answer);
                assert_eq!(content(&after), content(&expected(&before, field, &value)), "{case}");
                assert_ne!(after["version"], before["version"], "{case}");
                assert_eq!(gateway.product(&id).await, after, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_patch_that_says_nothing_is_refused_in_every_form() {
    let gateway = Gateway::start().await;
    let nothing = "mutation { updateProduct(id: \"p01\", input: {}) { id } }";
    let given = "mutation ($input: UpdateProductInput!) { updateProduct(id: \"p01\", input: $input) { id } }";
    let within = "mutation ($name: String, $tags: [String!]) {
        updateProduct(id: \"p01\", input: { name: $name, tags: $tags }) { id } }";
    for (document, variables) in [(nothing, json!({})), (given, json!({ "input": {} })), (within, json!({}))] {
        let answer = gateway.ask_with(document, variables).await;
        assert_eq!(code(&answer), "VALIDATION_FAILED", "{document}");
        assert_eq!(details(&answer), [("input".to_owned(), "required".to_owned())], "{document}");
    }
    assert!(gateway.engine.writes().iter().all(|(changes, _)| changes.len() > 1), "only the catalogue was written");
}

#[tokio::test]
async fn a_default_of_a_variable_is_a_value_until_null_is_given() {
    let gateway = Gateway::start().await;
    let document = "mutation ($tags: [String!] = [\"by default\"]) {
        updateProduct(id: \"p01\", input: { tags: $tags }) { tags } }";
    let by_default = made("updateProduct", gateway.ask(document).await);
    assert_eq!(by_default["tags"], json!(["by default"]));
    let cleared = made("updateProduct", gateway.ask_with(document, json!({ "tags": null })).await);
    assert_eq!(cleared["tags"], json!([]));
}

#[tokio::test]
async fn what_is_replaced_keeps_nothing_that_was_left_out() {
    let gateway = Gateway::start().await;
    let before = gateway.created(kettle()).await;
    let optional = json!({ "sku": null, "tags": null, "attributes": null, "imageUrl": null });
    for input in [kettle_with(optional.clone()), {
        let mut input = kettle();
        for field in ["sku", "tags", "attributes", "imageUrl"] {
            input[field] = Value::Null;
        }
        input
    }] {
        made("replaceProduct", gateway.replace(&before["id"], kettle()).await);
        let after = made("replaceProduct", gateway.replace(&before["id"], input).await);
        let mut expected = content(&before);
        for (field, empty) in [("sku", Value::Null), ("tags", json!([])), ("attributes", json!([]))] {
            expected[field] = empty;
        }
        expected["imageUrl"] = Value::Null;
        assert_eq!(content(&after), expected);
        assert_eq!((&after["id"], &after["createdAt"]), (&before["id"], &before["createdAt"]));
    }
    // `inStock` has no default here: a replacement that forgets it is no document.
    let answer = gateway.replace(&before["id"], kettle_with(json!({ "inStock": null }))).await;
    assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED");
}
