//! Mutations as tests send them, and products as GraphQL has them.

use serde_json::{Map, Value, json};

use super::gateway::Gateway;

/// What a test asks of the product that a mutation made.
pub const FIELDS: &str = "id sku name description price category brand inStock tags attributes { name value } imageUrl
    createdAt updatedAt version";

/// The input of a product with every field, which nothing in the catalogue is like.
pub fn kettle() -> Value {
    json!({
        "sku": "KT-1",
        "name": "Copper Kettle",
        "description": "Boils water, and looks good at it.",
        "price": 49.5,
        "category": "Kitchen",
        "brand": "Brass & Co",
        "inStock": false,
        "tags": ["kettle", "copper"],
        "attributes": [{ "name": "volume", "value": "1.7 l" }],
        "imageUrl": "https://images.example.com/kettle.jpg",
    })
}

/// The same with some fields changed, or without those that are changed to null.
pub fn kettle_with(changes: Value) -> Value {
    with(kettle(), changes)
}

/// An object with the fields of `changes` in place of its own; null takes a field out.
pub fn with(object: Value, changes: Value) -> Value {
    let Value::Object(mut fields) = object else { panic!("no object: {object}") };
    let Value::Object(changes) = changes else { panic!("no object: {changes}") };
    for (name, value) in changes {
        if value.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, value);
        }
    }
    Value::Object(fields)
}

/// A value in the notation of documents.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => format!("{{ {} }}", literal_fields(fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

fn literal_fields(fields: &Map<String, Value>) -> String {
    let field = |(name, value): (&String, &Value)| format!("{name}: {}", literal(value));
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

impl Gateway {
    /// The answer to `createProduct`.
    pub(crate) async fn create(&self, input: Value) -> Value {
        let document = format!(
            "mutation ($input: CreateProductInput!) {{ createProduct(input: $input, visibility: NONE) {{ {FIELDS} }} }}"
        );
        self.ask_with(&document, json!({ "input": input })).await
    }

    /// The product that `createProduct` made.
    pub(crate) async fn created(&self, input: Value) -> Value {
        made("createProduct", self.create(input).await)
    }

    /// The answer to `replaceProduct`.
    pub(crate) async fn replace(&self, id: &Value, input: Value) -> Value {
        let document = format!(
            "mutation ($id: ID!, $input: ReplaceProductInput!) {{
                replaceProduct(id: $id, input: $input, visibility: NONE) {{ {FIELDS} }} }}"
        );
        self.ask_with(&document, json!({ "id": id, "input": input })).await
    }

    /// The answer to `updateProduct`.
    pub(crate) async fn update(&self, id: &Value, input: Value) -> Value {
        let document = format!(
            "mutation ($id: ID!, $input: UpdateProductInput!) {{
                updateProduct(id: $id, input: $input, visibility: NONE) {{ {FIELDS} }} }}"
        );
        self.ask_with(&document, json!({ "id": id, "input": input })).await
    }

    /// The product of that id with every field; null when there is none.
    pub(crate) async fn product(&self, id: &Value) -> Value {
        let document = format!("query ($id: ID!) {{ product(id: $id) {{ {FIELDS} }} }}");
        made_or_null("product", self.ask_with(&document, json!({ "id": id })).await)
    }
}

/// What a field answered, which must not have failed.
pub fn made(field: &str, answer: Value) -> Value {
    let value = made_or_null(field, answer);
    assert!(!value.is_null(), "{field} is null");
    value
}

fn made_or_null(field: &str, mut answer: Value) -> Value {
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"][field].take()
}

/// Field and rule of each detail of the only error.
pub fn details(answer: &Value) -> Vec<(String, String)> {
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer:#}");
    of_details(&answer["errors"][0]["extensions"]["details"])
}

/// Field and rule of each entry of `details`.
pub fn of_details(details: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let details = details.as_array().unwrap_or_else(|| panic!("no details: {details:#}"));
    details.iter().map(|detail| (text(&detail["field"]), text(&detail["rule"]))).collect()
}
