//! One data command from the command line: through a gateway that serves the data directory, else on the store itself.

use std::{io, sync::Arc};

use anyhow::Context;
use tokio::{
    io::AsyncRead,
    sync::mpsc::{Receiver, Sender, channel},
};

use super::{
    background::Background,
    data::{DataBounds, DataCommand, DataEvent, Input, perform},
    engine,
    signals::Signals,
    socket::{self, Connection},
    tuning,
};
use crate::{catalog::Catalog, config::Configuration};

/// Events between a command and the terminal.
const EVENTS: usize = 256;

/// Seconds that a command waits for nodes when `AISLE_REQUIRE_ENGINE` says nothing.
const USUAL_WAIT_SECONDS: u64 = 10;

/// Bytes for a command.
pub type SessionInput = Box<dyn AsyncRead + Send + Unpin>;

/// The work of one data command.
pub struct Session<'a> {
    /// The settings.
    pub configuration: &'a Configuration,
    /// What to do.
    pub command: DataCommand,
}

impl Session<'_> {
    /// Runs the command on `input`; `hear` gets each event and may refuse it, which stops the command.
    pub async fn run(
        self,
        input: SessionInput,
        hear: &mut (dyn FnMut(DataEvent) -> anyhow::Result<()> + Send),
    ) -> anyhow::Result<()> {
        let mut signals = Signals::listen()?;
        let background = Background::default();
        let (sender, events) = channel(EVENTS);
        let work = async { tokio::join!(self.work(&background, input, sender), pass_on(events, hear)) };
        tokio::select! {
            (worked, heard) = work => return heard.and(worked),
            () = signals.next() => {}
        }
        // Writes under way end, or are undone, unless somebody insists.
        tokio::select! {
            _ = background.end() => {}
            () = signals.next() => {}
        }
        anyhow::bail!("interrupted")
    }

    async fn work(
        &self,
        background: &Background,
        input: SessionInput,
        events: Sender<DataEvent>,
    ) -> anyhow::Result<()> {
        match self.gateway().await.context("cannot reach the gateway that serves the data directory")? {
            Some(gateway) => Ok(gateway.perform(self.command, input, events).await?),
            None => self.work_alone(background, input, events).await,
        }
    }

    /// The gateway to work through. Nodes that the settings name are asked by the command itself: a gateway that serves
    /// the same directory may keep its products elsewhere.
    async fn gateway(&self) -> io::Result<Option<Connection>> {
        if engine::is_embedded(self.configuration) {
            socket::connect(&self.configuration.settings.service.data_dir).await
        } else {
            Ok(None)
        }
    }

    async fn work_alone(
        &self,
        background: &Background,
        input: SessionInput,
        events: Sender<DataEvent>,
    ) -> anyhow::Result<()> {
        let catalog = engine::open(self.configuration, background).await?;
        let ready = self.prepare(&catalog).await;
        if ready.is_ok() {
            let bounds = DataBounds::of(self.configuration);
            perform(&catalog, self.command, Input::patient(input), bounds, events).await;
        }
        background.end().await;
        ready
    }

    /// Tunes the catalogue as a gateway with these settings does, where that matters, and waits for its engine.
    async fn prepare(&self, catalog: &Arc<Catalog>) -> anyhow::Result<()> {
        if self.command.searches() {
            tuning::read(self.configuration, catalog).await?;
        }
        let seconds = self.configuration.settings.service.require_engine.unwrap_or(USUAL_WAIT_SECONDS);
        engine::wait(catalog, seconds).await
    }
}

async fn pass_on(
    mut events: Receiver<DataEvent>,
    hear: &mut (dyn FnMut(DataEvent) -> anyhow::Result<()> + Send),
) -> anyhow::Result<()> {
    while let Some(event) = events.recv().await {
        hear(event)?;
    }
    Ok(())
}

/// Input of a command that reads none.
impl Session<'_> {
    /// No bytes.
    pub fn no_input() -> SessionInput {
        Box::new(io::Cursor::new(Vec::new()))
    }
}
