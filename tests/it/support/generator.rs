//! Catalogues of any size from a seed: the same seed gives the same products on every machine.
//!
//! They are made to hurt: many equal prices and times, products without sku, names that differ by an accent or a
//! letter, words that are near each other, texts in several scripts.

use aisle::{
    exchange::ImportRow,
    product::{Attribute, Product, ProductDraft, ProductId, Timestamp},
};
use fastrand::Rng;

const ADJECTIVES: [&str; 24] = [
    "red",
    "blue",
    "black",
    "white",
    "classic",
    "modern",
    "light",
    "heavy",
    "wireless",
    "cordless",
    "foldable",
    "stainless",
    "non-stick",
    "organic",
    "men's",
    "women’s",
    "kids'",
    "large",
    "small",
    "crème",
    "creme",
    "12.5 inch",
    "waterproof",
    "wooden",
];
const NOUNS: [&str; 32] = [
    "mouse",
    "house",
    "horse",
    "keyboard",
    "kettle",
    "kettles",
    "mug",
    "rug",
    "jug",
    "bag",
    "bags",
    "lamp",
    "lamps",
    "clamp",
    "chair",
    "chairs",
    "table",
    "cable",
    "cables",
    "shirt",
    "T-shirt",
    "short",
    "shorts",
    "skirt",
    "boot",
    "boots",
    "book",
    "cook",
    "hook",
    "café table",
    "brûlée dish",
    "straße map",
];
// Some with what regular expressions and JSON give a meaning to, two that UTF-8 and UTF-16 order differently.
const BRANDS: [&str; 18] = [
    "Acme",
    "ACME",
    "Borealis",
    "Boréalis",
    "Corvid",
    "Corvids",
    "Delft & Daughters",
    "Éclair",
    "Eclair",
    "Fjord",
    "Gantry",
    "Hollis",
    "Iris",
    "Juniper",
    "K.O* [n\"e] <s>",
    "Ko&ne",
    "～wave",
    "😀 fun",
];
const CATEGORIES: [&str; 10] =
    ["books", "garden", "home", "kitchen", "office", "shoes", "sports", "tools", "toys", "café & bar"];
const TAGS: [&str; 14] = [
    "50% #1",
    "ß~@",
    "new",
    "sale",
    "Sale",
    "gift",
    "eco",
    "bestseller",
    "limited",
    "outlet",
    "summer",
    "winter",
    "été",
    "a,b",
];
const ATTRIBUTES: [(&str, &[&str]); 5] = [
    ("color", &["red", "blue", "Black", "white", "grün"]),
    ("size", &["S", "M", "L", "XL", "12.5"]),
    ("material", &["wood", "steel", "cotton", "wool"]),
    ("price", &["low", "high"]),
    ("with.dot", &["yes", "no"]),
];
const SENTENCES: [&str; 10] = [
    "Made to last and easy to clean.",
    "A favourite of our customers, who use it every day.",
    "Comes with a cable, two hooks and a printed manual.",
    "Don't use it near water; it isn't waterproof.",
    "Holds 16oz and keeps your morning coffee warm.",
    "Für Küche und Garten geeignet.",
    "Подходит для дома и дачи.",
    "防水仕様のモデルです。",
    "Ergonomic, with precision tracking and a long battery life.",
    "The shirts, chairs and tables of this series match each other.",
];

/// The moment at which generated catalogues begin, 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;

/// `size` products, all different, from `seed`.
pub fn products(seed: u64, size: usize) -> Vec<Product> {
    let mut random = Rng::with_seed(seed);
    (0..size).map(|number| product(&mut random, number)).collect()
}

/// The products of the import file named by `AISLE_TEST_CATALOGUE`, or generated ones.
pub fn catalogue(seed: u64, size: usize) -> Vec<Product> {
    let Some(path) = std::env::var_os("AISLE_TEST_CATALOGUE") else { return products(seed, size) };
    let text = std::fs::read_to_string(&path).expect("AISLE_TEST_CATALOGUE names an import file");
    let mut random = Rng::with_seed(seed);
    text.lines().enumerate().map(|(number, line)| from_row(&mut random, number, line)).collect()
}

fn from_row(random: &mut Rng, number: usize, line: &str) -> Product {
    let row: ImportRow = ImportRow::parse(line.as_bytes()).expect("AISLE_TEST_CATALOGUE has valid rows");
    let created_at = time(random);
    Product {
        id: row.id.unwrap_or_else(|| id(number)),
        content: row.content,
        image: row.image,
        created_at: row.created_at.unwrap_or(created_at),
        updated_at: row.updated_at.unwrap_or(created_at),
        version: row.version.unwrap_or(1),
    }
}

fn product(random: &mut Rng, number: usize) -> Product {
    let (adjective, noun) = (pick(random, &ADJECTIVES), pick(random, &NOUNS));
    let draft = ProductDraft {
        sku: random.u8(..).is_multiple_of(4).then(|| format!("SKU {number:05}")),
        name: name(random, number, adjective, noun),
        description: description(random, adjective, noun),
        price: f64::from(random.u32(1..=40) * [25, 99, 500, 10_000][random.usize(..4)]) / 100.0,
        category: pick(random, &CATEGORIES).to_owned(),
        brand: pick(random, &BRANDS).to_owned(),
        in_stock: random.u8(..10) < 8,
        tags: tags(random),
        attributes: attributes(random),
        image_url: random.bool().then(|| format!("https://images.example.com/{number}.jpg")),
    };
    let created_at = time(random);
    let later = random.bool().then(|| Timestamp::from_millis(created_at.millis() + i64::from(random.u16(..))));
    Product {
        id: id(number),
        content: draft.validate("").expect("generated products are valid"),
        image: None,
        created_at,
        updated_at: later.unwrap_or(created_at),
        version: random.u64(1..5),
    }
}

/// Ids in an order of their own, so that no sort is right by accident.
fn id(number: usize) -> ProductId {
    let scattered = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ProductId::parse(&format!("p-{scattered:016x}")).expect("the id is well-formed")
}

/// One of few moments, so that many products share theirs.
fn time(random: &mut Rng) -> Timestamp {
    Timestamp::from_millis(START_MS + i64::from(random.u8(..40)) * 3_600_000 + i64::from(random.u8(..3)))
}

fn name(random: &mut Rng, number: usize, adjective: &str, noun: &str) -> String {
    let name = format!("{adjective} {noun} {number}");
    match random.u8(..4) {
        0 => name.to_uppercase(),
        1 => format!("{} {noun}", pick(random, &ADJECTIVES)) + &format!(" {adjective} {number}"),
        _ => name,
    }
}

fn description(random: &mut Rng, adjective: &str, noun: &str) -> String {
    let mut text = format!("This {adjective} {noun} is one of ours.");
    for _ in 0..random.u8(..4) {
        text.push(if random.bool() { ' ' } else { '\n' });
        text.push_str(pick(random, &SENTENCES));
    }
    text
}

fn tags(random: &mut Rng) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for _ in 0..random.u8(..5) {
        let tag = pick(random, &TAGS);
        if !tags.iter().any(|earlier| earlier == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn attributes(random: &mut Rng) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for _ in 0..random.u8(..4) {
        let (name, values) = ATTRIBUTES[random.usize(..ATTRIBUTES.len())];
        let attribute = Attribute { name: name.to_owned(), value: pick(random, values).to_owned() };
        if !attributes.contains(&attribute) {
            attributes.push(attribute);
        }
    }
    attributes
}

fn pick<'a>(random: &mut Rng, list: &[&'a str]) -> &'a str {
    list[random.usize(..list.len())]
}
