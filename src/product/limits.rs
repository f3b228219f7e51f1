//! How long and how many: the limits of a product, in code points of the normalised text.

use std::ops::RangeInclusive;

/// Length of a name.
pub const NAME_LENGTH: RangeInclusive<usize> = 1..=200;
/// Length of a description.
pub const DESCRIPTION_LENGTH: RangeInclusive<usize> = 10..=1000;
/// Length of a category, a brand and a tag.
pub const LABEL_LENGTH: RangeInclusive<usize> = 1..=50;
/// Length of a stock keeping unit.
pub const SKU_LENGTH: RangeInclusive<usize> = 1..=64;
/// Most bytes of the key of a sku: NFKC and case folding make at most 30 bytes of a code point (of U+FDFA).
pub const MAX_SKU_KEY_BYTES: usize = 64 * 30;
/// Length of an attribute's name.
pub const ATTRIBUTE_NAME_LENGTH: RangeInclusive<usize> = 1..=50;
/// Length of an attribute's value.
pub const ATTRIBUTE_VALUE_LENGTH: RangeInclusive<usize> = 1..=200;
/// Length of the address of an image kept elsewhere.
pub const IMAGE_URL_LENGTH: RangeInclusive<usize> = 1..=2048;
/// Number of tags of a product.
pub const MAX_TAGS: usize = 10;
/// Number of attributes of a product.
pub const MAX_ATTRIBUTES: usize = 50;
/// Highest revision that a product may bring along: every JSON reader keeps it exactly (2^53 − 1), and far more numbers
/// are above it than a product is ever written.
pub const MAX_VERSION: u64 = (1 << 53) - 1;
