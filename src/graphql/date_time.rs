//! Moments on the wire.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::product::Timestamp;

/// RFC 3339 date and time; answers are in UTC with milliseconds, `2026-01-31T12:00:00.000Z`.
#[derive(Debug, Clone)]
pub(super) struct DateTime(String);

/// RFC 3339 date and time; answers are in UTC with milliseconds, `2026-01-31T12:00:00.000Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        // That it is a text was seen by the guard; whether it is a moment is a rule of the argument, which can name its
        // path.
        if let Value::String(text) = value { Ok(Self(text)) } else { Err(InputValueError::expected_type(value)) }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl DateTime {
    /// The text as the caller wrote it.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl From<Timestamp> for DateTime {
    fn from(time: Timestamp) -> Self {
        Self(time.to_string())
    }
}
