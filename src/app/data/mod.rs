//! The data commands: import, export, evaluation and status, the same whether a command opened the store itself or a serving
//! gateway does the work for it.
//!
//! Invariant: a command reads its input and writes its events as streams; neither is ever held as a whole, and a
//! command whose listener has gone stops.

mod bounds;
mod evaluate;
mod event;
mod events;
mod export;
mod import;
mod input;
mod perform;
mod scoring;

pub use bounds::DataBounds;
pub use event::{DataCommand, DataEvent, ImportReport, QueryReport, StatusReport};
pub use input::Input;
pub use perform::perform;
