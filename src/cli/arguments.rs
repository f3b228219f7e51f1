//! What can stand on the command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::{
    change::OnDuplicate,
    config::{self, Flags},
};

/// A GraphQL search gateway for product catalogues.
#[derive(Debug, Parser)]
#[command(
    name = "aisle",
    version,
    after_help = "Settings are flags and variables; `aisle --help` and docs/settings.md list them."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve GraphQL until SIGTERM or Ctrl-C (the default).
    Serve,
    /// Print the GraphQL schema.
    Schema,
    /// Import the sample catalogue; products that are there already stay as they are.
    Seed,
    /// Import products; exit code 1 when a row was refused.
    Import {
        /// File to read, `-` for standard input.
        file: PathBuf,
        /// Form of the file; by default what its extension says.
        #[arg(long, value_enum)]
        format: Option<ImportFormat>,
        /// What to do with a row whose product is there already: the one of the same id, else of the same sku, else of
        /// the same name where names are unique. A row that meets two products is refused.
        #[arg(long, value_enum, default_value_t)]
        on_duplicate: DuplicateRule,
    },
    /// Export every product as NDJSON, by id ascending.
    Export {
        /// File to write, `-` for standard output.
        file: PathBuf,
    },
    /// Score the ranking by judged queries: NDCG@10, MRR, recall@100; exit code 1 when a query could not be answered.
    Evaluate {
        /// File of judgments, a line each: `{"query": "…", "ratings": {"sku or id": 0 to 3}}`; `-` for standard input.
        #[arg(long, value_name = "FILE")]
        judgments: PathBuf,
        /// Ranking to compare the one in force with, query by query; a file as `AISLE_RANKING_FILE` names one.
        #[arg(long, value_name = "FILE")]
        ranking: Option<PathBuf>,
        /// How many of the worst queries are listed.
        #[arg(long, value_name = "NUMBER", default_value_t = 10)]
        worst: usize,
    },
    /// The search index.
    Index {
        /// What about it.
        #[command(subcommand)]
        action: IndexCommand,
    },
    /// Print every setting in force with its origin.
    Config {
        /// What to print.
        #[arg(long = "form", value_enum, default_value_t = Form::InForce, hide = true)]
        form: Form,
    },
}

/// Forms of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ImportFormat {
    /// One JSON object a line.
    Ndjson,
}

/// What to do with a row whose product is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum DuplicateRule {
    /// Refuse the row.
    #[default]
    Refuse,
    /// Leave the product as it is.
    Skip,
    /// Replace the product; its id stays.
    Replace,
}

impl From<DuplicateRule> for OnDuplicate {
    fn from(rule: DuplicateRule) -> Self {
        match rule {
            DuplicateRule::Refuse => Self::Refuse,
            DuplicateRule::Skip => Self::Skip,
            DuplicateRule::Replace => Self::Replace,
        }
    }
}

/// What to do with the index.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum IndexCommand {
    /// Print how the index stands.
    Status,
}

/// What `aisle config` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// The settings in force.
    InForce,
    /// The page `docs/settings.md`.
    Document,
}

impl Arguments {
    /// The command and the flags of settings; an error is also the answer to `--help` and `--version`.
    pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<(Command, Flags), clap::Error> {
        let matches = Self::command().args(config::arguments()).try_get_matches_from(arguments)?;
        let flags = config::flags(&matches);
        let Self { command } = Self::from_arg_matches(&matches)?;
        Ok((command.unwrap_or(Command::Serve), flags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(Command, Flags), clap::Error> {
        Arguments::read(line.split(' ').map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().args(config::arguments()).debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_behind_the_command() {
        for line in
            ["aisle --data-dir here import -", "aisle import --data-dir here -", "aisle import - --data-dir=here"]
        {
            let (command, flags) = read(line).unwrap();
            assert!(matches!(command, Command::Import { .. }), "{line}");
            assert_eq!(flags["AISLE_DATA_DIR"], "here", "{line}");
        }
    }

    #[test]
    fn a_duplicate_is_refused_unless_something_else_is_asked_for() {
        for (line, expected) in [
            ("aisle import -", OnDuplicate::Refuse),
            ("aisle import - --on-duplicate refuse", OnDuplicate::Refuse),
            ("aisle import --on-duplicate skip -", OnDuplicate::Skip),
            ("aisle import - --on-duplicate=replace", OnDuplicate::Replace),
        ] {
            let Command::Import { on_duplicate, .. } = read(line).unwrap().0 else { panic!("{line}") };
            assert_eq!(OnDuplicate::from(on_duplicate), expected, "{line}");
        }
        assert!(read("aisle import - --on-duplicate overwrite").is_err());
    }

    #[test]
    fn to_serve_is_the_default() {
        assert!(matches!(read("aisle").unwrap().0, Command::Serve));
    }

    #[test]
    fn help_lists_every_setting_of_the_page() {
        let help = read("aisle --help").unwrap_err().to_string();
        for setting in config::Setting::all() {
            if let Some(flag) = setting.flag {
                assert!(help.contains(&format!("{flag} <")), "{flag} is not in --help");
            }
        }
    }
}
