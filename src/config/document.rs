//! The settings as a document.

use std::fmt::Write as _;

use super::Setting;

/// What stands above the tables of `docs/settings.md`.
const INTRODUCTION: &str = "\
# Settings

Each setting is an environment variable and a flag of the same name (`AISLE_DATA_DIR`, `--data-dir`); a flag wins over
the environment, the environment over the file `.env`, which is read from the working directory unless
`AISLE_ENVIRONMENT=production`. An empty variable counts as unset. Secrets have no flag. Bad settings and unknown
`AISLE_` variables stop the start with exit code 2, all reported together; `AISLE_TEST_*`, `AISLE_SERVICE_HOST`,
`AISLE_SERVICE_PORT*` and `AISLE_PORT*` are left to others. `aisle config` prints what is in force and where it comes
from.

This page is made from the program; a test holds them equal.
";

/// `docs/settings.md`.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut section = String::new();
    for setting in Setting::all() {
        if setting.section != section {
            section.clone_from(&setting.section);
            let _ = write!(
                page,
                "\n## {section}\n\n| variable | flag | value | default | meaning |\n|---|---|---|---|---|\n"
            );
        }
        page.push_str(&row(&setting));
    }
    page
}

fn row(setting: &Setting) -> String {
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let flag = setting.flag.as_deref().map(code).unwrap_or_default();
    let default = setting.default.as_deref().map_or_else(|| "unset".to_owned(), code);
    let (variable, value) = (code(&setting.variable), code(&setting.value));
    format!("| {variable} | {flag} | {value} | {default} | {} |\n", setting.meaning)
}
