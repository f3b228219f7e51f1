//! The side of a command that finds a gateway serving.

use std::{io, path::Path};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, Lines},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc::Sender,
};

use crate::app::data::{DataCommand, DataEvent};

/// A gateway that serves the data directory.
pub struct Connection(UnixStream);

/// The gateway that serves `data_dir`; `None` when none does.
pub async fn connect(data_dir: &Path) -> io::Result<Option<Connection>> {
    let Ok(path) = super::path(data_dir) else { return Ok(None) };
    match UnixStream::connect(path).await {
        Ok(stream) => Ok(Some(Connection(stream))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Connection {
    /// Has the gateway do what `command` says, and passes on its events until the last.
    pub async fn perform(
        self,
        command: DataCommand,
        input: impl AsyncRead + Unpin,
        events: Sender<DataEvent>,
    ) -> io::Result<()> {
        let (reader, writer) = self.0.into_split();
        let listening = listen(reader, events);
        tokio::pin!(listening);
        tokio::select! {
            // A gateway that gives up early says why before it closes: its word counts more than our broken pipe.
            heard = &mut listening => heard,
            sent = send(writer, command, input) => match sent {
                Err(error) if !is_closed(&error) => Err(error),
                Ok(()) | Err(_) => listening.await,
            },
        }
    }
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}

async fn send(mut writer: OwnedWriteHalf, command: DataCommand, mut input: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut line = serde_json::to_vec(&command)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    tokio::io::copy(&mut input, &mut writer).await?;
    writer.shutdown().await
}

/// The next line; a gateway that is gone has none, however it went.
async fn next(lines: &mut Lines<BufReader<OwnedReadHalf>>) -> io::Result<Option<String>> {
    match lines.next_line().await {
        Err(error) if is_closed(&error) => Ok(None),
        line => line,
    }
}

async fn listen(reader: OwnedReadHalf, events: Sender<DataEvent>) -> io::Result<()> {
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = next(&mut lines).await? {
        let event: DataEvent = serde_json::from_str(&line)?;
        let is_last = event.is_last();
        if events.send(event).await.is_err() || is_last {
            return Ok(());
        }
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the gateway stopped before the command was complete"))
}
