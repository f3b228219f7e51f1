//! A bar on the terminal while rows are read; nothing where standard error is no terminal.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far an import is.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar for `size` bytes, or one that only moves where the size is unknown.
    pub(super) fn start(size: Option<u64>) -> Self {
        let target =
            if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(size, target);
        let known = "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        let template = if size.is_some() { known } else { "{spinner} {bytes} {bytes_per_sec}" };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// So many bytes were dealt with.
    pub(super) fn set(&self, bytes: u64) {
        self.0.set_position(bytes);
    }

    /// A line on standard error, above the bar.
    pub(super) fn say(&self, line: &str) {
        // Nobody may be reading; the rows are imported all the same.
        self.0.suspend(|| {
            let _ = writeln!(io::stderr(), "{line}");
        });
    }

    /// The bar goes away.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
