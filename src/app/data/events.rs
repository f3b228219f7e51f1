//! Where the events of a data command go, and why one may end early.

use std::{any::Any, io};

use tokio::sync::mpsc::Sender;

use super::DataEvent;
use crate::backend::EngineError;

/// Why a command ends early.
pub(super) enum Interruption {
    /// The engine failed.
    Engine(EngineError),
    /// The input failed.
    Input(io::Error),
    /// The input cannot be used, for this reason.
    Refused(String),
    /// What the engine gave cannot be written.
    Form(serde_json::Error),
    /// A part of it panicked.
    Panic(Box<dyn Any + Send>),
    /// Nobody listens any more.
    Unheard,
}

impl From<EngineError> for Interruption {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<Box<dyn Any + Send>> for Interruption {
    fn from(panic: Box<dyn Any + Send>) -> Self {
        Self::Panic(panic)
    }
}

/// Where the events of a command go.
pub(super) struct Events(Sender<DataEvent>);

impl Events {
    /// Events that go to `listener`.
    pub(super) fn to(listener: Sender<DataEvent>) -> Self {
        Self(listener)
    }

    /// Tells the listener, who may be gone.
    pub(super) async fn send(&self, event: DataEvent) -> Result<(), Interruption> {
        self.0.send(event).await.map_err(|_| Interruption::Unheard)
    }
}
