//! The `aisle` program.

use std::process::ExitCode;

use aisle::{cli, config::Surroundings};

/// Searches allocate from many threads at once, which the system's allocator serves slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let surroundings = Surroundings {
        variables: std::env::vars_os().collect(),
        directory: std::env::current_dir().unwrap_or_default(),
    };
    cli::run(std::env::args_os(), &surroundings)
}
