//! What an engine should answer, computed the slow and obvious way from `semantics`: the judge of conformance.
//!
//! It reads drafts as callers write them and shares no code with the engines but the text analysis and the keys.

use std::{cmp::Ordering, collections::BTreeSet};

use aisle::{
    product::{Product, UniqueKey, category_value, label_value, name_sort_key},
    search::{
        AttributeDraft, Direction, FUZZY_PREFIX, FilterDraft, IntervalDraft, MAX_EXPANSIONS, SortDraft, SortField,
        TagsDraft, TextField, ValuesDraft,
        analysis::{allowed_edits, analyze},
    },
};

/// A catalogue that can be asked like an engine.
pub struct Oracle {
    products: Vec<Indexed>,
    dictionaries: [BTreeSet<String>; 3],
}

struct Indexed {
    product: Product,
    name_order: String,
    name_key: UniqueKey,
    sku_key: Option<UniqueKey>,
    tokens: [BTreeSet<String>; 3],
}

impl Oracle {
    /// An oracle over these products.
    pub fn new(products: &[Product]) -> Self {
        let products: Vec<Indexed> = products.iter().map(indexed).collect();
        let dictionaries =
            [0, 1, 2].map(|field| products.iter().flat_map(|product| product.tokens[field].iter().cloned()).collect());
        Self { products, dictionaries }
    }

    /// Ids of the products that meet the filter and have the words, in the order asked for; without a sort the order
    /// is newest first.
    pub fn list(&self, query: Option<&str>, filter: Option<&FilterDraft>, sort: &[SortDraft]) -> Vec<String> {
        let text = query.map(|query| self.expanded(query));
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

    fn expanded(&self, query: &str) -> Expanded {
        let tokens: BTreeSet<String> = analyze(query).into_iter().map(|token| token.text).collect();
        let misspelt = tokens.iter().filter(|token| allowed_edits(token) > 0).count();
        // All words of a query share 240 near words in each text.
        let limit = MAX_EXPANSIONS.min(240 / misspelt.max(1));
        let words = tokens
            .iter()
            .map(|token| [0, 1, 2].map(|field| expansions(token, &self.dictionaries[field], limit)))
            .collect();
        Expanded { words, sku: UniqueKey::sku(query), name: UniqueKey::name(query) }
    }
}

fn indexed(product: &Product) -> Indexed {
    let tokens = TextField::ALL.map(|field| {
        let text = match field {
            TextField::Name => &product.content.name,
            TextField::Brand => &product.content.brand,
            TextField::Description => &product.content.description,
        };
        analyze(text).into_iter().map(|token| token.text).collect()
    });
    Indexed {
        product: product.clone(),
        name_order: name_sort_key(&product.content.name),
        name_key: product.name_key(),
        sku_key: product.sku_key(),
        tokens,
    }
}

/// For each word the terms of each field that stand for it.
struct Expanded {
    words: Vec<[BTreeSet<String>; 3]>,
    sku: UniqueKey,
    name: UniqueKey,
}

impl Expanded {
    fn is_in(&self, indexed: &Indexed) -> bool {
        let by_word = || {
            self.words.iter().any(|fields| {
                fields.iter().zip(&indexed.tokens).any(|(terms, tokens)| terms.iter().any(|term| tokens.contains(term)))
            })
        };
        let by_key = || indexed.name_key == self.name || indexed.sku_key.as_ref() == Some(&self.sku);
        !self.words.is_empty() && (by_word() || by_key())
    }
}

fn expansions(word: &str, dictionary: &BTreeSet<String>, limit: usize) -> BTreeSet<String> {
    let allowed = usize::from(allowed_edits(word));
    let letters: Vec<char> = word.chars().collect();
    if allowed == 0 || letters.len() <= FUZZY_PREFIX {
        return dictionary.get(word).cloned().into_iter().collect();
    }
    // Only words that start alike are compared.
    let start: String = letters.iter().take(FUZZY_PREFIX).collect();
    let mut near: Vec<(f32, &String)> = dictionary
        .range(start.clone()..)
        .take_while(|term| term.starts_with(&start))
        .filter_map(|term| {
            let other: Vec<char> = term.chars().collect();
            let distance = distance(&letters, &other);
            #[expect(clippy::cast_precision_loss, reason = "distances and lengths are tiny")]
            (distance <= allowed).then(|| (1.0 - distance as f32 / letters.len().min(other.len()) as f32, term))
        })
        .collect();
    near.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| one.1.cmp(two.1)));
    near.into_iter().take(limit).map(|(_, term)| term.clone()).collect()
}

/// Edits between two words: insert, delete, replace, swap neighbours (optimal string alignment).
fn distance(one: &[char], two: &[char]) -> usize {
    let mut rows = vec![vec![0; two.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=two.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(one[i - 1] != two[j - 1]);
                let swapped = if i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1] {
                    rows[i - 2][j - 2] + 1
                } else {
                    usize::MAX
                };
                replaced.min(swapped).min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1)
            };
        }
    }
    rows[one.len()][two.len()]
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
