//! One property of a product that has no field of its own.

/// A named value such as `colour = red`; a product may carry a name several times, but no pair twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// 1–50 code points, one line, compared exactly.
    pub name: String,
    /// 1–200 code points, one line, compared exactly.
    pub value: String,
}
