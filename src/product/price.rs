//! Money in minor units.
//!
//! Invariant: a price is 1 to 999,999,999 cents, and no sum, comparison or rounding of it is ever done on a float:
//! what comes in is judged on its shortest decimal form.

use thiserror::Error;

/// A price: whole minor units (cents) between [`Price::MIN`] and [`Price::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Price(i32);

/// Why a number is not a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PriceProblem {
    /// Not a number, or infinite.
    #[error("must be a finite number")]
    NotFinite,
    /// 0 or less.
    #[error("must be greater than 0")]
    TooLow,
    /// More than [`Price::MAX`].
    #[error("must be at most 9999999.99")]
    TooHigh,
    /// More than two decimals.
    #[error("must have at most 2 decimals")]
    Decimals,
}

impl Price {
    /// 0.01, the smallest amount above nothing.
    pub const MIN: Self = Self(1);
    /// 9,999,999.99, the highest price of the contract.
    pub const MAX: Self = Self(999_999_999);

    /// Reads a price from a number of major units (45.99).
    pub fn from_decimal(value: f64) -> Result<Self, PriceProblem> {
        if !value.is_finite() {
            return Err(PriceProblem::NotFinite);
        }
        if value <= 0.0 {
            return Err(PriceProblem::TooLow);
        }
        if value > Self::MAX.decimal() {
            return Err(PriceProblem::TooHigh);
        }
        let cents = MinorUnits::floor(value);
        if !cents.exact {
            return Err(PriceProblem::Decimals);
        }
        Self::from_minor(cents.units)
    }

    /// Takes a number of minor units.
    pub fn from_minor(minor: i64) -> Result<Self, PriceProblem> {
        match i32::try_from(minor) {
            Ok(cents) if (Self::MIN.0..=Self::MAX.0).contains(&cents) => Ok(Self(cents)),
            _ if minor < i64::from(Self::MIN.0) => Err(PriceProblem::TooLow),
            _ => Err(PriceProblem::TooHigh),
        }
    }

    /// The price in minor units.
    pub fn minor(self) -> i64 {
        i64::from(self.0)
    }

    /// The price in major units, the float nearest to the exact decimal.
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// A number of major units rounded to whole minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinorUnits {
    /// The whole minor units; numbers beyond the range of `i64` saturate.
    pub units: i64,
    /// Whether nothing had to be rounded.
    pub exact: bool,
}

impl MinorUnits {
    /// The highest whole minor units not above `value`; NaN counts as negative infinity.
    pub fn floor(value: f64) -> Self {
        if value.is_nan() {
            return Self { units: i64::MIN, exact: false };
        }
        let magnitude = Self::truncated(value.abs());
        if value.is_sign_positive() {
            return magnitude;
        }
        let further = i64::from(!magnitude.exact);
        Self { units: (-magnitude.units).saturating_sub(further), ..magnitude }
    }

    /// The lowest whole minor units not below `value`; NaN counts as infinity.
    pub fn ceil(value: f64) -> Self {
        let opposite = Self::floor(-value);
        Self { units: opposite.units.saturating_neg(), exact: opposite.exact }
    }

    /// Cuts the shortest decimal form of a number that is not negative after two decimals.
    fn truncated(value: f64) -> Self {
        if value.is_infinite() {
            return Self { units: i64::MAX, exact: false };
        }
        let shortest = value.to_string();
        let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
        let mut decimals = fraction.bytes();
        let cents = whole.bytes().chain([0, 1].map(|_| decimals.next().unwrap_or(b'0')));
        let exact = decimals.all(|digit| digit == b'0');
        let units = cents
            .map(|digit| i64::from(digit.wrapping_sub(b'0')))
            .try_fold(0_i64, |units, digit| units.checked_mul(10)?.checked_add(digit));
        units.map_or(Self { units: i64::MAX, exact: false }, |units| Self { units, exact })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prices_of_at_most_two_decimals_are_read_exactly() {
        for (value, minor) in
            [(45.0, 4500), (45.9, 4590), (0.01, 1), (1.1, 110), (0.29, 29), (9_999_999.99, 999_999_999)]
        {
            assert_eq!(Price::from_decimal(value).map(Price::minor), Ok(minor));
        }
    }

    #[test]
    fn what_is_no_price_is_refused_for_its_reason() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Price::from_decimal(value), Err(PriceProblem::NotFinite));
        }
        for value in [0.0, -0.0, -1.0, -1e300, -0.001] {
            assert_eq!(Price::from_decimal(value), Err(PriceProblem::TooLow));
        }
        for value in [10_000_000.0, 1e300, 9_999_999.991] {
            assert_eq!(Price::from_decimal(value), Err(PriceProblem::TooHigh));
        }
        for value in [0.1 + 0.2, 1.999, 0.001, 1e-300] {
            assert_eq!(Price::from_decimal(value), Err(PriceProblem::Decimals));
        }
        assert_eq!(Price::from_minor(0), Err(PriceProblem::TooLow));
        assert_eq!(Price::from_minor(i64::MIN), Err(PriceProblem::TooLow));
        assert_eq!(Price::from_minor(1_000_000_000), Err(PriceProblem::TooHigh));
        assert_eq!(Price::from_minor(i64::MAX), Err(PriceProblem::TooHigh));
    }

    #[test]
    fn huge_numbers_saturate() {
        for huge in [1e300, f64::INFINITY, 1e17] {
            assert_eq!((MinorUnits::floor(huge).units, MinorUnits::ceil(huge).units), (i64::MAX, i64::MAX));
        }
    }

    proptest! {
        #[test]
        fn every_price_survives_its_decimal_form(minor in 1_i64..=999_999_999) {
            let price = Price::from_minor(minor).unwrap();
            prop_assert_eq!(Price::from_decimal(price.decimal()), Ok(price));
        }

        #[test]
        fn thousandths_round_as_whole_numbers_do(thousandths in -1_000_000_000_000_i64..1_000_000_000_000) {
            let magnitude = thousandths.unsigned_abs();
            let sign = if thousandths < 0 { "-" } else { "" };
            let value: f64 = format!("{sign}{}.{:03}", magnitude / 1000, magnitude % 1000).parse().unwrap();
            let exact = thousandths % 10 == 0;
            let floor = thousandths.div_euclid(10);
            prop_assert_eq!(MinorUnits::floor(value), MinorUnits { units: floor, exact });
            prop_assert_eq!(MinorUnits::ceil(value), MinorUnits { units: floor + i64::from(!exact), exact });
        }
    }
}
