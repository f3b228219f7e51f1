//! Variables that look like settings and are none.

use super::{Setting, SettingProblem, secret, setting::PREFIX};

/// Whether somebody else may set this variable: our tests, or Kubernetes for a service named `aisle`.
fn is_foreign(variable: &str) -> bool {
    variable.starts_with("AISLE_TEST_")
        || variable == "AISLE_SERVICE_HOST"
        || variable.starts_with("AISLE_SERVICE_PORT")
        || variable == "AISLE_PORT"
        || variable.starts_with("AISLE_PORT_")
}

/// A problem for each name that begins like a setting and is none.
pub(super) fn problems<'a>(variables: impl Iterator<Item = &'a str>) -> Vec<SettingProblem> {
    let known = names();
    let unknown = |variable: &&str| {
        variable.starts_with(PREFIX) && !is_foreign(variable) && !known.iter().any(|name| name == variable)
    };
    variables
        .filter(unknown)
        .map(|variable| SettingProblem::Unknown { variable: variable.to_owned(), nearest: nearest(variable, &known) })
        .collect()
}

fn names() -> Vec<String> {
    let files = secret::TABLE.iter().map(|(_, variable, _)| format!("{variable}_FILE"));
    Setting::all().into_iter().map(|setting| setting.variable).chain(files).collect()
}

/// The known name that takes the fewest edits, unless that is more than a third of the name behind the prefix.
fn nearest(variable: &str, known: &[String]) -> Option<String> {
    let allowed = variable.trim_start_matches(PREFIX).len().div_ceil(3);
    let near = known.iter().map(|name| (edit_distance(variable, name), name)).min()?;
    (near.0 <= allowed).then(|| near.1.clone())
}

/// Insertions, deletions and replacements between two names (Levenshtein).
fn edit_distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, byte) in left.bytes().enumerate() {
        let mut last = line + 1;
        let mut next = vec![last];
        for ((other, &above_left), &above) in right.bytes().zip(&row).zip(row.iter().skip(1)) {
            let replaced = above_left + usize::from(byte != other);
            last = replaced.min(above + 1).min(last + 1);
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (left, right, distance) in
            [("", "", 0), ("", "AB", 2), ("AB", "", 2), ("KITTEN", "SITTING", 3), ("A", "A", 0)]
        {
            assert_eq!(edit_distance(left, right), distance, "{left} {right}");
        }
    }

    #[test]
    fn names_the_likely_meaning() {
        for (typed, meant) in [
            ("AISLE_DATADIR", Some("AISLE_DATA_DIR")),
            ("AISLE_LISTN", Some("AISLE_LISTEN")),
            ("AISLE_ELASTICSEARCH_PASSWORD_FLE", Some("AISLE_ELASTICSEARCH_PASSWORD_FILE")),
            ("AISLE_COMPLETELY_DIFFERENT_THING", None),
        ] {
            let expected = SettingProblem::Unknown { variable: typed.to_owned(), nearest: meant.map(str::to_owned) };
            assert_eq!(problems([typed].into_iter()), [expected]);
        }
    }

    #[test]
    fn leaves_alone_what_others_set() {
        let foreign = [
            "AISLE_TEST_ELASTICSEARCH_URL",
            "AISLE_SERVICE_HOST",
            "AISLE_SERVICE_PORT_HTTP",
            "AISLE_PORT",
            "AISLE_PORT_8080_TCP",
            "PATH",
            "AISLE",
        ];
        assert_eq!(problems(foreign.into_iter()), []);
    }
}
