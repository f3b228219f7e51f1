//! What the data commands print.

use std::{path::Path, process::ExitCode};

use anyhow::bail;

use super::{export_file::ExportFile, input_file::InputFile, is_closed_output, listing, progress::Progress, write};
use crate::{
    app::{
        Session,
        data::{DataCommand, DataEvent, ImportReport},
    },
    change::OnDuplicate,
    config::Configuration,
};

/// Imports; exit code 1 when a row was refused.
pub(super) async fn import(
    configuration: &Configuration,
    input: InputFile,
    on_duplicate: OnDuplicate,
) -> anyhow::Result<ExitCode> {
    let progress = Progress::start(input.size);
    let mut code = ExitCode::SUCCESS;
    let mut hear = |event| {
        match event {
            DataEvent::Progress { bytes } => progress.set(bytes),
            DataEvent::Refused { line, code, message } => progress.say(&format!("line {line}: {code}: {message}")),
            DataEvent::Imported(report) => {
                progress.end();
                if report.refused > 0 {
                    code = ExitCode::FAILURE;
                }
                match write(summary(&report).as_bytes()) {
                    // The exit code still tells whether rows were refused.
                    Err(error) if is_closed_output(&error) => {}
                    written => written?,
                }
            }
            DataEvent::Failed { message } => bail!("import stopped: {message}"),
            DataEvent::Row(_)
            | DataEvent::Exported { .. }
            | DataEvent::Judged(_)
            | DataEvent::Evaluated { .. }
            | DataEvent::Status(_) => bail!(UNEXPECTED),
        }
        Ok(())
    };
    let ended =
        Session { configuration, command: DataCommand::Import { on_duplicate } }.run(input.bytes, &mut hear).await;
    progress.end();
    ended.map(|()| code)
}

/// Exports to `path`.
pub(super) async fn export(configuration: &Configuration, path: &Path) -> anyhow::Result<ExitCode> {
    let mut file = ExportFile::create(path)?;
    let mut exported = None;
    let mut hear = |event| {
        match event {
            DataEvent::Row(json) => file.write_row(json.get())?,
            DataEvent::Exported { products } => exported = Some(products),
            DataEvent::Failed { message } => bail!("export stopped: {message}"),
            DataEvent::Progress { .. }
            | DataEvent::Refused { .. }
            | DataEvent::Imported(_)
            | DataEvent::Judged(_)
            | DataEvent::Evaluated { .. }
            | DataEvent::Status(_) => bail!(UNEXPECTED),
        }
        Ok(())
    };
    Session { configuration, command: DataCommand::Export }.run(Session::no_input(), &mut hear).await?;
    let Some(products) = exported else { bail!("export stopped before its end") };
    file.complete()?;
    if path != Path::new("-") {
        write(format!("exported {products}\n").as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints how the index stands.
pub(super) async fn status(configuration: &Configuration) -> anyhow::Result<ExitCode> {
    let mut hear = |event| match event {
        DataEvent::Status(report) => write(listing::status(&report).as_bytes()),
        DataEvent::Failed { message } => bail!("no status: {message}"),
        DataEvent::Progress { .. }
        | DataEvent::Refused { .. }
        | DataEvent::Row(_)
        | DataEvent::Imported(_)
        | DataEvent::Judged(_)
        | DataEvent::Evaluated { .. }
        | DataEvent::Exported { .. } => bail!(UNEXPECTED),
    };
    Session { configuration, command: DataCommand::Status }.run(Session::no_input(), &mut hear).await?;
    Ok(ExitCode::SUCCESS)
}

/// A gateway of another version, most likely.
pub(super) const UNEXPECTED: &str = "the gateway answered something else than was asked; does it run the same version?";

#[expect(clippy::cast_precision_loss, reason = "seconds for people, to a tenth")]
fn summary(report: &ImportReport) -> String {
    let ImportReport { created, replaced, skipped, refused, took_ms } = report;
    // Who meets no duplicates reads nothing of them.
    let met = if replaced + skipped > 0 { format!(", replaced {replaced}, skipped {skipped}") } else { String::new() };
    format!("imported {created}{met}, refused {refused} in {:.1} s\n", *took_ms as f64 / 1_000.0)
}
