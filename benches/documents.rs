//! The same products as mutations for a gateway and as documents for a node.

use std::fmt::Write as _;

use aisle::{
    exchange,
    product::{Attribute, Product, UniqueKey, name_sort_key},
    search::analysis,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{generator, load::request};

/// Different texts among the products of one run.
const TEXTS: usize = 1_000;

/// Requests of clients, each to create one product.
pub fn creations(address: &str, name: &str, clients: usize, each: usize) -> Vec<Vec<Vec<u8>>> {
    let document =
        "mutation Create($input: CreateProductInput!) { createProduct(input: $input, visibility: NONE) { id } }";
    let mut inputs = products(name).map(|product| input(&product));
    let mut one = || {
        let body = json!({"query": document, "variables": {"input": inputs.next()}});
        request(address, "/graphql", "application/json", body.to_string().as_bytes())
    };
    (0..clients).map(|_| (0..each).map(|_| one()).collect()).collect()
}

/// Requests of one client, each to create a list of products.
pub fn lists(address: &str, name: &str, [lists, rows]: [usize; 2]) -> Vec<Vec<u8>> {
    let document = "mutation Create($inputs: [CreateProductInput!]!) \
        { createProducts(inputs: $inputs, visibility: NONE) { failed } }";
    let mut inputs = products(name).map(|product| input(&product));
    let mut one = || {
        let inputs: Vec<Value> = inputs.by_ref().take(rows).collect();
        let body = json!({"query": document, "variables": {"inputs": inputs}});
        request(address, "/graphql", "application/json", body.to_string().as_bytes())
    };
    (0..lists).map(|_| one()).collect()
}

/// Requests of clients to a node, each with products and their keys as documents of their own.
pub fn bulks(address: &str, prefix: &str, name: &str, [clients, each, rows]: [usize; 3]) -> Vec<Vec<Vec<u8>>> {
    let name = format!("bare {name}");
    let mut products = products(&name);
    let mut one = || {
        let body: String = products.by_ref().take(rows).map(|product| documents(prefix, &product)).collect();
        request(address, "/_bulk?filter_path=errors", "application/x-ndjson", body.as_bytes())
    };
    (0..clients).map(|_| (0..each).map(|_| one()).collect()).collect()
}

/// Products without end whose names and skus start with `name`.
fn products(name: &str) -> impl Iterator<Item = Product> {
    let texts = generator::products(2, TEXTS);
    (0_usize..).map(move |number| {
        let mut product = texts[number % TEXTS].clone();
        product.id = aisle::product::ProductId::parse(&format!("{}-{number:06}", name.replace(' ', "-"))).unwrap();
        product.content.name = format!("{name} {number} {}", product.content.name);
        product.content.sku = Some(format!("{name}-{number}"));
        product
    })
}

fn input(product: &Product) -> Value {
    let content = &product.content;
    json!({
        "sku": content.sku, "name": content.name, "description": content.description,
        "price": content.price.decimal(), "category": content.category, "brand": content.brand,
        "inStock": content.in_stock, "tags": content.tags, "attributes": pairs(&content.attributes),
        "imageUrl": content.image_url,
    })
}

fn pairs(attributes: &[Attribute]) -> Vec<Value> {
    attributes.iter().map(|attribute| json!({"name": attribute.name, "value": attribute.value})).collect()
}

/// The product and its keys as the engine writes them, in the lines of a bulk request.
fn documents(prefix: &str, product: &Product) -> String {
    let content = &product.content;
    let (sku, name) = (product.sku_key().unwrap(), product.name_key());
    let terms = |text: &str| analysis::join(&analysis::analyze(text));
    let mut document: Value = serde_json::from_slice(&exchange::to_json(product)).unwrap();
    document["write"] = json!(product.id.as_str());
    document["derived"] = json!({
        "skuKey": sku.value(), "nameKey": name.value(), "nameSort": name_sort_key(&content.name),
        "price": content.price.minor(),
        "createdAt": product.created_at.millis(), "updatedAt": product.updated_at.millis(),
        "attributes": content.attributes.iter().map(Attribute::pair).collect::<Vec<_>>(),
        "terms": {
            "name": terms(&content.name), "brand": terms(&content.brand), "description": terms(&content.description),
        },
    });
    let mut lines = line(&format!("{prefix}-products"), product.id.as_str(), &document);
    for key in [sku, name] {
        let (owner, at) = (product.id.as_str(), product.created_at.millis());
        let held = json!({"value": key.value(), "owner": owner, "at": at, "write": owner});
        lines.push_str(&line(&format!("{prefix}-keys"), &key_id(&key), &held));
    }
    lines
}

fn key_id(key: &UniqueKey) -> String {
    let mut id = format!("{}:", key.kind().as_str());
    for byte in Sha256::digest(key.value().as_bytes()) {
        write!(id, "{byte:02x}").unwrap();
    }
    id
}

fn line(index: &str, id: &str, document: &Value) -> String {
    format!("{}\n{document}\n", json!({"create": {"_index": index, "_id": id}}))
}
