//! What is sold: the product, its fields and the rules that make one valid.
//!
//! Invariant: nothing here knows a wire format, an API or an engine, and every text that leaves a rule of this module
//! is normalised, so that two engines and every client compare the same code points.

mod attribute;
mod clock;
mod content;
mod draft;
mod field;
mod id;
mod image;
mod inspection;
mod key;
pub mod limits;
mod look_up;
mod partial;
mod patch;
#[cfg(test)]
mod patch_tests;
mod price;
mod sort_key;
mod text;
mod timestamp;
mod version;
mod violation;

pub use attribute::Attribute;
pub use clock::{Clock, SystemClock};
pub use content::{Product, ProductContent};
pub use draft::ProductDraft;
pub use field::{FieldSet, ProductField};
pub use id::{IdGenerator, ProductId, RandomIds};
pub use image::is_image_name;
pub use inspection::{Inspection, RawAttribute, Refused};
pub use key::{KeyKind, NameRule, UniqueKey};
pub use look_up::LookUp;
pub use partial::PartialProduct;
pub use patch::{FieldPatch, PatchDraft, ProductPatch};
pub use price::{MinorUnits, Price, PriceProblem};
pub use sort_key::name_sort_key;
pub use text::{TextProblem, category_value, label_value, multi_line, one_line};
pub use timestamp::{ParsedTime, Timestamp};
pub use version::VersionToken;
pub use violation::{Rule, Violation, quoted};
