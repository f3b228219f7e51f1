//! The rules of each field, and the collecting of what breaks them.
//!
//! Invariant: an input is looked at to its end, so its sender learns all of its problems at once; a value comes out
//! only if it is valid and normalised.

use std::ops::RangeInclusive;

use url::Url;

use super::text::{TextProblem, category_value, label_value, multi_line, one_line};
use super::{Attribute, Price, PriceProblem, Rule, Violation, limits, quoted};

/// Looks at the fields of one input and remembers what is wrong with them.
#[derive(Debug)]
pub struct Inspection<'a> {
    path: &'a str,
    violations: Vec<Violation>,
}

/// The mark of a value that was refused; what was wrong is in the [`Inspection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(());

/// An attribute as it arrived; a part may have been refused for its type already.
#[derive(Clone, Copy, Debug)]
pub struct RawAttribute<'a> {
    /// The name.
    pub name: Result<&'a str, Refused>,
    /// The value.
    pub value: Result<&'a str, Refused>,
}

impl<'a> Inspection<'a> {
    /// Begins with an input at `path`, such as `input`; empty when the fields have no prefix.
    pub const fn new(path: &'a str) -> Self {
        Self { path, violations: Vec::new() }
    }

    /// Remembers that `field` breaks `rule`.
    pub fn refuse(&mut self, field: &str, rule: Rule, message: String) -> Refused {
        let place = if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) };
        self.violations.push(Violation::new(place, rule, message));
        Refused(())
    }

    /// Gives out what was made of the values, or all that is wrong with them.
    pub fn finish<T>(self, outcome: Result<T, Refused>) -> Result<T, Vec<Violation>> {
        match outcome {
            Ok(value) if self.violations.is_empty() => Ok(value),
            Ok(_) | Err(Refused(())) => Err(self.violations),
        }
    }

    /// One line of 1–64 code points, or none.
    pub fn sku(&mut self, sku: Option<&str>) -> Result<Option<String>, Refused> {
        sku.map(|sku| self.text("sku", sku, label_value, limits::SKU_LENGTH)).transpose()
    }

    /// One line of 1–200 code points.
    pub fn name(&mut self, name: &str) -> Result<String, Refused> {
        self.text("name", name, one_line, limits::NAME_LENGTH)
    }

    /// Lines of 10–1000 code points together.
    pub fn description(&mut self, description: &str) -> Result<String, Refused> {
        self.text("description", description, multi_line, limits::DESCRIPTION_LENGTH)
    }

    /// One line of 1–50 code points, turned into lower case.
    pub fn category(&mut self, category: &str) -> Result<String, Refused> {
        self.text("category", category, category_value, limits::LABEL_LENGTH)
    }

    /// One line of 1–50 code points.
    pub fn brand(&mut self, brand: &str) -> Result<String, Refused> {
        self.text("brand", brand, label_value, limits::LABEL_LENGTH)
    }

    /// A price in major units: above 0, at most 9,999,999.99, at most two decimals.
    pub fn price(&mut self, price: f64) -> Result<Price, Refused> {
        Price::from_decimal(price).map_err(|problem| {
            let rule = match problem {
                PriceProblem::NotFinite => Rule::Pattern,
                PriceProblem::TooLow => Rule::Min,
                PriceProblem::TooHigh => Rule::Max,
                PriceProblem::Decimals => Rule::Decimals,
            };
            self.refuse("price", rule, format!("price {problem}, not {}", shown_number(price)))
        })
    }

    /// At most 10 tags of 1–50 code points, none twice. `count` is how many were given; only the first 10 are looked
    /// at, and of those what was refused for its type already is left out.
    pub fn tags<'t>(
        &mut self,
        count: usize,
        tags: impl IntoIterator<Item = Result<&'t str, Refused>>,
    ) -> Result<Vec<String>, Refused> {
        let mut outcome = self.count("tags", count, limits::MAX_TAGS);
        let mut valid = Vec::with_capacity(count.min(limits::MAX_TAGS));
        for (index, tag) in tags.into_iter().enumerate().take(limits::MAX_TAGS) {
            match tag.and_then(|tag| self.tag(&format!("tags[{index}]"), tag, &valid)) {
                Ok(tag) => valid.push(tag),
                Err(refused) => outcome = Err(refused),
            }
        }
        outcome.map(|()| valid)
    }

    /// At most 50 attributes of a name of 1–50 and a value of 1–200 code points, no pair twice. `count` is how many
    /// were given; only the first 50 are looked at, and of those what was refused for its type already is left out.
    pub fn attributes<'t>(
        &mut self,
        count: usize,
        attributes: impl IntoIterator<Item = RawAttribute<'t>>,
    ) -> Result<Vec<Attribute>, Refused> {
        let mut outcome = self.count("attributes", count, limits::MAX_ATTRIBUTES);
        let mut valid = Vec::with_capacity(count.min(limits::MAX_ATTRIBUTES));
        for (index, attribute) in attributes.into_iter().enumerate().take(limits::MAX_ATTRIBUTES) {
            match self.attribute(&format!("attributes[{index}]"), attribute, &valid) {
                Ok(attribute) => valid.push(attribute),
                Err(refused) => outcome = Err(refused),
            }
        }
        outcome.map(|()| valid)
    }

    /// An https address of at most 2048 code points without a name or password in it, or none.
    pub fn image_url(&mut self, image_url: Option<&str>) -> Result<Option<String>, Refused> {
        let Some(image_url) = image_url else { return Ok(None) };
        let address = self.text("imageUrl", image_url, one_line, limits::IMAGE_URL_LENGTH)?;
        if is_image_address(&address) {
            return Ok(Some(address));
        }
        let message = format!("imageUrl must be an https address without credentials, not {}", quoted(&address));
        Err(self.refuse("imageUrl", Rule::Pattern, message))
    }

    fn tag(&mut self, field: &str, tag: &str, before: &[String]) -> Result<String, Refused> {
        let tag = self.text(field, tag, label_value, limits::LABEL_LENGTH)?;
        if before.contains(&tag) {
            return Err(self.refuse(field, Rule::Duplicate, format!("{field} repeats the tag {}", quoted(&tag))));
        }
        Ok(tag)
    }

    fn attribute(&mut self, field: &str, raw: RawAttribute<'_>, before: &[Attribute]) -> Result<Attribute, Refused> {
        let name = raw
            .name
            .and_then(|name| self.text(&format!("{field}.name"), name, label_value, limits::ATTRIBUTE_NAME_LENGTH));
        let value = raw
            .value
            .and_then(|value| self.text(&format!("{field}.value"), value, label_value, limits::ATTRIBUTE_VALUE_LENGTH));
        let attribute = Attribute { name: name?, value: value? };
        if before.contains(&attribute) {
            let pair = format!("{}: {}", quoted(&attribute.name), quoted(&attribute.value));
            return Err(self.refuse(field, Rule::Duplicate, format!("{field} repeats the attribute {pair}")));
        }
        Ok(attribute)
    }

    fn count(&mut self, field: &str, count: usize, most: usize) -> Result<(), Refused> {
        if count <= most {
            return Ok(());
        }
        Err(self.refuse(field, Rule::MaxItems, format!("{field} must have at most {most} items, not {count}")))
    }

    fn text(
        &mut self,
        field: &str,
        raw: &str,
        normalise: fn(&str) -> Result<String, TextProblem>,
        allowed: RangeInclusive<usize>,
    ) -> Result<String, Refused> {
        let text = match normalise(raw) {
            Ok(text) => text,
            Err(TextProblem::ControlCharacter(found)) => {
                let code_point = u32::from(found);
                let message = format!("{field} must not contain the character U+{code_point:04X}: {}", quoted(raw));
                return Err(self.refuse(field, Rule::ControlCharacter, message));
            }
        };
        let (length, least, most) = (text.chars().count(), *allowed.start(), *allowed.end());
        if length > most {
            let message = format!("{field} must have at most {most} characters, not {length}: {}", quoted(&text));
            return Err(self.refuse(field, Rule::MaxLength, message));
        }
        if length == 0 {
            return Err(self.refuse(field, Rule::MinLength, format!("{field} must not be empty")));
        }
        if length < least {
            let message = format!("{field} must have at least {least} characters, not {length}: {}", quoted(&text));
            return Err(self.refuse(field, Rule::MinLength, message));
        }
        Ok(text)
    }
}

/// The parser forgives spaces, backslashes and missing slashes, other readers of the address don't: they are refused.
fn is_image_address(address: &str) -> bool {
    let scheme = address.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    let plain = !address.contains([' ', '\\']);
    scheme
        && plain
        && Url::parse(address).is_ok_and(|url| {
            url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none()
        })
}

fn shown_number(value: f64) -> String {
    let plain = value.to_string();
    if plain.len() <= 24 { plain } else { format!("{value:e}") }
}
