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
    Done(Box<Effect>),
    /// It is refused for one of these reasons, which are all true.
    Refused(Vec<Refusal>),
}

fn done(effect: Effect) -> Expected {
    Expected::Done(Box::new(effect))
}

impl Expected {
    /// Whether an engine said it.
    pub fn allows(&self, outcome: &Outcome) -> bool {
        match (self, outcome) {
            (Self::Done(expected), Ok(effect)) => **expected == *effect,
            (Self::Refused(reasons), Err(aisle::backend::WriteError::Refused(refusal))) => reasons.contains(refusal),
            _ => false,
        }
    }
}

/// A catalogue in memory.
#[derive(Debug)]
pub struct ChangeOracle {
    names: NameRule,
    kept: Vec<Kept>,
}

/// A product, and the keys by which it is known.
#[derive(Debug, Clone)]
struct Kept {
    product: Product,
    name: UniqueKey,
    sku: Option<UniqueKey>,
}

impl Kept {
    fn of(product: Product) -> Self {
        let name = UniqueKey::name(&product.content.name);
        let sku = product.content.sku.as_deref().map(UniqueKey::sku);
        Self { product, name, sku }
    }

    fn has_id(&self, other: &Self) -> bool {
        self.product.id == other.product.id
    }

    fn has_sku(&self, other: &Self) -> bool {
        self.sku.is_some() && self.sku == other.sku
    }
}

impl ChangeOracle {
    /// An empty catalogue.
    pub fn new(names: NameRule) -> Self {
        Self { names, kept: Vec::new() }
    }

    /// Every product, by id.
    pub fn products(&self) -> Vec<Product> {
        let mut products: Vec<Product> = self.kept.iter().map(|kept| kept.product.clone()).collect();
        products.sort_by(|one, two| one.id.as_str().cmp(two.id.as_str()));
        products
    }

    /// The product that is meant.
    pub fn look_up(&self, look_up: &LookUp) -> Option<Product> {
        let is_meant = |kept: &&Kept| match look_up {
            LookUp::Id(id) => kept.product.id == *id,
            LookUp::Key(key) => kept.name == *key || kept.sku.as_ref() == Some(key),
        };
        let oldest = |kept: &&Kept| (kept.product.created_at, kept.product.id.clone());
        self.kept.iter().filter(is_meant).min_by_key(oldest).map(|kept| kept.product.clone())
    }

    /// Makes a change.
    pub fn apply(&mut self, asked: &Asked) -> Expected {
        match asked {
            Asked::Create(product) => self.create(Kept::of(product.clone())),
            Asked::Replace { target, content } => self.modify(target, |product| {
                product.image = kept_image(product, content);
                product.content = content.clone();
            }),
            Asked::Patch { target, draft } => self.modify(target, |product| patch(product, draft)),
            Asked::Delete(target) => match self.target(target) {
                Err(refusal) => Expected::Refused(vec![refusal]),
                Ok(place) => {
                    self.kept.remove(place);
                    done(Effect::Deleted)
                }
            },
            Asked::Upsert(product) => {
                let new = Kept::of(product.clone());
                match self.place(|kept| kept.has_sku(&new)) {
                    None => self.create(new),
                    Some(place) => self.replace(place, product, Brought::default(), product.created_at),
                }
            }
            Asked::Import { product, brings, at, on_duplicate } => {
                let new = Kept::of(product.clone());
                match (self.met(&new), on_duplicate) {
                    (None, _) | (_, OnDuplicate::Refuse) => self.create(new),
                    (Some(place), OnDuplicate::Replace) => self.replace(place, product, *brings, *at),
                    (Some(place), OnDuplicate::Skip) => match self.taken(&new, &self.kept[place].product.id) {
                        reasons if reasons.is_empty() => done(Effect::Skipped),
                        reasons => Expected::Refused(reasons),
                    },
                }
            }
        }
    }

    fn place(&self, is: impl Fn(&Kept) -> bool) -> Option<usize> {
        self.kept.iter().position(is)
    }

    fn share_a_name(&self, one: &Kept, two: &Kept) -> bool {
        self.names == NameRule::Unique && one.name == two.name
    }

    /// By id, else by sku, else by name where names are unique.
    fn met(&self, new: &Kept) -> Option<usize> {
        self.place(|kept| kept.has_id(new))
            .or_else(|| self.place(|kept| kept.has_sku(new)))
            .or_else(|| self.place(|kept| self.share_a_name(kept, new)))
    }

    fn create(&mut self, new: Kept) -> Expected {
        let id = &new.product.id;
        let mut reasons = self.taken(&new, id);
        if self.place(|kept| kept.has_id(&new)).is_some() {
            reasons.insert(0, Refusal::Duplicate { by: TakenBy::Id, owner: Some(id.clone()) });
        }
        if !reasons.is_empty() {
            return Expected::Refused(reasons);
        }
        let product = new.product.clone();
        self.kept.push(new);
        done(Effect::Created(product))
    }

    /// Puts `new` in the place of a product, of which id, creation time and image may stay.
    fn replace(&mut self, place: usize, new: &Product, brings: Brought, at: Timestamp) -> Expected {
        let old = self.kept[place].product.clone();
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
        let mut product = self.kept[place].product.clone();
        change(&mut product);
        product.version += 1;
        product.updated_at = later(target.at, product.updated_at);
        self.put(place, product)
    }

    fn put(&mut self, place: usize, product: Product) -> Expected {
        let new = Kept::of(product.clone());
        let reasons = self.taken(&new, &product.id);
        if !reasons.is_empty() {
            return Expected::Refused(reasons);
        }
        self.kept[place] = new;
        done(Effect::Changed(product))
    }

    fn target(&self, target: &Target) -> Result<usize, Refusal> {
        let place = self.place(|kept| kept.product.id == target.id).ok_or(Refusal::NotFound)?;
        let current = self.kept[place].product.version_token();
        match &target.if_version {
            Some(version) if version != current.as_str() => Err(Refusal::VersionConflict { current }),
            _ => Ok(place),
        }
    }

    /// Why `new` cannot be kept beside the products other than `own`: its sku first, then its name.
    fn taken(&self, new: &Kept, own: &ProductId) -> Vec<Refusal> {
        let others = || self.kept.iter().filter(|kept| kept.product.id != *own);
        let sku = others().find(|kept| kept.has_sku(new)).map(|kept| (TakenBy::Sku, kept));
        let name = others().find(|kept| self.share_a_name(kept, new)).map(|kept| (TakenBy::Name, kept));
        let refusal = |(by, kept): (TakenBy, &Kept)| Refusal::Duplicate { by, owner: Some(kept.product.id.clone()) };
        sku.or(name).map(refusal).into_iter().collect()
    }
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
