//! The list of settings, made from the sections, so that flags, variables, `--help` and documents cannot differ.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, CommandFactory, builder::ValueParser};

use super::{Settings, secret};

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "AISLE_";

/// Values given as flags, by the name of the variable.
pub type Flags = BTreeMap<String, String>;

/// What one setting is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Name of the variable.
    pub variable: String,
    /// Name of the flag, with its dashes; secrets have none.
    pub flag: Option<String>,
    /// The section it belongs to.
    pub section: String,
    /// What a value looks like: a range, the possible values, or a noun.
    pub value: String,
    /// The value when nobody sets it.
    pub default: Option<String>,
    /// What it is.
    pub meaning: String,
}

impl Setting {
    /// Every setting, by section.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Settings::command().get_arguments().map(Self::of).collect();
        for (kind, variable, meaning) in secret::TABLE {
            let after =
                all.iter().rposition(|setting| setting.variable == kind.follows()).map_or(all.len(), |at| at + 1);
            all.insert(after, Self::secret(variable, meaning));
        }
        all
    }

    fn of(argument: &Arg) -> Self {
        Self {
            variable: variable(argument),
            flag: argument.get_long().map(|long| format!("--{long}")),
            section: argument.get_help_heading().unwrap_or_default().to_owned(),
            value: value_form(argument),
            default: default(argument),
            meaning: argument.get_help().map(ToString::to_string).unwrap_or_default(),
        }
    }

    fn secret(variable: &str, meaning: &str) -> Self {
        Self {
            variable: variable.to_owned(),
            flag: None,
            section: "Elasticsearch".to_owned(),
            value: "SECRET".to_owned(),
            default: None,
            meaning: format!("{meaning} Or {variable}_FILE: a file that holds it."),
        }
    }
}

/// The flags of all settings for a command line, each taken as text: [`load`](super::load()) judges the values.
pub fn arguments() -> Vec<Arg> {
    let raw = |argument: &Arg| {
        let setting = Setting::of(argument);
        let default = setting.default.map(|value| format!(", default: {value}")).unwrap_or_default();
        Arg::new(setting.variable.clone())
            .long(setting.flag.unwrap_or_default().trim_start_matches('-').to_owned())
            .value_name(setting.value)
            .help(format!("{} [{}{default}]", setting.meaning, setting.variable))
            .help_heading(setting.section)
            .value_parser(ValueParser::string())
            .action(ArgAction::Set)
            .hide_short_help(true)
            .global(true)
    };
    Settings::command().get_arguments().map(raw).collect()
}

/// The settings that a command line names.
pub fn flags(matches: &ArgMatches) -> Flags {
    let given = |argument: &Arg| {
        let variable = variable(argument);
        let value = matches.get_one::<String>(&variable)?.clone();
        Some((variable, value))
    };
    Settings::command().get_arguments().filter_map(given).collect()
}

/// The variable of an argument.
pub(super) fn variable(argument: &Arg) -> String {
    format!("{PREFIX}{}", argument.get_id().as_str().to_ascii_uppercase())
}

/// The default of an argument, as text.
pub(super) fn default(argument: &Arg) -> Option<String> {
    argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned())
}

fn value_form(argument: &Arg) -> String {
    let possible: Vec<String> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if possible.is_empty() {
        argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect()
    } else {
        possible.join("|")
    }
}
