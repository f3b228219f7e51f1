//! Changes at random: of every kind, of products that are there, were there or never were, with names and skus of which
//! many are the same though they look different.

use aisle::{
    change::{Brought, OnDuplicate},
    product::{
        Attribute, FieldPatch, LookUp, PatchDraft, Product, ProductContent, ProductDraft, ProductId, Timestamp,
        UniqueKey,
    },
};
use fastrand::Rng;

use super::change_oracle::{Asked, ChangeOracle, Target};

/// Spellings of one name each, before a number.
const NAMES: [&[&str]; 6] = [
    &["Fine Mug", "ﬁne mug", "FINE MUG"],
    &["Straße Map", "STRASSE MAP", "strasse map"],
    &["Café Table", "CAFÉ TABLE"],
    &["Wireless Mouse", "Ｗireless mouse", "wireless MOUSE"],
    &["防水 Lamp", "防水 lamp"],
    &["Chair", "CHAIR"],
];
/// Spellings of one sku each, before a number.
const SKUS: [&[&str]; 4] = [&["AB 1", "ab1", "ＡＢ1"], &["ﬁ-", "FI-", "f i-"], &["ß-", "SS-"], &["X"]];
/// Numbers behind names and skus: few, so that changes collide.
const NUMBERS: u8 = 6;
const WORDS: [&str; 6] = ["heavy", "light", "wooden", "waterproof", "kettle", "boots"];
const BRANDS: [&str; 3] = ["Acme", "ACME", "Éclair"];
const CATEGORIES: [&str; 3] = ["garden", "kitchen", "café & bar"];
const TAGS: [&str; 4] = ["new", "Sale", "été", "a,b"];

/// 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;
/// Ids that imports bring: few, so that they collide.
const OWN_IDS: u8 = 30;

/// Makes changes; the same seed and the same catalogue give the same ones.
pub struct RandomChanges {
    /// Decides.
    pub random: Rng,
    made: u64,
    now_ms: i64,
    /// Tokens that products had at some time.
    tokens: Vec<String>,
}

impl RandomChanges {
    /// Changes of a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), made: 0, now_ms: START_MS, tokens: Vec::new() }
    }

    /// The next change, and what the catalogue should make of it.
    pub fn next(&mut self, catalogue: &ChangeOracle) -> Asked {
        // Clocks of several gateways differ.
        self.now_ms += self.random.i64(-20..200);
        let products = catalogue.products();
        let asked = match self.random.u8(..100) {
            0..=22 => Asked::Create(self.product(&products)),
            23..=34 => Asked::Replace { target: self.target(&products), content: self.content() },
            35..=59 => {
                let target = self.target(&products);
                Asked::Patch { draft: self.patch(&products, &target.id), target }
            }
            60..=69 => Asked::Delete(self.target(&products)),
            70..=81 => {
                let mut product = self.product(&[]);
                product.content.sku = Some(self.sku());
                Asked::Upsert(product)
            }
            _ => self.row(),
        };
        let token = self.any(&products).map(|product| product.version_token().as_str().to_owned());
        self.tokens.extend(token);
        asked
    }

    /// Every way in which this generator may name a product.
    pub fn look_ups(products: &[Product]) -> Vec<LookUp> {
        let spelled = |spellings: &[&[&str]], between: &str, key: &dyn Fn(&str) -> UniqueKey| -> Vec<LookUp> {
            let numbered = |first: &str| (0..NUMBERS).map(|number| key(&format!("{first}{between}{number}"))).collect();
            let keys = spellings.iter().flat_map(|same| -> Vec<UniqueKey> { numbered(same[0]) });
            keys.map(LookUp::Key).collect()
        };
        let ids = products.iter().map(|product| product.id.clone());
        let ids = ids.chain((0..OWN_IDS).map(own_id)).map(LookUp::Id);
        ids.chain(spelled(&NAMES, " ", &UniqueKey::name)).chain(spelled(&SKUS, "", &UniqueKey::sku)).collect()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_ms)
    }

    fn any<'a>(&mut self, products: &'a [Product]) -> Option<&'a Product> {
        if products.is_empty() { None } else { products.get(self.random.usize(..products.len())) }
    }

    fn pick<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[self.random.usize(..values.len())]
    }

    fn fresh_id(&mut self) -> ProductId {
        self.made += 1;
        id(&format!("new-{:04}", self.made))
    }

    /// A new product, seldom of an id that another one has.
    fn product(&mut self, products: &[Product]) -> Product {
        let taken = if self.random.u8(..12) == 0 { self.any(products).map(|product| product.id.clone()) } else { None };
        let id = taken.unwrap_or_else(|| self.fresh_id());
        let at = self.now();
        Product { id, content: self.content(), image: None, created_at: at, updated_at: at, version: 1 }
    }

    /// A row of an import: some bring an id, times, a version or an image.
    fn row(&mut self) -> Asked {
        let at = self.now();
        let mut product = self.product(&[]);
        let brings = Brought { created_at: self.random.bool(), updated_at: self.random.bool() };
        if self.random.bool() {
            product.id = own_id(self.random.u8(..OWN_IDS));
        }
        if brings.created_at {
            product.created_at = Timestamp::from_millis(at.millis() - self.random.i64(0..1_000_000));
        }
        product.updated_at = if brings.updated_at { at } else { product.created_at };
        product.version = [1, 1, 2, 7, 1_000_000][self.random.usize(..5)];
        product.image = self.random.bool().then(|| format!("image-{}.webp", self.made));
        let on_duplicate = [OnDuplicate::Refuse, OnDuplicate::Skip, OnDuplicate::Replace, OnDuplicate::Replace]
            [self.random.usize(..4)];
        Asked::Import { product, brings, at, on_duplicate }
    }

    fn target(&mut self, products: &[Product]) -> Target {
        let at = self.now();
        let met = if self.random.u8(..10) == 0 { None } else { self.any(products) };
        let id = met.map_or_else(|| own_id(self.random.u8(..OWN_IDS)), |product| product.id.clone());
        let current = met.map(|product| product.version_token().as_str().to_owned());
        let old = if self.tokens.is_empty() {
            None
        } else {
            self.tokens.get(self.random.usize(..self.tokens.len())).cloned()
        };
        let if_version = match self.random.u8(..12) {
            0..=6 => None,
            7..=9 => current,
            10 => old,
            _ => Some(self.pick(&["", "garbage", "AQAAAAAAAAABOxlv1JB77fU", "\u{fffd}"]).to_owned()),
        };
        Target { id, if_version, at }
    }

    fn name(&mut self) -> String {
        let same = NAMES[self.random.usize(..NAMES.len())];
        format!("{} {}", self.pick(same), self.random.u8(..NUMBERS))
    }

    fn sku(&mut self) -> String {
        let same = SKUS[self.random.usize(..SKUS.len())];
        format!("{}{}", self.pick(same), self.random.u8(..NUMBERS))
    }

    fn content(&mut self) -> ProductContent {
        let draft = ProductDraft {
            sku: self.random.bool().then(|| self.sku()),
            name: self.name(),
            description: format!("This {} is {}.", self.pick(&WORDS), self.pick(&WORDS)),
            price: f64::from(self.random.u32(1..=900)) / 100.0,
            category: self.pick(&CATEGORIES).to_owned(),
            brand: self.pick(&BRANDS).to_owned(),
            in_stock: self.random.bool(),
            tags: TAGS.into_iter().filter(|_| self.random.bool()).map(str::to_owned).collect(),
            attributes: WORDS
                .into_iter()
                .filter(|_| self.random.u8(..3) == 0)
                .map(|value| Attribute { name: "made".to_owned(), value: value.to_owned() })
                .collect(),
            image_url: self.random.bool().then(|| format!("https://images.example.com/{}.jpg", self.made)),
        };
        draft.validate("").expect("generated products are valid")
    }

    /// A patch of some fields; sometimes only of the product's own name in other letters.
    fn patch(&mut self, products: &[Product], id: &ProductId) -> PatchDraft {
        let own = products.iter().find(|product| product.id == *id);
        if let Some(own) = own.filter(|_| self.random.u8(..6) == 0) {
            let name = &own.content.name;
            let name = if self.random.bool() { name.to_uppercase() } else { name.to_lowercase() };
            return PatchDraft { name: FieldPatch::Set(name), ..PatchDraft::default() };
        }
        loop {
            let draft = self.fields();
            if draft != PatchDraft::default() {
                return draft;
            }
        }
    }

    fn fields(&mut self) -> PatchDraft {
        let content = self.content();
        let (sku, image_url) = (content.sku, content.image_url);
        PatchDraft {
            sku: self.maybe(4, sku.map_or(FieldPatch::Clear, FieldPatch::Set)),
            name: self.maybe(3, FieldPatch::Set(content.name)),
            description: self.maybe(4, FieldPatch::Set(content.description)),
            price: self.maybe(3, FieldPatch::Set(content.price.decimal())),
            category: self.maybe(5, FieldPatch::Set(content.category)),
            brand: self.maybe(5, FieldPatch::Set(content.brand)),
            in_stock: self.maybe(4, FieldPatch::Set(content.in_stock)),
            tags: self.maybe(4, if content.tags.len() > 3 { FieldPatch::Clear } else { FieldPatch::Set(content.tags) }),
            attributes: self.maybe(4, FieldPatch::Set(content.attributes)),
            image_url: self.maybe(5, image_url.map_or(FieldPatch::Clear, FieldPatch::Set)),
        }
    }

    /// The patch once in `often` times, else that the field stays.
    fn maybe<Value>(&mut self, often: u8, patch: FieldPatch<Value>) -> FieldPatch<Value> {
        if self.random.u8(..often) == 0 { patch } else { FieldPatch::Keep }
    }
}

fn own_id(number: u8) -> ProductId {
    id(&format!("own-{number:02}"))
}

fn id(text: &str) -> ProductId {
    ProductId::parse(text).expect("the id is well-formed")
}
