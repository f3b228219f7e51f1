//! The commands of `aisle`: what they are called, what they print, and how they end.
//!
//! Invariant: results go to standard output, everything else to standard error; 0 is success, 1 a failure, 2 a wrong
//! command line or bad settings.

mod announce;
mod arguments;
mod data;
mod evaluation;
mod evaluation_tables;
mod export_file;
mod input_file;
mod listing;
mod progress;

use std::{
    ffi::OsString,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use arguments::{Arguments, Command, Form, ImportFormat, IndexCommand};
use evaluation::Evaluation;
use input_file::InputFile;

use crate::{
    app::{self, SAMPLE},
    change::OnDuplicate,
    config::{self, Configuration, Flags, Surroundings},
    graphql::Api,
    telemetry,
};

/// A wrong command line or bad settings.
const EXIT_USAGE: u8 = 2;

/// Runs the command that the arguments name, `serve` when they name none.
pub fn run(arguments: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> ExitCode {
    let (command, flags) = match Arguments::read(arguments) {
        Ok(read) => read,
        Err(message) => {
            let code = u8::try_from(message.exit_code()).unwrap_or(EXIT_USAGE);
            let _ = message.print();
            return ExitCode::from(code);
        }
    };
    match perform(command, &flags, surroundings) {
        Ok(code) => code,
        Err(error) if is_closed_output(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "aisle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the reader of our output went away, as `head` does: nobody is left to tell.
fn is_closed_output(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn perform(command: Command, flags: &Flags, surroundings: &Surroundings) -> anyhow::Result<ExitCode> {
    let task = match command {
        Command::Schema => return write(Api::sdl().as_bytes()).map(|()| ExitCode::SUCCESS),
        Command::Config { form: Form::Document } => {
            return write(config::markdown().as_bytes()).map(|()| ExitCode::SUCCESS);
        }
        Command::Config { form: Form::InForce } => Task::ShowSettings,
        Command::Serve => Task::Serve,
        Command::Seed => Task::Seed,
        Command::Import { file, format, on_duplicate } => {
            Task::Import { file, format, on_duplicate: on_duplicate.into() }
        }
        Command::Export { file } => Task::Export { file },
        Command::Evaluate { judgments, ranking, worst } => Task::Evaluate(Evaluation { judgments, ranking, worst }),
        Command::Index { action: IndexCommand::Status } => Task::Status,
    };
    match config::load(flags, surroundings) {
        Ok(configuration) => with_settings(task, &configuration),
        Err(problems) => {
            let _ = writeln!(io::stderr(), "aisle: {problems}");
            Ok(ExitCode::from(EXIT_USAGE))
        }
    }
}

/// What needs settings.
enum Task {
    ShowSettings,
    Serve,
    Seed,
    Import { file: PathBuf, format: Option<ImportFormat>, on_duplicate: OnDuplicate },
    Export { file: PathBuf },
    Evaluate(Evaluation),
    Status,
}

fn with_settings(task: Task, configuration: &Configuration) -> anyhow::Result<ExitCode> {
    // Commands print what matters themselves.
    let usual_levels = if matches!(task, Task::Serve) { "info" } else { "warn" };
    telemetry::start(&configuration.telemetry(usual_levels))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads of the program")?;
    let ended = match task {
        Task::ShowSettings => write(listing::settings(&configuration.in_force).as_bytes()).map(|()| ExitCode::SUCCESS),
        Task::Serve => runtime.block_on(app::serve(configuration, announce::print)).map(|()| ExitCode::SUCCESS),
        Task::Seed => runtime.block_on(data::import(configuration, InputFile::embedded(SAMPLE), OnDuplicate::Skip)),
        Task::Import { file, format, on_duplicate } => runtime
            .block_on(async { data::import(configuration, InputFile::open(&file, format).await?, on_duplicate).await }),
        Task::Export { file } => runtime.block_on(data::export(configuration, &file)),
        Task::Evaluate(evaluation) => runtime.block_on(evaluation::evaluate(configuration, evaluation)),
        Task::Status => runtime.block_on(data::status(configuration)),
    };
    // A read from standard input cannot be cancelled, and must not keep the process.
    runtime.shutdown_background();
    ended
}

/// Writes a result to standard output.
fn write(bytes: &[u8]) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}
