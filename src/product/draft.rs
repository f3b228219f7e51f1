//! A product as somebody would like it to be.

use super::inspection::{Inspection, RawAttribute, Refused};
use super::{Attribute, ProductContent, Violation};

/// The values of a product as they arrived: nothing has been judged or normalised yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductDraft {
    /// Stock keeping unit, if it has one.
    pub sku: Option<String>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Price in major units.
    pub price: f64,
    /// Category in any case.
    pub category: String,
    /// Brand.
    pub brand: String,
    /// Whether it can be bought now.
    pub in_stock: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// Attributes.
    pub attributes: Vec<Attribute>,
    /// https address of an image kept elsewhere.
    pub image_url: Option<String>,
}

impl ProductDraft {
    /// Judges and normalises every value; fails with all problems, their fields below `path` (which may be empty).
    pub fn validate(self, path: &str) -> Result<ProductContent, Vec<Violation>> {
        let mut inspection = Inspection::new(path);
        let content = self.inspect(&mut inspection);
        inspection.finish(content)
    }

    fn inspect(self, inspection: &mut Inspection<'_>) -> Result<ProductContent, Refused> {
        let sku = inspection.sku(self.sku.as_deref());
        let name = inspection.name(&self.name);
        let description = inspection.description(&self.description);
        let price = inspection.price(self.price);
        let category = inspection.category(&self.category);
        let brand = inspection.brand(&self.brand);
        let tags = inspection.tags(self.tags.len(), self.tags.iter().map(|tag| Ok(tag.as_str())));
        let pairs = self.attributes.iter().map(|pair| RawAttribute { name: Ok(&pair.name), value: Ok(&pair.value) });
        let attributes = inspection.attributes(self.attributes.len(), pairs);
        let image_url = inspection.image_url(self.image_url.as_deref());
        Ok(ProductContent {
            sku: sku?,
            name: name?,
            description: description?,
            price: price?,
            category: category?,
            brand: brand?,
            in_stock: self.in_stock,
            tags: tags?,
            attributes: attributes?,
            image_url: image_url?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    fn valid() -> ProductDraft {
        ProductDraft {
            sku: Some(String::from("WM-1")),
            name: String::from("Wireless Mouse"),
            description: String::from("A mouse without a tail."),
            price: 24.99,
            category: String::from("Computer Accessories"),
            brand: String::from("TechGear"),
            in_stock: true,
            tags: vec![String::from("wireless"), String::from("Wireless")],
            attributes: vec![attribute("colour", "red"), attribute("colour", "black")],
            image_url: Some(String::from("https://example.com/mouse.png?size=2")),
        }
    }

    fn attribute(name: &str, value: &str) -> Attribute {
        Attribute { name: String::from(name), value: String::from(value) }
    }

    fn tags(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("tag {number}")).collect()
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut ProductDraft), expected: &[(&str, Rule)]) {
        let mut draft = valid();
        change(&mut draft);
        let violations = draft.validate("input").err().unwrap_or_default();
        let found: Vec<_> = violations.iter().map(|violation| (&*violation.field, violation.rule)).collect();
        assert_eq!(found, expected, "{violations:#?}");
    }

    #[test]
    fn a_valid_draft_becomes_normalised_content() {
        let mut draft = valid();
        draft.name = String::from("  Wireless \u{a0} Mouse ");
        draft.description = String::from("Line one\r\n\tLine two ");
        draft.sku = Some(String::from(" WM  1 "));
        let content = draft.validate("").unwrap();
        assert_eq!(content.name, "Wireless Mouse");
        assert_eq!(content.description, "Line one\n\tLine two");
        assert_eq!(content.sku.as_deref(), Some("WM 1"));
        assert_eq!(content.category, "computer accessories");
        assert_eq!((content.price.minor(), content.tags.len(), content.attributes.len()), (2499, 2, 2));
    }

    #[test]
    fn every_broken_rule_names_its_field() {
        check(|_| (), &[]);
        check(|draft| draft.name = String::from(" \t "), &[("input.name", Rule::MinLength)]);
        check(|draft| draft.name = "é".repeat(201), &[("input.name", Rule::MaxLength)]);
        check(|draft| draft.name = String::from("a\0"), &[("input.name", Rule::ControlCharacter)]);
        check(|draft| draft.description = String::from("too short"), &[("input.description", Rule::MinLength)]);
        check(|draft| draft.description = "a".repeat(1001), &[("input.description", Rule::MaxLength)]);
        check(|draft| draft.price = 0.0, &[("input.price", Rule::Min)]);
        check(|draft| draft.price = 1e300, &[("input.price", Rule::Max)]);
        check(|draft| draft.price = 1.999, &[("input.price", Rule::Decimals)]);
        check(|draft| draft.price = f64::NAN, &[("input.price", Rule::Pattern)]);
        check(|draft| draft.category = String::new(), &[("input.category", Rule::MinLength)]);
        check(|draft| draft.category = "İ".repeat(26), &[("input.category", Rule::MaxLength)]);
        check(|draft| draft.brand = "b".repeat(51), &[("input.brand", Rule::MaxLength)]);
        check(|draft| draft.sku = Some(String::from("  ")), &[("input.sku", Rule::MinLength)]);
        check(|draft| draft.sku = Some("s".repeat(65)), &[("input.sku", Rule::MaxLength)]);
    }

    #[test]
    fn lengths_count_code_points_after_normalising() {
        check(|draft| draft.name = format!("  {}  ", "e\u{301}".repeat(200)), &[]);
        check(|draft| draft.sku = None, &[]);
        check(|draft| draft.brand = "👩".repeat(50), &[]);
    }

    #[test]
    fn tags_are_few_and_distinct() {
        check(|draft| draft.tags = tags(10), &[]);
        check(|draft| draft.tags = tags(11), &[("input.tags", Rule::MaxItems)]);
        let repeated = || vec![String::from("a  b"), String::new(), String::from(" a b")];
        let expected = [("input.tags[1]", Rule::MinLength), ("input.tags[2]", Rule::Duplicate)];
        check(|draft| draft.tags = repeated(), &expected);
    }

    #[test]
    fn attribute_pairs_are_few_and_distinct() {
        let many = |count: usize| (0..count).map(|number| attribute("n", &number.to_string())).collect::<Vec<_>>();
        check(|draft| draft.attributes = many(50), &[]);
        check(|draft| draft.attributes = many(51), &[("input.attributes", Rule::MaxItems)]);
        let odd = || vec![attribute("a", "1"), attribute("", &"v".repeat(201)), attribute(" a", "1 ")];
        check(
            |draft| draft.attributes = odd(),
            &[
                ("input.attributes[1].name", Rule::MinLength),
                ("input.attributes[1].value", Rule::MaxLength),
                ("input.attributes[2]", Rule::Duplicate),
            ],
        );
    }

    #[test]
    fn image_addresses_are_https_without_credentials() {
        for address in ["HTTPS://example.com", "https://example.com:8443/ä.png", "https://[::1]/a"] {
            check(|draft| draft.image_url = Some(String::from(address)), &[]);
        }
        for address in [
            "http://example.com",
            "https:example.com",
            "https://",
            "https://u@example.com",
            "https://u:p@example.com",
            "/a.png",
            "https://example.com/a b",
            "https:\\\\example.com",
            "javascript:alert(1)",
            "https://exa mple.com",
        ] {
            check(|draft| draft.image_url = Some(String::from(address)), &[("input.imageUrl", Rule::Pattern)]);
        }
        let long = format!("https://example.com/{}", "a".repeat(2048));
        check(|draft| draft.image_url = Some(long), &[("input.imageUrl", Rule::MaxLength)]);
    }

    #[test]
    fn all_problems_are_told_at_once_and_an_empty_path_has_no_dot() {
        let draft = ProductDraft { price: -1.0, ..ProductDraft::default() };
        let fields: Vec<_> = draft.validate("").unwrap_err().into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["name", "description", "price", "category", "brand"]);
    }

    #[test]
    fn messages_name_the_value_and_the_rule() {
        let mut draft = ProductDraft { price: -1.0, sku: Some("s".repeat(99)), ..valid() };
        draft.name = String::from("a\u{7}");
        let messages: Vec<_> =
            draft.validate("input").unwrap_err().into_iter().map(|violation| violation.message).collect();
        let cut = format!("sku must have at most 64 characters, not 99: '{}…'", "s".repeat(80));
        let control = r"name must not contain the character U+0007: 'a\u{7}'";
        assert_eq!(messages, [cut.as_str(), control, "price must be greater than 0, not -1"]);
        let huge = ProductDraft { price: 1e300, ..valid() }.validate("").unwrap_err();
        assert_eq!(huge[0].message, "price must be at most 9999999.99, not 1e300");
    }
}
