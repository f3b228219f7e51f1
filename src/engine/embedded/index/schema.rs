//! The columns of the index and how a product fills them.
//!
//! Invariant: every product has exactly one value in each column that can be sorted by.

use std::collections::BTreeSet;

use tantivy::{
    TantivyDocument,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use crate::{
    product::{Product, name_sort_key},
    search::{KeyColumn, TextColumn, columns::ProductColumns},
};

/// Version of the columns and of what is put into them; a change raises it and every index is rebuilt.
pub(super) const VERSION: u32 = 4;

/// Column of ids.
pub(in crate::engine::embedded) const ID: &str = "id";
/// Column of the names' sort keys.
pub(in crate::engine::embedded) const NAME_ORDER: &str = "name_order";
/// Column of categories.
pub(in crate::engine::embedded) const CATEGORY: &str = "category";
/// Column of brands.
pub(in crate::engine::embedded) const BRAND: &str = "brand";
/// Column of tags.
pub(in crate::engine::embedded) const TAG: &str = "tag";
/// Column of attributes, each a pair as [`Attribute::pair`](crate::product::Attribute::pair) writes it.
pub(in crate::engine::embedded) const ATTRIBUTE: &str = "attribute";
/// Column of the names of attributes, each once for a product.
pub(in crate::engine::embedded) const ATTRIBUTE_NAME: &str = "attribute_name";
/// Column of availability.
pub(in crate::engine::embedded) const IN_STOCK: &str = "in_stock";
/// Column of prices, in minor units.
pub(in crate::engine::embedded) const PRICE: &str = "price";
/// Column of creation times, in UTC milliseconds.
pub(in crate::engine::embedded) const CREATED_AT: &str = "created_at";
/// Column of times of the last change, in UTC milliseconds.
pub(in crate::engine::embedded) const UPDATED_AT: &str = "updated_at";

/// The columns.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::embedded) struct Fields {
    pub(in crate::engine::embedded) id: Field,
    pub(in crate::engine::embedded) sku_key: Field,
    pub(in crate::engine::embedded) name_key: Field,
    pub(in crate::engine::embedded) category: Field,
    pub(in crate::engine::embedded) brand: Field,
    pub(in crate::engine::embedded) tag: Field,
    pub(in crate::engine::embedded) attribute: Field,
    attribute_name: Field,
    pub(in crate::engine::embedded) in_stock: Field,
    price: Field,
    created_at: Field,
    updated_at: Field,
    name_order: Field,
    brand_words: Field,
    category_words: Field,
    /// In the order of [`TextColumn::ALL`].
    texts: [Field; TextColumn::ALL.len()],
}

impl Fields {
    /// The schema and its columns.
    pub(super) fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let fields = Self {
            id: builder.add_text_field(ID, exact().set_fast("raw")),
            sku_key: builder.add_text_field("sku_key", exact()),
            name_key: builder.add_text_field("name_key", exact()),
            category: builder.add_text_field(CATEGORY, exact().set_fast("raw")),
            brand: builder.add_text_field(BRAND, exact().set_fast("raw")),
            tag: builder.add_text_field(TAG, exact().set_fast("raw")),
            attribute: builder.add_text_field(ATTRIBUTE, exact().set_fast("raw")),
            attribute_name: builder.add_text_field(ATTRIBUTE_NAME, counted()),
            in_stock: builder.add_bool_field(IN_STOCK, INDEXED | FAST),
            price: builder.add_i64_field(PRICE, FAST),
            created_at: builder.add_i64_field(CREATED_AT, FAST),
            updated_at: builder.add_i64_field(UPDATED_AT, FAST),
            name_order: builder.add_text_field(NAME_ORDER, counted()),
            brand_words: builder.add_text_field("brand_words", exact()),
            category_words: builder.add_text_field("category_words", exact()),
            texts: TextColumn::ALL.map(|column| builder.add_text_field(name(column), words(column))),
        };
        (builder.build(), fields)
    }

    /// The column of a searched text.
    pub(in crate::engine::embedded) fn words(&self, column: TextColumn) -> Field {
        let [everything, name, brand, category, details, joined, spelling, name_starts, brand_starts, category_starts] =
            self.texts;
        match column {
            TextColumn::Everything => everything,
            TextColumn::Name => name,
            TextColumn::Brand => brand,
            TextColumn::Category => category,
            TextColumn::Details => details,
            TextColumn::JoinedName => joined,
            TextColumn::Spelling => spelling,
            TextColumn::NamePrefixes => name_starts,
            TextColumn::BrandPrefixes => brand_starts,
            TextColumn::CategoryPrefixes => category_starts,
        }
    }

    /// The column of a key.
    pub(in crate::engine::embedded) fn key(&self, column: KeyColumn) -> Field {
        match column {
            KeyColumn::Sku => self.sku_key,
            KeyColumn::Name => self.name_key,
            KeyColumn::BrandWords => self.brand_words,
            KeyColumn::CategoryWords => self.category_words,
        }
    }

    /// What is indexed of a product.
    pub(super) fn document(&self, product: &Product) -> TantivyDocument {
        let content = &product.content;
        let mut document = TantivyDocument::new();
        document.add_text(self.id, product.id.as_str());
        if let Some(key) = product.sku_key() {
            document.add_text(self.sku_key, key.value());
        }
        document.add_text(self.name_key, product.name_key().value());
        document.add_text(self.category, &content.category);
        document.add_text(self.brand, &content.brand);
        for tag in &content.tags {
            document.add_text(self.tag, tag);
        }
        for attribute in &content.attributes {
            document.add_text(self.attribute, attribute.pair());
        }
        for name in content.attributes.iter().map(|attribute| &attribute.name).collect::<BTreeSet<_>>() {
            document.add_text(self.attribute_name, name);
        }
        document.add_bool(self.in_stock, content.in_stock);
        document.add_i64(self.price, content.price.minor());
        document.add_i64(self.created_at, product.created_at.millis());
        document.add_i64(self.updated_at, product.updated_at.millis());
        document.add_text(self.name_order, name_sort_key(&content.name));
        let columns = ProductColumns::of(content);
        for (column, field) in TextColumn::ALL.into_iter().zip(self.texts) {
            for part in columns.parts(column) {
                document.add_text(field, part);
            }
        }
        for column in [KeyColumn::BrandWords, KeyColumn::CategoryWords] {
            if let Some(words) = columns.words(column) {
                document.add_text(self.key(column), words);
            }
        }
        document
    }
}

fn exact() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// A column that is only read by product.
fn counted() -> TextOptions {
    TextOptions::default().set_fast("raw")
}

/// A column of our own tokens, which it only takes apart at the spaces between them. The dictionary of corrections is
/// never scored; the places of words are kept where phrases are looked for.
fn words(column: TextColumn) -> TextOptions {
    let recorded = if column == TextColumn::Spelling {
        IndexRecordOption::Basic
    } else if column.has_places() {
        IndexRecordOption::WithFreqsAndPositions
    } else {
        IndexRecordOption::WithFreqs
    };
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(recorded)
        .set_fieldnorms(column != TextColumn::Spelling);
    TextOptions::default().set_indexing_options(indexing)
}

fn name(column: TextColumn) -> &'static str {
    match column {
        TextColumn::Everything => "everything",
        TextColumn::Name => "name",
        TextColumn::Brand => "brand_terms",
        TextColumn::Category => "category_terms",
        TextColumn::Details => "details",
        TextColumn::JoinedName => "joined_name",
        TextColumn::Spelling => "spelling",
        TextColumn::NamePrefixes => "name_prefixes",
        TextColumn::BrandPrefixes => "brand_prefixes",
        TextColumn::CategoryPrefixes => "category_prefixes",
    }
}
