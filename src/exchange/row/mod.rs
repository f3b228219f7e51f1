//! One row of an import.
//!
//! Invariant: a row is refused with all of its problems, or becomes content that a catalogue may keep; nothing about
//! a row ends the import.

use serde_json::error::Category;
use thiserror::Error;

use super::json_problem::JsonProblem;
use super::lines::LineTooLong;
use super::row_value::RowValues;
use crate::product::{
    Attribute, Inspection, ProductContent, ProductField, ProductId, RawAttribute, Refused, Rule, Timestamp, Violation,
    is_image_name, limits, quoted,
};

/// A valid row: a product, and what of its record it brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// What is sold, valid and normalised.
    pub content: ProductContent,
    /// The id to keep.
    pub id: Option<ProductId>,
    /// The creation time to keep.
    pub created_at: Option<Timestamp>,
    /// The time of the last write to keep.
    pub updated_at: Option<Timestamp>,
    /// The revision to keep, at least 1.
    pub version: Option<u64>,
    /// The name of the uploaded image to keep.
    pub image: Option<String>,
}

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowError {
    /// It is not a JSON object.
    #[error("{problem}{}", .column.map(|column| format!(" (at byte {column} of the line)")).unwrap_or_default())]
    Syntax {
        /// The byte of the line, from 1, at which it shows.
        column: Option<usize>,
        /// What it is instead.
        problem: SyntaxProblem,
    },
    /// Its values break rules: never empty, with fields as the row names them.
    #[error("{}", joined(.0))]
    Invalid(Vec<Violation>),
    /// It was too long to be read.
    #[error("a row may have at most {limit} bytes, not {actual}")]
    TooLong {
        /// The permitted length in bytes.
        limit: usize,
        /// The length of the row in bytes.
        actual: usize,
    },
}

/// What a row that is not a JSON object is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SyntaxProblem {
    /// Bytes that are not text.
    #[error("a row must be UTF-8 text")]
    NotText,
    /// JSON of another kind.
    #[error("a row must be a JSON object")]
    NotAnObject,
    /// No JSON, in the words of the parser.
    #[error("a row must be JSON: {0}")]
    NotJson(String),
}

impl From<LineTooLong> for RowError {
    fn from(LineTooLong { limit, actual }: LineTooLong) -> Self {
        Self::TooLong { limit, actual }
    }
}

impl ImportRow {
    /// Reads a row with the names of `CreateProductInput` and, if it has them, `id`, `createdAt`, `updatedAt`,
    /// `version` and `image`; `null` is the same as absent.
    pub fn parse(line: &[u8]) -> Result<Self, RowError> {
        let text = str::from_utf8(line).map_err(|error| RowError::Syntax {
            column: Some(error.valid_up_to().saturating_add(1)),
            problem: SyntaxProblem::NotText,
        })?;
        let mut values: RowValues = serde_json::from_str(text).map_err(|error| syntax_error(&error))?;
        let mut inspection = Inspection::new("");
        values.inspect_names(&mut inspection);
        let row = read(&mut values, &mut inspection);
        inspection.finish(row).map_err(RowError::Invalid)
    }
}

fn syntax_error(error: &serde_json::Error) -> RowError {
    if error.classify() == Category::Data {
        return RowError::Syntax { column: None, problem: SyntaxProblem::NotAnObject };
    }
    let JsonProblem { words, column } = JsonProblem::from(error);
    RowError::Syntax { column, problem: SyntaxProblem::NotJson(words) }
}

fn read(values: &mut RowValues, inspection: &mut Inspection<'_>) -> Result<ImportRow, Refused> {
    let id = read_id(values, inspection);
    let content = read_content(values, inspection);
    let image = read_image(values, inspection);
    let created_at = read_time(values, ProductField::CreatedAt, inspection);
    let updated_at = read_time(values, ProductField::UpdatedAt, inspection);
    let version = values.count(ProductField::Version, inspection);
    Ok(ImportRow {
        content: content?,
        id: id?,
        created_at: created_at?,
        updated_at: updated_at?,
        version: version?,
        image: image?,
    })
}

fn read_content(values: &mut RowValues, inspection: &mut Inspection<'_>) -> Result<ProductContent, Refused> {
    let sku = values.text(ProductField::Sku, inspection).and_then(|sku| inspection.sku(sku.as_deref()));
    let name = required_text(values, ProductField::Name, inspection).and_then(|name| inspection.name(&name));
    let description = required_text(values, ProductField::Description, inspection)
        .and_then(|description| inspection.description(&description));
    let price = values.number(ProductField::Price, inspection);
    let price = price.and_then(|price| required(price, ProductField::Price, inspection));
    let price = price.and_then(|price| inspection.price(price));
    let category =
        required_text(values, ProductField::Category, inspection).and_then(|category| inspection.category(&category));
    let brand = required_text(values, ProductField::Brand, inspection).and_then(|brand| inspection.brand(&brand));
    let in_stock = values.flag(ProductField::InStock, inspection);
    let tags = values.texts(ProductField::Tags, limits::MAX_TAGS, inspection).and_then(|tags| {
        let first = tags.first.iter().map(|tag| tag.as_deref().map_err(|&refused| refused));
        inspection.tags(tags.count, first)
    });
    let attributes = read_attributes(values, inspection);
    let image_url = values.text(ProductField::ImageUrl, inspection);
    let image_url = image_url.and_then(|image_url| inspection.image_url(image_url.as_deref()));
    Ok(ProductContent {
        sku: sku?,
        name: name?,
        description: description?,
        price: price?,
        category: category?,
        brand: brand?,
        in_stock: in_stock?.unwrap_or(true),
        tags: tags?,
        attributes: attributes?,
        image_url: image_url?,
    })
}

fn read_attributes(values: &mut RowValues, inspection: &mut Inspection<'_>) -> Result<Vec<Attribute>, Refused> {
    let pairs = values.named_values(ProductField::Attributes, limits::MAX_ATTRIBUTES, inspection)?;
    let first = pairs.first.iter().map(|(name, value)| RawAttribute {
        name: name.as_deref().map_err(|&refused| refused),
        value: value.as_deref().map_err(|&refused| refused),
    });
    inspection.attributes(pairs.count, first)
}

fn read_id(values: &mut RowValues, inspection: &mut Inspection<'_>) -> Result<Option<ProductId>, Refused> {
    let Some(text) = values.text(ProductField::Id, inspection)? else { return Ok(None) };
    ProductId::parse(&text).map(Some).ok_or_else(|| {
        let message = format!("id must be 1 to 64 of A-Z a-z 0-9 . _ -, not {}", quoted(&text));
        inspection.refuse("id", Rule::Pattern, message)
    })
}

fn read_image(values: &mut RowValues, inspection: &mut Inspection<'_>) -> Result<Option<String>, Refused> {
    let Some(name) = values.text(ProductField::Image, inspection)? else { return Ok(None) };
    if is_image_name(&name) {
        return Ok(Some(name));
    }
    let message = format!("image must be the name of an uploaded image, not {}", quoted(&name));
    Err(inspection.refuse("image", Rule::Pattern, message))
}

fn read_time(
    values: &mut RowValues,
    field: ProductField,
    inspection: &mut Inspection<'_>,
) -> Result<Option<Timestamp>, Refused> {
    let Some(text) = values.text(field, inspection)? else { return Ok(None) };
    Timestamp::parse(&text).map(|parsed| Some(parsed.time)).ok_or_else(|| {
        let name = field.stored_name();
        let message = format!("{name} must be an RFC 3339 date and time, not {}", quoted(&text));
        inspection.refuse(name, Rule::Pattern, message)
    })
}

fn required_text(
    values: &mut RowValues,
    field: ProductField,
    inspection: &mut Inspection<'_>,
) -> Result<String, Refused> {
    let text = values.text(field, inspection)?;
    required(text, field, inspection)
}

fn required<T>(value: Option<T>, field: ProductField, inspection: &mut Inspection<'_>) -> Result<T, Refused> {
    let name = field.stored_name();
    value.ok_or_else(|| inspection.refuse(name, Rule::Required, format!("{name} is required")))
}

fn joined(violations: &[Violation]) -> String {
    violations.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
