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
        .map_err(|error| SettingProblem::DotEnv(error.to_string()))
}
