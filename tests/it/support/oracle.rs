//! What an engine should answer, computed the slow and obvious way from `semantics`: the judge of conformance.
//!
//! It reads drafts as callers write them and shares no code with the engines but the text analysis and the keys.

use std::{cmp::Ordering, collections::BTreeSet};

use aisle::{
    product::{Product, UniqueKey, category_value, label_value, name_sort_key},
    search::{
        AttributeDraft, Direction, FilterDraft, IntervalDraft, Ranking, SortDraft, SortField, TagsDraft, TextColumn,
        ValuesDraft,
        analysis::{searchable, spelt},
        columns::ProductColumns,
    },
};

/// A catalogue that can be asked like an engine.
pub struct Oracle {
    products: Vec<Indexed>,
}

struct Indexed {
    product: Product,
    name_order: String,
    name_key: UniqueKey,
    sku_key: Option<UniqueKey>,
    tokens: BTreeSet<String>,
    joined_name: BTreeSet<String>,
}

impl Oracle {
    /// An oracle over these products.
    pub fn new(products: &[Product]) -> Self {
        Self { products: products.iter().map(indexed).collect() }
    }

    /// Ids of the products that meet the filter and have the words, in the order asked for; without a sort the order
    /// is newest first.
    pub fn list(&self, query: Option<&str>, filter: Option<&FilterDraft>, sort: &[SortDraft]) -> Vec<String> {
        let text = query.map(Self::expanded);
        let filter = filter.map(as_stored);
        let mut found: Vec<&Indexed> = self
            .products
            .iter()
            .filter(|indexed| filter.as_ref().is_none_or(|draft| meets(indexed, draft)))
            .filter(|indexed| text.as_ref().is_none_or(|text| text.is_in(indexed)))
            .collect();
        found.sort_by(|one, two| order(one, two, sort));
        found.into_iter().map(|indexed| indexed.product.id.as_str().to_owned()).collect()
    }

    fn expanded(query: &str) -> Expanded {
        Expanded { words: wanted(query), sku: UniqueKey::sku(query), name: UniqueKey::name(query) }
    }
}

/// The words that decide what the exact words find, each with what may stand for it.
fn wanted(query: &str) -> Vec<Wanted> {
    let Ranking { stop_words, exclusion_words, .. } = Ranking::default();
    let mut words: Vec<String> = spelt(query).into_iter().map(|word| word.text).collect();
    let says = |word: &String| !stop_words.contains(word) && !exclusion_words.contains(word);
    let without = words.iter().enumerate().position(|(place, word)| {
        exclusion_words.contains(word) && words[..place].iter().any(says) && words[place..].iter().any(says)
    });
    words.truncate(without.unwrap_or(words.len()));
    let all_stop = words.iter().all(|word| stop_words.contains(word));
    let tells = |word: &String| all_stop || !stop_words.contains(word);
    let is_number = |word: &str| !word.chars().any(char::is_alphabetic);
    let as_one = |one: Option<&String>, two: Option<&String>| match (one, two) {
        (Some(one), Some(two)) if tells(one) && tells(two) && !(is_number(one) && is_number(two)) => {
            // A stem that one of the two has by itself says nothing of the other.
            Some(searchable(&format!("{one}{two}")))
                .filter(|both| ![one, two].map(|word| searchable(word)).contains(both))
        }
        _ => None,
    };
    let wanted = |(place, word): (usize, &String)| Wanted {
        token: searchable(word),
        joined: [
            place.checked_sub(1).and_then(|before| as_one(words.get(before), Some(word))),
            as_one(Some(word), words.get(place + 1)),
        ],
        as_two: !is_number(word),
    };
    let mut all: Vec<Wanted> = words.iter().enumerate().filter(|(_, word)| tells(word)).map(wanted).collect();
    // A word that is written again counts where it was written first.
    let mut seen = BTreeSet::new();
    all.retain(|word| seen.insert(word.token.clone()));
    all
}

/// A word, or what may stand for it.
struct Wanted {
    token: String,
    /// It and the word before, it and the word behind, as one.
    joined: [Option<String>; 2],
    /// Whether a name may write it as two words.
    as_two: bool,
}

impl Wanted {
    fn is_in(&self, indexed: &Indexed) -> bool {
        let has = |token: &String| indexed.tokens.contains(token);
        has(&self.token)
            || self.joined.iter().flatten().any(has)
            || (self.as_two && indexed.joined_name.contains(&self.token))
    }
}

fn indexed(product: &Product) -> Indexed {
    let columns = ProductColumns::of(&product.content);
    let tokens = |column| columns.parts(column).iter().flat_map(|part| part.split(' ')).map(str::to_owned).collect();
    Indexed {
        product: product.clone(),
        name_order: name_sort_key(&product.content.name),
        name_key: product.name_key(),
        sku_key: product.sku_key(),
        tokens: tokens(TextColumn::Everything),
        joined_name: tokens(TextColumn::JoinedName),
    }
}

/// What a query looks for.
struct Expanded {
    words: Vec<Wanted>,
    sku: UniqueKey,
    name: UniqueKey,
}

impl Expanded {
    fn is_in(&self, indexed: &Indexed) -> bool {
        let by_word = || self.words.iter().all(|word| word.is_in(indexed));
        let by_key = || indexed.name_key == self.name || indexed.sku_key.as_ref() == Some(&self.sku);
        !self.words.is_empty() && (by_word() || by_key())
    }
}

/// The draft with its values in the form in which products have them.
fn as_stored(draft: &FilterDraft) -> FilterDraft {
    let label = |value: &String| label_value(value).expect("values of tests are well-formed");
    let category = |value: &String| category_value(value).expect("values of tests are well-formed");
    let sku = |value: &String| UniqueKey::sku(value).value().to_owned();
    let labels = |list: &Vec<String>| list.iter().map(label).collect();
    let values = |values: &ValuesDraft, stored: &dyn Fn(&String) -> String| ValuesDraft {
        eq: values.eq.as_ref().map(stored),
        any: values.any.as_ref().map(|list| list.iter().map(stored).collect()),
        none: values.none.as_ref().map(|list| list.iter().map(stored).collect()),
    };
    FilterDraft {
        and: draft.and.as_ref().map(|parts| parts.iter().map(as_stored).collect()),
        or: draft.or.as_ref().map(|parts| parts.iter().map(as_stored).collect()),
        not: draft.not.as_ref().map(|part| Box::new(as_stored(part))),
        sku: draft.sku.as_ref().map(|asked| values(asked, &sku)),
        category: draft.category.as_ref().map(|asked| values(asked, &category)),
        brand: draft.brand.as_ref().map(|asked| values(asked, &label)),
        tags: draft.tags.as_ref().map(|tags| TagsDraft {
            any_of: tags.any_of.as_ref().map(labels),
            all_of: tags.all_of.as_ref().map(labels),
            none_of: tags.none_of.as_ref().map(labels),
        }),
        attributes: draft.attributes.as_ref().map(|entries| {
            entries.iter().map(|entry| AttributeDraft { name: label(&entry.name), any: labels(&entry.any) }).collect()
        }),
        ..draft.clone()
    }
}

fn meets(indexed: &Indexed, draft: &FilterDraft) -> bool {
    let product = &indexed.product;
    let content = &product.content;
    let sku = indexed.sku_key.as_ref().map(UniqueKey::value);
    let has_attribute = |entry: &AttributeDraft| {
        content.attributes.iter().any(|own| own.name == entry.name && entry.any.contains(&own.value))
    };
    draft.and.as_ref().is_none_or(|parts| parts.iter().all(|part| meets(indexed, part)))
        && draft.or.as_ref().is_none_or(|parts| parts.iter().any(|part| meets(indexed, part)))
        && draft.not.as_ref().is_none_or(|part| !meets(indexed, part))
        && draft.id.as_ref().is_none_or(|values| one_value(values, |asked| asked == product.id.as_str()))
        && draft.sku.as_ref().is_none_or(|values| one_value(values, |asked| sku == Some(asked)))
        && draft.category.as_ref().is_none_or(|values| one_value(values, |asked| asked == content.category))
        && draft.brand.as_ref().is_none_or(|values| one_value(values, |asked| asked == content.brand))
        && draft.tags.as_ref().is_none_or(|tags| many_values(tags, |asked| content.tags.iter().any(|tag| tag == asked)))
        && draft.price.as_ref().is_none_or(|bounds| within(bounds, |bound| content.price.decimal().total_cmp(bound)))
        && draft.in_stock.is_none_or(|asked| asked == content.in_stock)
        && draft
            .created_at
            .as_ref()
            .is_none_or(|bounds| within(bounds, |bound| compare_time(product.created_at.millis(), bound)))
        && draft
            .updated_at
            .as_ref()
            .is_none_or(|bounds| within(bounds, |bound| compare_time(product.updated_at.millis(), bound)))
        && draft.attributes.as_ref().is_none_or(|entries| entries.iter().all(has_attribute))
}

fn one_value(values: &ValuesDraft, is: impl Fn(&str) -> bool) -> bool {
    values.eq.as_ref().is_none_or(|asked| is(asked))
        && values.any.as_ref().is_none_or(|list| list.iter().any(|asked| is(asked)))
        && values.none.as_ref().is_none_or(|list| !list.iter().any(|asked| is(asked)))
}

fn many_values(tags: &TagsDraft, has: impl Fn(&str) -> bool) -> bool {
    tags.any_of.as_ref().is_none_or(|list| list.iter().any(|asked| has(asked)))
        && tags.all_of.as_ref().is_none_or(|list| list.iter().all(|asked| has(asked)))
        && tags.none_of.as_ref().is_none_or(|list| !list.iter().any(|asked| has(asked)))
}

fn within<Bound>(bounds: &IntervalDraft<Bound>, compare: impl Fn(&Bound) -> Ordering) -> bool {
    bounds.gt.as_ref().is_none_or(|bound| compare(bound).is_gt())
        && bounds.gte.as_ref().is_none_or(|bound| compare(bound).is_ge())
        && bounds.lt.as_ref().is_none_or(|bound| compare(bound).is_lt())
        && bounds.lte.as_ref().is_none_or(|bound| compare(bound).is_le())
}

/// Compares in microseconds, since bounds may be finer than what is stored.
fn compare_time(millis: i64, bound: &str) -> Ordering {
    let bound = chrono::DateTime::parse_from_rfc3339(bound).expect("bounds of tests are well-formed");
    (millis * 1_000).cmp(&bound.timestamp_micros())
}

fn order(left: &Indexed, right: &Indexed, sort: &[SortDraft]) -> Ordering {
    let (one, two) = (&left.product, &right.product);
    let newest_first = [SortDraft { field: SortField::CreatedAt, direction: Some(Direction::Descending) }];
    let keys = if sort.is_empty() { &newest_first } else { sort };
    keys.iter()
        .map(|key| {
            let ascending = match key.field {
                SortField::Name => left.name_order.cmp(&right.name_order),
                SortField::Price => one.content.price.cmp(&two.content.price),
                SortField::UpdatedAt => one.updated_at.cmp(&two.updated_at),
                // Without words relevance means newest first.
                SortField::Relevance | SortField::CreatedAt => one.created_at.cmp(&two.created_at),
            };
            let default = match key.field {
                SortField::Name | SortField::Price => Direction::Ascending,
                SortField::Relevance | SortField::CreatedAt | SortField::UpdatedAt => Direction::Descending,
            };
            match key.direction.unwrap_or(default) {
                Direction::Ascending => ascending,
                Direction::Descending => ascending.reverse(),
            }
        })
        .fold(Ordering::Equal, Ordering::then)
        .then_with(|| one.id.as_str().cmp(two.id.as_str()))
}
