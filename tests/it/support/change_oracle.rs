//! What a catalogue should make of a change, the slow and obvious way from `semantics`: the judge of conformance.
//!
//! It keeps a list of products and goes through all of it for every question. It shares no code with the engines but the
//! keys of names and skus, and states the rules of writing a second time instead of asking `aisle::change`.

use aisle::{
    change::{
        Brought, Change, Effect, Insert, Modification, Modify, OnDuplicate, Refusal, Sameness, TakenBy, Visibility,
    },
    product::{
        FieldPatch, LookUp, NameRule, PatchDraft, Price, Product, ProductContent, ProductId, Timestamp, UniqueKey,
    },
};

use super::writes::Outcome;

/// A change as somebody asks for it; values are in the form in which products have them.
#[derive(Debug, Clone)]
pub enum Asked {
    /// A new product.
    Create(Product),
    /// Every field of a product is set.
    Replace { target: Target, content: ProductContent },
    /// Some fields are set or cleared.
    Patch { target: Target, draft: PatchDraft },
    /// A product goes.
    Delete(Target),
    /// A product takes the place of the one of the same sku.
    Upsert(Product),
    /// A row of an import.
    Import { product: Product, brings: Brought, at: Timestamp, on_duplicate: OnDuplicate },
}

/// Which product is changed, and when.
#[derive(Debug, Clone)]
pub struct Target {
    /// The product.
    pub id: ProductId,
    /// The token of the version that it must have.
    pub if_version: Option<String>,
    /// The time of the write.
    pub at: Timestamp,
}

impl Asked {
    /// The same for an engine.
    pub fn change(&self) -> Change {
        match self.clone() {
            Self::Create(product) => insertion(product, Sameness::IdSkuOrName, OnDuplicate::Refuse),
            Self::Upsert(product) => insertion(product, Sameness::Sku, OnDuplicate::Replace),
            Self::Import { product, brings, at, on_duplicate } => {
                Change::Insert(Insert { product, sameness: Sameness::IdSkuOrName, at, brings, on_duplicate })
            }
            Self::Replace { target, content } => {
                let at = target.at;
                modification(target, Modification::Replace { content: Box::new(content), at })
            }
            Self::Patch { target, draft } => {
                let (at, patch) = (target.at, Box::new(draft.validate("input").expect("patches of tests are valid")));
                modification(target, Modification::Patch { patch, at })
            }
            Self::Delete(target) => modification(target, Modification::Delete),
        }
    }
}

fn insertion(product: Product, sameness: Sameness, on_duplicate: OnDuplicate) -> Change {
    let at = product.created_at;
    Change::Insert(Insert { product, sameness, at, brings: Brought::default(), on_duplicate })
}

fn modification(target: Target, modification: Modification) -> Change {
    Change::Modify(Modify { id: target.id, if_version: target.if_version, modification })
}

/// When searches should see changes made at random: mostly later, for that is what differs least between engines.
pub fn visibility(random: &mut fastrand::Rng) -> Visibility {
    match random.u8(..40) {
        0 => Visibility::Wait,
        1 => Visibility::Now,
        _ => Visibility::None,
    }
}

/// What an engine should say.
#[derive(Debug)]
pub enum Expected {
    /// It is done.
    Done(Effect),
    /// It is refused for one of these reasons, which are all true.
    Refused(Vec<Refusal>),
}

impl Expected {
    /// Whether an engine said it.
    pub fn allows(&self, outcome: &Outcome) -> bool {
        match (self, outcome) {
            (Self::Done(expected), Ok(effect)) => expected == effect,
            (Self::Refused(reasons), Err(aisle::backend::WriteError::Refused(refusal))) => reasons.contains(refusal),
            _ => false,
        }
    }
}

/// A catalogue in memory.
#[derive(Debug)]
pub struct ChangeOracle {
    names: NameRule,
    products: Vec<Product>,
}

impl ChangeOracle {
    /// An empty catalogue.
    pub fn new(names: NameRule) -> Self {
        Self { names, products: Vec::new() }
    }

    /// Every product, by id.
    pub fn products(&self) -> Vec<Product> {
        let mut products = self.products.clone();
        products.sort_by(|one, two| one.id.as_str().cmp(two.id.as_str()));
        products
    }

    /// The product that is meant.
    pub fn look_up(&self, look_up: &LookUp) -> Option<Product> {
        let is_meant = |product: &&Product| match look_up {
            LookUp::Id(id) => product.id == *id,
            LookUp::Key(key) => name_key(product) == *key || sku_key(product).as_ref() == Some(key),
        };
        let oldest =
            self.products.iter().filter(is_meant).min_by_key(|product| (product.created_at, product.id.clone()));
        oldest.cloned()
    }

    /// Makes a change.
    pub fn apply(&mut self, asked: &Asked) -> Expected {
        match asked {
            Asked::Create(product) => self.create(product),
            Asked::Replace { target, content } => self.modify(target, |product| {
                product.image = kept_image(product, content);
                product.content = content.clone();
            }),
            Asked::Patch { target, draft } => self.modify(target, |product| patch(product, draft)),
            Asked::Delete(target) => match self.target(target) {
                Err(refusal) => Expected::Refused(vec![refusal]),
                Ok(place) => {
                    self.products.remove(place);
                    Expected::Done(Effect::Deleted)
                }
            },
            Asked::Upsert(product) => match self.place(|other| sku_key(other) == sku_key(product)) {
                None => self.create(product),
                Some(place) => self.replace(place, product, Brought::default(), product.created_at),
            },
            Asked::Import { product, brings, at, on_duplicate } => match (self.met(product), on_duplicate) {
                (None, _) | (_, OnDuplicate::Refuse) => self.create(product),
                (Some(place), OnDuplicate::Replace) => self.replace(place, product, *brings, *at),
                (Some(place), OnDuplicate::Skip) => match self.taken(product, Some(&self.products[place].id)) {
                    reasons if reasons.is_empty() => Expected::Done(Effect::Skipped),
                    reasons => Expected::Refused(reasons),
                },
            },
        }
    }

    fn place(&self, is: impl Fn(&Product) -> bool) -> Option<usize> {
        self.products.iter().position(is)
    }

    /// By id, else by sku, else by name where names are unique.
    fn met(&self, product: &Product) -> Option<usize> {
        self.place(|other| other.id == product.id)
            .or_else(|| self.place(|other| sku_key(other).is_some() && sku_key(other) == sku_key(product)))
            .or_else(|| self.place(|other| self.names == NameRule::Unique && name_key(other) == name_key(product)))
    }

    fn create(&mut self, product: &Product) -> Expected {
        let mut reasons = self.taken(product, Some(&product.id));
        if self.place(|other| other.id == product.id).is_some() {
            reasons.insert(0, Refusal::Duplicate { by: TakenBy::Id, owner: Some(product.id.clone()) });
        }
        if !reasons.is_empty() {
            return Expected::Refused(reasons);
        }
        self.products.push(product.clone());
        Expected::Done(Effect::Created(product.clone()))
    }

    /// Puts `new` in the place of a product, of which id, creation time and image may stay.
    fn replace(&mut self, place: usize, new: &Product, brings: Brought, at: Timestamp) -> Expected {
        let old = self.products[place].clone();
        let product = Product {
            id: old.id.clone(),
            content: new.content.clone(),
            image: new.image.clone().or(kept_image(&old, &new.content)),
            created_at: if brings.created_at { new.created_at } else { old.created_at },
            updated_at: if brings.updated_at { new.updated_at } else { later(at, old.updated_at) },
            version: if new.version > old.version { new.version } else { old.version + 1 },
        };
        self.put(place, product)
    }

    fn modify(&mut self, target: &Target, change: impl FnOnce(&mut Product)) -> Expected {
        let place = match self.target(target) {
            Ok(place) => place,
            Err(refusal) => return Expected::Refused(vec![refusal]),
        };
        let mut product = self.products[place].clone();
        change(&mut product);
        product.version += 1;
        product.updated_at = later(target.at, product.updated_at);
        self.put(place, product)
    }

    fn put(&mut self, place: usize, product: Product) -> Expected {
        let reasons = self.taken(&product, Some(&product.id));
        if !reasons.is_empty() {
            return Expected::Refused(reasons);
        }
        self.products[place] = product.clone();
        Expected::Done(Effect::Changed(product))
    }

    fn target(&self, target: &Target) -> Result<usize, Refusal> {
        let place = self.place(|product| product.id == target.id).ok_or(Refusal::NotFound)?;
        let current = self.products[place].version_token();
        match &target.if_version {
            Some(version) if version != current.as_str() => Err(Refusal::VersionConflict { current }),
            _ => Ok(place),
        }
    }

    /// Why `product` cannot be stored beside the products other than `own`: its sku first, then its name.
    fn taken(&self, product: &Product, own: Option<&ProductId>) -> Vec<Refusal> {
        let others = || self.products.iter().filter(|other| Some(&other.id) != own);
        let sku = others().find(|other| sku_key(other).is_some() && sku_key(other) == sku_key(product));
        let name = others().find(|other| self.names == NameRule::Unique && name_key(other) == name_key(product));
        let refusal = |by, other: &Product| Refusal::Duplicate { by, owner: Some(other.id.clone()) };
        let first = sku.map(|other| refusal(TakenBy::Sku, other)).or(name.map(|other| refusal(TakenBy::Name, other)));
        first.into_iter().collect()
    }
}

fn name_key(product: &Product) -> UniqueKey {
    UniqueKey::name(&product.content.name)
}

fn sku_key(product: &Product) -> Option<UniqueKey> {
    product.content.sku.as_deref().map(UniqueKey::sku)
}

/// Clocks differ, but a product never seems older than it was.
fn later(one: Timestamp, two: Timestamp) -> Timestamp {
    if one > two { one } else { two }
}

/// An uploaded image goes when the address of another is given.
fn kept_image(old: &Product, new: &ProductContent) -> Option<String> {
    if new.image_url.is_some() { None } else { old.image.clone() }
}

/// Absent keeps, null clears, a value sets; whatever is said of the image's address, an uploaded image goes.
fn patch(product: &mut Product, draft: &PatchDraft) {
    let PatchDraft { sku, name, description, price, category, brand, in_stock, tags, attributes, image_url } =
        draft.clone();
    let content = &mut product.content;
    match sku {
        FieldPatch::Keep => {}
        FieldPatch::Clear => content.sku = None,
        FieldPatch::Set(value) => content.sku = Some(value),
    }
    match image_url {
        FieldPatch::Keep => {}
        FieldPatch::Clear => (content.image_url, product.image) = (None, None),
        FieldPatch::Set(value) => (content.image_url, product.image) = (Some(value), None),
    }
    set(&mut content.name, name);
    set(&mut content.description, description);
    set(&mut content.category, category);
    set(&mut content.brand, brand);
    set(&mut content.in_stock, in_stock);
    if let FieldPatch::Set(value) = price {
        content.price = Price::from_decimal(value).expect("prices of tests are valid");
    }
    match tags {
        FieldPatch::Keep => {}
        FieldPatch::Clear => content.tags.clear(),
        FieldPatch::Set(values) => content.tags = values,
    }
    match attributes {
        FieldPatch::Keep => {}
        FieldPatch::Clear => content.attributes.clear(),
        FieldPatch::Set(values) => content.attributes = values,
    }
}

fn set<Value>(field: &mut Value, patch: FieldPatch<Value>) {
    match patch {
        FieldPatch::Keep => {}
        FieldPatch::Clear => panic!("a required field cannot be cleared"),
        FieldPatch::Set(value) => *field = value,
    }
}
