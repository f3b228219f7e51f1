//! The file `.env` of the working directory, for development.

use std::{fs, io, path::Path};

use super::SettingProblem;

/// The variables that `.env` sets; none when there is no such file.
pub(super) fn read(directory: &Path) -> Result<Vec<(String, String)>, SettingProblem> {
    let text = match fs::read(directory.join(".env")) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SettingProblem::DotEnv(error.to_string())),
    };
    dotenvy::from_read_iter(text.as_slice())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| SettingProblem::DotEnv(reason(&error, &text)))
}

/// The line by its number: its content may be a secret.
fn reason(error: &dotenvy::Error, text: &[u8]) -> String {
    let dotenvy::Error::LineParse(line, _) = error else { return error.to_string() };
    let text = String::from_utf8_lossy(text);
    let first = line.lines().next().unwrap_or_default().trim();
    let number = text.lines().position(|other| other.trim() == first);
    number.map_or_else(|| "a line cannot be read".to_owned(), |number| format!("line {} cannot be read", number + 1))
}
