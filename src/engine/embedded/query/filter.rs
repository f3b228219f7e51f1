//! Filters as queries over exact columns.

use tantivy::{
    Term,
    query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query, TermQuery, TermSetQuery},
    schema::{Field, IndexRecordOption},
};

use super::inside::Inside;
use crate::{
    engine::embedded::index::{CREATED_AT, Fields, PRICE, UPDATED_AT},
    product::{Attribute, ProductId, UniqueKey},
    search::{Condition, Filter, Interval},
};

/// The products that meet a filter.
pub(super) fn compile(filter: &Filter, fields: &Fields) -> Box<dyn Query> {
    match filter {
        Filter::All => Box::new(AllQuery),
        Filter::Nothing => Box::new(EmptyQuery),
        Filter::And(parts) => all_of(parts, fields),
        Filter::Or(parts) => any_of(parts, fields),
        Filter::Not(part) => without(Vec::new(), vec![compile(part, fields)]),
        Filter::Is(condition) => is(condition, fields),
    }
}

fn all_of(parts: &[Filter], fields: &Fields) -> Box<dyn Query> {
    let mut demanded = Vec::new();
    let mut excluded = Vec::new();
    for part in parts {
        if let Filter::Not(opposite) = part {
            excluded.push(compile(opposite, fields));
        } else {
            demanded.push(compile(part, fields));
        }
    }
    without(demanded, excluded)
}

/// Products that every query of `demanded` finds and none of `excluded`.
fn without(mut demanded: Vec<Box<dyn Query>>, excluded: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if demanded.is_empty() {
        // Exclusions alone find nothing in this library.
        demanded.push(Box::new(AllQuery));
    }
    let demanded = demanded.into_iter().map(|query| (Occur::Must, query));
    let excluded = excluded.into_iter().map(|query| (Occur::MustNot, query));
    Box::new(BooleanQuery::new(demanded.chain(excluded).collect()))
}

fn any_of(parts: &[Filter], fields: &Fields) -> Box<dyn Query> {
    if parts.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(BooleanQuery::new(parts.iter().map(|part| (Occur::Should, compile(part, fields))).collect()))
}

fn is(condition: &Condition, fields: &Fields) -> Box<dyn Query> {
    match condition {
        Condition::Id(ids) => one_of(fields.id, ids.iter().map(ProductId::as_str)),
        Condition::Sku(keys) => one_of(fields.sku_key, keys.iter().map(UniqueKey::value)),
        Condition::Category(values) => one_of(fields.category, values.iter().map(String::as_str)),
        Condition::Brand(values) => one_of(fields.brand, values.iter().map(String::as_str)),
        Condition::Tag(values) => one_of(fields.tag, values.iter().map(String::as_str)),
        Condition::Attribute(pairs) => {
            let values: Vec<String> = pairs.iter().map(Attribute::pair).collect();
            one_of(fields.attribute, values.iter().map(String::as_str))
        }
        Condition::InStock(value) => exactly(Term::from_field_bool(fields.in_stock, *value)),
        Condition::Price(interval) => inside(PRICE, interval),
        Condition::CreatedAt(interval) => inside(CREATED_AT, interval),
        Condition::UpdatedAt(interval) => inside(UPDATED_AT, interval),
    }
}

fn exactly(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn one_of<'a>(field: Field, values: impl Iterator<Item = &'a str>) -> Box<dyn Query> {
    let mut terms: Vec<Term> = values.map(|value| Term::from_field_text(field, value)).collect();
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) => exactly(only),
        (Some(last), false) => Box::new(TermSetQuery::new(terms.into_iter().chain([last]))),
    }
}

fn inside(column: &'static str, interval: &Interval) -> Box<dyn Query> {
    if interval.is_empty() {
        return Box::new(EmptyQuery);
    }
    if interval.is_all() {
        return Box::new(AllQuery);
    }
    Box::new(Inside { column, interval: *interval })
}
