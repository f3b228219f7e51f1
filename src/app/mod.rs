//! Assembly: the parts put together as the settings say, and run until asked to stop.
//!
//! Invariant: only this module starts tasks; a task that panics is logged and started again, and none outlives the
//! stop.

mod background;
pub mod data;
mod engine;
mod followed_file;
mod gateway;
mod sample;
mod session;
mod signals;
pub mod socket;
mod trusted_documents;
mod tuning;
mod watched_file;

pub use gateway::{Addresses, serve};
pub use sample::SAMPLE;
pub use session::{Session, SessionInput};
