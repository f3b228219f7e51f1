//! Tables for people.

use std::fmt::Write as _;

use crate::{app::data::StatusReport, config::InForce};

/// Every setting, its value and its origin.
pub(super) fn settings(settings: &[InForce]) -> String {
    let width = settings.iter().map(|setting| setting.variable.len()).max().unwrap_or_default();
    let mut table = String::new();
    for InForce { variable, value, origin } in settings {
        let value = value.as_deref().unwrap_or("(unset)");
        let _ = writeln!(table, "{variable:width$}  {origin:11}  {value}");
    }
    table
}

/// How an index stands.
pub(super) fn status(report: &StatusReport) -> String {
    let StatusReport { engine, index, products, searchable, bytes, differences } = report;
    let differences = if differences.is_empty() { "none".to_owned() } else { differences.join("\n            ") };
    format!(
        "\
engine      {engine}
index       {index}
products    {products}
searchable  {searchable}
bytes       {bytes}
differences {differences}
"
    )
}
