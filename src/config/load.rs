//! From what was passed in to a checked [`Configuration`].

use std::{collections::BTreeMap, error::Error as _, ffi::OsString, path::PathBuf};

use clap::{
    Arg, CommandFactory, Parser,
    error::{ContextKind, ContextValue},
};

use super::{
    Configuration, Environment, Flags, InForce, Origin, SettingProblem, SettingProblems, Settings, check, dot_env,
    secret,
    setting::{PREFIX, default, variable},
    unknown,
};

/// What surrounds the process.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The environment.
    pub variables: Vec<(OsString, OsString)>,
    /// The working directory.
    pub directory: PathBuf,
}

/// Values by the name of the variable, each with its origin; empty ones are left out.
pub(super) type Given = BTreeMap<String, (String, Origin)>;

/// The checked settings, or everything that is wrong with them.
pub fn load(flags: &Flags, surroundings: &Surroundings) -> Result<Configuration, SettingProblems> {
    let mut problems = Vec::new();
    let given = gather(flags, surroundings, &mut problems);
    problems.extend(unknown::problems(given.keys().map(String::as_str)));
    let (secrets, shown) = secret::read(&given, &surroundings.directory, &mut problems);
    for argument in Settings::command().get_arguments() {
        problems.extend(judge(argument, &given));
    }
    let arguments = command_line(&given);
    let Ok(settings) = Settings::try_parse_from(arguments) else { return Err(SettingProblems(problems)) };
    problems.extend(check::together(&settings, &secrets, &given));
    if problems.is_empty() {
        Ok(Configuration { settings, secrets, in_force: in_force(&given, shown) })
    } else {
        Err(SettingProblems(problems))
    }
}

fn gather(flags: &Flags, surroundings: &Surroundings, problems: &mut Vec<SettingProblem>) -> Given {
    let mut given = Given::new();
    for (name, value) in &surroundings.variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        match value.to_str() {
            Some("") => {}
            Some(value) => {
                given.insert(name.to_owned(), (value.to_owned(), Origin::Environment));
            }
            None => problems.push(SettingProblem::Invalid {
                setting: name.to_owned(),
                value: secret::shown(name, &value.to_string_lossy()),
                origin: Origin::Environment,
                rule: "must be UTF-8".to_owned(),
            }),
        }
    }
    given.extend(flags.iter().map(|(name, value)| (name.clone(), (value.clone(), Origin::Flag))));
    if is_production(&given) {
        return given;
    }
    match dot_env::read(&surroundings.directory) {
        Ok(variables) => {
            for (name, value) in
                variables.into_iter().filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty())
            {
                given.entry(name).or_insert((value, Origin::DotEnv));
            }
        }
        Err(problem) => problems.push(problem),
    }
    given
}

fn is_production(given: &Given) -> bool {
    use clap::ValueEnum;
    let named = given.get("AISLE_ENVIRONMENT").and_then(|(value, _)| Environment::from_str(value, false).ok());
    named == Some(Environment::Production)
}

/// What is wrong with the value of one setting, seen alone.
fn judge(argument: &Arg, given: &Given) -> Option<SettingProblem> {
    let setting = variable(argument);
    let (value, origin) = given.get(&setting)?;
    let error = Settings::try_parse_from([OsString::from("aisle"), flag(argument, value)]).err()?;
    let value = secret::shown(&setting, value);
    Some(SettingProblem::Invalid { setting, value, origin: *origin, rule: rule(&error) })
}

fn rule(error: &clap::Error) -> String {
    if let Some(ContextValue::Strings(possible)) = error.get(ContextKind::ValidValue)
        && !possible.is_empty()
    {
        return format!("must be one of {}", possible.join(", "));
    }
    error.source().map_or_else(|| error.kind().to_string(), ToString::to_string)
}

fn command_line(given: &Given) -> Vec<OsString> {
    let command = Settings::command();
    let set = command
        .get_arguments()
        .filter_map(|argument| given.get(&variable(argument)).map(|(value, _)| flag(argument, value)));
    std::iter::once(OsString::from("aisle")).chain(set).collect()
}

fn flag(argument: &Arg, value: &str) -> OsString {
    format!("--{}={value}", argument.get_long().unwrap_or_default()).into()
}

fn in_force(given: &Given, mut secrets: Vec<InForce>) -> Vec<InForce> {
    let mut all = Vec::new();
    for argument in Settings::command().get_arguments() {
        let variable = variable(argument);
        let (value, origin) = match given.get(&variable) {
            Some((value, origin)) => (Some(value.clone()), *origin),
            None => (default(argument), Origin::Default),
        };
        let is_before_secrets = variable == "AISLE_ELASTICSEARCH_USERNAME";
        all.push(InForce { variable, value, origin });
        if is_before_secrets {
            all.append(&mut secrets);
        }
    }
    all
}
