//! Counts as GraphQL has them.

/// GraphQL has 32 bits for an `Int`: what is larger is told as the largest.
pub(super) fn saturated<Number>(number: Number) -> i32
where
    i32: TryFrom<Number>,
{
    i32::try_from(number).unwrap_or(i32::MAX)
}
